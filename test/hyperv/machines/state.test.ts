import { describe, expect, it } from 'vitest';
import { machineState } from '../../../src/hyperv/machines/state.js';

describe('the state of a machine', () => {
  // Value map of EnabledState; its names stand behind.
  it.each([
    [2, 'running'], // Enabled
    [3, 'off'], // Disabled
    [4, 'stopping'], // Shutting Down
    [6, 'saved'], // Enabled but Offline
    [9, 'paused'], // Quiesce
    [10, 'starting'], // Starting
    [32773, 'saving'],
    [32776, 'pausing'],
    [32777, 'resuming'],
    [0, 'other'], // Unknown
    [5, 'other'], // Not Applicable
    [11, 'other'],
    [65535, 'other'],
  ])('EnabledState %i is %s', (enabledState, state) => {
    expect(machineState(enabledState, null)).toBe(state);
  });

  it.each([
    ['Saving', 'saving'],
    ['FastSaving', 'saving'],
    ['Quiescing', 'pausing'],
    ['resuming', 'resuming'],
    ['ComponentServicing', 'other'],
    ['constructor', 'other'],
    [null, 'other'],
  ])('EnabledState 1 with OtherEnabledState %s is %s', (otherEnabledState, state) => {
    expect(machineState(1, otherEnabledState)).toBe(state);
  });

  it('OtherEnabledState counts beside 1 only, and no EnabledState is other', () => {
    expect(machineState(2, 'Saving')).toBe('running');
    expect(machineState(null, 'Saving')).toBe('other');
  });
});
