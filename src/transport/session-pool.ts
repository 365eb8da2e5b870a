import { Session, type SessionOptions } from './session.js';

/**
 * A fixed number of sessions, handed out one holder at a time, oldest waiter first: one authenticated socket carries one
 * request at a time, because Windows answers 401 to a second one.
 */
export class SessionPool {
  readonly #idle: Session[];
  readonly #all: readonly Session[];
  readonly #waiters = new Set<(session: Session) => void>();

  constructor(size: number, options: SessionOptions) {
    this.#all = Array.from({ length: size }, () => new Session(options));
    this.#idle = [...this.#all];
  }

  /** Runs `use` with a session of its own. The wait for one obeys the signal. */
  async with<T>(signal: AbortSignal, use: (session: Session) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    // The one used last has the warm connection.
    const session = this.#idle.pop() ?? (await this.#wait(signal));
    try {
      return await use(session);
    } finally {
      this.#release(session);
    }
  }

  /** Destroys every socket at once. */
  close(): void {
    for (const session of this.#all) session.close();
  }

  #wait(signal: AbortSignal): Promise<Session> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.delete(waiter);
        reject(signal.reason as Error);
      };
      const waiter = (free: Session): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(free);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  #release(session: Session): void {
    const [next] = this.#waiters;
    if (next === undefined) {
      this.#idle.push(session);
    } else {
      this.#waiters.delete(next);
      next(session);
    }
  }
}
