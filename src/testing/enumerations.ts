import type { CimInstance } from '../cim/instance.js';
import type { EnumerationItem, WritePageOptions } from '../wsman/enumeration-page.js';
import { Lookahead } from './lookahead.js';

/** An enumeration that was begun. */
export type Enumeration = {
  readonly items: Lookahead<CimInstance>;
  /** What the client asked to see of an instance. */
  readonly toItem: (instance: CimInstance) => EnumerationItem;
  readonly writing: WritePageOptions;
};

type Open = { readonly enumeration: Enumeration; readonly user: string; readonly until: number };

/**
 * The enumerations that are not at their end, by the context that goes on with them. A context is its user's alone, serves
 * once, and is forgotten when it is not used for the service's EnumerationTimeoutms.
 */
export class Enumerations {
  readonly #open = new Map<string, Open>();
  readonly #timeoutMs: number;
  readonly #now: () => number;
  readonly #newId: () => string;

  /**
   * @param timeoutMs - how long a context lives
   * @param now - milliseconds of any clock that only goes on
   */
  constructor(timeoutMs: number, now: () => number, newId: () => string) {
    this.#timeoutMs = timeoutMs;
    this.#now = now;
    this.#newId = newId;
  }

  /** How many are open; of one user, or of all. */
  count(user?: string): number {
    this.#expire();
    if (user === undefined) return this.#open.size;
    return [...this.#open.values()].filter((open) => open.user === user).length;
  }

  /** A context that {@link keep} can be given. */
  newContext(): string {
    return this.#newId();
  }

  /** Keeps an enumeration for the next Pull. */
  keep(context: string, enumeration: Enumeration, user: string): void {
    this.#open.set(context, { enumeration, user, until: this.#now() + this.#timeoutMs });
  }

  /** Takes an enumeration out; `null` when the user has no such context, or not any more. */
  take(context: string, user: string): Enumeration | null {
    this.#expire();
    const open = this.#open.get(context);
    if (open?.user !== user) return null;
    this.#open.delete(context);
    return open.enumeration;
  }

  /** Forgets every enumeration, as a reboot does. */
  clear(): void {
    this.#open.clear();
  }

  /** The oldest stand first, and all live equally long. */
  #expire(): void {
    const now = this.#now();
    for (const [context, { until }] of this.#open) {
      if (until > now) return;
      this.#open.delete(context);
    }
  }
}
