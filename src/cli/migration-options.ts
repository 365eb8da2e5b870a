import { type Command, Option } from 'commander';
import { UsageError } from '../errors.js';
import type { HyperVHost } from '../hyperv/host.js';
import type { MigrationKind, MigrationOptions, MigrationSettings } from '../hyperv/migrations/options.js';
import { type Assignment, collectAssignments } from './assignment.js';
import type { Io } from './io.js';
import { readValues } from './values.js';
import type { DestinationOptions } from './with-host.js';

/** The options that say how machines are moved, wherever they go. */
export type MoveOptions<K extends MigrationKind = MigrationKind> = {
  readonly type: K;
  readonly storagePath?: string;
  readonly setting?: readonly Assignment[];
  readonly allowClustered?: true;
};

/** Every kind of migration, the usual one first. */
export const MIGRATION_KINDS: readonly MigrationKind[] = ['VirtualSystem', 'VirtualSystemAndStorage', 'Storage', 'Staged', 'StorageDeepCheck'];

const SETTINGS_CLASS = 'Msvm_VirtualSystemMigrationSettingData';

/** Declares `--type` on a command. */
export function addTypeOption(command: Command, kinds: readonly MigrationKind[] = MIGRATION_KINDS): Command {
  return command.addOption(new Option('--type <kind>', 'what moves').choices(kinds).default('VirtualSystem'));
}

/** Declares {@link MoveOptions} on a command. */
export function addMoveOptions(command: Command, kinds?: readonly MigrationKind[]): Command {
  return addTypeOption(command, kinds)
    .option('--storage-path <path>', 'the directory that the storage goes under, as the destination sees it')
    .addOption(new Option('--setting <Name=value>', `a property of ${SETTINGS_CLASS}; once for each`).argParser(collectAssignments))
    .option('--allow-clustered', 'move a machine of a failover cluster past the cluster');
}

/**
 * The options of a migration, but for its destination.
 *
 * @throws UsageError - a setting whose value is not of its type
 */
export async function readMoveOptions(io: Io, { storagePath, setting, allowClustered }: MoveOptions): Promise<Omit<MigrationOptions, 'to' | 'type'>> {
  return {
    ...(storagePath === undefined ? {} : { storage: { path: storagePath } }),
    ...(setting === undefined ? {} : { settings: await readSettings(io, setting) }),
    ...(allowClustered === undefined ? {} : { clustered: 'allow' as const }),
  };
}

/**
 * All options of a migration.
 *
 * @param destination - the host of `--to-url`, which then tells its name
 * @throws UsageError - a destination that is missing or too many, or a setting whose value is not of its type
 */
export async function readMigrationOptions(io: Io, options: MoveOptions & DestinationOptions, destination: HyperVHost | undefined): Promise<MigrationOptions> {
  const to = destination ?? options.to;
  const stays = options.type === 'Storage' || options.type === 'StorageDeepCheck';
  if (stays !== (to === undefined)) throw new UsageError(stays ? `--type ${options.type} stays on its host: leave out --to and --to-url` : 'Where to? Give --to NAME, --to-url URL or both');
  return { ...(await readMoveOptions(io, options)), type: options.type, ...(to === undefined ? {} : { to }) };
}

async function readSettings(io: Io, setting: readonly Assignment[]): Promise<MigrationSettings> {
  const { loadSchema } = await import('../schema/class-info.js');
  const schema = await loadSchema();
  return readValues({ io, schema, namespace: undefined }, schema.classInfo(SETTINGS_CLASS)!.properties, { texts: setting });
}
