/** What the tests of the data centre share: hosts that are closed after each test, and the methods as bare calls. */
import { type CimInstance, type InstancePath, type WsmanClient, createInstance, instancePath } from '../../../src/index.js';
import { SimulatedDataCentre, type SimulatedDataCentreOptions } from '../../../src/testing/index.js';
import { afterTest, clientOf } from '../support.js';

export const VIRTUAL_SYSTEM = 32768;
export const STORAGE = 32769;
export const STAGED = 32770;
export const VIRTUAL_SYSTEM_AND_STORAGE = 32771;
export const STORAGE_DEEP_CHECK = 32772;

export async function startCentre(options: Partial<SimulatedDataCentreOptions> = {}): Promise<SimulatedDataCentre> {
  const centre = await SimulatedDataCentre.start({ hosts: ['hv01', 'hv02'], migrationMs: 40, ...options });
  afterTest(() => centre.close());
  return centre;
}

export function clientAt(centre: SimulatedDataCentre, hostName: string): WsmanClient {
  return clientOf(centre.host(hostName));
}

export type Asked = { readonly to?: string | null; readonly type?: number; readonly disks?: Readonly<Record<string, string>>; readonly method?: 'MigrateVirtualSystemToHost' | 'CheckVirtualSystemIsMigratable'; readonly folder?: string };

/** Calls MigrateVirtualSystemToHost, or the check, on the migration service of a host. */
export async function ask(client: WsmanClient, hostName: string, machine: string, asked: Asked): Promise<{ returnValue: number; job: InstancePath | null }> {
  const { to = 'hv02', type = VIRTUAL_SYSTEM, disks = {}, method = 'MigrateVirtualSystemToHost', folder } = asked;
  const service = 'Msvm_VirtualSystemMigrationService';
  const path = instancePath(service, { CreationClassName: service, Name: 'vmms', SystemCreationClassName: 'Msvm_ComputerSystem', SystemName: hostName });
  const text = { type: 'string', array: false } as const;
  const resources = Object.entries(disks).map(([id, disk]) =>
    createInstance({ className: 'Msvm_StorageAllocationSettingData', properties: { InstanceID: id, HostResource: [disk] }, types: { InstanceID: text, HostResource: { type: 'string', array: true } } }),
  );
  const { returnValue, out } = await client.invoke(path, method, {
    ComputerSystem: instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: machine }),
    DestinationHost: to,
    MigrationSettingData: createInstance({ className: 'Msvm_VirtualSystemMigrationSettingData', properties: { MigrationType: type }, types: { MigrationType: { type: 'uint16', array: false } } }),
    ...(folder === undefined ? {} : { NewSystemSettingData: createInstance({ className: 'Msvm_VirtualSystemSettingData', properties: { ConfigurationDataRoot: folder }, types: { ConfigurationDataRoot: text } }) }),
    ...(resources.length === 0 ? {} : { NewResourceSettingData: resources }),
  });
  return { returnValue, job: out.Job ?? null };
}

/** Reads a job until `isThere`. */
export async function jobWhen(client: WsmanClient, job: InstancePath | null, isThere: (job: CimInstance) => boolean): Promise<CimInstance> {
  for (;;) {
    const instance = await client.get(job!);
    if (isThere(instance)) return instance;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export function ended(client: WsmanClient, job: InstancePath | null): Promise<CimInstance> {
  return jobWhen(client, job, ({ JobState }) => ![4, 6].includes(Number(JobState)));
}

/** What of a class is on a host, as a client sees it. */
export async function namesOn(client: WsmanClient, query: string, property: string): Promise<unknown[]> {
  const names: unknown[] = [];
  for await (const instance of client.query(query)) names.push(instance[property]);
  return names;
}
