import { describe, expect, it } from 'vitest';
import { type ClassInfo, type MemberInfo, type MethodInfo, type ParameterInfo, loadSchema } from '../../src/schema/class-info.js';

const schema = await loadSchema();

const infoOf = (name: string): ClassInfo => schema.classInfo(name)!;
const propertyOf = (name: string, property: string): MemberInfo | undefined => infoOf(name).properties.get(property);
const methodOf = (name: string, method: string): MethodInfo => infoOf(name).methods.get(method)!;
const parameterOf = (name: string, method: string, parameter: string): ParameterInfo | undefined =>
  methodOf(name, method).parameters.find((candidate) => candidate.name === parameter);

describe('loadSchema', () => {
  it('loads once', () => {
    expect(loadSchema()).toBe(loadSchema());
  });

  it('has 451 classes, sorted', () => {
    expect(schema.classNames).toHaveLength(451);
    expect(schema.classNames[0]).toBe('CIM_ActiveConnection');
    expect(schema.classNames).toEqual([...schema.classNames].sort());
  });
});

describe('classInfo', () => {
  it('tells what a class is', () => {
    expect(infoOf('Msvm_MigrationJob')).toMatchObject({
      name: 'Msvm_MigrationJob',
      superclass: 'CIM_ConcreteJob',
      namespace: 'root/virtualization/v2',
      keys: ['InstanceID'],
      abstract: false,
      association: false,
      sinceBuild: 9200,
    });
    expect(infoOf('CIM_Dependency')).toMatchObject({ superclass: null, abstract: true, association: true, keys: ['Antecedent', 'Dependent'] });
    expect(infoOf('Msvm_GuestClusterInformation').sinceBuild).toBe(10240);
  });

  it('finds a class in any letter case, and gives the same answer', () => {
    expect(schema.classInfo('msvm_migrationjob')).toBe(schema.classInfo('MSVM_MIGRATIONJOB'));
    expect(schema.classInfo('msvm_migrationjob')?.name).toBe('Msvm_MigrationJob');
  });

  it.each(['Win32_Service', '', 'constructor', '__proto__', 'toString'])('does not know %j', (name) => {
    expect(schema.classInfo(name)).toBeNull();
  });

  it('knows a superclass that is not in the schema by name alone', () => {
    expect(infoOf('CIM_Indication').superclass).toBe('__ExtrinsicEvent');
    expect(schema.classInfo('__ExtrinsicEvent')).toBeNull();
    expect(schema.isA('CIM_AlertIndication', '__ExtrinsicEvent')).toBe(true);
  });

  it.each(['Msvm_ReferencedProfile', 'Msvm_RegisteredProfile', 'Msvm_StandaloneV2ElementConformsToProfile'])('places %s in root/interop', (name) => {
    expect(infoOf(name).namespace).toBe('root/interop');
  });

  it.each([
    ['Msvm_ComputerSystem', ['CreationClassName', 'Name']],
    ['Msvm_VirtualSystemMigrationService', ['CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName']],
    ['Msvm_Keyboard', ['CreationClassName', 'DeviceID', 'SystemCreationClassName', 'SystemName']],
    ['Msvm_SettingsDefineState', ['ManagedElement', 'SettingData']],
    ['Msvm_VirtualSystemSettingData', ['InstanceID']],
    ['Msvm_SummaryInformation', ['InstanceID']],
    ['Msvm_Error', []],
    ['Msvm_CompatibilityVector', []],
    ['Msvm_GuestClusterInformation', []],
    ['Msvm_KvpExchangeDataItem', []],
    ['Msvm_MoveUnmanagedVhd', []],
    ['Msvm_ServicingSettings', []],
  ])('%s has the keys %j', (name, keys) => {
    expect(infoOf(name).keys).toEqual(keys);
  });
});

