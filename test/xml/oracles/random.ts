/** A seeded source of choices (mulberry32). A seed is enough to make a document again, so nothing of fast-check has to be paid for a million of them. */
export class Random {
  #state: number;

  /** @param seed - an integer; its lower 32 bits count */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0 up to, and without, `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}
