import { resolveIn } from './namespaces.js';
import { openXml } from './parse.js';
import type { XmlAttribute, XmlCursor, XmlLimits } from './parse.js';

/** An element with everything in it. */
export type XmlElement = {
  /** Namespace URI, `''` for none. */
  readonly namespace: string;
  /** Local name. */
  readonly name: string;
  /** In the document's order, without namespace declarations. */
  readonly attributes: readonly XmlAttribute[];
  /** Elements and character data in the document's order; no two strings adjoin, none is empty. */
  readonly children: readonly (XmlElement | string)[];
  /** The namespace URI that a prefix has in this element; see {@link XmlCursor.resolvePrefix}. */
  resolvePrefix(prefix: string): string | null;
};

/**
 * Reads a whole document; see {@link openXml} for what is accepted.
 *
 * @param input - bytes in UTF-8, or in UTF-16 with a byte order mark; or text
 * @param limits - see {@link XmlLimits}
 * @returns the root element
 * @throws ProtocolError - not well-formed, or against Namespaces in XML 1.0
 * @throws LimitError - larger, deeper or richer than the limits, or an element with more than 1,000 attributes
 */
export function parseXml(input: Uint8Array | string, limits?: XmlLimits): XmlElement {
  return readElement(openXml(input, limits));
}

/**
 * Reads the element whose start the cursor stands on; afterwards the cursor stands on its end.
 *
 * @throws ProtocolError - an element in it breaks Namespaces in XML 1.0
 */
export function readElement(cursor: XmlCursor): XmlElement {
  const { namespace, name, attributes, scope } = cursor;
  const children: (XmlElement | string)[] = [];
  while (cursor.next() !== 'end') children.push(cursor.event === 'text' ? cursor.text : readElement(cursor));
  return { namespace, name, attributes, children, resolvePrefix: (prefix) => resolveIn(scope, prefix) };
}

/**
 * The child elements, in order.
 *
 * @param namespace - a namespace URI, `''` for none; `undefined` for any
 * @param name - a local name; `undefined` for any
 */
export function elementsOf(parent: XmlElement, namespace?: string, name?: string): readonly XmlElement[] {
  return parent.children.filter(
    (child): child is XmlElement =>
      typeof child !== 'string' &&
      (namespace === undefined || child.namespace === namespace) &&
      (name === undefined || child.name === name),
  );
}

/** The first child element of that name, or `null`. */
export function childOf(parent: XmlElement, namespace: string, name: string): XmlElement | null {
  return elementsOf(parent, namespace, name)[0] ?? null;
}

/** The element's own character data, joined; that of its children is not in it. White space is kept. */
export function textOf(element: XmlElement): string {
  return element.children.filter((child) => typeof child === 'string').join('');
}

/** The value of an attribute, or `null`; `namespace` is `''` (none) when left out. */
export function attributeOf(element: XmlElement, name: string, namespace = ''): string | null {
  return element.attributes.find((attribute) => attribute.name === name && attribute.namespace === namespace)?.value ?? null;
}
