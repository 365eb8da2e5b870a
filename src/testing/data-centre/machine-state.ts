/** The states of a virtual machine, and how one becomes another (Msvm_ComputerSystem.EnabledState, RequestStateChange). */
import type { SimulatedMachineState } from './types.js';

/** EnabledState: 2 enabled, 3 disabled, 6 enabled but offline, 9 quiesce. */
export const ENABLED_STATES: Readonly<Record<SimulatedMachineState, number>> = { running: 2, off: 3, saved: 6, paused: 9 };

/** A change of state that RequestStateChange asks for. */
export type Transition = {
  readonly to: SimulatedMachineState;
  /** The EnabledState in the meantime: 4 shutting down, 10 starting, 32773 saving, 32776 pausing. */
  readonly meanwhile: number;
  readonly from: readonly SimulatedMachineState[];
};

/** By RequestedState. A saved machine cannot be turned off: its state would have to be deleted first. */
const TRANSITIONS: ReadonlyMap<number, Transition> = new Map([
  [2, { to: 'running', meanwhile: 10, from: ['off', 'saved', 'paused'] }],
  [3, { to: 'off', meanwhile: 4, from: ['running', 'paused'] }],
  [6, { to: 'saved', meanwhile: 32773, from: ['running', 'paused'] }],
  [9, { to: 'paused', meanwhile: 32776, from: ['running'] }],
]);

/** The transition that a RequestedState asks for; `null` for one that these machines do not know. */
export function transitionTo(requestedState: number): Transition | null {
  return TRANSITIONS.get(requestedState) ?? null;
}

/** The state of an EnabledState; `null` while it changes. */
export function stateOf(enabledState: number): SimulatedMachineState | null {
  const states = Object.keys(ENABLED_STATES) as SimulatedMachineState[];
  return states.find((state) => ENABLED_STATES[state] === enabledState) ?? null;
}
