import { characterAt, illegalCharacterIn, qualifiedNameAt, quote, SPACE } from './characters.js';
import type { XmlText } from './decode.js';
import { notWellFormed, overLimit } from './position.js';
import { badReferenceIn } from './references.js';
import { normalizeTag } from './white-space.js';

/** How deep and how rich a document may be. */
export type ScanLimits = { readonly maxDepth: number; readonly maxNodes: number };

/** A well-formed document, rewritten so that fast-xml-parser cannot misread it. */
export type ScannedXml = {
  /**
   * The root element alone. Each element's name has an `n` in front, and the white space of its start tag is spaces; each
   * piece of character data is a CDATA section that begins with {@link LITERAL} or {@link WITH_REFERENCES}; comments and
   * processing instructions are gone.
   */
  readonly markup: string;
  /** The offset of every start tag in the document's text, in document order. */
  readonly starts: readonly number[];
};

/** The mark on a piece of character data that was a CDATA section: it is what it says. */
export const LITERAL = 'l';
/** The mark on a piece of character data that was text: its references are still to be replaced. */
export const WITH_REFERENCES = 'r';

/** Most attributes of one element, declarations among them: fast-xml-parser holds about a kilobyte for each until it has read the tag. */
const MAX_ATTRIBUTES = 1000;

const WHITE_SPACE = new RegExp(`[${SPACE}]*`, 'y');
const NOT_WHITE_SPACE = new RegExp(`[^${SPACE}]`);
const AFTER_TARGET = new RegExp(`[${SPACE}]|\\?>`, 'y');

/**
 * Checks, in one pass, that a document is well-formed (XML 1.0 §2.1) and within the limits, and rewrites it.
 *
 * fast-xml-parser needs both. It takes what is not XML: mismatched and unclosed tags, undefined references, text after
 * the root. Its XMLValidator finds some of that, but not `<` in a value, `]]>` in text, `--` in a comment, an unclosed
 * comment, an illegal character or text after an empty root, and it refuses names with characters beyond U+FFFF; so it
 * is not used. And the parser misreads what is XML: a quote in a processing instruction swallows the content up to the
 * next quote; elements named `constructor` or `__proto__` throw; character data is gathered one character at a time, at
 * some 35 bytes of memory each, while a CDATA section is taken in one piece.
 *
 * @param document - the text, and where its content begins
 * @param limits - `maxDepth`: the root has depth 1; `maxNodes`: elements, attributes, pieces of character data, comments
 *   and processing instructions together
 * @throws ProtocolError - the document is not well-formed, or has a DOCTYPE
 * @throws LimitError - the document is deeper or has more nodes, or an element more than 1,000 attributes
 */
export function scanXml(document: XmlText, limits: ScanLimits): ScannedXml {
  return new Scanner(document, limits).scan();
}

class Scanner {
  readonly #text: string;
  readonly #limits: ScanLimits;
  readonly #open: { readonly name: string; readonly offset: number }[] = [];
  readonly #markup: string[] = [];
  readonly #starts: number[] = [];
  #at: number;
  #nodes = 0;

  constructor(document: XmlText, limits: ScanLimits) {
    this.#text = document.text;
    this.#at = document.contentAt;
    this.#limits = limits;
  }

