import type { CallOptions } from '../../client/options.js';

/** Begins to count the time of a call that takes several requests: what it returns gives the options of the next one, with the time that is left. */
export function timeLeft(call: CallOptions = {}): () => CallOptions {
  const { timeoutMs } = call;
  if (timeoutMs === undefined) return () => call;
  const end = performance.now() + timeoutMs;
  return () => ({ ...call, timeoutMs: Math.max(1, Math.ceil(end - performance.now())) });
}
