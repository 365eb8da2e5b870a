import { fold } from '../repository/fold.js';

/** What the text has to hold at one place, in upper case: `many` any number of characters, `one` exactly one. */
export type LikeElement =
  | { readonly kind: 'many' | 'one' }
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: readonly (readonly [first: string, last: string])[] };

/** A pattern of LIKE, in the order of the text. */
export type LikePattern = readonly LikeElement[];

/** With {@link matchLike}'s time in mind, which grows with the product of both lengths. */
const MAX_LENGTH = 1024;
/** A set, or one character. A `^` alone in a set is itself. */
const ELEMENT = /\[(\^?)([^\]]+)\]|([^[])/gsy;

/**
 * Reads the pattern of a LIKE (WMI SDK, "LIKE Operator"): `%` is any text, `_` one character, `[a-f]` and `[adf]` one of
 * them, `[^a-f]` none of them; in brackets `%`, `_` and `[` mean themselves.
 *
 * @returns `null` for a bracket that is not closed or has nothing in it, and for a pattern of more than 1,024 characters
 */
export function parseLike(pattern: string): LikePattern | null {
  const elements = [...pattern.matchAll(ELEMENT)];
  const isWhole = elements.reduce((length, [element]) => length + element.length, 0) === pattern.length;
  if (!isWhole || pattern.length > MAX_LENGTH) return null;
  return elements.map(([, caret, set, character]) => (character === undefined ? setOf(set!, caret === '^') : elementOf(character)));
}

/** Whether a text matches a pattern from its beginning to its end, in any letter case. */
export function matchLike(pattern: LikePattern, text: string): boolean {
  const folded = fold(text);
  let element = 0;
  let at = 0;
  // Only the last `%` can have to take more: each earlier one took the least that let the rest follow.
  let many: { element: number; at: number } | null = null;
  while (at < folded.length) {
    const expected = pattern[element];
    if (expected?.kind === 'many') {
      many = { element: ++element, at };
    } else if (expected !== undefined && accepts(expected, folded[at]!)) {
      element++;
      at++;
    } else if (many !== null) {
      at = ++many.at;
      ({ element } = many);
    } else {
      return false;
    }
  }
  return pattern.slice(element).every(({ kind }) => kind === 'many');
}

function elementOf(character: string): LikeElement {
  if (character === '%') return { kind: 'many' };
  return character === '_' ? { kind: 'one' } : { kind: 'character', character: fold(character) };
}

function setOf(set: string, negated: boolean): LikeElement {
  const ranges = [...fold(set).matchAll(/(.)-(.)|(.)/gs)].map(([, first, last, only]) => [first ?? only!, last ?? only!] as const);
  return { kind: 'set', negated, ranges };
}

function accepts(element: LikeElement, character: string): boolean {
  if (element.kind === 'character') return element.character === character;
  if (element.kind !== 'set') return true;
  return element.ranges.some(([first, last]) => first <= character && character <= last) !== element.negated;
}
