/** What a Hyper-V host holds before it has any machine. */
import { CimDateTime } from '../../cim/datetime.js';
import { type InstancePath, instancePath } from '../../cim/object-path.js';
import { clusterCoreInstances } from './cluster-instances.js';
import { type PlacedInstance, type Values, association, placed, scopedPath } from './instances.js';
import type { ResolvedHost } from './types.js';

/** Msvm_VirtualSystemMigrationSettingData.MigrationType, by the names in the InstanceIDs of the default settings. */
const MIGRATION_TYPES: Readonly<Record<string, number>> = {
  VirtualSystem: 32768,
  Storage: 32769,
  Staged: 32770,
  VirtualSystemAndStorage: 32771,
  StorageDeepCheck: 32772,
};
/** Msvm_VirtualSystemMigrationServiceSettingData.AuthenticationType. */
const AUTHENTICATION_TYPES: Readonly<Record<ResolvedHost['authenticationType'], number>> = { CredSSP: 0, Kerberos: 1 };
const CAPABILITIES_PATH: InstancePath = instancePath('Msvm_VirtualSystemMigrationCapabilities', { InstanceID: 'Microsoft:VirtualSystemMigrationCapabilities' });

/** Where the settings of the migration service are: one instance a host. */
export const MIGRATION_SETTINGS_PATH: InstancePath<'Msvm_VirtualSystemMigrationServiceSettingData'> = instancePath('Msvm_VirtualSystemMigrationServiceSettingData', { InstanceID: 'Microsoft:VirtualSystemMigrationService' });

/** A network for migrations. What is left out is null. */
export type MigrationNetwork = {
  /** An address of IPv4 or IPv6. */
  readonly SubnetNumber: string;
  /** How many of its bits count. */
  readonly PrefixLength: number;
  /** A lower one is preferred. */
  readonly Metric?: number | null;
  readonly Tags?: readonly string[] | null;
};

/** Where the host's own computer system is. */
export function hostPath(hostName: string): InstancePath<'Msvm_ComputerSystem'> {
  return instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: hostName });
}

/** Where the service is that manages machines. */
export function managementServicePath(hostName: string): InstancePath<'Msvm_VirtualSystemManagementService'> {
  return servicePath('Msvm_VirtualSystemManagementService', hostName);
}

/** Where the service is that moves machines; ActiveVirtualSystemMigrationCount and ActiveStorageMigrationCount tell what runs. */
export function migrationServicePath(hostName: string): InstancePath<'Msvm_VirtualSystemMigrationService'> {
  return servicePath('Msvm_VirtualSystemMigrationService', hostName);
}

/** Where a network for migrations is. */
export function migrationNetworkPath(instanceId: string): InstancePath<'Msvm_VirtualSystemMigrationNetworkSettingData'> {
  return instancePath('Msvm_VirtualSystemMigrationNetworkSettingData', { InstanceID: instanceId });
}

/**
 * The instances of a host: its computer system, the two services, the settings, networks, capabilities and defaults of
 * migrations, and what associates them. A node of the cluster has the cluster's own group too.
 *
 * @param now - since when it runs
 */
export function hostInstances(host: ResolvedHost, now: Date): readonly PlacedInstance[] {
  return [
    placed(hostPath(host.name), systemProperties(host)),
    ...serviceInstances(host, now),
    ...settingInstances(host),
    ...host.listenerAddresses.flatMap((address, index) => networkInstances(`Microsoft:MigrationNetwork${index}`, networkOf(address, index))),
    ...capabilityInstances(host),
    ...(host.clustered ? clusterCoreInstances(host.name) : []),
  ];
}

/** A network for migrations, and that the settings of the service have it. */
export function networkInstances(instanceId: string, { SubnetNumber, PrefixLength, Metric = 0, Tags = null }: MigrationNetwork): readonly PlacedInstance[] {
  const path = migrationNetworkPath(instanceId);
  const caption = 'Migration Network Setting Data';
  return [placed(path, { Caption: caption, Description: `Virtual System ${caption}`, ElementName: caption, SubnetNumber, PrefixLength, Metric, Tags }), networkComponent(path)];
}

/** That the settings of the service have a network. */
export function networkComponent(network: InstancePath): PlacedInstance {
  return association('Msvm_VirtualSystemMigrationServiceSettingDataComponent', { GroupComponent: MIGRATION_SETTINGS_PATH, PartComponent: network });
}

