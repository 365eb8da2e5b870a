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
 *   §4.1, WFC Legal Character) nor a reference to a predefined entity (§4.6); it is told the offset of the `&`
 */
export function decodeReferences(text: string, refuse: Refuse): string {
  return text.includes('&#') ? decodeEach(text, refuse) : (decodePredefined(text) ?? decodeEach(text, refuse));
}

/**
 * Replaces predefined entities, kind by kind: the text of an instance inside a text has hundreds of them, and this costs a
 * third. The ampersand comes last, so that nothing is replaced twice. `null` when something is left.
 */
function decodePredefined(text: string): string | null {
  let rest = text;
  for (const [name, character] of PREDEFINED) {
    const pieces = rest.split(`&${name};`);
    if (character === '&') return pieces.some((piece) => piece.includes('&')) ? null : pieces.join('&');
    rest = pieces.join(character);
  }
  return rest;
}

function decodeEach(text: string, refuse: Refuse): string {
  const pieces: string[] = [];
  let from = 0;
  for (let offset = text.indexOf('&'); offset >= 0; offset = text.indexOf('&', from)) {
    const end = text.indexOf(';', offset);
    const body = end < 0 ? '' : text.slice(offset + 1, end);
    if (!/^(?:[A-Za-z]+|#[0-9]+|#x[0-9A-Fa-f]+)$/.test(body)) throw refuse('"&" begins no reference; a literal one is written "&amp;"', offset);
    const character = replacement(body);
    if (character === null) throw refuse(`${quote(`&${body};`)} is not a predefined entity or a legal character`, offset);
    pieces.push(text.slice(from, offset), character);
    from = end + 1;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

function replacement(body: string): string | null {
  if (!body.startsWith('#')) return PREDEFINED.get(body) ?? null;
  const point = body.startsWith('#x') ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10);
  if (point > 0x10ffff) return null;
  const character = String.fromCodePoint(point);
  return illegalCharacterIn(character) < 0 ? character : null;
}
