import type { OpenEnvelope } from '../soap/envelope.js';
import { WSMAN, XML } from '../soap/namespaces.js';
import { type XmlElement, parseXml } from '../xml/element.js';
import { type XmlNode, writeXml, xmlNode } from '../xml/write.js';

/**
 * A place in a stream of events (DSP0226 §10.2.6): XML that only the service understands. Keep the text, and give it to a
 * later Subscribe to go on after the events that came with it.
 */
export type Bookmark = string;

/** The bookmark in the headers of an answer to Pull; `null` when it brings none. */
export function readBookmark(envelope: OpenEnvelope): Bookmark | null {
  const header = envelope.headers.find(({ namespace, name }) => namespace === WSMAN && name === 'Bookmark');
  return header === undefined ? null : bookmarkOf(header);
}

/** The bookmark that a Bookmark element is. */
export function bookmarkOf(element: XmlElement): Bookmark {
  return writeXml(copy(element));
}

/**
 * The Bookmark element that a bookmark is, for a Subscribe or the headers of an answer.
 *
 * @throws ProtocolError - the text is no bookmark: not well-formed
 */
export function bookmarkNode(bookmark: Bookmark): XmlNode {
  return copy(parseXml(bookmark));
}

/** The same element with its namespaces declared on itself, so that it can stand anywhere. */
function copy(element: XmlElement): XmlNode {
  const attributes: Record<string, string> = { xmlns: element.namespace };
  element.attributes.forEach(({ namespace, name, value }, index) => {
    if (namespace === '') attributes[name] = value;
    else if (namespace === XML) attributes[`xml:${name}`] = value;
    else {
      attributes[`xmlns:a${index}`] = namespace;
      attributes[`a${index}:${name}`] = value;
    }
  });
  return xmlNode(element.name, attributes, ...element.children.map((child) => (typeof child === 'string' ? child : copy(child))));
}