/** The network of one address alone, as a host has it that listens on that address and no other. */
function networkOf(address: string, index: number): MigrationNetwork {
  return { SubnetNumber: address, PrefixLength: address.includes(':') ? 128 : 32, Metric: index };
}

function servicePath<C extends string>(className: C, hostName: string): InstancePath<C> {
  return scopedPath(className, { className: 'Msvm_ComputerSystem', name: hostName }, { Name: 'vmms' });
}

/** Unlike a machine the host has neither ProcessID nor InstallDate, and its Name is no GUID. */
function systemProperties({ name }: ResolvedHost): Values {
  return {
    Caption: 'Hosting Computer System',
    Description: 'Microsoft Hosting Computer System',
    ElementName: name,
    EnabledDefault: 2,
    EnabledState: 2,
    HealthState: 5,
    NumberOfNumaNodes: 1,
    OperationalStatus: [2],
    RequestedState: 12,
    ResetCapability: 1,
    Status: 'OK',
    StatusDescriptions: ['OK'],
  };
}

function serviceInstances(host: ResolvedHost, now: Date): readonly PlacedInstance[] {
  const running = {
    EnabledDefault: 2,
    EnabledState: 5,
    HealthState: 5,
    OperationalStatus: [2],
    RequestedState: 12,
    Started: true,
    StartMode: 'Automatic',
    Status: 'OK',
    StatusDescriptions: ['OK'],
    TimeOfLastStateChange: CimDateTime.fromDate(now),
  };
  const management = managementServicePath(host.name);
  const migration = migrationServicePath(host.name);
  const migrations = { ActiveStorageMigrationCount: 0, ActiveVirtualSystemMigrationCount: 0, MigrationServiceListenerIPAddressList: host.migrationEnabled ? host.listenerAddresses : [] };
  return [
    placed(management, { ...running, Caption: 'Virtual System Management Service', ElementName: 'Virtual System Management Service' }),
    placed(migration, { ...running, ...migrations, Caption: 'Virtual System Migration Service', ElementName: 'Virtual System Migration Service' }),
    ...[management, migration].map((service) => association('Msvm_HostedService', { Antecedent: hostPath(host.name), Dependent: service })),
  ];
}

function settingInstances(host: ResolvedHost): readonly PlacedInstance[] {
  return [
    placed(MIGRATION_SETTINGS_PATH, {
      AuthenticationType: AUTHENTICATION_TYPES[host.authenticationType],
      Caption: 'Migration Service Setting Data',
      Description: 'Virtual System Migration Service Setting Data',
      ElementName: 'Migration Service Setting Data',
      EnableCompression: true,
      EnableSmbTransport: false,
      EnableVirtualSystemMigration: host.migrationEnabled,
      MaximumActiveStorageMigration: host.maximumStorageMigrations,
      MaximumActiveVirtualSystemMigration: host.maximumMigrations,
    }),
    association('Msvm_ElementSettingData', { ManagedElement: migrationServicePath(host.name), SettingData: MIGRATION_SETTINGS_PATH }, { IsCurrent: 1, IsDefault: 2 }),
  ];
}

/** What the service can do, and the default settings of each kind of migration, which a client starts from. */
function capabilityInstances(host: ResolvedHost): readonly PlacedInstance[] {
  const defaults = Object.entries(MIGRATION_TYPES).map(([name, type]) =>
    placed(instancePath('Msvm_VirtualSystemMigrationSettingData', { InstanceID: `Microsoft:${name}` }), {
      Caption: 'Migration Setting Data',
      Description: 'Virtual System Migration Setting Data',
      MigrationType: type,
      TransportType: 5,
    }),
  );
  const isDefaultPoint = { PropertyPolicy: 0, ValueRange: 0, ValueRole: 0 };
  return [
    placed(CAPABILITIES_PATH, {
      AsynchronousMethodsSupported: [2, 32768],
      Caption: 'Migration Capabilities',
      Description: 'Virtual System Migration Capabilities',
      DestinationHostFormatsSupported: [2, 3, 4],
      ElementName: 'Migration Capabilities',
    }),
    association('Msvm_ElementCapabilities', { Capabilities: CAPABILITIES_PATH, ManagedElement: migrationServicePath(host.name) }),
    ...defaults,
    ...defaults.map(({ className, keys }) => association('Msvm_SettingsDefineCapabilities', { GroupComponent: CAPABILITIES_PATH, PartComponent: instancePath(className, keys) }, isDefaultPoint)),
  ];
}