describe('properties', () => {
  it('come with the inherited ones, in the order in which Hyper-V writes them', () => {
    expect([...infoOf('Msvm_Error').properties.keys()]).toEqual([
      'CIMStatusCode', 'CIMStatusCodeDescription', 'ErrorSource', 'ErrorSourceFormat', 'ErrorType', 'Message', 'MessageArguments', 'MessageID',
      'OtherErrorSourceFormat', 'OtherErrorType', 'OwningEntity', 'PerceivedSeverity', 'ProbableCause', 'ProbableCauseDescription', 'RecommendedActions',
    ]);
  });

  it.each([
    ['Msvm_MigrationJob', 'JobState', { type: 'uint16', array: false }],
    ['Msvm_MigrationJob', 'OperationalStatus', { type: 'uint16', array: true }],
    ['Msvm_MigrationJob', 'TimeBeforeRemoval', { type: 'datetime', array: false, writable: true }],
    ['Msvm_MigrationJob', 'ElapsedTime', { type: 'datetime', array: false, writable: false }],
    ['Msvm_MigrationJob', 'InstanceID', { type: 'string', key: true }],
    ['Msvm_MigrationJob', 'Caption', { type: 'string', key: false, embeddedClass: null, referenceClass: null, values: null }],
    ['Msvm_MigrationJob', 'NewSystemSettingData', { type: 'string', embedded: true, embeddedClass: 'Msvm_VirtualSystemSettingData', referenceClass: null }],
    ['Msvm_MigrationJob', 'RunDay', { type: 'sint8', array: false }],
    ['Msvm_ComputerSystem', 'OnTimeInMilliseconds', { type: 'uint64', array: false }],
    ['Msvm_SummaryInformation', 'Snapshots', { type: 'string', array: true, embedded: true, embeddedClass: 'CIM_VirtualSystemSettingData' }],
    ['Msvm_AffectedJobElement', 'AffectingElement', { type: 'reference', key: true, referenceClass: 'CIM_Job', embeddedClass: null }],
    ['Msvm_CollectedSnapshots', 'Member', { type: 'reference', referenceClass: 'Msvm_VirtualSystemSettingData' }],
    ['Msvm_VirtualEthernetSwitchSettingData', 'ExtensionOrder', { type: 'string', array: true, embeddedClass: null }],
    ['Msvm_VirtualSystemMigrationSettingData', 'UnmanagedVhds', { type: 'string', array: true, embeddedClass: 'Msvm_MoveUnmanagedVhd', writable: true }],
  ])('%s.%s', (name, property, expected) => {
    expect(propertyOf(name, property)).toMatchObject(expected);
  });

  it('that are references or plain values are not embedded', () => {
    expect(propertyOf('Msvm_AffectedJobElement', 'AffectingElement')).not.toHaveProperty('embedded');
    expect(propertyOf('Msvm_MigrationJob', 'Caption')).not.toHaveProperty('embedded');
  });

  it('name their values', () => {
    expect(propertyOf('Msvm_MigrationJob', 'JobState')?.values?.name(10)).toBe('Exception');
    expect(propertyOf('Msvm_MigrationJob', 'MigrationType')?.values?.value('StorageDeepCheck')).toBe(32772);
    expect(propertyOf('Msvm_MigrationJob', 'RunDayOfWeek')?.values?.name(-7)).toBe('-Saturday');
    expect(propertyOf('Msvm_VirtualSystemMigrationSettingData', 'TransportType')?.values?.name(5)).toBe('TCP');
    expect(propertyOf('Msvm_VirtualSystemMigrationSettingData', 'TransportType')?.values?.name(32768)).toBe('SMB');
    expect(propertyOf('Msvm_VirtualSystemMigrationSettingData', 'TransportType')?.values?.name(32769)).toBe('Vendor Reserved');
    expect(propertyOf('Msvm_Error', 'PerceivedSeverity')?.values?.name(2)).toBe('Information');
  });

  it('of text, and numbers whose names no source tells, have no names', () => {
    expect(propertyOf('Msvm_VirtualSystemSettingData', 'Architecture')?.values).toBeNull();
    expect(propertyOf('Msvm_KvpExchangeDataItem', 'Source')?.values).toBeNull();
  });
});

