/** What a virtual machine is doing; `other` is a state that has no name here. */
export type MachineState = 'running' | 'off' | 'saved' | 'paused' | 'starting' | 'stopping' | 'saving' | 'pausing' | 'resuming' | 'other';

/**
 * EnabledState of Msvm_ComputerSystem in the v2 namespace. 6 is "Enabled but Offline", 9 is "Quiesce". Those from 32773 on
 * are the names that the page of RequestStateChange gives to states on the way.
 */
const STATES: Readonly<Record<number, MachineState>> = {
  2: 'running',
  3: 'off',
  4: 'stopping',
  6: 'saved',
  9: 'paused',
  10: 'starting',
  32773: 'saving',
  32776: 'pausing',
  32777: 'resuming',
};

/** How OtherEnabledState says it when EnabledState is 1, "Other"; in lower case. */
const OTHER_STATES: ReadonlyMap<string, MachineState> = new Map([
  ['saving', 'saving'],
  ['fastsaving', 'saving'],
  ['quiescing', 'pausing'],
  ['resuming', 'resuming'],
]);

const OTHER = 1;

/**
 * Reads the state of a virtual machine (Msvm_ComputerSystem, EnabledState and OtherEnabledState: the value map of the
 * schema and the class's page; what the words of OtherEnabledState mean is known from other clients).
 *
 * @param enabledState - EnabledState, `null` when it was not sent
 * @param otherEnabledState - OtherEnabledState, in any letter case; counts when EnabledState is 1
 */
export function machineState(enabledState: number | null, otherEnabledState: string | null): MachineState {
  if (enabledState === null) return 'other';
  if (enabledState === OTHER) return OTHER_STATES.get(otherEnabledState?.trim().toLowerCase() ?? '') ?? 'other';
  return STATES[enabledState] ?? 'other';
}
