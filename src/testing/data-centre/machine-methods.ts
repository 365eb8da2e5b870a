/** What the machines of a simulated data centre do when they are asked to: start, stop, save, pause, shut down. */
import type { MethodAnswer } from '../methods.js';
import type { SimulatedHost } from '../simulated-host.js';
import { DEFAULT_CHANGE_MS, type JobOptions, concreteJob, ifThere, later } from './jobs.js';
import { componentPath, componentProperties, machinePath, stateProperties } from './machine-instances.js';
import { type Transition, stateOf, transitionTo } from './machine-state.js';
import type { ResolvedMachine, SimulatedMachineState } from './types.js';

/**
 * What a machine of a host is made of, by its upper-case GUID, also while it changes its state; `null` for one that the host
 * does not have. Its `state` does not count: the host's instances tell it.
 */
export type MachineOf = (id: string) => ResolvedMachine | null;

/** What the methods of machines have to know. */
export type MachineOptions = JobOptions & {
  readonly machineOf: MachineOf;
  /** Whether a machine is being moved: then its state cannot be changed. Default: it never is. */
  readonly isMoving?: (id: string) => boolean;
};

const INVALID_PARAMETER: MethodAnswer = { returnValue: 32773 };
const INVALID_STATE: MethodAnswer = { returnValue: 32775 };
const CAPTIONS: Readonly<Record<SimulatedMachineState, string>> = { running: 'Starting', off: 'Turning off', saved: 'Saving', paused: 'Pausing' };
const SHUTDOWN: Transition = { to: 'off', meanwhile: 4, from: ['running'] };

/**
 * Registers RequestStateChange of machines and InitiateShutdown of their guests. The first answers 4096 with a job, the
 * second 0, and the machine is off a moment later. A state that does not follow from that of the machine, the state of a
 * machine that changes or is being moved, and that of the host itself: 32775.
 */
export function registerMachineMethods(host: SimulatedHost, options: MachineOptions): void {
  host.onInvoke('Msvm_ComputerSystem', 'RequestStateChange', ({ keys }, { RequestedState }) => {
    const transition = transitionTo(Number(RequestedState));
    if (transition === null) return INVALID_PARAMETER;
    const machine = machineIn(host, keys.Name, transition, options);
    if (machine === null) return INVALID_STATE;
    begin(host, machine, transition);
    return concreteJob(host, `${CAPTIONS[transition.to]} ${machine.name}`, () => end(host, machine, transition), options);
  });
  host.onInvoke('Msvm_ShutdownComponent', 'InitiateShutdown', ({ keys }) => {
    const machine = machineIn(host, keys.SystemName, SHUTDOWN, options);
    if (machine === null) return INVALID_STATE;
    begin(host, machine, SHUTDOWN);
    later(options.changeMs ?? DEFAULT_CHANGE_MS, options.signal, () => end(host, machine, SHUTDOWN));
    return { returnValue: 0 };
  });
}

/**
 * The state of a machine on a host; `null` while it changes.
 *
 * @throws UsageError - the machine is not there
 */
export function machineStateOn(host: SimulatedHost, id: string): SimulatedMachineState | null {
  return stateOf(Number(host.get(machinePath(id)).EnabledState));
}

/**
 * Brings a machine on a host into its state: its computer system, and what its components tell of the guest.
 *
 * @throws UsageError - the machine is not there
 */
export function setMachineState(host: SimulatedHost, machine: ResolvedMachine, now: Date): void {
  host.update(machinePath(machine.id), stateProperties(machine, now));
  const components = componentProperties(machine);
  for (const className of Object.keys(components) as (keyof typeof components)[]) host.update(componentPath(className, machine.id), components[className]);
}

/** The machine of a name, when it may make the transition. */
function machineIn(host: SimulatedHost, name: unknown, { from }: Transition, { machineOf, isMoving = () => false }: MachineOptions): ResolvedMachine | null {
  const machine = typeof name === 'string' ? machineOf(name.toUpperCase()) : null;
  if (machine === null || isMoving(machine.id)) return null;
  const state = machineStateOn(host, machine.id);
  return state !== null && from.includes(state) ? machine : null;
}

function begin(host: SimulatedHost, { id }: ResolvedMachine, { to, meanwhile }: Transition): void {
  const { RequestedState = null } = stateProperties({ id, state: to }, new Date());
  host.update(machinePath(id), { EnabledState: meanwhile, RequestedState });
}

/** The machine may have been taken away in the meantime. */
function end(host: SimulatedHost, machine: ResolvedMachine, { to }: Transition): void {
  ifThere(() => setMachineState(host, { ...machine, state: to }, new Date()));
}
