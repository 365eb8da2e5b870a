import { characterAt, illegalCharacterIn, qualifiedNameAt, quote } from './characters.js';
import type { CodeUnits, XmlText } from './decode.js';
import { detached } from './detached.js';
import { type ExpandedNames, type NamespaceScope, OUTERMOST, expandNames } from './namespaces.js';
import { plainText } from './plain-text.js';
import { notWellFormed, overLimit } from './position.js';
import { decodeReferences } from './references.js';
import { type Name, type Tag, TagMemory } from './tag-memory.js';
import { normalizeValue } from './white-space.js';

/** How deep and how rich a document may be. */
export type ScanLimits = { readonly maxDepth: number; readonly maxNodes: number };

/** A piece of a document: what a start tag says, character data (all that adjoins is one, and never empty), or `null`, the end of an element. */
export type Token = ExpandedNames | string | null;

/** Most attributes of one element, declarations among them. */
const MAX_ATTRIBUTES = 1000;

const [TAB, LINE_FEED, SPACE, BANG, QUOTE, AMPERSAND, APOSTROPHE, SLASH] = [0x09, 0x0a, 0x20, 0x21, 0x22, 0x26, 0x27, 0x2f] as const;
const [LESS, EQUALS, GREATER, QUESTION, RIGHT_BRACKET, SURROGATE] = [0x3c, 0x3d, 0x3e, 0x3f, 0x5d, 0xd800] as const;

/**
 * Checks, in one pass, that a document is well-formed (XML 1.0 §2.1, Namespaces in XML 1.0 §7) and within the limits, and takes it apart.
 *
 * A start tag that reads as the one that stood in its place last time, in the same scope, is that one, and is not taken
 * apart again; and a text without any character that could mean something is what it says. Of an answer of Windows that leaves little to do.
 *
 * @param document - the text, and where its content begins
 * @param limits - `maxDepth`: the root has depth 1; `maxNodes`: elements, attributes, pieces of character data, comments
 *   and instructions
 * @returns the root element
 * @throws ProtocolError - not well-formed, a DOCTYPE, or against Namespaces in XML 1.0; the message names the place
 * @throws LimitError - deeper or richer than the limits, or an element with more than 1,000 attributes
 */
export function scanXml(document: XmlText, limits: ScanLimits): readonly Token[] {
  try {
    return new Scanner(document, limits).scan();
  } finally {
    if (memory.isFull) memory = new TagMemory();
  }
}

let memory = new TagMemory();

class Scanner {
  readonly #document: XmlText;
  readonly #text: string;
  readonly #units: CodeUnits;
  readonly #limits: ScanLimits;
  readonly #tokens: Token[] = [];
  /** The tags of the elements that are open, and where each begins. */
  readonly #open: Tag[] = [];
  readonly #openAt: number[] = [];
  #scope: NamespaceScope = OUTERMOST;
  /** The element before, inside the same one; `null` for the first. */
  #sibling: Tag | null = null;
  #at: number;
  #nodes = 0;
  /** Whether what {@link Scanner.#find} passed over is what it says. */
  #isPlain = true;

  constructor(document: XmlText, limits: ScanLimits) {
    this.#document = document;
    this.#text = document.text;
    this.#units = document.units;
    this.#at = document.contentAt;
    this.#limits = limits;
  }

  scan(): readonly Token[] {
    const end = this.#units.length;
    while (this.#at < end) {
      if (this.#units[this.#at] !== LESS) this.#characterData();
      else this.#markup();
    }
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) throw this.#bad(`the element ${quote(unclosed.name.text)} is not closed`, this.#openAt.at(-1));
    if (this.#tokens.length === 0) throw this.#bad('there is no root element');
    return this.#tokens;
  }

  #markup(): void {
    switch (this.#units[this.#at + 1]) {
      case SLASH:
        this.#endTag();
        break;
      case QUESTION:
        this.#instruction();
        break;
      case BANG:
        this.#declaration();
        break;
      default:
        this.#startTag();
    }
  }

