import { ProtocolError } from '../errors.js';
import { type XmlElement, readElement } from '../xml/element.js';
import { type XmlCursor, type XmlLimits, openXml } from '../xml/parse.js';
import { type XmlNode, writeXml, xmlNode } from '../xml/write.js';
import { SOAP, XML } from './namespaces.js';

/** A SOAP 1.2 envelope that was opened: its headers as trees, its body as a cursor. */
export type OpenEnvelope = {
  /** The header blocks, in order. */
  readonly headers: readonly XmlElement[];
  /** `xml:lang` of the envelope: the language of the texts inside. */
  readonly lang: string | null;
  /** On the start of the body's first element, or on the end of an empty body. */
  readonly body: XmlCursor;
};

/**
 * Writes a SOAP 1.2 envelope (SOAP 1.2 Part 1, 5) on one line, without an XML declaration, as Windows does.
 *
 * @param namespaces - prefixes to declare on the envelope beside `s`, for headers and body
 * @param body - the body's element, `null` for an empty body
 */
export function writeEnvelope(
  namespaces: Readonly<Record<string, string>>,
  headers: readonly XmlNode[],
  body: XmlNode | null,
  lang: string | null = null,
): string {
  const attributes: Record<string, string> = lang === null ? {} : { 'xml:lang': lang };
  attributes['xmlns:s'] = SOAP;
  for (const [prefix, uri] of Object.entries(namespaces)) attributes[`xmlns:${prefix}`] = uri;
  return writeXml(
    xmlNode('s:Envelope', attributes, xmlNode('s:Header', {}, ...headers), xmlNode('s:Body', {}, ...(body === null ? [] : [body]))),
  );
}

/**
 * Opens a SOAP 1.2 envelope and reads its headers; the body is left to the operation that knows it.
 *
 * @throws ProtocolError - not well-formed, or not a SOAP 1.2 envelope
 * @throws LimitError - larger or deeper than the limits
 */
export function openEnvelope(input: Uint8Array | string, limits?: XmlLimits): OpenEnvelope {
  const cursor = openXml(input, limits);
  if (cursor.namespace !== SOAP || cursor.name !== 'Envelope') {
    throw new ProtocolError(`Expected a SOAP 1.2 envelope, found the element ${cursor.name} of namespace "${cursor.namespace}"`);
  }
  const lang = cursor.attribute('lang', XML);
  const headers: XmlElement[] = [];
  nextElement(cursor);
  if (atStart(cursor, 'Header')) {
    while (nextElement(cursor) === 'start') headers.push(readElement(cursor));
    nextElement(cursor);
  }
  if (!atStart(cursor, 'Body')) throw new ProtocolError('The SOAP envelope has no Body where one must be');
  nextElement(cursor);
  return { headers, lang, body: cursor };
}

/** The text of the first header of this name, trimmed; `null` when there is none. */
export function headerText(envelope: OpenEnvelope, namespace: string, name: string): string | null {
  const header = envelope.headers.find((element) => element.namespace === namespace && element.name === name);
  return header === undefined ? null : header.children.filter((child) => typeof child === 'string').join('').trim();
}

/** Moves over text to the next start or end of an element. */
export function nextElement(cursor: XmlCursor): 'start' | 'end' | 'eof' {
  let event = cursor.next();
  while (event === 'text') event = cursor.next();
  return event;
}

function atStart(cursor: XmlCursor, name: string): boolean {
  return cursor.event === 'start' && cursor.namespace === SOAP && cursor.name === name;
}
