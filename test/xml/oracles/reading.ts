/** What a reader makes of a document, in a form that the readers compared here share. */

/** An element and everything in it. No two strings adjoin in `children`, and none is empty. */
export type Reading = {
  readonly namespace: string;
  readonly name: string;
  /** In the document's order, without declarations. */
  readonly attributes: readonly (readonly [namespace: string, name: string, value: string])[];
  /** What each of {@link PREFIXES} stands for here: a namespace URI, `''` for none, `null` when it is not declared. */
  readonly prefixes: readonly (string | null)[];
  readonly children: (Reading | string)[];
};

/** The prefixes that generated documents declare, the default namespace first, and one that nobody declares. */
export const PREFIXES: readonly string[] = ['', 'p', 'pq', 'a', 'xml', '__proto__', 'nobody'];

/** Thrown by an oracle for a document that it does not accept. */
export class Refusal extends Error {}

/**
 * The text of a document, a byte order mark at its start included.
 *
 * @param input - text; or bytes, in UTF-16 when they begin with its byte order mark, and in UTF-8 otherwise
 * @throws Refusal - the bytes are not in that encoding, or the text has half a surrogate pair, which no oracle is made for
 */
export function textOf(input: Uint8Array | string): string {
  if (typeof input === 'string') {
    if (/\p{Surrogate}/u.test(input)) throw new Refusal('half a surrogate pair');
    return input;
  }
  try {
    return new TextDecoder(encodingOf(input), { fatal: true, ignoreBOM: true }).decode(input);
  } catch {
    throw new Refusal('not in its encoding');
  }
}

/** The encoding that the first bytes of a document tell (XML 1.0 appendix F.1). */
export function encodingOf(input: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (input[0] === 0xff && input[1] === 0xfe) return 'utf-16le';
  return input[0] === 0xfe && input[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** Adds character data after what an element has already. */
export function addText(children: (Reading | string)[], text: string): void {
  if (text === '') return;
  const last = children.at(-1);
  if (typeof last === 'string') children[children.length - 1] = last + text;
  else children.push(text);
}
