import { describe, expect, it } from 'vitest';
import { migrationNetworkPath } from '../../../src/testing/data-centre/host-instances.js';
import { resolveHost } from '../../../src/testing/data-centre/types.js';
import { all, provide } from './provider-support.js';

describe('a host of a data centre', () => {
  it('has a computer system of its own, whose Name is no GUID and which has neither ProcessID nor InstallDate', async () => {
    const { client } = await provide({ machines: [] });
    const systems = await all(client.enumerate('Msvm_ComputerSystem'));
    expect(systems).toHaveLength(1);
    expect(systems[0]).toMatchObject({ CreationClassName: 'Msvm_ComputerSystem', Name: 'hv01', ElementName: 'hv01', ProcessID: null, InstallDate: null, EnabledState: 2, RequestedState: 12 });
  });

  it('has the two services, each under its four keys', async () => {
    const { client } = await provide({ machines: [] });
    for (const className of ['Msvm_VirtualSystemManagementService', 'Msvm_VirtualSystemMigrationService'] as const) {
      const paths = await all(client.enumeratePaths(className));
      expect(paths.map(({ keys }) => keys)).toEqual([{ CreationClassName: className, Name: 'vmms', SystemCreationClassName: 'Msvm_ComputerSystem', SystemName: 'hv01' }]);
    }
  });

  it('counts its migrations and tells where it listens for them', async () => {
    const { client } = await provide({ host: { listenerAddresses: ['10.9.0.7', 'fd00::7'] } });
    const [service] = await all(client.enumerate('Msvm_VirtualSystemMigrationService'));
    expect(service).toMatchObject({ ActiveVirtualSystemMigrationCount: 0, ActiveStorageMigrationCount: 0, MigrationServiceListenerIPAddressList: ['10.9.0.7', 'fd00::7'] });
  });

  it('listens nowhere when it takes no part in migrations', async () => {
    const { client } = await provide({ host: { migrationEnabled: false } });
    const [service] = await all(client.enumerate('Msvm_VirtualSystemMigrationService'));
    expect(service?.MigrationServiceListenerIPAddressList ?? []).toEqual([]);
    const [settings] = await all(client.enumerate('Msvm_VirtualSystemMigrationServiceSettingData'));
    expect(settings?.EnableVirtualSystemMigration).toBe(false);
  });

  it.each([
    ['CredSSP', 0],
    ['Kerberos', 1],
  ] as const)('shows %s as AuthenticationType %i, and its limits', async (authenticationType, number) => {
    const { client } = await provide({ host: { authenticationType, maximumMigrations: 3, maximumStorageMigrations: 5 } });
    const [service] = await all(client.enumeratePaths('Msvm_VirtualSystemMigrationService'));
    const settings = await all(client.associators(service!, { associationClassName: 'Msvm_ElementSettingData' }));
    expect(settings).toHaveLength(1);
    expect(settings[0]).toMatchObject({ AuthenticationType: number, EnableVirtualSystemMigration: true, MaximumActiveVirtualSystemMigration: 3, MaximumActiveStorageMigration: 5 });
  });

  it('has its networks at the end of the association from the settings', async () => {
    const { client } = await provide({ host: { listenerAddresses: ['10.9.0.7', 'fd00::7'] } });
    const [settings] = await all(client.enumeratePaths('Msvm_VirtualSystemMigrationServiceSettingData'));
    const networks = await all(client.associators(settings!, { resultClassName: 'Msvm_VirtualSystemMigrationNetworkSettingData' }));
    expect(networks.map(({ SubnetNumber, PrefixLength, Metric }) => [SubnetNumber, PrefixLength, Metric])).toEqual([
      ['10.9.0.7', 32, 0],
      ['fd00::7', 128, 1],
    ]);
    expect(await client.get(migrationNetworkPath('Microsoft:MigrationNetwork0'))).toMatchObject({ SubnetNumber: '10.9.0.7' });
  });

  it('has capabilities that tell of an asynchronous check, and defaults for each kind of migration', async () => {
    const { client } = await provide();
    const [service] = await all(client.enumeratePaths('Msvm_VirtualSystemMigrationService'));
    const [capabilities] = await all(client.associators(service!, { associationClassName: 'Msvm_ElementCapabilities' }));
    expect(capabilities).toMatchObject({ AsynchronousMethodsSupported: [2, 32768], DestinationHostFormatsSupported: [2, 3, 4] });
    const defaults = await all(client.query('SELECT * FROM Msvm_VirtualSystemMigrationSettingData'));
    expect(defaults.map(({ InstanceID, MigrationType, TransportType, Bandwidth }) => [InstanceID, MigrationType, TransportType, Bandwidth])).toEqual([
      ['Microsoft:VirtualSystem', 32768, 5, null],
      ['Microsoft:Storage', 32769, 5, null],
      ['Microsoft:Staged', 32770, 5, null],
      ['Microsoft:VirtualSystemAndStorage', 32771, 5, null],
      ['Microsoft:StorageDeepCheck', 32772, 5, null],
    ]);
    const [path] = await all(client.enumeratePaths('Msvm_VirtualSystemMigrationCapabilities'));
    expect(await all(client.associators(path!, { associationClassName: 'Msvm_SettingsDefineCapabilities' }))).toHaveLength(5);
  });

  it.each(['maximumMigrations', 'maximumStorageMigrations'])('refuses %s of -1', (name) => {
    expect(() => resolveHost({ name: 'hv01', [name]: -1 })).toThrow(`${name} is a whole number from 0, not -1`);
  });
});
