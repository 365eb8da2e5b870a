import type { FaultData } from '../errors.js';

/** The WSManFault code of Windows for TimedOut. */
const TIMED_OUT = 2150858793;

/**
 * Whether a fault says no more than that there was nothing to answer within the OperationTimeout (DSP0226 §14.6,
 * TimedOut). To a Receive of a shell, and to a Pull of a subscription, that is no failure: ask again.
 */
export function isTimedOut(fault: Pick<FaultData, 'subcode' | 'wsman'>): boolean {
  return fault.subcode === 'TimedOut' || fault.wsman === TIMED_OUT;
}
