import { XMLParser } from 'fast-xml-parser';
import { decodeXml } from './decode.js';
import { expandNames, OUTERMOST, resolveIn } from './namespaces.js';
import type { ExpandedNames, NamespaceScope, XmlAttribute } from './namespaces.js';
import { notWellFormed } from './position.js';
import { decodeReferences } from './references.js';
import { LITERAL, scanXml } from './scan.js';

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
  /**
   * Moves on; at the end it stays on `eof`.
   *
   * @throws ProtocolError - the next element breaks Namespaces in XML 1.0
   */
  next(): XmlEvent;
  /** Of a start: the value of an attribute, or `null`; `namespace` is `''` (none) when left out. */
  attribute(name: string, namespace?: string): string | null;
  /**
   * The namespace URI that a prefix has in the current element, for QNames in values (`xsi:type="p:X"`): `''` for none,
   * `null` when it is not declared. The prefix `''` is the default namespace.
   */
  resolvePrefix(prefix: string): string | null;
}

// A node of fast-xml-parser's `preserveOrder` tree; `n` is the scan's mark on elements.
type Node = {
  readonly '#text'?: string;
  readonly ':@'?: Readonly<Record<`@${string}`, string>>;
  readonly [element: `n${string}`]: readonly Node[];
};

// Nothing is decoded, coerced or trimmed here: references, white space and namespaces are handled by this folder. The
// scan's mark in front of every text keeps it from being taken for a number or a boolean.
// `jPath: false` spares a path string for every element; the limits on depth are kept by the scan.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  maxNestedTags: Infinity,
  jPath: false,
});

/**
 * Opens a document: XML 1.0 (fifth edition) with Namespaces in XML 1.0, without DTD.
 *
 * Ends of lines are normalised (XML 1.0 §2.11) and so are attribute values (§3.3.3); a character reference such as
 * `&#xD;` stays what it says. The whole document is checked for being well-formed before this returns; namespaces are
 * checked element by element as the cursor moves.
 *
 * @param input - bytes in UTF-8, or in UTF-16 with a byte order mark; or text
 * @param limits - see {@link XmlLimits}
 * @returns a cursor on the root's `start`
 * @throws ProtocolError - not well-formed, not in its encoding, or with a DOCTYPE; the message says what, and where
 * @throws LimitError - larger, deeper or richer than the limits, or an element with more than 1,000 attributes
 */
export function openXml(input: Uint8Array | string, limits: XmlLimits = {}): XmlCursor {
  const { maxBytes = 64 * 1024 * 1024, maxDepth = 200, maxNodes = 1_000_000 } = limits;
  const document = decodeXml(input, maxBytes);
  const { markup, starts } = scanXml(document, { maxDepth, maxNodes });
  const cursor = new TreeCursor(parser.parse(markup) as readonly Node[], starts, document.text);
  cursor.next();
  return cursor;
}

/** An element whose start was given and whose end was not. */
type Open = { readonly names: ExpandedNames; readonly nodes: readonly Node[]; at: number };

class TreeCursor implements XmlCursor {
  event: XmlEvent = 'eof';
  namespace = '';
  name = '';
  text = '';
  attributes: readonly XmlAttribute[] = [];
  scope: NamespaceScope = OUTERMOST;
  readonly #open: Open[];
  readonly #starts: readonly number[];
  readonly #document: string;
  #started = 0;

  constructor(nodes: readonly Node[], starts: readonly number[], document: string) {
    this.#open = [{ names: NOTHING, nodes, at: 0 }];
    this.#starts = starts;
    this.#document = document;
  }

  next(): XmlEvent {
    const open = this.#open.at(-1);
    if (open === undefined) return this.event;
    const node = open.nodes[open.at];
    if (node === undefined) return this.#end(open);
    if (node['#text'] !== undefined) return this.#text(open);
    open.at++;
    return this.#start(open.names.scope, node);
  }

  attribute(name: string, namespace = ''): string | null {
    return this.attributes.find((attribute) => attribute.name === name && attribute.namespace === namespace)?.value ?? null;
  }

  resolvePrefix(prefix: string): string | null {
    return resolveIn(this.scope, prefix);
  }

  #start(outer: NamespaceScope, node: Node): XmlEvent {
    const key = Object.keys(node)[0] as `n${string}`;
    const offset = this.#starts[this.#started++]!;
    const names = expandNames(outer, key.slice(1), attributesOf(node), (problem) => notWellFormed(this.#document, offset, problem));
    this.#open.push({ names, nodes: node[key]!, at: 0 });
    return this.#stand('start', names.scope, names, '', names.attributes);
  }

  #text(open: Open): XmlEvent {
    const pieces: string[] = [];
    for (let piece = open.nodes[open.at]?.['#text']; piece !== undefined; piece = open.nodes[++open.at]?.['#text']) pieces.push(piece);
    return this.#stand('text', open.names.scope, NOTHING, detached(pieces.map(dataOf).join('')), []);
  }

  #end(open: Open): XmlEvent {
    this.#open.pop();
    return this.#stand(this.#open.length === 0 ? 'eof' : 'end', open.names.scope, open.names, '', []);
  }

  #stand(event: XmlEvent, scope: NamespaceScope, at: ExpandedNames, text: string, attributes: readonly XmlAttribute[]): XmlEvent {
    this.event = event;
    this.scope = scope;
    this.namespace = at.namespace;
    this.name = at.name;
    this.text = text;
    this.attributes = attributes;
    return event;
  }
}

/** Around the root, and of a text: no name. */
const NOTHING: ExpandedNames = { scope: OUTERMOST, namespace: '', name: '', attributes: [] };

/** The text of a piece of character data as the scan marked it. */
function dataOf(piece: string): string {
  const data = piece.slice(1);
  return piece.startsWith(LITERAL) ? data : decodeReferences(data);
}

/**
 * The same text in memory of its own. A piece that V8 cuts out of a string keeps the whole string alive: who kept one name
 * of every instance of an enumeration kept every page of it. Joined and cut again, it keeps only the join.
 */
function detached(text: string): string {
  return ` ${text}`.slice(1);
}

/** QName and value of each attribute, normalised as CDATA (XML 1.0 §3.3.3): the scan made white space as such a space, by reference it stays. */
function attributesOf(node: Node): (readonly [string, string])[] {
  return Object.entries(node[':@'] ?? {}).map(([name, value]) => [name.slice(1), detached(decodeReferences(value))]);
}
