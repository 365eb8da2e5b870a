import { abortable } from '../transport/deadline.js';

type Running<T> = { readonly result: Promise<T>; readonly controller: AbortController; waiting: number };

/**
 * Work whose result all share who ask for it while it is under way. Each waits as long as its own signal allows. When the last has
 * given up, so is the work: what never ends, such as a question for a password, holds up nobody who comes later.
 */
export class SharedWork<T> {
  #running: Running<T> | null = null;

  /**
   * Waits for the work that is under way, or begins it.
   *
   * @param work - is given a signal that aborts when nobody waits any more
   * @param signal - of this caller; the promise then rejects with its reason
   */
  async join(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const running = (this.#running ??= begin(work));
    running.waiting++;
    try {
      return await abortable(running.result, signal);
    } finally {
      if (--running.waiting === 0) {
        if (this.#running === running) this.#running = null;
        running.controller.abort();
      }
    }
  }
}

function begin<T>(work: (signal: AbortSignal) => Promise<T>): Running<T> {
  const controller = new AbortController();
  return { result: work(controller.signal), controller, waiting: 0 };
}