  #declaration(): void {
    if (this.#sees('<!--')) this.#comment();
    else if (this.#sees('<![CDATA[')) this.#cdata();
    else if (this.#sees('<!DOCTYPE')) throw this.#bad('a DOCTYPE is not accepted');
    else throw this.#unexpected(this.#at + 1, 'where a name should be');
  }

  /** XML 1.0 §2.4 [14] CharData; outside the root §2.8 [27] Misc: white space. */
  #characterData(): void {
    const start = this.#at;
    const end = this.#find(LESS, start);
    this.#at = end;
    if (this.#open.length > 0) {
      this.#data(start, end);
      return;
    }
    const stray = this.#text.slice(start, end).search(/[^ \t\n]/);
    if (stray >= 0) throw this.#bad('text outside the root element', start + stray);
  }

  /** Character data, after {@link Scanner.#find} has passed over it. */
  #data(start: number, end: number): void {
    const plain = this.#isPlain ? this.#text.slice(start, end) : plainText(this.#units, start, end);
    this.#addData(plain ?? this.#closelyRead(start, end), start);
  }

  #closelyRead(start: number, end: number): string {
    const data = this.#text.slice(start, end);
    const closing = data.indexOf(']]>');
    if (closing >= 0) throw this.#bad('"]]>" in text; write "]]&gt;"', start + closing);
    return this.#decoded(data, start);
  }

  /** XML 1.0 §2.5 [15] Comment. */
  #comment(): void {
    this.#count(1);
    const start = this.#at;
    const end = this.#upTo('-->', start + 4, 'the comment is not closed');
    const dashes = this.#text.indexOf('--', start + 4);
    if (dashes < end) throw this.#bad('"--" in a comment', dashes);
  }

  /** XML 1.0 §2.7 [18] CDSect. */
  #cdata(): void {
    if (this.#open.length === 0) throw this.#bad('a CDATA section outside the root element');
    const start = this.#at;
    const end = this.#upTo(']]>', start + '<![CDATA['.length, 'the CDATA section is not closed');
    this.#addData(this.#text.slice(start + '<![CDATA['.length, end), start);
  }

  /** XML 1.0 §2.6 [16] PI; the XML declaration has been read already, and may not come again. */
  #instruction(): void {
    this.#count(1);
    const target = qualifiedNameAt(this.#text, this.#at + 2);
    const end = this.#at + 2 + target.length;
    const isEnded = isWhiteSpace(this.#units[end]) || this.#text.startsWith('?>', end);
    if (target === '' || target.includes(':') || target.toLowerCase() === 'xml' || !isEnded) {
      throw this.#bad('a processing instruction without a valid target, or an XML declaration that is not at the very start');
    }
    this.#upTo('?>', end, 'the processing instruction is not closed');
  }

  /** XML 1.0 §3.1 [42] ETag. */
  #endTag(): void {
    const start = this.#at;
    const open = this.#open.at(-1);
    this.#at = open !== undefined && this.#closes(open, this.#openAt.at(-1)!, start) ? start + open.name.text.length + 3 : this.#endTagOf(start, open?.name.text ?? null);
    this.#scope = open!.outer;
    this.#sibling = open!;
    this.#open.pop();
    this.#openAt.pop();
    this.#tokens.push(null);
  }

  /** Whether the end tag of a tag, which begins at `opened`, stands at `start`, without white space. */
  #closes({ name }: Tag, opened: number, start: number): boolean {
    const units = this.#units;
    const { length } = name.text;
    if (units[start + 1] !== SLASH || units[start + 2 + length] !== GREATER) return false;
    for (let i = 1; i <= length; i++) if (units[opened + i] !== units[start + 1 + i]) return false;
    return true;
  }

  /** An end tag with white space, or a wrong one; returns the offset after it. */
  #endTagOf(start: number, open: string | null): number {
    const { text: name } = this.#name(start + 2);
    const close = this.#afterWhiteSpace(start + 2 + name.length);
    if (this.#units[close] !== GREATER) throw this.#unexpected(close, `in the end tag ${quote(name)}`);
    if (name === open) return close + 1;
    throw this.#bad(`the end tag ${quote(name)} ${open === null ? 'closes nothing' : `stands where ${quote(open)} is to be closed`}`, start);
  }

  /** XML 1.0 §3.1 [40] STag and [44] EmptyElemTag. */
  #startTag(): void {
    const start = this.#at;
    if (this.#open.length === 0 && this.#tokens.length > 0) throw this.#bad('a second root element');
    const tag = this.#nextTag(start);
    if (this.#open.length >= this.#limits.maxDepth) {
      throw overLimit(this.#text, start, `elements are nested deeper than ${this.#limits.maxDepth}`);
    }
    this.#count(tag.nodes, start);
    this.#tokens.push(tag.names);
    this.#sibling = tag;
    if (tag.isEmpty) {
      this.#tokens.push(null);
    } else if (!this.#leaf(tag, start)) {
      this.#open.push(tag);
      this.#openAt.push(start);
      this.#scope = tag.names.scope;
      this.#sibling = null;
    }
  }

  /** The tag that stands here: the one expected, or the one before again, as in an array, or whatever it is. */
  #nextTag(start: number): Tag {
    const before = this.#sibling;
    const parent = this.#open.at(-1) ?? memory.document;
    const expected = before === null ? parent.firstChild : before.nextSibling;
    if (expected !== null && this.#reads(expected, start)) return expected;
    if (before !== null && this.#reads(before, start)) return before;
    const tag = this.#tagAt(start);
    if (tag.units === null) return tag;
    if (before === null) parent.firstChild = tag;
    else before.nextSibling = tag;
    return tag;
  }

  /** The text and the end of an element without children, if it is one: most elements of an answer are. */
  #leaf(tag: Tag, start: number): boolean {
    const from = this.#at;
    const close = this.#find(LESS, from);
    if (!this.#closes(tag, start, close)) return false;
    if (close > from) this.#data(from, close);
    this.#tokens.push(null);
    this.#at = close + tag.name.text.length + 3;
    return true;
  }

  #tagAt(start: number): Tag {
    const name = this.#name(start + 1);
    for (const tag of name.tags) if (this.#reads(tag, start)) return tag;
    const tag = this.#readTag(start, name);
    if (tag.units !== null) memory.remember(tag);
    return tag;
  }

  /** Whether the start tag here is the same as an earlier one; then it is passed over. */
  #reads({ units: earlier, outer }: Tag, start: number): boolean {
    if (earlier === null || outer !== this.#scope) return false;
    const units = this.#units;
    const { length } = earlier;
    if (start + length >= units.length) return false;
    for (let i = 0; i < length; i++) if (earlier[i] !== units[start + 1 + i]) return false;
    this.#at = start + 1 + length;
    return true;
  }

  /** Takes a start tag apart, and passes over it. */
  #readTag(start: number, name: Name): Tag {
    const seen = new Set<string>();
    const attributes: (readonly [name: string, value: string])[] = [];
    let at = start + 1 + name.text.length;
    for (;;) {
      const next = this.#afterWhiteSpace(at);
      const unit = this.#units[next];
      if (unit === GREATER || (unit === SLASH && this.#units[next + 1] === GREATER)) {
        const isEmpty = unit === SLASH;
        const names = expandNames(this.#scope, name.text, attributes, (problem) => this.#bad(problem, start));
        this.#at = next + (isEmpty ? 2 : 1);
        const units = memory.unitsOf(this.#document, start + 1, this.#at);
        return { name, units, outer: this.#scope, names, isEmpty, nodes: 1 + attributes.length, firstChild: null, nextSibling: null };
      }
      if (next === at) throw this.#unexpected(at, `in the start tag ${quote(name.text)}`);
      const attribute = this.#name(next).text;
      if (seen.has(attribute)) throw this.#bad(`the attribute ${quote(attribute)} stands twice in ${quote(name.text)}`, next);
      seen.add(attribute);
      if (attributes.length === MAX_ATTRIBUTES) throw overLimit(this.#text, next, `the element ${quote(name.text)} has more than ${MAX_ATTRIBUTES} attributes`);
      at = this.#attribute(attribute, next + attribute.length, attributes);
    }
  }

  /** XML 1.0 §2.3 [10] AttValue with the `=` before it; returns the offset after it. */
  #attribute(name: string, from: number, attributes: (readonly [name: string, value: string])[]): number {
    const equals = this.#afterWhiteSpace(from);
    if (this.#units[equals] !== EQUALS) throw this.#unexpected(equals, `after the attribute ${quote(name)}, which needs a value`);
    const open = this.#afterWhiteSpace(equals + 1);
    const delimiter = this.#units[open];
    if (delimiter !== QUOTE && delimiter !== APOSTROPHE) throw this.#unexpected(open, `where the attribute ${quote(name)} needs a quoted value`);
    const close = this.#find(delimiter, open + 1);
    if (close === this.#units.length) throw this.#bad(`the value of the attribute ${quote(name)} is not closed`, open);
    const value = this.#text.slice(open + 1, close);
    attributes.push([name, detached(this.#isPlain ? value : this.#valueOf(name, value, open + 1))]);
    return close + 1;
  }

  #valueOf(attribute: string, value: string, start: number): string {
    const less = value.indexOf('<');
    if (less >= 0) throw this.#bad(`"<" in the value of the attribute ${quote(attribute)}`, start + less);
    return this.#decoded(normalizeValue(value), start);
  }

  #name(at: number): Name {
    const name = memory.nameAt(this.#document, at);
    if (name === null) throw this.#unexpected(at, 'where a name should be');
    return name;
  }

  /** @param start - where the piece begins */
  #addData(data: string, start: number): void {
    if (data === '') return;
    this.#count(1, start);
    const last = this.#tokens.length - 1;
    const before = this.#tokens[last];
    if (typeof before === 'string') this.#tokens[last] = before + detached(data);
    else this.#tokens.push(detached(data));
  }

  #count(nodes: number, at: number = this.#at): void {
    this.#nodes += nodes;
    if (this.#nodes > this.#limits.maxNodes) {
      throw overLimit(this.#text, at, `there are more than ${this.#limits.maxNodes} elements, attributes, texts, comments and instructions`);
    }
  }

  /** Character data or a value that may have references or illegal characters. */
  #decoded(data: string, start: number): string {
    this.#checkCharacters(data, start);
    return decodeReferences(data, (problem, offset) => this.#bad(problem, start + offset));
  }

  #checkCharacters(data: string, start: number): void {
    const illegal = illegalCharacterIn(data);
    if (illegal >= 0) throw this.#illegal(start + illegal);
  }

  /** The offset of the next `stop`, or the end; {@link Scanner.#isPlain} then tells whether anything before it needs a closer look. */
  #find(stop: number, from: number): number {
    const units = this.#units;
    let at = from;
    let isPlain = true;
    for (; at < units.length; at++) {
      const unit = units[at]!;
      if (unit === stop) break;
      if (unit < SPACE || unit === AMPERSAND || unit === LESS || unit === RIGHT_BRACKET || unit >= SURROGATE) isPlain = false;
    }
    this.#isPlain = isPlain;
    return at;
  }

  /** Moves behind the next `end`; returns the offset before it. */
  #upTo(end: string, from: number, problem: string): number {
    const found = this.#text.indexOf(end, from);
    if (found < 0) throw this.#bad(problem);
    this.#checkCharacters(this.#text.slice(from, found), from);
    this.#at = found + end.length;
    return found;
  }

  #sees(markup: string): boolean {
    return this.#text.startsWith(markup, this.#at);
  }

  #afterWhiteSpace(from: number): number {
    let at = from;
    while (isWhiteSpace(this.#units[at])) at++;
    return at;
  }

  #unexpected(at: number, where: string): Error {
    const point = this.#text.codePointAt(at);
    const isIllegal = point !== undefined && illegalCharacterIn(String.fromCodePoint(point)) === 0;
    return isIllegal ? this.#illegal(at) : this.#bad(`${characterAt(this.#text, at)} is not expected ${where}`, at);
  }

  #illegal(offset: number): Error {
    return this.#bad(`the character ${characterAt(this.#text, offset)} is not allowed`, offset);
  }

  #bad(problem: string, offset: number = this.#at): Error {
    return notWellFormed(this.#text, offset, problem);
  }
}

/** XML 1.0 §2.3 [3] S; ends of lines are normalised. */
function isWhiteSpace(unit: number | undefined): boolean {
  return unit === SPACE || unit === LINE_FEED || unit === TAB;
}
