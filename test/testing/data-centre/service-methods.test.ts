import { describe, expect, it } from 'vitest';
import { type CimInstance, createInstance } from '../../../src/index.js';
import { MIGRATION_SETTINGS_PATH, migrationNetworkPath, migrationServicePath } from '../../../src/testing/data-centre/host-instances.js';
import { type Provided, all, provide } from './provider-support.js';

const SERVICE = migrationServicePath('hv01');
const NETWORK_CLASS = 'Msvm_VirtualSystemMigrationNetworkSettingData';
const FIRST = 'Microsoft:MigrationNetwork0';

function settings(properties: Readonly<Record<string, string | number | boolean | null>>, className: string = MIGRATION_SETTINGS_PATH.className): CimInstance {
  return createInstance({ className, properties });
}

const subnetsOf = async ({ client }: Provided) => (await all(client.enumerate(NETWORK_CLASS))).map(({ SubnetNumber, PrefixLength, Metric }) => [SubnetNumber, PrefixLength, Metric]);
const start = async () => provide({ host: { listenerAddresses: ['10.9.0.7'] }, machines: [] });

describe('ModifyServiceSettings of the migration service', () => {
  it('changes what is given, leaves what is null, and answers 0', async () => {
    const { client } = await start();
    const { returnValue } = await client.invoke(SERVICE, 'ModifyServiceSettings', { ServiceSettingData: settings({ AuthenticationType: 1, MaximumActiveVirtualSystemMigration: 4, MaximumActiveStorageMigration: null }) });
    expect(returnValue).toBe(0);
    const [now] = await all(client.enumerate('Msvm_VirtualSystemMigrationServiceSettingData'));
    expect(now).toMatchObject({ AuthenticationType: 1, MaximumActiveVirtualSystemMigration: 4, MaximumActiveStorageMigration: 2, EnableVirtualSystemMigration: true });
  });

  it.each([
    ['nothing', null, 32773],
    ['an authentication that is none', settings({ AuthenticationType: 7 }), 32773],
    ['settings of another service', settings({ InstanceID: 'Microsoft:Other', AuthenticationType: 1 }), 32773],
    ['a class that is no such setting', settings({ SubnetNumber: '10.0.0.0' }, NETWORK_CLASS), 32776],
  ])('refuses %s', async (_what, given, code) => {
    const { host, client } = await start();
    expect((await client.invoke(SERVICE, 'ModifyServiceSettings', { ServiceSettingData: given })).returnValue).toBe(code);
    expect(host.get(MIGRATION_SETTINGS_PATH).AuthenticationType).toBe(0);
  });
});

describe('the networks of the migration service', () => {
  it('are added with a job, under an InstanceID of the host, at the end of the association', async () => {
    const provided = await start();
    const network = settings({ SubnetNumber: '10.40.0.0', PrefixLength: 16, Metric: 5000 }, NETWORK_CLASS);
    const { returnValue, out } = await provided.client.invoke(SERVICE, 'AddNetworkSettings', { NetworkSettings: [network] });
    expect(returnValue).toBe(4096);
    expect(provided.host.get(out.Job!).JobState).toBeOneOf([4, 7]);
    expect(await subnetsOf(provided)).toEqual([
      ['10.9.0.7', 32, 0],
      ['10.40.0.0', 16, 5000],
    ]);
    expect(await all(provided.client.associators(MIGRATION_SETTINGS_PATH, { resultClassName: NETWORK_CLASS }))).toHaveLength(2);
  });

  it('are changed by their InstanceID', async () => {
    const provided = await start();
    const { returnValue } = await provided.client.invoke(SERVICE, 'ModifyNetworkSettings', { NetworkSettings: [settings({ InstanceID: FIRST, Metric: 9 }, NETWORK_CLASS)] });
    expect(returnValue).toBe(4096);
    expect(await subnetsOf(provided)).toEqual([['10.9.0.7', 32, 9]]);
  });

  it('are removed by their paths, associations and all', async () => {
    const provided = await start();
    const { returnValue } = await provided.client.invoke(SERVICE, 'RemoveNetworkSettings', { NetworkSettings: [migrationNetworkPath(FIRST)] });
    expect(returnValue).toBe(4096);
    expect(await subnetsOf(provided)).toEqual([]);
    expect(await all(provided.client.enumerate('Msvm_VirtualSystemMigrationServiceSettingDataComponent'))).toEqual([]);
  });

  it.each<['AddNetworkSettings' | 'ModifyNetworkSettings', string, CimInstance[], number]>([
    ['AddNetworkSettings', 'none', [], 32773],
    ['AddNetworkSettings', 'one without an address', [settings({ SubnetNumber: 'lan', PrefixLength: 24 }, NETWORK_CLASS)], 32773],
    ['AddNetworkSettings', 'one with a prefix too long', [settings({ SubnetNumber: '10.0.0.0', PrefixLength: 33 }, NETWORK_CLASS)], 32773],
    ['AddNetworkSettings', 'another class', [settings({ AuthenticationType: 1 })], 32776],
    ['ModifyNetworkSettings', 'one that is not there', [settings({ InstanceID: 'Microsoft:None', Metric: 1 }, NETWORK_CLASS)], 32773],
    ['ModifyNetworkSettings', 'one that cannot be, among others', [settings({ InstanceID: FIRST, Metric: 1 }, NETWORK_CLASS), settings({ InstanceID: FIRST, PrefixLength: 64 }, NETWORK_CLASS)], 32773],
    ['ModifyNetworkSettings', 'another class', [settings({ AuthenticationType: 1 })], 32776],
  ])('%s refuses %s, and nothing changes', async (method, _what, given, code) => {
    const provided = await start();
    expect((await provided.client.invoke(SERVICE, method, { NetworkSettings: given })).returnValue).toBe(code);
    expect(await subnetsOf(provided)).toEqual([['10.9.0.7', 32, 0]]);
  });

  it.each([
    ['none', []],
    ['one that is not there, among others', [migrationNetworkPath(FIRST), migrationNetworkPath('Microsoft:None')]],
  ])('RemoveNetworkSettings refuses %s with 32773, and nothing changes', async (_what, paths) => {
    const provided = await start();
    expect((await provided.client.invoke(SERVICE, 'RemoveNetworkSettings', { NetworkSettings: paths })).returnValue).toBe(32773);
    expect(await subnetsOf(provided)).toEqual([['10.9.0.7', 32, 0]]);
  });
});
