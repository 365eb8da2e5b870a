import { qualifiedNameAt } from './characters.js';
import type { CodeUnits, XmlText } from './decode.js';
import { detached } from './detached.js';

/** A QName of a document, the same object wherever it stands there. */
export type Name<T> = {
  readonly text: string;
  /** Where the start tag begins in which it was last an attribute's name; -1 before that. */
  attributeAt: number;
  /** The start tag that it was last the name of. */
  tag: T | null;
};

const OTHER = 0;
const NAME = 1;
const START = 2;
const COLON = 3;

/** What each ASCII character may be in a QName (Namespaces in XML 1.0 §4, XML 1.0 §2.3 [4] and [4a]). */
const KINDS: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) return START;
  if (/[-.0-9]/.test(character)) return NAME;
  return character === ':' ? COLON : OTHER;
});

/** The names of one document. A name of ASCII is read without a regular expression: it costs a third. */
export class NameTable<T> {
  readonly #text: string;
  readonly #units: CodeUnits;
  readonly #names = new Map<string, Name<T>>();

  constructor({ text, units }: XmlText) {
    this.#text = text;
    this.#units = units;
  }

  /** The QName that begins at an offset, up to the first character no name has; `null` for none. */
  at(offset: number): Name<T> | null {
    const end = this.#asciiEnd(offset);
    const text = end < 0 ? qualifiedNameAt(this.#text, offset) : this.#text.slice(offset, end);
    return text === '' ? null : this.#intern(text);
  }

  /** Where the name ends; -1 when it is none, or not all ASCII. */
  #asciiEnd(offset: number): number {
    const units = this.#units;
    let colons = 0;
    let before = COLON;
    for (let end = offset; end < units.length; end++) {
      const unit = units[end]!;
      if (unit >= 128) return -1;
      const kind = KINDS[unit]!;
      if (before === COLON && kind !== START) return -1;
      if (kind === OTHER) return end;
      if (kind === COLON && ++colons > 1) return -1;
      before = kind;
    }
    return -1;
  }

  #intern(text: string): Name<T> {
    let name = this.#names.get(text);
    if (name === undefined) {
      name = { text: detached(text), attributeAt: -1, tag: null };
      this.#names.set(name.text, name);
    }
    return name;
  }
}