  scan(): ScannedXml {
    const illegal = illegalCharacterIn(this.#text);
    if (illegal >= 0) throw this.#bad(`the character ${characterAt(this.#text, illegal)} is not allowed`, illegal);
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] !== '<') this.#characterData();
      else if (this.#sees('<!--')) this.#comment();
      else if (this.#sees('<![CDATA[')) this.#cdata();
      else if (this.#sees('<!DOCTYPE')) throw this.#bad('a DOCTYPE is not accepted');
      else if (this.#sees('<?')) this.#instruction();
      else if (this.#sees('</')) this.#endTag();
      else this.#startTag();
    }
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) throw this.#bad(`the element ${quote(unclosed.name)} is not closed`, unclosed.offset);
    if (this.#starts.length === 0) throw this.#bad('there is no root element');
    return { markup: this.#markup.join(''), starts: this.#starts };
  }

  /** XML 1.0 §2.4 [14] CharData and §4.1 [67] Reference; outside the root §2.8 [27] Misc: white space. */
  #characterData(): void {
    const start = this.#at;
    const next = this.#text.indexOf('<', start);
    this.#at = next < 0 ? this.#text.length : next;
    const data = this.#text.slice(start, this.#at);
    if (this.#open.length === 0) {
      const stray = data.search(NOT_WHITE_SPACE);
      if (stray >= 0) throw this.#bad('text outside the root element', start + stray);
      return;
    }
    const closing = data.indexOf(']]>');
    if (closing >= 0) throw this.#bad('"]]>" in text; write "]]&gt;"', start + closing);
    this.#checkReferences(data, start);
    this.#addData(WITH_REFERENCES, data);
  }

  /** XML 1.0 §2.5 [15] Comment. */
  #comment(): void {
    this.#count();
    const start = this.#at;
    const end = this.#upTo('-->', start + 4, 'the comment is not closed');
    const dashes = this.#text.indexOf('--', start + 4);
    if (dashes < end) throw this.#bad('"--" in a comment', dashes);
  }

  /** XML 1.0 §2.7 [18] CDSect. */
  #cdata(): void {
    if (this.#open.length === 0) throw this.#bad('a CDATA section outside the root element');
    const start = this.#at + '<![CDATA['.length;
    const end = this.#upTo(']]>', start, 'the CDATA section is not closed');
    this.#addData(LITERAL, this.#text.slice(start, end));
  }

  /** XML 1.0 §2.6 [16] PI; the XML declaration has been read already, and may not come again. */
  #instruction(): void {
    this.#count();
    const target = qualifiedNameAt(this.#text, this.#at + 2);
    const end = this.#at + 2 + target.length;
    if (target === '' || target.includes(':') || target.toLowerCase() === 'xml' || this.#take(AFTER_TARGET, end) === '') {
      throw this.#bad('a processing instruction without a valid target, or an XML declaration that is not at the very start');
    }
    this.#upTo('?>', end, 'the processing instruction is not closed');
  }

  /** XML 1.0 §3.1 [42] ETag. */
  #endTag(): void {
    const start = this.#at;
    const name = this.#name(start + 2);
    const end = start + 2 + name.length;
    const close = end + this.#take(WHITE_SPACE, end).length;
    if (this.#text[close] !== '>') throw this.#unexpected(close, `in the end tag ${quote(name)}`);
    const open = this.#open.pop();
    if (open?.name !== name) {
      throw this.#bad(`the end tag ${quote(name)} ${open === undefined ? 'closes nothing' : `stands where ${quote(open.name)} is to be closed`}`, start);
    }
    this.#markup.push('</n', name, '>');
    this.#at = close + 1;
  }

  /** XML 1.0 §3.1 [40] STag and [44] EmptyElemTag. */
  #startTag(): void {
    const start = this.#at;
    const name = this.#name(start + 1);
    if (this.#open.length === 0 && this.#starts.length > 0) throw this.#bad('a second root element');
    if (this.#open.length >= this.#limits.maxDepth) {
      throw overLimit(this.#text, start, `elements are nested deeper than ${this.#limits.maxDepth}`);
    }
    this.#count();
    this.#starts.push(start);
    const close = this.#attributes(name, start + 1 + name.length);
    const empty = this.#text[close] === '/';
    this.#at = close + (empty ? 2 : 1);
    this.#markup.push('<n', normalizeTag(this.#text.slice(start + 1, this.#at)));
    if (!empty) this.#open.push({ name, offset: start });
  }

  /** XML 1.0 §3.1 [41] Attribute, any number; returns the offset of the tag's `>` or `/>`. */
  #attributes(element: string, from: number): number {
    const names = new Set<string>();
    for (let at = from; ; ) {
      const space = this.#take(WHITE_SPACE, at);
      at += space.length;
      if (this.#text[at] === '>' || this.#text.startsWith('/>', at)) return at;
      if (space === '') throw this.#unexpected(at, `in the start tag ${quote(element)}`);
      const name = this.#name(at);
      if (names.has(name)) throw this.#bad(`the attribute ${quote(name)} stands twice in ${quote(element)}`, at);
      if (names.size === MAX_ATTRIBUTES) throw overLimit(this.#text, at, `the element ${quote(element)} has more than ${MAX_ATTRIBUTES} attributes`);
      names.add(name);
      this.#count();
      at = this.#value(name, at + name.length);
    }
  }

  /** XML 1.0 §2.3 [10] AttValue with the `=` before it; returns the offset after it. */
  #value(attribute: string, from: number): number {
    const equals = from + this.#take(WHITE_SPACE, from).length;
    if (this.#text[equals] !== '=') throw this.#unexpected(equals, `after the attribute ${quote(attribute)}, which needs a value`);
    const open = equals + 1 + this.#take(WHITE_SPACE, equals + 1).length;
    const delimiter = this.#text[open];
    if (delimiter !== '"' && delimiter !== "'") throw this.#unexpected(open, `where the attribute ${quote(attribute)} needs a quoted value`);
    const close = this.#text.indexOf(delimiter, open + 1);
    if (close < 0) throw this.#bad(`the value of the attribute ${quote(attribute)} is not closed`, open);
    const value = this.#text.slice(open + 1, close);
    const less = value.indexOf('<');
    if (less >= 0) throw this.#bad(`"<" in the value of the attribute ${quote(attribute)}`, open + 1 + less);
    this.#checkReferences(value, open + 1);
    return close + 1;
  }

  #name(at: number): string {
    const name = qualifiedNameAt(this.#text, at);
    if (name === '') throw this.#unexpected(at, 'where a name should be');
    return name;
  }

  #addData(mark: string, data: string): void {
    if (data === '') return;
    this.#count();
    this.#markup.push('<![CDATA[', mark, data, ']]>');
  }

  #count(): void {
    this.#nodes++;
    if (this.#nodes > this.#limits.maxNodes) {
      throw overLimit(this.#text, this.#at, `there are more than ${this.#limits.maxNodes} elements, attributes, texts, comments and instructions`);
    }
  }

  #checkReferences(data: string, start: number): void {
    const bad = badReferenceIn(data);
    if (bad !== null) throw this.#bad(bad.problem, start + bad.offset);
  }

  /** Moves behind the next `end`; returns the offset before it. */
  #upTo(end: string, from: number, problem: string): number {
    const found = this.#text.indexOf(end, from);
    if (found < 0) throw this.#bad(problem);
    this.#at = found + end.length;
    return found;
  }

  #sees(markup: string): boolean {
    return this.#text.startsWith(markup, this.#at);
  }

  #take(pattern: RegExp, at: number): string {
    pattern.lastIndex = at;
    return pattern.exec(this.#text)?.[0] ?? '';
  }

  #unexpected(at: number, where: string): Error {
    return this.#bad(`${characterAt(this.#text, at)} is not expected ${where}`, at);
  }

  #bad(problem: string, offset: number = this.#at): Error {
    return notWellFormed(this.#text, offset, problem);
  }
}
