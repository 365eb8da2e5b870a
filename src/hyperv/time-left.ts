import type { CallOptions } from '../client/options.js';
import { TimeoutError } from '../errors.js';

/**
 * Begins to count the time of a call that takes several requests: what it returns gives the options of the next one, with the time that is left.
 * That throws a TimeoutError when none is left, so that nothing is sent that nobody waits for.
 */
export function timeLeft<C extends CallOptions = CallOptions>(call: C = {} as C): () => C {
  const { timeoutMs } = call;
  if (timeoutMs === undefined) return () => call;
  const end = performance.now() + timeoutMs;
  return () => {
    const leftMs = Math.ceil(end - performance.now());
    if (leftMs <= 0) throw new TimeoutError(`The ${timeoutMs} ms are over, and the next request was not sent`, timeoutMs);
    return { ...call, timeoutMs: leftMs };
  };
}
