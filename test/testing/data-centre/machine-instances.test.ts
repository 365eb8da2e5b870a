import { describe, expect, it } from 'vitest';
import { decodeCimXml } from '../../../src/cim/cim-xml.js';
import type { CimInstance } from '../../../src/index.js';
import { placeOf } from '../../../src/testing/data-centre/instances.js';
import { componentPath, machineInstances, machinePath, plannedInstances, plannedPath, settingsPath } from '../../../src/testing/data-centre/machine-instances.js';
import { resolveMachine } from '../../../src/testing/data-centre/types.js';
import { DB01, WEB01, all, provide } from './provider-support.js';

const NOW = new Date('2026-11-22T06:00:00Z');

describe('a machine of a data centre', () => {
  it.each([
    ['running', 2, true],
    ['off', 3, false],
    ['saved', 6, false],
    ['paused', 9, true],
  ] as const)('that is %s has EnabledState %i; a process: %s', async (state, enabledState, hasProcess) => {
    const { client } = await provide({ machines: [{ id: WEB01, name: 'web01', state }] });
    const system = await client.get(machinePath(WEB01));
    expect(system).toMatchObject({ Name: WEB01, ElementName: 'web01', EnabledState: enabledState, Caption: 'Virtual Machine' });
    expect(system.ProcessID !== null).toBe(hasProcess);
    expect(system.InstallDate).not.toBeNull();
  });

  it('has realized settings, and through them its memory and disks', async () => {
    const { client } = await provide({ machines: [{ id: WEB01, name: 'web01', memoryMb: 8192, disks: ['D:\\a.vhdx', 'D:\\b.vhdx'] }] });
    const settings = await all(client.associators(machinePath(WEB01), { associationClassName: 'Msvm_SettingsDefineState' }));
    expect(settings).toHaveLength(1);
    expect(settings[0]).toMatchObject({ InstanceID: `Microsoft:${WEB01}`, VirtualSystemIdentifier: WEB01, VirtualSystemType: 'Microsoft:Hyper-V:System:Realized', ElementName: 'web01' });
    const disks = await all(client.associators(settingsPath(WEB01), { resultClassName: 'Msvm_StorageAllocationSettingData' }));
    expect(disks.map(({ HostResource }) => HostResource)).toEqual([['D:\\a.vhdx'], ['D:\\b.vhdx']]);
    for (const [index, disk] of disks.entries()) {
      expect(disk.InstanceID).toMatch(new RegExp(`^Microsoft:${WEB01}\\\\[0-9A-F-]{36}\\\\0\\\\${index}\\\\L$`));
      expect(disk).toMatchObject({ ResourceSubType: 'Microsoft:Hyper-V:Virtual Hard Disk', ResourceType: 31 });
    }
    const [memory] = await all(client.associators(settingsPath(WEB01), { resultClassName: 'Msvm_MemorySettingData' }));
    expect(memory?.VirtualQuantity).toBe(8192n);
  });

  it('tells the name and addresses of a guest that runs', async () => {
    const { client } = await provide({ machines: [{ id: WEB01, name: 'web01', addresses: ['192.0.2.10', '192.0.2.11', '2001:db8::10'] }] });
    const [component] = await all(client.query(`SELECT * FROM Msvm_KvpExchangeComponent WHERE SystemName = '${WEB01}'`));
    const items = component!.GuestIntrinsicExchangeItems as readonly CimInstance[];
    const data = new Map(items.map(({ Name, Data }) => [Name, Data]));
    expect(data.get('FullyQualifiedDomainName')).toBe('web01.example');
    expect(data.get('NetworkAddressIPv4')).toBe('192.0.2.10;192.0.2.11');
    expect(data.get('NetworkAddressIPv6')).toBe('2001:db8::10');
  });

  it('has components at the end of Msvm_SystemDevice, and tells nothing of a guest that is off', async () => {
    const { client } = await provide({ machines: [{ id: WEB01, name: 'web01', state: 'off' }] });
    const components = await all(client.associators(machinePath(WEB01), { associationClassName: 'Msvm_SystemDevice' }));
    expect(components.map(({ CreationClassName }) => CreationClassName).sort()).toEqual(['Msvm_HeartbeatComponent', 'Msvm_KvpExchangeComponent', 'Msvm_ShutdownComponent']);
    const exchange = await client.get(componentPath('Msvm_KvpExchangeComponent', WEB01));
    expect(exchange.GuestIntrinsicExchangeItems ?? []).toEqual([]);
    expect(exchange.OperationalStatus).toEqual([13]);
  });

  it('that is planned is a Msvm_PlannedComputerSystem with planned settings, and no Msvm_ComputerSystem', async () => {
    const { host, client } = await provide({ machines: [] });
    host.seed(plannedInstances(resolveMachine({ id: DB01, name: 'db01' }), NOW));
    expect(await client.get(plannedPath(DB01))).toMatchObject({ Name: DB01, ElementName: 'db01', EnabledState: 3 });
    const [settings] = await all(client.associators(plannedPath(DB01), { associationClassName: 'Msvm_SettingsDefineState' }));
    expect(settings?.VirtualSystemType).toBe('Microsoft:Hyper-V:System:Planned');
    expect((await all(client.enumerate('Msvm_ComputerSystem'))).map(({ Name }) => Name)).toEqual(['hv01']);
  });

  it('is gone when each of its places is removed', async () => {
    const { host, client } = await provide({ machines: [] });
    const instances = machineInstances(resolveMachine({ id: DB01, name: 'db01', clustered: true }), 'hv01', NOW);
    host.seed(instances);
    for (const instance of instances) host.remove(placeOf(instance));
    expect((await all(client.enumerate('Msvm_ComputerSystem'))).map(({ Name }) => Name)).toEqual(['hv01']);
    for (const className of ['CIM_SettingData', 'Msvm_SettingsDefineState', 'Msvm_VirtualSystemSettingDataComponent', 'Msvm_SystemDevice', 'Msvm_KvpExchangeComponent']) {
      const left = await all(client.enumerate(className));
      expect(left.filter((instance) => JSON.stringify(instance).includes(DB01)), className).toEqual([]);
    }
  });

  it.each([
    [{ name: '' }, 'a machine needs a name'],
    [{ name: 'web01', id: 'web01' }, '"web01" is not a GUID'],
    [{ name: 'web01', memoryMb: 0.5 }, 'memoryMb is a whole number from 32, not 0.5'],
  ])('is refused when it is %j', (machine, message) => {
    expect(() => resolveMachine(machine)).toThrow(message);
  });

  it('has an upper-case GUID, whatever form it was given in', () => {
    expect(resolveMachine({ name: 'web01', id: `{${WEB01.toLowerCase()}}` }).id).toBe(WEB01);
  });
});

