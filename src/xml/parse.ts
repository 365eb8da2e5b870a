import { decodeXml } from './decode.js';
import { OUTERMOST, resolveIn } from './namespaces.js';
import type { ExpandedNames, NamespaceScope, XmlAttribute } from './namespaces.js';
import { type Token, scanXml } from './scan.js';

export type { XmlAttribute } from './namespaces.js';

/** What an {@link XmlCursor} stands on. An empty element gives `start`, then `end`; a `text` is never empty. */
export type XmlEvent = 'start' | 'text' | 'end' | 'eof';

/** What {@link openXml} accepts at most. */
export type XmlLimits = {
  /** Size of the input before it is decoded; a string counts its UTF-16 code units. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Depth of elements; the root has depth 1. Default 200. A tree is read recursively: keep this under some thousands. */
  readonly maxDepth?: number;
  /**
   * Elements, attributes, pieces of text, comments and processing instructions together. Default 1,000,000: each costs some
   * hundred bytes and some microseconds, and 500 instances of 47 properties have 47,500.
   */
  readonly maxNodes?: number;
};

/** A position in a document that moves forward, one event at a time. */
export interface XmlCursor {
  /** What the cursor stands on. */
  readonly event: XmlEvent;
  /** Of a start or end: the namespace URI, `''` for none. */
  readonly namespace: string;
  /** Of a start or end: the local name. */
  readonly name: string;
  /** Of a text: all adjacent character data as one, CDATA sections included, across comments and processing instructions. */
  readonly text: string;
  /** Of a start: the attributes in the document's order, without namespace declarations. */
  readonly attributes: readonly XmlAttribute[];
  /** The namespace declarations that hold in the current element; it stays as it is when the cursor moves on. */
  readonly scope: NamespaceScope;
  /** Moves on; at the end it stays on `eof`. */
  next(): XmlEvent;
  /** Of a start: the value of an attribute, or `null`; `namespace` is `''` (none) when left out. */
  attribute(name: string, namespace?: string): string | null;
  /** Of a start: all text of an element without child elements, and the cursor is then on its end; `null`, and it stays, when there are some. */
  leafText(): string | null;
  /** Of a start: moves to the element's end, over all that is in it. */
  skip(): void;
  /**
   * The namespace URI that a prefix has in the current element, for QNames in values (`xsi:type="p:X"`): `''` for none,
   * `null` when it is not declared. The prefix `''` is the default namespace.
   */
  resolvePrefix(prefix: string): string | null;
}

/**
 * Opens a document: XML 1.0 (fifth edition) with Namespaces in XML 1.0, without DTD.
 *
 * Ends of lines are normalised (XML 1.0 §2.11) and so are attribute values (§3.3.3); a character reference such as
 * `&#xD;` stays what it says. The whole document is checked before this returns.
 *
 * @param input - bytes in UTF-8, or in UTF-16 with a byte order mark; or text
 * @param limits - see {@link XmlLimits}
 * @returns a cursor on the root's `start`
 * @throws ProtocolError - not well-formed, against Namespaces in XML 1.0, not in its encoding, or with a DOCTYPE; the
 *   message says what, and where
 * @throws LimitError - larger, deeper or richer than the limits, or an element with more than 1,000 attributes
 */
export function openXml(input: Uint8Array | string, limits: XmlLimits = {}): XmlCursor {
  const { maxBytes = 64 * 1024 * 1024, maxDepth = 200, maxNodes = 1_000_000 } = limits;
  const cursor = new TokenCursor(scanXml(decodeXml(input, maxBytes), { maxDepth, maxNodes }));
  cursor.next();
  return cursor;
}

const NO_ATTRIBUTES: readonly XmlAttribute[] = [];

class TokenCursor implements XmlCursor {
  event: XmlEvent = 'eof';
  text = '';
  readonly #tokens: readonly Token[];
  /** The elements whose start was given and whose end was not. */
  readonly #open: ExpandedNames[] = [];
  /** What the cursor stands on or, on a text, in. */
  #element: ExpandedNames = AROUND_ROOT;
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get namespace(): string {
    return this.event === 'text' ? '' : this.#element.namespace;
  }

  get name(): string {
    return this.event === 'text' ? '' : this.#element.name;
  }

  get attributes(): readonly XmlAttribute[] {
    return this.event === 'start' ? this.#element.attributes : NO_ATTRIBUTES;
  }

  get scope(): NamespaceScope {
    return this.#element.scope;
  }

  next(): XmlEvent {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return this.#stand('eof', AROUND_ROOT, '');
    if (token === null) return this.#stand('end', this.#open.pop()!, '');
    if (typeof token === 'string') return this.#stand('text', this.#open.at(-1)!, token);
    this.#open.push(token);
    return this.#stand('start', token, '');
  }

  attribute(name: string, namespace = ''): string | null {
    const { attributes } = this;
    // Most elements have none, and are asked for two.
    if (attributes.length === 0) return null;
    return attributes.find((attribute) => attribute.name === name && attribute.namespace === namespace)?.value ?? null;
  }

  leafText(): string | null {
    const token = this.#tokens[this.#at];
    const text = typeof token === 'string' ? token : '';
    const end = text === '' ? this.#at : this.#at + 1;
    if (this.#tokens[end] !== null) return null;
    this.#at = end;
    this.next();
    return text;
  }

  skip(): void {
    for (const depth = this.#open.length; this.#open.length >= depth && this.event !== 'eof'; ) this.next();
  }

  resolvePrefix(prefix: string): string | null {
    return resolveIn(this.scope, prefix);
  }

  #stand(event: XmlEvent, element: ExpandedNames, text: string): XmlEvent {
    this.event = event;
    this.#element = element;
    this.text = text;
    return event;
  }
}

const AROUND_ROOT: ExpandedNames = { scope: OUTERMOST, namespace: '', name: '', attributes: NO_ATTRIBUTES };
