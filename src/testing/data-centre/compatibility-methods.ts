/** How the migration services of two simulated hosts find out whether a machine can run on both. */
import { utf8 } from '../../bytes.js';
import { type CimInstance, createInstance } from '../../cim/instance.js';
import { isInstancePath } from '../../cim/object-path.js';
import type { MsvmError } from '../../errors.js';
import { MSVM_ERROR_PROPERTIES } from '../../schema/msvm-error.js';
import type { MethodAnswer } from '../methods.js';
import type { SimulatedHost } from '../simulated-host.js';
import { type MachineOf, machineStateOn } from './machine-methods.js';
import type { ResolvedHost } from './types.js';

const SERVICE = 'Msvm_VirtualSystemMigrationService';
const INVALID_PARAMETER: MethodAnswer = { returnValue: 32773 };
const NOT_COMPATIBLE = 32784;
/** How the bytes of a compatibility info begin here; what those of Hyper-V mean is nobody's business but its own. */
const COMPATIBILITY_HEADER = 'SimulatedProcessor:';

/**
 * Registers GetSystemCompatibilityInfo and CheckSystemCompatibilityInfo. A machine that is not there, and bytes that the
 * first did not make: 32773. A machine that needs another processor: 32784, with the reason.
 */
export function registerCompatibility(host: SimulatedHost, { name, processor }: ResolvedHost, machineOf: MachineOf): void {
  host.onInvoke(SERVICE, 'GetSystemCompatibilityInfo', (_service, { ComputerSystem = null }) => {
    const id = isInstancePath(ComputerSystem) ? ComputerSystem.keys.Name : null;
    const machine = typeof id === 'string' ? machineOf(id.toUpperCase()) : null;
    if (machine === null) return INVALID_PARAMETER;
    // A machine that is off has used no feature of a processor yet.
    const isOff = machineStateOn(host, machine.id) === 'off';
    return { returnValue: 0, out: { CompatibilityInfo: [...utf8(COMPATIBILITY_HEADER + (isOff ? '' : processor))] } };
  });
  host.onInvoke(SERVICE, 'CheckSystemCompatibilityInfo', (_service, { CompatibilityInfo = null }) => {
    const text = new TextDecoder().decode(Uint8Array.from((CompatibilityInfo ?? []) as readonly number[]));
    if (!text.startsWith(COMPATIBILITY_HEADER)) return INVALID_PARAMETER;
    const needed = text.slice(COMPATIBILITY_HEADER.length);
    if (needed === '' || needed === processor) return { returnValue: 0, out: { Reasons: [] } };
    return { returnValue: NOT_COMPATIBLE, out: { Reasons: [processorError(name)] } };
  });
}

/** Why a machine cannot run on a host with another kind of processor: a whole Msvm_Error. */
function processorError(hostName: string): CimInstance {
  const given: Partial<MsvmError> = {
    CIMStatusCode: 1,
    ErrorSourceFormat: 0,
    ErrorType: 4,
    Message: `The virtual machine uses features of its processor that the physical computer '${hostName}' does not have.`,
    MessageArguments: [hostName],
    OwningEntity: 'Microsoft-Windows-Hyper-V-VMMS',
    PerceivedSeverity: 5,
    ProbableCause: 0,
  };
  const names = Object.keys(MSVM_ERROR_PROPERTIES) as (keyof MsvmError)[];
  return createInstance({ className: 'Msvm_Error', properties: names.map((name) => [name, given[name] ?? null] as const), types: MSVM_ERROR_PROPERTIES });
}