describe('a clustered machine', () => {
  it('is a role in root/mscluster: its resource names its group, its owner and its GUID', async () => {
    const { client } = await provide({ host: { clustered: true }, machines: [{ id: WEB01, name: 'web01', clustered: true }] });
    const [resource] = await all(client.query("SELECT * FROM MSCluster_Resource WHERE Type = 'Virtual Machine'", { namespace: 'root/mscluster' }));
    expect(resource).toMatchObject({ Name: 'Virtual Machine web01', Type: 'Virtual Machine', OwnerGroup: 'web01', OwnerNode: 'hv01' });
    expect(decodeCimXml(resource!.PrivateProperties as string).VmID).toBe(WEB01);
    const groups = await all(client.query('SELECT * FROM MSCluster_ResourceGroup', { namespace: 'root/mscluster' }));
    expect(groups.map(({ Name, OwnerNode }) => [Name, OwnerNode])).toEqual([
      ['Cluster Group', 'hv01'],
      ['web01', 'hv01'],
    ]);
  });

  it('leads from its group to its two resources', async () => {
    const { client } = await provide({ host: { clustered: true }, machines: [{ id: WEB01, name: 'web01', clustered: true }] });
    const group = { namespace: 'root/mscluster', className: 'MSCluster_ResourceGroup', keys: { Name: 'web01' } };
    const resources = await all(client.associators(group));
    expect(resources.map(({ Name }) => Name)).toEqual(['Virtual Machine web01', 'Virtual Machine Configuration web01']);
  });

  it('has no role where the host is no node: the namespace does not answer', async () => {
    const { client } = await provide();
    await expect(all(client.query('SELECT * FROM MSCluster_Resource', { namespace: 'root/mscluster' }))).rejects.toMatchObject({ code: 'FAULT', wsman: 2150858778 });
  });

  it('is not needed for a node to answer', async () => {
    const { client } = await provide({ host: { clustered: true } });
    const resources = await all(client.query("SELECT * FROM MSCluster_Resource WHERE Type = 'Virtual Machine'", { namespace: 'root/mscluster' }));
    expect(resources).toEqual([]);
  });
});
