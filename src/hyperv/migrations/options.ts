import type { CimInstance } from '../../cim/instance.js';
import type { CallOptions } from '../../client/options.js';
import { UsageError } from '../../errors.js';
import { MigrationType } from '../../schema/generated/value-maps.js';
import type { InstanceOf } from '../../schema/typed.js';
import type { HyperVHost } from '../host.js';

/**
 * What a migration moves, by the names of MigrationType: `VirtualSystem`, the running machine whose storage both hosts reach;
 * `VirtualSystemAndStorage`, both; `Storage`, the storage alone, on the same host; `Staged`, a planned machine is made on the
 * destination and nothing moves yet; `StorageDeepCheck`, only looks whether the storage could move.
 */
export type MigrationKind = 'VirtualSystem' | 'Storage' | 'Staged' | 'VirtualSystemAndStorage' | 'StorageDeepCheck';

/** The settings of one migration: every property of the class, by its CIM name, but MigrationType. What is left out is the host's own default. */
export type MigrationSettings = Omit<Partial<InstanceOf<'Msvm_VirtualSystemMigrationSettingData'>>, 'MigrationType' | 'UnmanagedVhds'> & {
  /** Disks that no machine is known to use, and where they go. */
  readonly UnmanagedVhds?: readonly (Partial<InstanceOf<'Msvm_MoveUnmanagedVhd'>> | CimInstance)[] | null;
};

/** Where the storage of a machine goes: paths as the destination sees them. */
export type MigrationStorage = {
  /** Everything goes under this directory: configuration, checkpoints, paging file, and each disk into `Virtual Hard Disks`. */
  readonly path?: string;
  /** Single disks: where each is now, and where it then is. Counts before `path`. */
  readonly disks?: Readonly<Record<string, string>>;
};

/** What to migrate, how and where. */
export type MigrationOptions = {
  /**
   * The destination: its name as the source host finds it, or the host, which is then asked for its name. Needed but for
   * Storage and StorageDeepCheck, which stay on the host.
   */
  readonly to?: string | HyperVHost;
  /** Default `VirtualSystem`. */
  readonly type?: MigrationKind;
  readonly settings?: MigrationSettings;
  readonly storage?: MigrationStorage;
  /** Further settings that the machine has afterwards. */
  readonly newSystemSettings?: Partial<InstanceOf<'Msvm_VirtualSystemSettingData'>>;
  /** Further devices as they are afterwards; one with the InstanceID of a disk of `storage` takes its place. */
  readonly newResourceSettings?: readonly CimInstance[];
  /**
   * What to do with a machine of a failover cluster, which the cluster has to move: `refuse` it, or `allow` it all the
   * same. Default `refuse`.
   */
  readonly clustered?: 'refuse' | 'allow';
};

const KINDS: readonly string[] = ['VirtualSystem', 'Storage', 'Staged', 'VirtualSystemAndStorage', 'StorageDeepCheck'] satisfies readonly MigrationKind[];

/** Whether this names a kind of migration; what comes out of a file has no compiler. */
export function isMigrationKind(kind: unknown): kind is MigrationKind {
  return typeof kind === 'string' && KINDS.includes(kind);
}

/** Whether the machine leaves its host, or shall. */
export function leavesHost(kind: MigrationKind): boolean {
  return kind !== 'Storage' && kind !== 'StorageDeepCheck';
}

/** Whether the machine goes from one host to the other, so that where it is tells what happened. */
export function movesMachine(kind: MigrationKind): boolean {
  return kind === 'VirtualSystem' || kind === 'VirtualSystemAndStorage';
}

/** The MigrationType that stands for a kind. */
export function migrationType(kind: MigrationKind): number {
  return MigrationType.value(kind)!;
}

/**
 * The kind of migration that options ask for.
 *
 * @throws UsageError - no such kind, a destination that is missing or too many, or places for a storage that does not move
 */
export function kindOf({ type = 'VirtualSystem', to, storage, clustered = 'refuse' }: MigrationOptions): MigrationKind {
  if (!isMigrationKind(type)) throw new UsageError(`type is one of ${KINDS.join(', ')}, not ${JSON.stringify(type)}`);
  if (!['refuse', 'allow'].includes(clustered)) throw new UsageError(`clustered is refuse or allow, not ${JSON.stringify(clustered)}`);
  if (leavesHost(type) && (to === undefined || to === '')) throw new UsageError(`A migration of type ${type} needs its destination: give to`);
  if (!leavesHost(type) && to !== undefined) throw new UsageError(`A migration of type ${type} stays on its host: leave to out, or use VirtualSystemAndStorage`);
  if (storage !== undefined && type === 'VirtualSystem') {
    throw new UsageError('A migration of type VirtualSystem leaves the storage where it is: leave storage out, or use VirtualSystemAndStorage');
  }
  return type;
}

/** The name of the destination as the source finds it; `null` when the machine stays. */
export async function destinationName(to: string | HyperVHost | undefined, call: CallOptions): Promise<string | null> {
  if (to === undefined) return null;
  return typeof to === 'string' ? to : to.name(call);
}
