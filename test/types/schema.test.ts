import { describe, expectTypeOf, it } from 'vitest';
import type { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { type CimInstance, classOf } from '../../src/cim/instance.js';
import { type InstancePath, instancePath } from '../../src/cim/object-path.js';
import type { CimType, CimValue } from '../../src/cim/types.js';
import type { Schema } from '../../src/schema/class-info.js';
import type {
  ClassName,
  InParameters,
  InstanceInput,
  InstanceOf,
  KeysOf,
  MethodName,
  OutParameters,
  PathOf,
  ReturnValueOf,
} from '../../src/schema/typed.js';

/** Each line guards a fact of the schema, written by hand: it fails to compile, not to run. */
type Datetime = CimDateTime | CimInterval;
type AnyNumber = number & {};
type Properties<C extends ClassName, K extends keyof InstanceOf<C>> = Pick<InstanceOf<C>, K>;
type JobPath = PathOf<'CIM_ConcreteJob'>;
type JobResult = { readonly Job: JobPath | null };
type ServiceKeys = { readonly CreationClassName: string; readonly Name: string; readonly SystemCreationClassName: string; readonly SystemName: string };
type DeviceKeys = { readonly CreationClassName: string; readonly DeviceID: string; readonly SystemCreationClassName: string; readonly SystemName: string };
type ById = { readonly InstanceID: string };
type NoKeys = Readonly<Record<string, never>>;

describe('the properties of a class', () => {
  it('of jobs, with what they inherit', () => {
    expectTypeOf<Properties<'Msvm_MigrationJob', 'Cancellable' | 'DestinationHost' | 'MigrationStateList' | 'MigrationType'>>().toEqualTypeOf<{
      readonly Cancellable: boolean | null;
      readonly DestinationHost: string | null;
      readonly MigrationStateList: readonly number[] | null;
      readonly MigrationType: 0 | 32768 | 32769 | 32770 | 32771 | 32772 | AnyNumber | null;
    }>();
    expectTypeOf<Properties<'Msvm_MigrationJob', 'TimeOfLastStateChange' | 'InstanceID' | 'JobRunTimes' | 'StatusDescriptions'>>().toEqualTypeOf<{
      readonly TimeOfLastStateChange: Datetime | null;
      readonly InstanceID: string | null;
      readonly JobRunTimes: number | null;
      readonly StatusDescriptions: readonly string[] | null;
    }>();
    expectTypeOf<Properties<'Msvm_MigrationJob', 'NewSystemSettingData' | 'NewResourceSettingData'>>().toEqualTypeOf<{
      readonly NewSystemSettingData: InstanceOf<'Msvm_VirtualSystemSettingData'> | null;
      readonly NewResourceSettingData: readonly InstanceOf<'Msvm_StorageAllocationSettingData'>[] | null;
    }>();
    expectTypeOf<Properties<'CIM_ConcreteJob', 'JobState'>>().toEqualTypeOf<{
      readonly JobState: 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 32768 | AnyNumber | null;
    }>();
    expectTypeOf<Properties<'CIM_Job', 'RunDay' | 'RunMonth' | 'UntilTime'>['RunDay']>().toEqualTypeOf<number | null>();
    expectTypeOf<Properties<'Msvm_ConcreteJob', 'ErrorSummaryDescription'>>().toEqualTypeOf<{ readonly ErrorSummaryDescription: string | null }>();
    expectTypeOf<Properties<'Msvm_StorageJob', 'Child' | 'JobCompletionStatusCode'>>().toEqualTypeOf<{
      readonly Child: string | null;
      readonly JobCompletionStatusCode: number | null;
    }>();
    expectTypeOf<Properties<'Msvm_Error', 'ErrorSourceFormat' | 'MessageArguments'>>().toEqualTypeOf<{
      readonly ErrorSourceFormat: 0 | 1 | 2 | AnyNumber | null;
      readonly MessageArguments: readonly string[] | null;
    }>();
    expectTypeOf<Properties<'CIM_Error', 'PerceivedSeverity'>>().toEqualTypeOf<{
      readonly PerceivedSeverity: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | AnyNumber | null;
    }>();
  });

  it('of migrations', () => {
    expectTypeOf<Properties<'Msvm_VirtualSystemMigrationServiceSettingData', 'AuthenticationType' | 'EnableSmbTransport' | 'MigTdHash'>>().toEqualTypeOf<{
      readonly AuthenticationType: 0 | 1 | AnyNumber | null;
      readonly EnableSmbTransport: boolean | null;
      readonly MigTdHash: readonly number[] | null;
    }>();
    expectTypeOf<Properties<'Msvm_VirtualSystemMigrationSettingData', 'TransportType' | 'DestinationIPAddressList' | 'UnmanagedVhds'>>().toEqualTypeOf<{
      readonly TransportType: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 32768 | AnyNumber | null;
      readonly DestinationIPAddressList: readonly string[] | null;
      readonly UnmanagedVhds: readonly InstanceOf<'Msvm_MoveUnmanagedVhd'>[] | null;
    }>();
    expectTypeOf<Properties<'Msvm_VirtualSystemMigrationNetworkSettingData', 'PrefixLength' | 'Tags'>>().toEqualTypeOf<{
      readonly PrefixLength: number | null;
      readonly Tags: readonly string[] | null;
    }>();
    expectTypeOf<Properties<'Msvm_CompatibilityVector', 'CompatibilityInfo' | 'VectorId'>>().toEqualTypeOf<{
      readonly CompatibilityInfo: bigint | null;
      readonly VectorId: number | null;
    }>();
    expectTypeOf<Properties<'Msvm_MoveUnmanagedVhd', 'VhdSourcePath'>>().toEqualTypeOf<{ readonly VhdSourcePath: string | null }>();
    expectTypeOf<Properties<'Msvm_VirtualSystemMigrationService', 'ActiveStorageMigrationCount' | 'Started'>>().toEqualTypeOf<{
      readonly ActiveStorageMigrationCount: number | null;
      readonly Started: boolean | null;
    }>();
  });

  it('of machines, devices and their settings', () => {
    expectTypeOf<Properties<'Msvm_ComputerSystem', 'OnTimeInMilliseconds' | 'EnhancedSessionModeState' | 'Roles'>>().toEqualTypeOf<{
      readonly OnTimeInMilliseconds: bigint | null;
      readonly EnhancedSessionModeState: 2 | 3 | 6 | AnyNumber | null;
      readonly Roles: readonly string[] | null;
    }>();
    expectTypeOf<Properties<'Msvm_PlannedComputerSystem', 'AssignedNumaNodeList'>>().toEqualTypeOf<{ readonly AssignedNumaNodeList: readonly number[] | null }>();
    expectTypeOf<Properties<'Msvm_VirtualSystemSettingData', 'BIOSGUID' | 'Notes' | 'Parent' | 'Architecture'>>().toEqualTypeOf<{
      readonly BIOSGUID: string | null;
      readonly Notes: readonly string[] | null;
      readonly Parent: string | null;
      readonly Architecture: 'x64' | 'arm64' | (string & {}) | null;
    }>();
    expectTypeOf<Properties<'Msvm_StorageAllocationSettingData', 'IOPSLimit' | 'HostResource'>>().toEqualTypeOf<{
      readonly IOPSLimit: bigint | null;
      readonly HostResource: readonly string[] | null;
    }>();
    expectTypeOf<Properties<'CIM_ResourceAllocationSettingData', 'VirtualQuantity' | 'Weight'>>().toEqualTypeOf<{
      readonly VirtualQuantity: bigint | null;
      readonly Weight: number | null;
    }>();
    expectTypeOf<Properties<'Msvm_ProcessorSettingData', 'HwThreadsPerCore'>>().toEqualTypeOf<{ readonly HwThreadsPerCore: bigint | null }>();
    expectTypeOf<Properties<'Msvm_MemorySettingData', 'TargetMemoryBuffer'>>().toEqualTypeOf<{ readonly TargetMemoryBuffer: number | null }>();
    expectTypeOf<Properties<'Msvm_Synthetic3DDisplayControllerSettingData', 'VRAMSizeBytes'>>().toEqualTypeOf<{
      readonly VRAMSizeBytes: 67108864n | 134217728n | 268435456n | 536870912n | 1073741824n | (bigint & {}) | null;
    }>();
    expectTypeOf<Properties<'Msvm_VirtualEthernetSwitchSettingData', 'ExtensionOrder'>>().toEqualTypeOf<{ readonly ExtensionOrder: readonly string[] | null }>();
    expectTypeOf<Properties<'Msvm_VirtualEthernetSwitch', 'MaxIOVOffloads'>>().toEqualTypeOf<{ readonly MaxIOVOffloads: number | null }>();
    expectTypeOf<Properties<'Msvm_DiskDrive', 'DriveNumber' | 'NeedsCleaning'>>().toEqualTypeOf<{
      readonly DriveNumber: number | null;
      readonly NeedsCleaning: boolean | null;
    }>();
    expectTypeOf<Properties<'Msvm_Processor', 'LoadPercentageHistory'>>().toEqualTypeOf<{ readonly LoadPercentageHistory: readonly number[] | null }>();
    expectTypeOf<Properties<'Msvm_NumaNode', 'CurrentlyConsumableMemoryBlocks'>>().toEqualTypeOf<{ readonly CurrentlyConsumableMemoryBlocks: bigint | null }>();
    expectTypeOf<Properties<'Msvm_BootSourceSettingData', 'OptionalData'>>().toEqualTypeOf<{ readonly OptionalData: readonly number[] | null }>();
    expectTypeOf<Properties<'Msvm_KvpExchangeComponent', 'GuestExchangeItems'>>().toEqualTypeOf<{
      readonly GuestExchangeItems: readonly InstanceOf<'Msvm_KvpExchangeDataItem'>[] | null;
    }>();
    expectTypeOf<Properties<'Msvm_KvpExchangeDataItem', 'Source'>>().toEqualTypeOf<{ readonly Source: 0 | 1 | 2 | 4 | AnyNumber | null }>();
    expectTypeOf<Properties<'Msvm_BaseMetricValue', 'MetricValue' | 'Volatile'>>().toEqualTypeOf<{
      readonly MetricValue: string | null;
      readonly Volatile: boolean | null;
    }>();
    expectTypeOf<Properties<'Msvm_SummaryInformation', 'Snapshots' | 'AsynchronousTasks' | 'MemoryAvailable' | 'UpTime'>>().toEqualTypeOf<{
      readonly Snapshots: readonly InstanceOf<'CIM_VirtualSystemSettingData'>[] | null;
      readonly AsynchronousTasks: readonly InstanceOf<'CIM_ConcreteJob'>[] | null;
      readonly MemoryAvailable: number | null;
      readonly UpTime: bigint | null;
    }>();
    expectTypeOf<Properties<'Msvm_GuestClusterInformation', 'IsOnline' | 'ClusterSize'>>().toEqualTypeOf<{
      readonly IsOnline: readonly boolean[] | null;
      readonly ClusterSize: number | null;
    }>();
  });

  it('of associations are paths, narrower where the class says so', () => {
    expectTypeOf<InstanceOf<'Msvm_AffectedJobElement'>['AffectingElement']>().toEqualTypeOf<PathOf<'CIM_Job'> | null>();
    expectTypeOf<InstanceOf<'CIM_Dependency'>['Antecedent']>().toEqualTypeOf<PathOf<'CIM_ManagedElement'> | null>();
    expectTypeOf<InstanceOf<'Msvm_HostedService'>['Antecedent']>().toEqualTypeOf<PathOf<'CIM_System'> | null>();
    expectTypeOf<InstanceOf<'Msvm_CollectedSnapshots'>['Member']>().toEqualTypeOf<PathOf<'Msvm_VirtualSystemSettingData'> | null>();
    expectTypeOf<InstanceOf<'Msvm_ElementConformsToProfile'>['ConformantStandard']>().toEqualTypeOf<PathOf<'Msvm_RegisteredProfile'> | null>();
  });

  it('are no others', () => {
    const read = (job: InstanceOf<'Msvm_MigrationJob'>): unknown =>
      // @ts-expect-error -- there is no such property
      job.Jobstate;
    // @ts-expect-error -- Msvm_Error has a Message, a job has none
    type Wrong = InstanceOf<'Msvm_MigrationJob'>['Message'];
    // @ts-expect-error -- a property may be null
    const name = (system: InstanceOf<'Msvm_ComputerSystem'>): string => system.ElementName;
    // @ts-expect-error -- 64 bits are a bigint
    const onTime = (system: InstanceOf<'Msvm_ComputerSystem'>): number | null => system.OnTimeInMilliseconds;
    expectTypeOf([read, name, onTime]).toBeArray();
    expectTypeOf<Wrong>().not.toBeNever();
  });

  it('make an instance that fits wherever any instance does', () => {
    expectTypeOf<InstanceOf<'Msvm_MigrationJob'>>().toExtend<CimInstance>();
    expectTypeOf<InstanceOf<'Msvm_SummaryInformation'>>().toExtend<CimValue>();
    expectTypeOf(classOf).toBeCallableWith({} as InstanceOf<'Msvm_ComputerSystem'>);
    expectTypeOf<InstanceOf<'Win32_Service'>>().toEqualTypeOf<CimInstance>();
    expectTypeOf<InstanceOf<string>>().toEqualTypeOf<CimInstance>();
  });

  it('make a derived instance fit where its base does, and no other', () => {
    expectTypeOf<InstanceOf<'Msvm_Error'>>().toExtend<InstanceOf<'CIM_Error'>>();
    expectTypeOf<InstanceOf<'CIM_Error'>>().not.toExtend<InstanceOf<'Msvm_Error'>>();
    expectTypeOf<InstanceOf<'Msvm_StorageAllocationSettingData'>>().toExtend<InstanceInput<'CIM_ResourceAllocationSettingData'>>();
    expectTypeOf<InstanceOf<'Msvm_ComputerSystem'>>().not.toExtend<InstanceInput<'CIM_ResourceAllocationSettingData'>>();
    expectTypeOf<CimInstance>().toExtend<InstanceInput<'CIM_ResourceAllocationSettingData'>>();
  });
});

describe('the keys of a class', () => {
  it('are its own and inherited ones', () => {
    expectTypeOf<KeysOf<'Msvm_ComputerSystem'>>().toEqualTypeOf<{ readonly CreationClassName: string; readonly Name: string }>();
    expectTypeOf<KeysOf<'Msvm_MigrationJob'>>().toEqualTypeOf<ById>();
    expectTypeOf<KeysOf<'Msvm_VirtualSystemSettingData'>>().toEqualTypeOf<ById>();
    expectTypeOf<KeysOf<'Msvm_SummaryInformation'>>().toEqualTypeOf<ById>();
    expectTypeOf<KeysOf<'Msvm_VirtualSystemMigrationService'>>().toEqualTypeOf<ServiceKeys>();
    expectTypeOf<KeysOf<'Msvm_Keyboard'>>().toEqualTypeOf<DeviceKeys>();
    expectTypeOf<KeysOf<'Msvm_SettingsDefineState'>>().toEqualTypeOf<{
      readonly ManagedElement: PathOf<'CIM_ManagedElement'>;
      readonly SettingData: PathOf<'CIM_SettingData'>;
    }>();
  });

  it('are none for what is passed by value', () => {
    expectTypeOf<KeysOf<'Msvm_Error'>>().toEqualTypeOf<NoKeys>();
    expectTypeOf<KeysOf<'Msvm_CompatibilityVector'>>().toEqualTypeOf<NoKeys>();
    expectTypeOf<KeysOf<'Msvm_KvpExchangeDataItem'>>().toEqualTypeOf<NoKeys>();
  });

  it('are no others', () => {
    // @ts-expect-error -- the documentation marks InstanceID too, the schema does not
    const instanceId: KeysOf<'Msvm_ComputerSystem'> = { InstanceID: 'Microsoft:1' };
    // @ts-expect-error -- one key is missing
    const half: KeysOf<'Msvm_ComputerSystem'> = { Name: '1' };
    // @ts-expect-error -- a key is a string
    const number: KeysOf<'Msvm_MigrationJob'> = { InstanceID: 5 };
    // @ts-expect-error -- there are no keys
    const none: KeysOf<'Msvm_Error'> = { MessageID: '21024' };
    expectTypeOf([instanceId, half, number, none]).toBeArray();
    expectTypeOf<KeysOf<'Win32_Service'>>().toEqualTypeOf<Readonly<Record<string, CimValue>>>();
  });
});

describe('the path of a class', () => {
  it('may be one of a derived class, and of no other', () => {
    expectTypeOf<PathOf<'Msvm_MigrationJob'>>().toEqualTypeOf<InstancePath<'Msvm_MigrationJob'>>();
    expectTypeOf<InstancePath<'Msvm_PlannedComputerSystem'>>().toExtend<PathOf<'CIM_ComputerSystem'>>();
    expectTypeOf<InstancePath<'CIM_ComputerSystem'>>().not.toExtend<PathOf<'Msvm_ComputerSystem'>>();
    expectTypeOf<InstancePath<'Msvm_MigrationJob'>>().not.toExtend<PathOf<'CIM_ComputerSystem'>>();
    expectTypeOf<PathOf<string>>().toEqualTypeOf<InstancePath>();
  });
});

describe('the methods of a class', () => {
  it('are its own and inherited ones', () => {
    expectTypeOf<MethodName<'Msvm_MigrationJob'>>().toEqualTypeOf<'GetError' | 'GetErrorEx' | 'KillJob' | 'RequestStateChange'>();
    expectTypeOf<MethodName<'Msvm_Error'>>().toBeNever();
    expectTypeOf<'MigrateVirtualSystemToSystem'>().toExtend<MethodName<'Msvm_VirtualSystemMigrationService'>>();
    expectTypeOf<MethodName<'Win32_Service'>>().toEqualTypeOf<string>();
    // @ts-expect-error -- CIM_ConcreteJob has no GetErrorEx
    const method: MethodName<'CIM_ConcreteJob'> = 'GetErrorEx';
    expectTypeOf(method).toBeString();
  });

  it('of several classes are what all have', () => {
    expectTypeOf<MethodName<'CIM_ConcreteJob' | 'Msvm_MigrationJob'>>().toEqualTypeOf<'GetError' | 'KillJob' | 'RequestStateChange'>();
  });

  it('of jobs', () => {
    expectTypeOf<OutParameters<'CIM_ConcreteJob', 'GetError'>>().toEqualTypeOf<{ readonly Error: InstanceOf<'CIM_Error'> | null }>();
    expectTypeOf<OutParameters<'Msvm_MigrationJob', 'GetError'>>().toEqualTypeOf<{ readonly Error: InstanceOf<'Msvm_Error'> | null }>();
    expectTypeOf<OutParameters<'Msvm_MigrationJob', 'GetErrorEx'>>().toEqualTypeOf<{ readonly Errors: readonly InstanceOf<'Msvm_Error'>[] | null }>();
    expectTypeOf<InParameters<'Msvm_MigrationJob', 'GetErrorEx'>>().toEqualTypeOf<NoKeys>();
    expectTypeOf<InParameters<'Msvm_MigrationJob', 'RequestStateChange'>>().toEqualTypeOf<{
      readonly RequestedState?: 2 | 3 | 4 | 5 | 6 | AnyNumber | null;
      readonly TimeoutPeriod?: Datetime | null;
    }>();
    expectTypeOf<InParameters<'Msvm_StorageJob', 'KillJob'>>().toEqualTypeOf<{ readonly DeleteOnKill?: boolean | null }>();
    expectTypeOf<ReturnValueOf<'Msvm_MigrationJob', 'GetError'>>().toEqualTypeOf<
      0 | 32768 | 32769 | 32770 | 32771 | 32772 | 32773 | 32774 | 32775 | 32776 | 32777 | 32778 | AnyNumber
    >();
    expectTypeOf<ReturnValueOf<'Msvm_ComputerSystem', 'RequestCustomRestore'>>().toEqualTypeOf<number>();
  });

  it('of the migration service', () => {
    type Migration = 'Msvm_VirtualSystemMigrationService';
    type Migrate = {
      readonly ComputerSystem?: PathOf<'CIM_ComputerSystem'> | null;
      readonly DestinationHost?: string | null;
      readonly MigrationSettingData?: InstanceInput<'Msvm_VirtualSystemMigrationSettingData'> | string | null;
      readonly NewSystemSettingData?: InstanceInput<'Msvm_VirtualSystemSettingData'> | string | null;
      readonly NewResourceSettingData?: readonly (InstanceInput<'CIM_ResourceAllocationSettingData'> | string)[] | null;
    };
    type NetworkSettings = readonly (InstanceInput<'Msvm_VirtualSystemMigrationNetworkSettingData'> | string)[];
    type System = { readonly ComputerSystem?: PathOf<'CIM_ComputerSystem'> | null };
    type Vectors = { readonly CompatibilityVectors: readonly InstanceOf<'Msvm_CompatibilityVector'>[] | null };
    expectTypeOf<InParameters<Migration, 'MigrateVirtualSystemToHost'>>().toEqualTypeOf<Migrate>();
    expectTypeOf<OutParameters<Migration, 'MigrateVirtualSystemToHost'>>().toEqualTypeOf<JobResult>();
    expectTypeOf<InParameters<Migration, 'CheckVirtualSystemIsMigratable'>>().toEqualTypeOf<Migrate>();
    expectTypeOf<ReturnValueOf<Migration, 'CheckVirtualSystemIsMigratable'>>().toEqualTypeOf<
      4096 | 32768 | 32769 | 32770 | 32771 | 32772 | 32773 | 32774 | 32775 | 32776 | 32777 | 32778 | AnyNumber
    >();
    expectTypeOf<InParameters<Migration, 'ModifyServiceSettings'>>().toEqualTypeOf<{
      readonly ServiceSettingData?: InstanceInput<'Msvm_VirtualSystemMigrationServiceSettingData'> | string | null;
    }>();
    expectTypeOf<InParameters<Migration, 'AddNetworkSettings'>>().toEqualTypeOf<{ readonly NetworkSettings?: NetworkSettings | null }>();
    expectTypeOf<InParameters<Migration, 'ModifyNetworkSettings'>>().toEqualTypeOf<{ readonly NetworkSettings?: NetworkSettings | null }>();
    expectTypeOf<InParameters<Migration, 'RemoveNetworkSettings'>>().toEqualTypeOf<{
      readonly NetworkSettings?: readonly PathOf<'Msvm_VirtualSystemMigrationNetworkSettingData'>[] | null;
    }>();
    expectTypeOf<InParameters<Migration, 'GetSystemCompatibilityInfo'>>().toEqualTypeOf<System>();
    expectTypeOf<OutParameters<Migration, 'GetSystemCompatibilityInfo'>>().toEqualTypeOf<{ readonly CompatibilityInfo: readonly number[] | null }>();
    expectTypeOf<InParameters<Migration, 'CheckSystemCompatibilityInfo'>>().toEqualTypeOf<{ readonly CompatibilityInfo?: readonly number[] | null }>();
    expectTypeOf<OutParameters<Migration, 'CheckSystemCompatibilityInfo'>>().toEqualTypeOf<{ readonly Reasons: readonly InstanceOf<'Msvm_Error'>[] | null }>();
    expectTypeOf<OutParameters<Migration, 'GetSystemCompatibilityVectors'>>().toEqualTypeOf<Vectors>();
    expectTypeOf<InParameters<Migration, 'GetProcessorFeatureLimits'>>().toEqualTypeOf<{ readonly Options?: string | null }>();
    expectTypeOf<InParameters<Migration, 'SetPlannedMigrationSettings'>>().toEqualTypeOf<{
      readonly PlannedComputerSystem?: PathOf<'Msvm_PlannedComputerSystem'> | null;
      readonly MigrationSettingData?: InstanceInput<'Msvm_VirtualSystemMigrationSettingData'> | string | null;
    }>();
    expectTypeOf<OutParameters<Migration, 'QuerySystemMigrationProperties'>>().toEqualTypeOf<{ readonly QueryResponse: string | null }>();
    expectTypeOf<InParameters<Migration, 'StartService'>>().toEqualTypeOf<NoKeys>();
    expectTypeOf<ReturnValueOf<Migration, 'StopService'>>().toEqualTypeOf<0 | 1 | AnyNumber>();
  });

  it('of the management service', () => {
    type Management = 'Msvm_VirtualSystemManagementService';
    expectTypeOf<InParameters<Management, 'DefineSystem'>>().toEqualTypeOf<{
      readonly SystemSettings?: InstanceInput<'Msvm_VirtualSystemSettingData'> | string | null;
      readonly ResourceSettings?: readonly (InstanceInput<'CIM_ResourceAllocationSettingData'> | string)[] | null;
      readonly ReferenceConfiguration?: PathOf<'CIM_VirtualSystemSettingData'> | null;
    }>();
    expectTypeOf<OutParameters<Management, 'DefineSystem'>>().toEqualTypeOf<{ readonly ResultingSystem: PathOf<'CIM_ComputerSystem'> | null; readonly Job: JobPath | null }>();
    expectTypeOf<InParameters<Management, 'DestroySystem'>>().toEqualTypeOf<{ readonly AffectedSystem?: PathOf<'CIM_ComputerSystem'> | null }>();
    expectTypeOf<InParameters<Management, 'RemoveResourceSettings'>>().toEqualTypeOf<{
      readonly ResourceSettings?: readonly PathOf<'CIM_ResourceAllocationSettingData'>[] | null;
    }>();
    expectTypeOf<InParameters<Management, 'RemoveFeatureSettings'>>().toEqualTypeOf<{
      readonly FeatureSettings?: readonly PathOf<'Msvm_EthernetSwitchPortFeatureSettingData'>[] | null;
    }>();
    expectTypeOf<InParameters<Management, 'ModifyServiceSettings'>>().toEqualTypeOf<{
      readonly SettingData?: InstanceInput<'Msvm_VirtualSystemManagementServiceSettingData'> | string | null;
    }>();
    expectTypeOf<OutParameters<Management, 'GetSummaryInformation'>>().toEqualTypeOf<{
      readonly SummaryInformation: readonly InstanceOf<'Msvm_SummaryInformationBase'>[] | null;
    }>();
    expectTypeOf<OutParameters<Management, 'GetSizeOfSystemFiles'>>().toEqualTypeOf<{ readonly Size: bigint | null }>();
    expectTypeOf<OutParameters<Management, 'GetVirtualSystemThumbnailImage'>>().toEqualTypeOf<{ readonly ImageData: readonly number[] | null }>();
    expectTypeOf<InParameters<Management, 'FormatError'>>().toEqualTypeOf<{ readonly Errors?: readonly (InstanceInput<'Msvm_Error'> | string)[] | null }>();
    expectTypeOf<OutParameters<Management, 'GenerateWwpn'>>().toEqualTypeOf<{ readonly GeneratedWwpn: readonly string[] | null }>();
    expectTypeOf<InParameters<Management, 'AddFibreChannelChap'>['SecretEncoding']>().toEqualTypeOf<1 | 2 | null | undefined>();
    expectTypeOf<InParameters<Management, 'AddKvpItems'>['DataItems']>().toEqualTypeOf<
      readonly (InstanceInput<'Msvm_KvpExchangeDataItem'> | string)[] | null | undefined
    >();
  });

  it('of other classes', () => {
    expectTypeOf<InParameters<'Msvm_ComputerSystem', 'RequestReplicationStateChange'>['RequestedState']>().toEqualTypeOf<1 | 2 | 3 | 4 | 7 | 9 | null | undefined>();
    expectTypeOf<OutParameters<'Msvm_ComputerSystem', 'RequestStateChange'>>().toEqualTypeOf<JobResult>();
    expectTypeOf<InParameters<'Msvm_ImageManagementService', 'ResizeVirtualHardDisk'>>().toEqualTypeOf<{
      readonly Path?: string | null;
      readonly MaxInternalSize?: bigint | null;
    }>();
    expectTypeOf<InParameters<'Msvm_ImageManagementService', 'CompactVirtualHardDisk'>['Mode']>().toEqualTypeOf<0 | 1 | 2 | 3 | 4 | null | undefined>();
    expectTypeOf<OutParameters<'Msvm_ImageManagementService', 'GetVirtualHardDiskSettingData'>>().toEqualTypeOf<{
      readonly SettingData: InstanceOf<'Msvm_VirtualHardDiskSettingData'> | null;
      readonly Job: JobPath | null;
    }>();
    expectTypeOf<OutParameters<'Msvm_VssService', 'QueryGuestClusterInformation'>>().toEqualTypeOf<{
      readonly GuestClusterInformation: InstanceOf<'Msvm_GuestClusterInformation'> | null;
    }>();
    expectTypeOf<OutParameters<'Msvm_Keyboard', 'IsKeyPressed'>>().toEqualTypeOf<{ readonly KeyState: boolean | null }>();
    expectTypeOf<InParameters<'Msvm_Keyboard', 'TypeScancodes'>>().toEqualTypeOf<{ readonly Scancodes?: readonly number[] | null }>();
    expectTypeOf<OutParameters<'Msvm_MetricService', 'GetMetricValues'>>().toEqualTypeOf<{ readonly Values: readonly PathOf<'CIM_BaseMetricValue'>[] | null }>();
    expectTypeOf<InParameters<'Msvm_VirtualSystemSnapshotService', 'CreateSnapshot'>['ResultingSnapshot']>().toEqualTypeOf<
      PathOf<'CIM_VirtualSystemSettingData'> | null | undefined
    >();
    expectTypeOf<OutParameters<'Msvm_VirtualSystemSnapshotService', 'CreateSnapshot'>>().toEqualTypeOf<{
      readonly ResultingSnapshot: PathOf<'CIM_VirtualSystemSettingData'> | null;
      readonly Job: JobPath | null;
    }>();
    expectTypeOf<InParameters<'Msvm_SecurityService', 'SetKeyProtector'>['KeyProtector']>().toEqualTypeOf<readonly number[] | null | undefined>();
    expectTypeOf<InParameters<'Msvm_GuestFileService', 'CopyFilesToGuest'>>().toEqualTypeOf<{
      readonly CopyFileToGuestSettings?: readonly (InstanceInput<'Msvm_CopyFileToGuestSettingData'> | string)[] | null;
    }>();
    expectTypeOf<InParameters<'Win32_Service', 'StartService'>>().toEqualTypeOf<Readonly<Record<string, CimValue>>>();
    expectTypeOf<OutParameters<string, string>>().toEqualTypeOf<Readonly<Record<string, CimValue>>>();
    expectTypeOf<ReturnValueOf<'Win32_Service', 'StartService'>>().toEqualTypeOf<number>();
  });

  it('take no other parameters, and no other values', () => {
    type Migrate = InParameters<'Msvm_VirtualSystemMigrationService', 'MigrateVirtualSystemToHost'>;
    const system = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: '1' });
    const job = instancePath('Msvm_MigrationJob', { InstanceID: '1' });
    const summary = {} as InstanceOf<'Msvm_SummaryInformation'>;
    const right: Migrate = { ComputerSystem: system, DestinationHost: 'hv02.example', NewSystemSettingData: '<INSTANCE/>', MigrationSettingData: null };
    // @ts-expect-error -- the name of a parameter has its own letter case
    const wrongName: Migrate = { ComputerSystem: system, Destinationhost: 'hv02.example' };
    // @ts-expect-error -- a job is no machine
    const wrongClass: Migrate = { ComputerSystem: job };
    // @ts-expect-error -- a host is text
    const wrongType: Migrate = { DestinationHost: 5 };
    // @ts-expect-error -- a summary is no setting
    const wrongInstance: Migrate = { MigrationSettingData: summary };
    // @ts-expect-error -- one value where an array must be
    const noArray: Migrate = { NewResourceSettingData: '<INSTANCE/>' };
    // @ts-expect-error -- text where a path must be
    const text: InParameters<'Msvm_VirtualSystemMigrationService', 'RemoveNetworkSettings'> = { NetworkSettings: ['<INSTANCE/>'] };
    // @ts-expect-error -- a value that the closed map does not have
    const mode: InParameters<'Msvm_ImageManagementService', 'CompactVirtualHardDisk'> = { Mode: 9 };
    // @ts-expect-error -- GetError has no IN parameters
    const none: InParameters<'Msvm_MigrationJob', 'GetError'> = { Error: null };
    expectTypeOf([right, wrongName, wrongClass, wrongType, wrongInstance, noArray, text, mode, none]).toBeArray();
  });
});

describe('the schema at run time', () => {
  it('gives the types that the reader of a body asks for', () => {
    expectTypeOf<Schema['typeOf']>().toEqualTypeOf<(owner: string, member: string) => CimType | null>();
  });
});