describe('methods', () => {
  it('come with the inherited ones', () => {
    expect([...infoOf('Msvm_MigrationJob').methods.keys()]).toEqual(['GetError', 'GetErrorEx', 'KillJob', 'RequestStateChange']);
  });

  it('replace what they override', () => {
    expect(parameterOf('CIM_ConcreteJob', 'GetError', 'Error')?.embeddedClass).toBe('CIM_Error');
    expect(parameterOf('Msvm_MigrationJob', 'GetError', 'Error')?.embeddedClass).toBe('Msvm_Error');
  });

  it('have their parameters in the order of the schema', () => {
    expect(methodOf('Msvm_VirtualSystemMigrationService', 'MigrateVirtualSystemToHost').parameters.map(({ name }) => name)).toEqual([
      'ComputerSystem', 'DestinationHost', 'MigrationSettingData', 'NewSystemSettingData', 'NewResourceSettingData', 'Job',
    ]);
  });

  it.each([
    ['Msvm_MigrationJob', 'GetErrorEx', 'Errors', { type: 'string', array: true, embedded: true, in: false, out: true }],
    ['Msvm_VirtualSystemMigrationService', 'MigrateVirtualSystemToHost', 'Job', { type: 'reference', referenceClass: 'CIM_ConcreteJob', in: false, out: true }],
    ['Msvm_VirtualSystemMigrationService', 'MigrateVirtualSystemToHost', 'NewResourceSettingData', { array: true, embeddedClass: 'CIM_ResourceAllocationSettingData', in: true }],
    ['Msvm_VirtualSystemMigrationService', 'ModifyServiceSettings', 'ServiceSettingData', { embeddedClass: 'Msvm_VirtualSystemMigrationServiceSettingData' }],
    ['Msvm_VirtualSystemMigrationService', 'AddNetworkSettings', 'NetworkSettings', { type: 'string', array: true, embedded: true }],
    ['Msvm_VirtualSystemMigrationService', 'RemoveNetworkSettings', 'NetworkSettings', { type: 'reference', array: true, referenceClass: 'Msvm_VirtualSystemMigrationNetworkSettingData' }],
    ['Msvm_VirtualSystemMigrationService', 'GetSystemCompatibilityVectors', 'CompatibilityVectors', { type: 'string', array: true, embedded: true, embeddedClass: 'Msvm_CompatibilityVector' }],
    ['Msvm_VirtualSystemMigrationService', 'CheckSystemCompatibilityInfo', 'CompatibilityInfo', { type: 'uint8', array: true, in: true }],
    ['Msvm_VirtualSystemManagementService', 'RemoveFeatureSettings', 'FeatureSettings', { type: 'reference', array: true, referenceClass: 'Msvm_EthernetSwitchPortFeatureSettingData' }],
    ['Msvm_VirtualSystemManagementService', 'GetSummaryInformation', 'SummaryInformation', { type: 'string', array: true, embedded: true, embeddedClass: 'Msvm_SummaryInformationBase' }],
    ['Msvm_VssService', 'QueryGuestClusterInformation', 'GuestClusterInformation', { type: 'string', array: false, embedded: true }],
    ['Msvm_VirtualSystemSnapshotService', 'CreateSnapshot', 'ResultingSnapshot', { type: 'reference', in: true, out: true }],
    ['Msvm_Keyboard', 'PressKey', 'KeyCode', { type: 'uint32', in: true }],
  ])('%s.%s: %s', (name, method, parameter, expected) => {
    expect(parameterOf(name, method, parameter)).toMatchObject(expected);
  });

  it.each([
    ['Msvm_MigrationJob', 'GetError', true],
    ['Msvm_MigrationJob', 'KillJob', false],
    ['Msvm_StorageJob', 'KillJob', false],
    ['CIM_ConcreteJob', 'GetError', false],
    ['Msvm_VirtualSystemMigrationService', 'MigrateVirtualSystemToHost', true],
    ['Msvm_VirtualSystemMigrationService', 'MigrateVirtualSystemToSystem', false],
    ['Msvm_VirtualSystemMigrationService', 'CheckVirtualSystemIsMigratable', true],
    ['Msvm_VirtualSystemMigrationService', 'CheckVirtualSystemIsMigratableToHost', false],
    ['Msvm_VirtualSystemMigrationService', 'CheckVirtualSystemIsMigratableToSystem', false],
  ])('%s.%s: implemented %s', (name, method, implemented) => {
    expect(methodOf(name, method).implemented).toBe(implemented);
  });

  it('tell which ones change nothing', () => {
    expect(methodOf('Msvm_MigrationJob', 'GetErrorEx').readOnly).toBe(true);
    expect(methodOf('Msvm_MigrationJob', 'RequestStateChange').readOnly).toBe(false);
  });

  it('name what they return', () => {
    const migrate = methodOf('Msvm_VirtualSystemMigrationService', 'MigrateVirtualSystemToHost').returnValues;
    expect(migrate?.entries.map(([value]) => value)).toEqual([4096, 32768, 32769, 32770, 32771, 32772, 32773, 32774, 32775, 32776, 32777, 32778]);
    expect(migrate?.name(0)).toBeNull();
    expect(methodOf('Msvm_MigrationJob', 'GetError').returnValues?.name(32774)).toBe('System is in use');
    expect(methodOf('Msvm_VirtualSystemMigrationService', 'CheckSystemCompatibilityInfo').returnValues?.name(32784)).toBe('Not compatible');
    expect(methodOf('CIM_Job', 'KillJob').returnValues?.name(5)).toBe('DMTF Reserved');
    expect(methodOf('Msvm_ComputerSystem', 'RequestCustomRestore').returnValues).toBeNull();
  });
});

