import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** What waiting needs of time. */
export type Clock = {
  /** Milliseconds since some moment; never goes back. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. Rejects with the signal's reason as soon as it is aborted, and leaves no timer. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** The clock of this machine. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    // One signal may serve any number of waits at a time.
    if (signal !== undefined) setMaxListeners(0, signal);
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // A timer tells an abort in its own words.
      signal?.throwIfAborted();
      throw error;
    }
  },
};
