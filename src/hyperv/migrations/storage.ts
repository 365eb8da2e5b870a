import { type CimInstance, classOf, createInstance } from '../../cim/instance.js';
import { DEFAULT_NAMESPACE, instancePath } from '../../cim/object-path.js';
import type { CimValue } from '../../cim/types.js';
import type { CallOptions } from '../../client/options.js';
import { wql } from '../../client/wql.js';
import type { WsmanClient } from '../../client/wsman-client.js';
import { UsageError } from '../../errors.js';
import { loadSchema } from '../../schema/class-info.js';
import { instanceText } from './instance-text.js';
import type { MigrationOptions, MigrationStorage } from './options.js';

/** What a machine is to be after its migration, as CIM-XML texts; `null` where nothing changes. */
export type NewSettings = {
  readonly NewSystemSettingData: string | null;
  readonly NewResourceSettingData: readonly string[] | null;
};

type Disk = { readonly instance: CimInstance; readonly path: string };

const REALIZED = 'Microsoft:Hyper-V:System:Realized';
const VIRTUAL_HARD_DISK = 'Microsoft:Hyper-V:Virtual Hard Disk';

/**
 * Works out the new settings of a machine: reads its own, and changes in them where its storage is.
 *
 * The settings of the system are minimal, InstanceID and what changes: hosts were seen to refuse whole ones, with read-only
 * properties in them, from other methods. Each disk goes out as it was read, with a new HostResource: that is what
 * MigrateVirtualSystemToHost was seen to accept. Disks of checkpoints are not looked at: Hyper-V moves them with their disk.
 *
 * @param id - the GUID of the machine
 * @param call - gives each call its share of the time
 * @throws UsageError - the machine has no such disk, or two disks would get the same path
 */
export async function newSettings(
  client: WsmanClient,
  id: string,
  { storage = {}, newSystemSettings = {}, newResourceSettings = [] }: Pick<MigrationOptions, 'storage' | 'newSystemSettings' | 'newResourceSettings'>,
  call: () => CallOptions,
): Promise<NewSettings> {
  const changes: Readonly<Record<string, CimValue>> = { ...dataRoots(storage), ...(newSystemSettings as CimInstance) };
  const movesDisks = storage.path !== undefined || storage.disks !== undefined;
  const changesSystem = Object.keys(changes).length > 0;
  const InstanceID = movesDisks || changesSystem ? await settingsId(client, id, call()) : null;
  const disks = movesDisks ? await disksOf(client, InstanceID!, call()) : [];
  const given = newResourceSettings.map((instance) => instance.InstanceID);
  const moved = movedDisks(disks, storage).filter((instance) => !given.includes(instance.InstanceID));
  const resources = await Promise.all([...moved, ...newResourceSettings].map(instanceText));
  const system = createInstance({ className: 'Msvm_VirtualSystemSettingData', properties: { InstanceID, ...changes } });
  return {
    NewSystemSettingData: changesSystem ? await instanceText(system) : null,
    NewResourceSettingData: resources.length > 0 ? resources : null,
  };
}

function dataRoots({ path }: MigrationStorage): Readonly<Record<string, string>> {
  return path === undefined ? {} : { ConfigurationDataRoot: path, SnapshotDataRoot: path, SwapFileDataRoot: path };
}

/** The InstanceID of the settings that hold now; a machine has others for its checkpoints. */
async function settingsId(client: WsmanClient, id: string, call: CallOptions): Promise<string> {
  const query = wql`SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = ${id} AND VirtualSystemType = ${REALIZED}`;
  for await (const { InstanceID } of client.query(query, { namespace: DEFAULT_NAMESPACE, ...call })) if (typeof InstanceID === 'string') return InstanceID;
  throw new UsageError(`${client.host} has no settings of the machine ${id}: is it still there?`);
}

async function disksOf(client: WsmanClient, InstanceID: string, call: CallOptions): Promise<readonly Disk[]> {
  const settings = instancePath('Msvm_VirtualSystemSettingData', { InstanceID });
  const association = { associationClassName: 'Msvm_VirtualSystemSettingDataComponent', resultClassName: 'Msvm_StorageAllocationSettingData' };
  const disks: Disk[] = [];
  for await (const instance of client.associators(settings, { ...call, ...association })) {
    const [path] = Array.isArray(instance.HostResource) ? (instance.HostResource as readonly unknown[]) : [];
    if (instance.ResourceSubType === VIRTUAL_HARD_DISK && typeof path === 'string') disks.push({ instance: await known(instance), path });
  }
  return disks;
}

/** The instance without what a newer Windows than the schema's has added: it could not be sent back with its type. */
async function known(instance: CimInstance): Promise<CimInstance> {
  const className = classOf(instance);
  const info = (await loadSchema()).classInfo(className);
  return createInstance({ className, properties: Object.entries(instance).filter(([name]) => info?.properties.has(name) === true) });
}

function movedDisks(disks: readonly Disk[], storage: MigrationStorage): readonly CimInstance[] {
  const wanted = Object.entries(storage.disks ?? {});
  const foreign = wanted.find(([now]) => !disks.some(({ path }) => samePath(path, now)));
  if (foreign !== undefined) {
    throw new UsageError(`The machine has no disk ${foreign[0]}; it has ${disks.map(({ path }) => path).join(', ') || 'none'}`);
  }
  const targets: string[] = [];
  return disks.flatMap(({ instance, path }) => {
    const then = wanted.find(([now]) => samePath(path, now))?.[1] ?? under(storage.path, path);
    if (then === null) return [];
    if (targets.some((target) => samePath(target, then))) throw new UsageError(`Two disks would become ${then}: say in storage.disks where each goes`);
    targets.push(then);
    return [createInstance({ className: classOf(instance), properties: { ...instance, HostResource: [then] } })];
  });
}

function under(directory: string | undefined, disk: string): string | null {
  return directory === undefined ? null : `${directory.replace(/[\\/]+$/, '')}\\Virtual Hard Disks\\${disk.replace(/^.*[\\/]/s, '')}`;
}

/** Paths of Windows are the same in any letter case, and with slashes of either kind. */
function samePath(left: string, right: string): boolean {
  const fold = (path: string): string => path.replaceAll('/', '\\').toLowerCase();
  return fold(left) === fold(right);
}
