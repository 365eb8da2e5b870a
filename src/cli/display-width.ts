/** How wide text is on a terminal. */

/** Characters that take no place: marks on the one before, joiners, directions. */
const NONE = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Characters that take two places (Unicode Standard Annex 11, classes W and F): East Asian scripts and emoji. */
const WIDE = /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]$/u;

/** The number of places that a line of text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The text in exactly so many places: filled up with spaces, or cut off with an ellipsis. */
export function fitWidth(text: string, width: number): string {
  const given = displayWidth(text);
  if (given <= width) return text + ' '.repeat(width - given);
  let cut = '';
  let used = 1;
  for (const character of text) {
    used += widthOf(character);
    if (used > width) break;
    cut += character;
  }
  return `${cut}…${' '.repeat(width - displayWidth(cut) - 1)}`;
}

function widthOf(character: string): number {
  if (NONE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
