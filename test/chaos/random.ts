/** Decisions that follow from a seed: the same seed, the same decisions, whatever the clock does. */
import { utf8 } from '../../src/bytes.js';

/** Marsaglia's xorshift32 (Xorshift RNGs, 2003; shifts 13, 17, 5), started from a text. */
export class Random {
  #state: number;

  /** @param from - what the decisions are for; each text has its own sequence */
  constructor(from: string) {
    // FNV-1a of the text; a state of 0 would stay 0.
    this.#state = utf8(from).reduce((hash, byte) => Math.imul(hash ^ byte, 0x0100_0193), 0x811c_9dc5 | 0) || 1;
    for (let round = 0; round < 8; round++) this.#next();
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)]!;
  }

  /** From 0 up to 1. */
  #next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }
}
