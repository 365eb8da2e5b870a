// Instances of Msvm_ComputerSystem with 47 properties, about 2.5 kB each, as Windows writes a virtual machine.
import { MEMBER_NAMESPACES } from './envelopes.mjs';

const CLASS = 'Msvm_ComputerSystem';

/** The properties of the `index`-th machine: a text, several for an array, `null`, or a time. */
const propertiesOf = (index) => ({
  AvailableRequestedStates: ['3'],
  Caption: 'Virtual Machine',
  CommunicationStatus: null,
  CreationClassName: CLASS,
  Dedicated: ['2'],
  Description: 'Microsoft Virtual Machine',
  DetailedStatus: null,
  ElementName: `orders-db-${String(index).padStart(3, '0')}`,
  EnabledDefault: '2',
  EnabledState: '2',
  EnhancedSessionModeState: null,
  FailedOverReplicationType: null,
  HealthState: '5',
  HwThreadsPerCoreRealized: null,
  IdentifyingDescriptions: null,
  InstallDate: time(index),
  InstanceID: null,
  LastApplicationConsistentReplicationTime: null,
  LastReplicationTime: null,
  LastReplicationType: null,
  LastSuccessfulBackupTime: null,
  Name: guid(index),
  NameFormat: null,
  NumberOfNumaNodes: '1',
  OnTimeInMilliseconds: String(4_294_967_296 + index * 86_400_017),
  OperatingStatus: null,
  OperationalStatus: ['2', '32775'],
  OtherDedicatedDescriptions: null,
  OtherEnabledState: null,
  OtherIdentifyingInfo: null,
  PowerManagementCapabilities: null,
  PrimaryOwnerContact: null,
  PrimaryOwnerName: 'EXAMPLE\\platform-team',
  PrimaryStatus: null,
  ProcessID: String(4_000 + index * 4),
  ReplicationHealth: '0',
  ReplicationMode: '0',
  ReplicationState: '0',
  RequestedState: null,
  ResetCapability: '1',
  Roles: null,
  Status: 'OK',
  StatusDescriptions: null,
  TimeOfLastConfigurationChange: time(index + 11),
  TimeOfLastStateChange: time(index + 23),
  TransitioningToState: null,
  ManagementVtlImageVersion: null,
});

/** One instance as an item of a page, or as the body that answers a Get. */
export function computerSystem(index) {
  const members = Object.entries(propertiesOf(index)).map(([name, value]) => memberText(name, value));
  return `<p:${CLASS} ${MEMBER_NAMESPACES(CLASS)} xsi:type="p:${CLASS}_Type">${members.join('')}</p:${CLASS}>`;
}

function memberText(name, value) {
  if (value === null) return `<p:${name} xsi:nil="true"/>`;
  if (Array.isArray(value)) return value.map((one) => memberText(name, one)).join('');
  return `<p:${name}>${typeof value === 'string' ? value : `<cim:Datetime>${value.time}</cim:Datetime>`}</p:${name}>`;
}

function time(index) {
  return { time: `2026-${two(1 + (index % 12))}-${two(1 + (index % 28))}T${two(index % 24)}:${two(index % 60)}:${two((index * 7) % 60)}.${String(index % 1000).padStart(6, '0')}Z` };
}

function guid(index) {
  return `9C2E7F10-45BD-4A63-8E1C-${(0xd07f6b93a582 + index).toString(16).toUpperCase()}`;
}

function two(number) {
  return String(number).padStart(2, '0');
}
