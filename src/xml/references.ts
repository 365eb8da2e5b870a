import { illegalCharacterIn, quote } from './characters.js';

/** The predefined entities, XML 1.0 §4.6: with no DTD there are no others. */
const PREDEFINED: ReadonlyMap<string, string> = new Map([['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"]]);

/** What is wrong with the first bad reference of a text, and its offset. */
export type ReferenceProblem = { readonly offset: number; readonly problem: string };

/**
 * Looks for a `&` that begins neither a character reference to a legal character (XML 1.0 §4.1, WFC Legal Character)
 * nor a reference to a predefined entity (§4.6).
 *
 * @returns `null` when {@link decodeReferences} will decode every `&`
 */
export function badReferenceIn(text: string): ReferenceProblem | null {
  for (let offset = text.indexOf('&'); offset >= 0; offset = text.indexOf('&', offset + 1)) {
    const body = bodyAt(text, offset);
    if (!/^(?:[A-Za-z]+|#[0-9]+|#x[0-9A-Fa-f]+)$/.test(body)) return { offset, problem: '"&" begins no reference; a literal one is written "&amp;"' };
    if (replacement(body) === null) return { offset, problem: `${quote(`&${body};`)} is not a predefined entity or a legal character` };
  }
  return null;
}

/** Replaces every reference, once: `&amp;lt;` gives `&lt;`. The text has passed {@link badReferenceIn}. */
export function decodeReferences(text: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (let offset = text.indexOf('&'); offset >= 0; offset = text.indexOf('&', from)) {
    const body = bodyAt(text, offset);
    pieces.push(text.slice(from, offset), replacement(body)!);
    from = offset + body.length + 2;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

/** What stands between the `&` at an offset and the next `;`. */
function bodyAt(text: string, offset: number): string {
  const end = text.indexOf(';', offset);
  return end < 0 ? '' : text.slice(offset + 1, end);
}

function replacement(body: string): string | null {
  if (!body.startsWith('#')) return PREDEFINED.get(body) ?? null;
  const point = body.startsWith('#x') ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10);
  if (point > 0x10ffff) return null;
  const character = String.fromCodePoint(point);
  return illegalCharacterIn(character) < 0 ? character : null;
}
