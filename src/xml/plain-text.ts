import type { CodeUnits } from './decode.js';

const [TAB, LINE_FEED, SPACE, QUOTE, AMPERSAND, APOSTROPHE, SEMICOLON] = [0x09, 0x0a, 0x20, 0x22, 0x26, 0x27, 0x3b] as const;
const [LESS, GREATER, RIGHT_BRACKET, A, G, L, M, O, P, Q, S, T, U] = [0x3c, 0x3e, 0x5d, 0x61, 0x67, 0x6c, 0x6d, 0x6f, 0x70, 0x71, 0x73, 0x74, 0x75] as const;

/**
 * The text between two offsets with its predefined entities (XML 1.0 §4.6) replaced, in memory of its own; `null` when there is anything
 * in it that has to be looked at more closely: another reference or a bad one, `]`, a control character, or one beyond ASCII.
 *
 * The text of an instance inside a text has hundreds of entities; byte by byte they cost a third of what they do as pieces of a string.
 */
export function plainText(units: CodeUnits, start: number, end: number): string | null {
  if (units instanceof Uint16Array) return null;
  const text = Buffer.allocUnsafe(end - start);
  let length = 0;
  for (let at = start; at < end; at++) {
    const unit = units[at]!;
    if (unit === AMPERSAND) {
      const character = entityAt(units, at + 1);
      if (character === 0) return null;
      text[length++] = character;
      while (units[at] !== SEMICOLON) at++;
    } else {
      if ((unit < SPACE && unit !== LINE_FEED && unit !== TAB) || unit === RIGHT_BRACKET) return null;
      text[length++] = unit;
    }
  }
  return text.toString('latin1', 0, length);
}

/** The character of the predefined entity whose name begins at an offset, 0 for none. */
function entityAt(units: Uint8Array, at: number): number {
  const second = units[at + 1];
  const third = units[at + 2];
  const fourth = units[at + 3];
  switch (units[at]) {
    case L:
      return second === T && third === SEMICOLON ? LESS : 0;
    case G:
      return second === T && third === SEMICOLON ? GREATER : 0;
    case A:
      if (second === M && third === P && fourth === SEMICOLON) return AMPERSAND;
      return second === P && third === O && fourth === S && units[at + 4] === SEMICOLON ? APOSTROPHE : 0;
    case Q:
      return second === U && third === O && fourth === T && units[at + 4] === SEMICOLON ? QUOTE : 0;
    default:
      return 0;
  }
}
