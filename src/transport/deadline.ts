import { setMaxListeners } from 'node:events';
import { TimeoutError } from '../errors.js';

/**
 * The one signal that a call obeys from its first wait to its last: its own time-out, the caller's signal and the closing
 * of the client. The signal's reason is the error to throw. `dispose` stops the timer and lets go of the other signals.
 */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #release: (() => void)[] = [];

  /** @param timeoutMs - from now on; the reason is then a TimeoutError */
  constructor(timeoutMs: number, ...others: readonly AbortSignal[]) {
    const controller = new AbortController();
    this.signal = controller.signal;
    this.#timer = setTimeout(() => controller.abort(new TimeoutError(`No answer within ${timeoutMs} ms`, timeoutMs)), timeoutMs);
    for (const other of others) {
      const follow = (): void => controller.abort(other.reason);
      if (other.aborted) follow();
      else {
        // One signal may serve any number of calls at a time; every listener goes with its call, so there is no leak to warn of.
        setMaxListeners(0, other);
        other.addEventListener('abort', follow, { once: true });
        this.#release.push(() => other.removeEventListener('abort', follow));
      }
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const release of this.#release) release();
  }
}

/** Waits for a promise that knows nothing of signals, but not for longer than the signal allows. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
