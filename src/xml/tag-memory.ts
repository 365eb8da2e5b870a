import { qualifiedNameAt } from './characters.js';
import type { CodeUnits, XmlText } from './decode.js';
import { detached } from './detached.js';
import { type ExpandedNames, type NamespaceScope, OUTERMOST } from './namespaces.js';

/** A QName, and the start tags that it was last the name of, the latest first. */
export type Name = { readonly text: string; readonly tags: Tag[] };

/** A start tag that was read. */
export type Tag = {
  readonly name: Name;
  /** What stands between its `<` and after its `>`; `null` when it is not remembered. */
  readonly units: CodeUnits | null;
  /** The scope around it: what it says holds there alone. */
  readonly outer: NamespaceScope;
  readonly names: ExpandedNames;
  readonly isEmpty: boolean;
  /** The element and its attributes. */
  readonly nodes: number;
  /** The tag that came first inside it last time. */
  firstChild: Tag | null;
  /** The tag that came after its element last time. */
  nextSibling: Tag | null;
};

/** One host may write the same element in another way for each operation, with other namespaces declared. */
const TAGS_OF_A_NAME = 8;
/** Enough for the answers of all classes that a program asks for; a peer that makes up names cannot fill more. */
const MOST_UNITS = 262_144;

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

/**
 * The names and start tags of the documents read so far, no texts: the answers of a host repeat themselves, within a page and from
 * one call to the next. It holds what tags mean, and never changes it.
 */
export class TagMemory {
  /** Around the root of every document. */
  readonly document: Tag = {
    name: { text: '', tags: [] },
    units: null,
    outer: OUTERMOST,
    names: { scope: OUTERMOST, namespace: '', name: '', attributes: [] },
    isEmpty: true,
    nodes: 0,
    firstChild: null,
    nextSibling: null,
  };
  readonly #names = new Map<string, Name>();
  #room = MOST_UNITS;

  /** Whether nothing more is remembered, so that it is time for another one. */
  get isFull(): boolean {
    return this.#room < 0;
  }

  /** The units to remember a tag by, a copy; `null` when there is no room. */
  unitsOf({ units }: XmlText, start: number, end: number): CodeUnits | null {
    if (!this.#takes(end - start)) return null;
    // `slice` of a Buffer would be a part of it: all of it would stay alive, and what is written into it later would show here.
    return units instanceof Uint16Array ? units.slice(start, end) : new Uint8Array(units.subarray(start, end));
  }

  /** Remembers a tag that {@link TagMemory.unitsOf} had room for. */
  remember(tag: Tag): void {
    const { tags } = tag.name;
    tags.unshift(tag);
    if (tags.length > TAGS_OF_A_NAME) tags.pop();
  }

  /** The QName that begins at an offset, up to the first character no name has; `null` for none. A name of ASCII costs no regular expression. */
  nameAt({ text, units }: XmlText, offset: number): Name | null {
    const end = asciiEnd(units, offset);
    const found = end < 0 ? qualifiedNameAt(text, offset) : text.slice(offset, end);
    if (found === '') return null;
    const known = this.#names.get(found);
    if (known !== undefined) return known;
    const name: Name = { text: detached(found), tags: [] };
    if (this.#takes(found.length)) this.#names.set(name.text, name);
    return name;
  }

  #takes(units: number): boolean {
    this.#room -= units;
    return !this.isFull;
  }
}

/** Where the name ends; -1 when it is none, or not all ASCII. */
function asciiEnd(units: CodeUnits, offset: number): number {
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
