/** What a virtual machine consists of on the host that has it. */
import { CimDateTime } from '../../cim/datetime.js';
import { type InstancePath, instancePath } from '../../cim/object-path.js';
import { clusterInstances } from './cluster-instances.js';
import { guestItems } from './guest-items.js';
import { NULL_DATE, type PlacedInstance, type Values, association, placed, scopedPath } from './instances.js';
import { ENABLED_STATES } from './machine-state.js';
import type { ResolvedMachine } from './types.js';

/** The controller that a machine's disks hang on; only in the InstanceIDs of the disks. */
const CONTROLLER = '5E1D4C7A-93B2-4F60-8C15-2A7B9D0E4F38';

/** What a machine says of its replication when it has none. */
const NO_REPLICATION = {
  EnhancedSessionModeState: 3,
  FailedOverReplicationType: 0,
  LastApplicationConsistentReplicationTime: NULL_DATE,
  LastReplicationTime: NULL_DATE,
  LastReplicationType: 0,
  NumberOfNumaNodes: 1,
  ReplicationHealth: 0,
  ReplicationMode: 0,
  ReplicationState: 0,
};

/** Where a machine is. */
export function machinePath(id: string): InstancePath<'Msvm_ComputerSystem'> {
  return systemPath('Msvm_ComputerSystem', id);
}

/** Where a planned machine is: the form of a machine on the host that it moves to, until it is there. */
export function plannedPath(id: string): InstancePath<'Msvm_PlannedComputerSystem'> {
  return systemPath('Msvm_PlannedComputerSystem', id);
}

