import { decodeCimXml } from '../../cim/cim-xml.js';
import { type CimInstance, isCimInstance } from '../../cim/instance.js';
import { isInstancePath } from '../../cim/object-path.js';
import type { CimValue } from '../../cim/types.js';
import { HyperVWsmanError } from '../../errors.js';
import type { Parameters } from '../../wsman/invoke.js';
import { sameName } from '../repository/fold.js';

/** Msvm_VirtualSystemMigrationSettingData.MigrationType. */
export const MIGRATION_TYPE = { virtualSystem: 32768, storage: 32769, staged: 32770, virtualSystemAndStorage: 32771, storageDeepCheck: 32772 } as const;

/** A request to move a machine, or to look whether it could be moved. */
export type MigrationRequest = {
  /** The machine's GUID, in upper case. */
  readonly machine: string;
  /** As it was sent; `null` for a migration on the host itself. */
  readonly destination: string | null;
  readonly type: number;
  /** Where disks are to be: paths by the InstanceID of their Msvm_StorageAllocationSettingData. */
  readonly disks: ReadonlyMap<string, string>;
  /** Where the rest of the machine is to be: properties of Msvm_VirtualSystemSettingData. */
  readonly folders: Readonly<Record<string, string>>;
};

const ON_THE_HOST_ITSELF: readonly number[] = [MIGRATION_TYPE.storage, MIGRATION_TYPE.storageDeepCheck];
const FOLDERS = ['ConfigurationDataRoot', 'SnapshotDataRoot', 'SwapFileDataRoot'];

/**
 * Reads the parameters of MigrateVirtualSystemToHost and of CheckVirtualSystemIsMigratable. Without settings it is a
 * migration of the machine alone.
 *
 * @returns `null` for parameters that mean nothing
 */
export function readMigrationRequest(parameters: Parameters): MigrationRequest | null {
  const { ComputerSystem: system, DestinationHost: host = null, NewResourceSettingData: resources = null } = parameters;
  if (!isInstancePath(system) || !sameName(system.className, 'Msvm_ComputerSystem') || typeof system.keys.Name !== 'string') return null;
  if (host !== null && typeof host !== 'string') return null;
  try {
    const settings = instanceOf(parameters.MigrationSettingData ?? null);
    const type = settings === null ? MIGRATION_TYPE.virtualSystem : Number(settings.MigrationType ?? 0);
    const destination = host === null || host.trim() === '' ? null : host.trim();
    const isKnown = (Object.values(MIGRATION_TYPE) as number[]).includes(type);
    if (!isKnown || ON_THE_HOST_ITSELF.includes(type) !== (destination === null)) return null;
    const items = resources === null ? [] : Array.isArray(resources) ? (resources as readonly CimValue[]) : [resources];
    const folders = foldersOf(instanceOf(parameters.NewSystemSettingData ?? null));
    return { machine: system.keys.Name.toUpperCase(), destination, type, disks: new Map(items.flatMap(diskOf)), folders };
  } catch (error) {
    if (error instanceof HyperVWsmanError) return null;
    throw error;
  }
}

/** An embedded instance, which may have come as its text. */
function instanceOf(value: CimValue): CimInstance | null {
  if (typeof value === 'string') return value.trim() === '' ? null : decodeCimXml(value);
  return isCimInstance(value) ? value : null;
}

function diskOf(resource: CimValue): readonly (readonly [instanceId: string, path: string])[] {
  const { InstanceID: id = null, HostResource: paths = null } = instanceOf(resource) ?? {};
  const path: unknown = Array.isArray(paths) ? paths[0] : paths;
  return typeof id === 'string' && typeof path === 'string' ? [[id, path]] : [];
}

function foldersOf(settings: CimInstance | null): Readonly<Record<string, string>> {
  const given = FOLDERS.map((name) => [name, settings?.[name]] as const);
  return Object.fromEntries(given.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
