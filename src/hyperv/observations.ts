import type { Observation } from './outcome.js';

/** How many are kept of the beginning, and how many of the end. */
const KEPT = 50;

/** What is seen on the way to an outcome, in the order of time. Of very many the first and the last 50 are kept. */
export class Observations {
  readonly #first: Observation[] = [];
  readonly #last: Observation[] = [];
  readonly #latest = new Map<string, string>();

  /** Notes what was seen on a host now, unless it is what was seen there before. */
  add(host: string, seen: string): void {
    if (this.#latest.get(host) === seen) return;
    this.#latest.set(host, seen);
    const observation = { at: new Date().toISOString(), host, seen };
    if (this.#first.length < KEPT) this.#first.push(observation);
    else if (this.#last.push(observation) > KEPT) this.#last.shift();
  }

  /** All that are kept, as they are now. */
  list(): readonly Observation[] {
    return [...this.#first, ...this.#last];
  }
}
