/** What the management service tells of machines in one go (Msvm_VirtualSystemManagementService.GetSummaryInformation). */
import { type CimInstance, createInstance } from '../../cim/instance.js';
import { isInstancePath } from '../../cim/object-path.js';
import type { CimValue } from '../../cim/types.js';
import type { SimulatedHost } from '../simulated-host.js';
import { GUEST_SYSTEM } from './guest-items.js';
import { textOf } from './instances.js';
import { machinePath } from './machine-instances.js';
import type { MachineOf } from './machine-methods.js';
import { stateOf } from './machine-state.js';
import type { ResolvedMachine } from './types.js';

/** The properties of Msvm_SummaryInformation by the numbers of RequestedInformation; those that are not here stay null. */
const REQUESTABLE: ReadonlyMap<number, string> = new Map([
  [0, 'Name'],
  [1, 'ElementName'],
  [2, 'CreationTime'],
  [3, 'Notes'],
  [4, 'NumberOfProcessors'],
  [10, 'Version'],
  [11, 'Shielded'],
  [100, 'EnabledState'],
  [101, 'ProcessorLoad'],
  [103, 'MemoryUsage'],
  [104, 'Heartbeat'],
  [105, 'UpTime'],
  [106, 'GuestOperatingSystem'],
  [109, 'HealthState'],
  [110, 'OperationalStatus'],
  [111, 'StatusDescriptions'],
  [112, 'MemoryAvailable'],
  [120, 'SwapFilesInUse'],
  [121, 'IntegrationServicesVersionState'],
]);
/** Msvm_SummaryInformation.Heartbeat. */
const HEARTBEAT = { ok: 2, noContact: 12 };

/**
 * Registers GetSummaryInformation: of the settings that are given, or of all machines, what RequestedInformation names;
 * settings that are not there, and no RequestedInformation: 32773.
 */
export function registerSummaryInformation(host: SimulatedHost, machineOf: MachineOf): void {
  host.onInvoke('Msvm_VirtualSystemManagementService', 'GetSummaryInformation', (_service, { SettingData = null, RequestedInformation = null }) => {
    if (!Array.isArray(RequestedInformation)) return { returnValue: 32773 };
    const ids = SettingData === null ? realizedIds(host) : (SettingData as readonly CimValue[]).map((path) => idOf(host, path));
    const machines = ids.map((id) => (id === null ? null : machineOf(id)));
    if (machines.includes(null)) return { returnValue: 32773 };
    const wanted = new Set((RequestedInformation as readonly CimValue[]).map((number) => REQUESTABLE.get(Number(number))));
    const summaries = machines.map((machine) => summaryOf(host, machine!, wanted));
    return { returnValue: 0, out: { SummaryInformation: summaries }, byValue: ['SummaryInformation'] };
  });
}

function realizedIds(host: SimulatedHost): readonly string[] {
  const settings = host.query("SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = 'Microsoft:Hyper-V:System:Realized'");
  return settings.map(({ VirtualSystemIdentifier }) => textOf(VirtualSystemIdentifier));
}

/** The machine of a reference to its settings. */
function idOf(host: SimulatedHost, settings: CimValue): string | null {
  const wanted = isInstancePath(settings) ? textOf(settings.keys.InstanceID).toUpperCase() : null;
  return realizedIds(host).find((id) => `MICROSOFT:${id}` === wanted) ?? null;
}

function summaryOf(host: SimulatedHost, machine: ResolvedMachine, wanted: ReadonlySet<string | undefined>): CimInstance {
  const system = host.get(machinePath(machine.id));
  const isRunning = stateOf(Number(system.EnabledState)) === 'running';
  const known: Readonly<Record<string, CimValue>> = {
    Name: machine.id,
    ElementName: machine.name,
    CreationTime: system.InstallDate!,
    Notes: '',
    NumberOfProcessors: 2,
    Version: '10.0',
    Shielded: false,
    EnabledState: system.EnabledState!,
    ProcessorLoad: isRunning ? 3 : 0,
    MemoryUsage: isRunning ? BigInt(machine.memoryMb) : 0n,
    Heartbeat: isRunning ? HEARTBEAT.ok : HEARTBEAT.noContact,
    UpTime: system.OnTimeInMilliseconds!,
    GuestOperatingSystem: isRunning ? GUEST_SYSTEM : '',
    HealthState: 5,
    OperationalStatus: [2],
    StatusDescriptions: ['OK'],
    MemoryAvailable: isRunning ? 20 : 0,
    SwapFilesInUse: false,
    IntegrationServicesVersionState: isRunning ? 1 : 0,
  };
  const requested = Object.entries(known).filter(([name]) => wanted.has(name));
  const properties = { ...Object.fromEntries(requested), InstanceID: `Microsoft:${machine.id}` };
  return createInstance({ className: 'Msvm_SummaryInformation', properties });
}
