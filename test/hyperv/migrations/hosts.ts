import { afterEach } from 'vitest';
import { instancePath } from '../../../src/cim/object-path.js';
import { HyperVHost } from '../../../src/hyperv/host.js';
import type { MigrationIntent } from '../../../src/hyperv/migrations/intent.js';
import { DEFAULT_USER, SimulatedHost } from '../../../src/testing/index.js';

export const ID = '7C0E5A14-93D2-4B6F-8A51-0D2F6E9B3C47';
export const OTHER_ID = '1F8B2D60-5E4C-4C0A-B7A9-66D1C3E0F582';
export const SERVICE = 'Msvm_VirtualSystemMigrationService';
/** The text that goes out for a migration of type VirtualSystem with nothing more said. */
export const PLAIN_SETTINGS = '<INSTANCE CLASSNAME="Msvm_VirtualSystemMigrationSettingData"><PROPERTY NAME="MigrationType" TYPE="uint16"><VALUE>32768</VALUE></PROPERTY></INSTANCE>';

export type Lab = { readonly simulated: SimulatedHost; readonly host: HyperVHost };

const open: Lab[] = [];
afterEach(async () => {
  for (const { simulated, host } of open.splice(0)) {
    await host.close();
    await simulated.close();
  }
});

/** A host that shows itself and its migration service, and nothing more; closed after the test. */
export async function startHost(name: string): Promise<Lab> {
  const simulated = await SimulatedHost.start();
  const host = new HyperVHost({ url: simulated.url, name, auth: { type: 'ntlm', ...DEFAULT_USER } });
  simulated.seed([
    { className: 'Msvm_ComputerSystem', properties: { CreationClassName: 'Msvm_ComputerSystem', Name: name, ElementName: name } },
    {
      className: SERVICE,
      properties: {
        ...{ CreationClassName: SERVICE, Name: 'migration', SystemCreationClassName: 'Msvm_ComputerSystem', SystemName: name },
        ...{ ActiveVirtualSystemMigrationCount: 0, ActiveStorageMigrationCount: 0, MigrationServiceListenerIPAddressList: ['192.0.2.7'] },
      },
    },
    {
      className: 'Msvm_VirtualSystemMigrationServiceSettingData',
      properties: {
        ...{ InstanceID: 'Microsoft:MigrationServiceSettings', EnableVirtualSystemMigration: true, AuthenticationType: 1, EnableSmbTransport: false },
        ...{ MaximumActiveVirtualSystemMigration: 2, MaximumActiveStorageMigration: 2 },
      },
    },
  ]);
  const lab = { simulated, host };
  open.push(lab);
  return lab;
}

export const machineAt = (id: string) => instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: id });

/** Puts a machine on a host, with its settings and disks. */
export function addMachine({ simulated }: Lab, id: string = ID, name: string = 'ledger-2', disks: readonly string[] = []): void {
  simulated.seed([
    { className: 'Msvm_ComputerSystem', properties: { ...machineAt(id).keys as Record<string, string>, ElementName: name, EnabledState: 2 } },
    {
      className: 'Msvm_VirtualSystemSettingData',
      properties: { InstanceID: `Microsoft:${id}`, VirtualSystemIdentifier: id, VirtualSystemType: 'Microsoft:Hyper-V:System:Realized', ElementName: name },
    },
    {
      className: 'Msvm_VirtualSystemSettingData',
      properties: { InstanceID: `Microsoft:${OTHER_ID}`, VirtualSystemIdentifier: id, VirtualSystemType: 'Microsoft:Hyper-V:Snapshot:Realized' },
    },
    ...disks.map((path, index) => ({
      className: 'Msvm_StorageAllocationSettingData',
      properties: { InstanceID: diskId(id, index), ResourceType: 31, ResourceSubType: 'Microsoft:Hyper-V:Virtual Hard Disk', HostResource: [path], VirtualQuantity: '1' },
    })),
    {
      className: 'Msvm_StorageAllocationSettingData',
      properties: { InstanceID: diskId(id, 9), ResourceType: 31, ResourceSubType: 'Microsoft:Hyper-V:Virtual CD/DVD Disk', HostResource: ['C:\\iso\\setup.iso'] },
    },
    ...[...disks.keys(), 9].map((index) => ({
      className: 'Msvm_VirtualSystemSettingDataComponent',
      properties: {
        GroupComponent: instancePath('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${id}` }),
        PartComponent: instancePath('Msvm_StorageAllocationSettingData', { InstanceID: diskId(id, index) }),
      },
    })),
  ]);
}

export const diskId = (id: string, index: number): string => `Microsoft:${id}\\B4A6D0F3-2C19-4E87-9D5A-7F10E8C2B695\\0\\${index}\\L`;

/** Lets MigrateVirtualSystemToHost answer with a job in a state, which it puts on the host. */
export function migrates({ simulated }: Lab, JobState: number = 4): void {
  simulated.onInvoke(SERVICE, 'MigrateVirtualSystemToHost', (_path, { DestinationHost = null }) => {
    const { className, namespace, keys } = simulated.addJob({ JobState, properties: { VirtualSystemName: ID, DestinationHost: DestinationHost } });
    return { returnValue: 4096, out: { Job: instancePath(className, keys, namespace) } };
  });
}

/** Takes a machine from one host to another, as a migration does. */
export function move(from: Lab, to: Lab): void {
  from.simulated.remove(machineAt(ID));
  to.simulated.seed([{ className: 'Msvm_ComputerSystem', properties: { ...machineAt(ID).keys as Record<string, string>, ElementName: 'ledger-2', EnabledState: 2 } }]);
}

/** An intent of `ledger-2` as it comes out of a store. */
export function intentOf({ host }: Lab, changes: Partial<MigrationIntent> = {}): MigrationIntent {
  return {
    ...{ version: 1, id: '5b0d2f6c-9a41-4e7b-8c15-3f0e6d7a2b94', host: host.client.host, machine: { id: ID, name: 'ledger-2' }, to: 'node-b', type: 'VirtualSystem' },
    ...{ options: { MigrationSettingData: PLAIN_SETTINGS, NewSystemSettingData: null, NewResourceSettingData: null }, knownJobs: [], intendedAt: '2026-03-01T08:00:00.000Z' },
    ...changes,
  };
}
