import { illegalCharacterIn, quote } from './characters.js';

/** The predefined entities, XML 1.0 §4.6: with no DTD there are no others. */
const PREDEFINED: ReadonlyMap<string, string> = new Map([['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"], ['amp', '&']]);

/** What is wrong with a text, and where in it. */
export type Refuse = (problem: string, offset: number) => Error;

/**
 * Replaces every reference, once: `&amp;lt;` gives `&lt;`.
 *
 * @param text - character data, or a value
 * @param refuse - makes the error to throw for a `&` that begins neither a character reference to a legal character (XML 1.0
 *   §4.1, WFC Legal Character) nor a reference to a predefined entity (§4.6)
 */
export function decodeReferences(text: string, refuse: Refuse): string {
  const pieces: string[] = [];
  let from = 0;
  for (let offset = text.indexOf('&'); offset >= 0; offset = text.indexOf('&', from)) {
    const end = text.indexOf(';', offset);
    const body = end < 0 ? '' : text.slice(offset + 1, end);
    const character = PREDEFINED.get(body) ?? characterOf(body);
    if (character === null) throw refuse(problemOf(body), offset);
    pieces.push(text.slice(from, offset), character);
    from = end + 1;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

function problemOf(body: string): string {
  const isReference = /^(?:[A-Za-z]+|#[0-9]+|#x[0-9A-Fa-f]+)$/.test(body);
  return isReference ? `${quote(`&${body};`)} is not a predefined entity or a legal character` : '"&" begins no reference; a literal one is written "&amp;"';
}

/** XML 1.0 §4.1 [66] CharRef. */
function characterOf(body: string): string | null {
  const digits = /^#(?:x([0-9A-Fa-f]+)|([0-9]+))$/.exec(body);
  if (digits === null) return null;
  const point = digits[1] === undefined ? Number.parseInt(digits[2]!, 10) : Number.parseInt(digits[1], 16);
  if (point > 0x10ffff) return null;
  const character = String.fromCodePoint(point);
  return illegalCharacterIn(character) < 0 ? character : null;
}
