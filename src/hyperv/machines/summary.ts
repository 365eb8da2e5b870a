import { type CimInstance, isCimInstance } from '../../cim/instance.js';
import { DEFAULT_NAMESPACE, instancePath } from '../../cim/object-path.js';
import type { CimValue } from '../../cim/types.js';
import type { CallOptions } from '../../client/options.js';
import type { WsmanClient } from '../../client/wsman-client.js';
import { ProtocolError } from '../../errors.js';
import { invokeMethod } from '../method.js';
import { servicePath } from '../service-path.js';
import { type MachineState, machineState } from './state.js';
import { timeLeft } from '../time-left.js';

/** What the heartbeat of the integration services says of a guest (Msvm_SummaryInformation.Heartbeat). */
export type Heartbeat = 'ok' | 'error' | 'noContact' | 'lostCommunication';

/** How a machine does; what the host did not send, or has no value for, is `null`. Who owns it is not among this: see {@link VirtualMachine.owner}. */
export type MachineSummary = {
  /** Its display name, ElementName. */
  readonly name: string | null;
  /** As {@link MachineState}; a state that only OtherEnabledState tells, as `saving`, is `other` where the host leaves that out. */
  readonly state: MachineState;
  readonly heartbeat: Heartbeat | null;
  /** The memory it has now, in MiB. */
  readonly memoryUsageMb: number | null;
  /** How much of its memory is free, in percent; negative when it needs more. Of machines with dynamic memory alone. */
  readonly memoryAvailablePercent: number | null;
  readonly processorLoadPercent: number | null;
  /** How many virtual processors it has. */
  readonly processors: number | null;
  /** Since it was last turned on, in milliseconds. */
  readonly upTimeMs: number | null;
  /** Its operating system, as the guest says. */
  readonly guestOperatingSystem: string | null;
  readonly notes: string | null;
  /** The Msvm_SummaryInformation as it was sent. */
  readonly instance: CimInstance;
};

/**
 * RequestedInformation: Name, ElementName, CreationTime, Notes, NumberOfProcessors; EnabledState, ProcessorLoad, MemoryUsage,
 * Heartbeat, UpTime, GuestOperatingSystem, HealthState, OperationalStatus, StatusDescriptions, MemoryAvailable,
 * AvailableMemoryBuffer. Numbers that Windows Server 2012 does not know are left out, OtherEnabledState (132) among them.
 */
const REQUESTED = [0, 1, 2, 3, 4, 100, 101, 103, 104, 105, 106, 109, 110, 111, 112, 113] as const;

const HEARTBEATS: Readonly<Record<number, Heartbeat>> = { 2: 'ok', 6: 'error', 12: 'noContact', 13: 'lostCommunication' };

/** What a host sends as a percentage of memory of a machine whose memory is not dynamic. */
const NO_PERCENTAGE = 0x7fffffff;

/**
 * Asks the host how a machine does (Msvm_VirtualSystemManagementService.GetSummaryInformation): one call, which changes nothing.
 *
 * @param id - the machine's GUID
 * @throws ReturnValueError - the method failed
 * @throws TransportError - the management service does not run there
 * @throws ProtocolError - the answer holds no summary
 */
export async function readSummary(client: WsmanClient, id: string, call?: CallOptions): Promise<MachineSummary> {
  const left = timeLeft(call);
  const service = await servicePath(client, 'Msvm_VirtualSystemManagementService', left());
  const settings = instancePath('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${id}` }, call?.namespace ?? DEFAULT_NAMESPACE);
  const { out } = await invokeMethod(client, service, 'GetSummaryInformation', { SettingData: [settings], RequestedInformation: REQUESTED }, left());
  const sent: CimValue = out.SummaryInformation ?? null;
  const [instance] = Array.isArray(sent) ? (sent as readonly CimValue[]) : [sent];
  if (!isCimInstance(instance)) throw new ProtocolError(`GetSummaryInformation of ${client.host} answered with no summary of ${id}`);
  return toMachineSummary(instance);
}

/** Reads an Msvm_SummaryInformation, typed by the schema. */
export function toMachineSummary(instance: CimInstance): MachineSummary {
  const heartbeat = numberOf(instance.Heartbeat);
  const available = numberOf(instance.MemoryAvailable);
  return {
    name: textOf(instance.ElementName),
    state: machineState(numberOf(instance.EnabledState), textOf(instance.OtherEnabledState)),
    heartbeat: heartbeat === null ? null : (HEARTBEATS[heartbeat] ?? null),
    memoryUsageMb: numberOf(instance.MemoryUsage),
    memoryAvailablePercent: available === NO_PERCENTAGE ? null : available,
    processorLoadPercent: numberOf(instance.ProcessorLoad),
    processors: numberOf(instance.NumberOfProcessors),
    upTimeMs: numberOf(instance.UpTime),
    guestOperatingSystem: textOf(instance.GuestOperatingSystem),
    notes: textOf(instance.Notes),
    instance,
  };
}

/** Megabytes and milliseconds of 64 bits are far below 2^53. */
function numberOf(value: CimValue | undefined): number | null {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}

function textOf(value: CimValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
