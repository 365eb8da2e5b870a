import type { Random } from './random.js';
import { OTHERS, PIECES, TEXTS } from './vocabulary.js';

/** Adds up to three pieces of content behind tags; or cuts, inserts, replaces, doubles or moves short stretches. */
export function mutated(random: Random, text: string): string {
  let result = text;
  for (let count = random.chance(60) ? 1 : 2 + random.below(2); count > 0; count--) {
    const at = random.below(result.length + 1);
    const end = result.indexOf('>', at) + 1;
    if (random.chance(25) && end > 0) {
      result = result.slice(0, end) + random.pick(random.chance(50) ? TEXTS : OTHERS) + result.slice(end);
      continue;
    }
    const length = 1 + random.below(random.chance(85) ? 4 : 40);
    const [before, piece, after] = [result.slice(0, at), result.slice(at, at + length), result.slice(at + length)];
    const other = random.below(after.length + 1);
    result = random.pick([
      before + after,
      before + random.pick(PIECES) + piece + after,
      before + random.pick(PIECES) + after,
      before + piece + piece + after,
      before + after.slice(0, other) + piece + after.slice(other),
    ]);
  }
  return result;
}