describe('isA and subclasses', () => {
  it.each([
    ['Msvm_MigrationJob', 'Msvm_MigrationJob', true],
    ['msvm_migrationjob', 'CIM_ManagedElement', true],
    ['Msvm_MigrationJob', 'cim_job', true],
    ['CIM_Job', 'Msvm_MigrationJob', false],
    ['Msvm_MigrationJob', 'Msvm_ConcreteJob', false],
    ['Win32_Service', 'win32_service', true],
    ['Win32_Service', 'CIM_Service', false],
  ])('isA(%s, %s) is %s', (name, base, expected) => {
    expect(schema.isA(name, base)).toBe(expected);
  });

  it('lists what derives from a class', () => {
    expect(schema.subclasses('cim_concretejob')).toEqual([
      'Msvm_CollectionReferencePointExportJob', 'Msvm_ConcreteJob', 'Msvm_CopyFileToGuestJob', 'Msvm_MigrationJob', 'Msvm_StorageJob',
      'Msvm_VirtualSystemReferencePointExportJob',
    ]);
    expect(schema.subclasses('CIM_Job')).toContain('Msvm_MigrationJob');
    expect(schema.subclasses('Msvm_MigrationJob')).toEqual([]);
    expect(schema.subclasses('Win32_Service')).toEqual([]);
  });
});

describe('typeOf', () => {
  it.each([
    ['Msvm_MigrationJob', 'PercentComplete', 'uint16'],
    ['msvm_migrationjob', 'percentcomplete', 'uint16'],
    ['Msvm_MigrationJob.GetErrorEx', 'Errors', 'string'],
    ['msvm_migrationjob.geterrorex', 'ERRORS', 'string'],
    ['Msvm_VirtualSystemMigrationService.MigrateVirtualSystemToHost', 'ComputerSystem', 'reference'],
    ['MSVM_VirtualSystemMigrationService.migrateVirtualSystemToHost', 'computersystem', 'reference'],
  ])('%s, %s is %s', (owner, member, type) => {
    expect(schema.typeOf(owner, member)?.type).toBe(type);
  });

  it.each([
    ['Msvm_MigrationJob', 'Message'],
    ['Msvm_MigrationJob', 'constructor'],
    ['Msvm_MigrationJob', ''],
    ['Msvm_MigrationJob.GetErrorEx', 'ReturnValue'],
    ['Msvm_MigrationJob.Nothing', 'Errors'],
    ['Msvm_MigrationJob.', 'Errors'],
    ['Win32_Service', 'Name'],
    ['', ''],
  ])('does not know %j, %j', (owner, member) => {
    expect(schema.typeOf(owner, member)).toBeNull();
  });
});