/** Where the settings of a machine are, planned ones too. */
export function settingsPath(id: string): InstancePath<'Msvm_VirtualSystemSettingData'> {
  return instancePath('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${id}` });
}

/** Where the settings of a machine's virtual hard disk are. */
export function diskPath(id: string, index: number): InstancePath<'Msvm_StorageAllocationSettingData'> {
  return instancePath('Msvm_StorageAllocationSettingData', { InstanceID: `Microsoft:${id}\\${CONTROLLER}\\0\\${index}\\L` });
}

/** A class of components through which the host talks with the guest. */
export type Component = 'Msvm_KvpExchangeComponent' | 'Msvm_ShutdownComponent' | 'Msvm_HeartbeatComponent';

/** Where the components are through which the host talks with the guest. */
export function componentPath<C extends Component>(className: C, id: string): InstancePath<C> {
  return scopedPath(className, { className: 'Msvm_ComputerSystem', name: id }, { DeviceID: `Microsoft:${id}\\${className.replace('Msvm_', '')}` });
}

/**
 * The instances of a machine: its computer system, settings, memory, disks and components, what associates them, and its
 * role in the cluster when it has one. They go to the host with `seed`, and are gone when each of their places is removed.
 *
 * @param now - when it was made and last changed its state
 */
export function machineInstances(machine: ResolvedMachine, hostName: string, now: Date): readonly PlacedInstance[] {
  const system = machinePath(machine.id);
  return [
    placed(system, { ...systemProperties(machine), Caption: 'Virtual Machine', Description: 'Microsoft Virtual Machine', InstallDate: CimDateTime.fromDate(now), ...stateProperties(machine, now), ...NO_REPLICATION }),
    ...settingInstances(machine, system, { type: 'Realized', now }),
    ...componentInstances(machine),
    ...(machine.clustered ? clusterInstances(machine, hostName) : []),
  ];
}

/** The instances of a planned machine: it has settings and disks, and neither runs nor talks to a guest. */
export function plannedInstances(machine: ResolvedMachine, now: Date): readonly PlacedInstance[] {
  const system = plannedPath(machine.id);
  return [
    placed(system, { ...systemProperties(machine), Caption: 'Planned Virtual Machine', Description: 'Microsoft Planned Virtual Machine', EnabledState: ENABLED_STATES.off }),
    ...settingInstances(machine, system, { type: 'Planned', now }),
  ];
}

/** What of a computer system follows from its state. A machine has a process while it runs or is paused. */
export function stateProperties({ id, state }: Pick<ResolvedMachine, 'id' | 'state'>, now: Date): Values {
  const hasProcess = state === 'running' || state === 'paused';
  return {
    EnabledState: ENABLED_STATES[state],
    OnTimeInMilliseconds: hasProcess ? 60_000n : 0n,
    ProcessID: hasProcess ? 4096 + 4 * Number.parseInt(id.slice(0, 3), 16) : null,
    RequestedState: ENABLED_STATES[state],
    TimeOfLastStateChange: CimDateTime.fromDate(now),
  };
}

/** What the components tell of the guest: one that does not run tells nothing. */
export function componentProperties(machine: ResolvedMachine): Readonly<Record<Component, Values>> {
  const isRunning = machine.state === 'running';
  // CIM_ManagedSystemElement.OperationalStatus: 2 is OK, 13 that the communication is lost.
  const status = { EnabledState: isRunning ? 2 : 3, OperationalStatus: [isRunning ? 2 : 13], StatusDescriptions: [isRunning ? 'OK' : 'Lost Communication'] };
  return {
    Msvm_KvpExchangeComponent: { ...status, GuestExchangeItems: [], GuestIntrinsicExchangeItems: isRunning ? guestItems(machine) : [] },
    Msvm_ShutdownComponent: status,
    Msvm_HeartbeatComponent: status,
  };
}

function systemPath<C extends string>(className: C, id: string): InstancePath<C> {
  return instancePath(className, { CreationClassName: className, Name: id });
}

function systemProperties({ name }: ResolvedMachine): Values {
  return { ElementName: name, EnabledDefault: 2, HealthState: 5, OperationalStatus: [2], ResetCapability: 1, Status: 'OK', StatusDescriptions: ['OK'] };
}

/** The settings of a machine, realized or planned, and those of its memory and disks. */
function settingInstances(machine: ResolvedMachine, system: InstancePath, { type, now }: { type: 'Realized' | 'Planned'; now: Date }): readonly PlacedInstance[] {
  const settings = settingsPath(machine.id);
  const parts = [memoryInstance(machine), ...machine.disks.map((disk, index) => diskInstance(machine, disk, index))];
  return [
    placed(settings, {
      Caption: 'Virtual Machine Settings',
      ConfigurationDataRoot: `C:\\VMs\\${machine.name}`,
      ConfigurationID: machine.id,
      CreationTime: CimDateTime.fromDate(now),
      Description: 'Active settings for the virtual machine.',
      ElementName: machine.name,
      SnapshotDataRoot: `C:\\VMs\\${machine.name}`,
      SwapFileDataRoot: `C:\\VMs\\${machine.name}`,
      Version: '10.0',
      VirtualSystemIdentifier: machine.id,
      VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
      VirtualSystemType: `Microsoft:Hyper-V:System:${type}`,
    }),
    association('Msvm_SettingsDefineState', { ManagedElement: system, SettingData: settings }),
    ...parts,
    ...parts.map(({ className, keys }) => association('Msvm_VirtualSystemSettingDataComponent', { GroupComponent: settings, PartComponent: instancePath(className, keys) })),
  ];
}

function memoryInstance({ id, memoryMb }: ResolvedMachine): PlacedInstance {
  const size = BigInt(memoryMb);
  return placed(instancePath('Msvm_MemorySettingData', { InstanceID: `Microsoft:${id}\\Memory` }), {
    AllocationUnits: 'byte * 2^20',
    Caption: 'Memory',
    DynamicMemoryEnabled: false,
    ElementName: 'Memory',
    Limit: size,
    Reservation: size,
    ResourceSubType: 'Microsoft:Hyper-V:Memory',
    ResourceType: 4,
    VirtualQuantity: size,
    VirtualQuantityUnits: 'byte * 2^20',
  });
}

function diskInstance({ id }: ResolvedMachine, path: string, index: number): PlacedInstance {
  return placed(diskPath(id, index), {
    AllocationUnits: 'count',
    AutomaticAllocation: true,
    AutomaticDeallocation: true,
    Caption: 'Hard Disk Image',
    ConsumerVisibility: 3,
    Description: 'Settings for the Microsoft Hard Disk Image.',
    ElementName: 'Hard Disk Image',
    HostResource: [path],
    Limit: 1n,
    PoolID: '',
    Reservation: 1n,
    ResourceSubType: 'Microsoft:Hyper-V:Virtual Hard Disk',
    ResourceType: 31,
    VirtualQuantity: 1n,
    VirtualQuantityUnits: 'count(fixed size block)',
    Weight: 0,
  });
}

function componentInstances(machine: ResolvedMachine): readonly PlacedInstance[] {
  const names = { Msvm_KvpExchangeComponent: 'Key-Value Pair Exchange', Msvm_ShutdownComponent: 'Shutdown', Msvm_HeartbeatComponent: 'Heartbeat' } as const;
  const properties = componentProperties(machine);
  return (Object.keys(names) as (keyof typeof names)[]).flatMap((className) => {
    const path = componentPath(className, machine.id);
    return [
      placed(path, { Caption: names[className], ElementName: names[className], EnabledDefault: 2, HealthState: 5, ...properties[className] }),
      association('Msvm_SystemDevice', { GroupComponent: machinePath(machine.id), PartComponent: path }),
    ];
  });
}
