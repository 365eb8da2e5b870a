import { getEventListeners, setMaxListeners } from 'node:events';
import { TimeoutError } from '../errors.js';

/**
 * The one signal that a call obeys from its first wait to its last: its own time-out, the caller's signal and `abort`.
 * The signal's reason is the error to throw.
 */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #release: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs - from now on; the reason is then a TimeoutError */
  constructor(timeoutMs: number, ...others: readonly AbortSignal[]) {
    this.signal = this.#controller.signal;
    this.#start(timeoutMs, others);
  }

  /** Aborts the signal, unless it is aborted already. */
  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  /** Stops the timer and lets go of the other signals; the own signal stays as it is. */
  dispose(): void {
    clearTimeout(this.#timer);
    for (const release of this.#release.splice(0)) release();
  }

  /**
   * Serves another call, after `dispose`: to make a new signal costs more than all else here. One whose signal is aborted,
   * or that somebody still listens to, cannot: then nothing is done.
   *
   * @param timeoutMs - as of the constructor
   * @returns whether it serves
   */
  restart(timeoutMs: number, ...others: readonly AbortSignal[]): boolean {
    if (this.signal.aborted || getEventListeners(this.signal, 'abort').length > 0) return false;
    this.#start(timeoutMs, others);
    return true;
  }

  #start(timeoutMs: number, others: readonly AbortSignal[]): void {
    this.#timer = setTimeout(() => this.abort(new TimeoutError(`No answer within ${timeoutMs} ms`, timeoutMs)), timeoutMs);
    for (const other of others) {
      const follow = (): void => this.#controller.abort(other.reason);
      if (other.aborted) follow();
      else {
        // One signal may serve any number of calls at a time; every listener goes with its call, so there is no leak to warn of.
        setMaxListeners(0, other);
        other.addEventListener('abort', follow, { once: true });
        this.#release.push(() => other.removeEventListener('abort', follow));
      }
    }
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
