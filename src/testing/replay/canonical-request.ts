import { headerText, openEnvelope } from '../../soap/envelope.js';
import { ADDRESSING, ENUMERATION, EVENTING, MICROSOFT, SOAP, WSMAN } from '../../soap/namespaces.js';
import { type XmlElement, attributeOf, elementsOf, parseXml, textOf } from '../../xml/element.js';

/** A request without what differs from one sending of it to the next. */
export type CanonicalRequest = {
  /** For people: `GetError of Msvm_MigrationJob InstanceID="00000000-0000-4000-8000-000000000002"`. */
  readonly asked: string;
  /** The MessageID header, `''` without one. */
  readonly messageId: string;
  /** One line for each element with its attributes and text, in order; equal lines are equal requests. */
  readonly lines: readonly string[];
};

/** Headers that are of one sending alone, or of the client's settings. */
const IGNORED: Readonly<Record<string, readonly string[]>> = {
  [ADDRESSING]: ['MessageID', 'To'],
  [WSMAN]: ['MaxEnvelopeSize', 'OperationTimeout', 'Locale'],
  [MICROSOFT]: ['DataLocale', 'SessionId', 'OperationID', 'SequenceId'],
};

/**
 * Reads a request for comparing: prefixes, white space between elements and {@link IGNORED} headers do not count, and neither
 * does what an enumeration context says, since a service makes up a new one each time.
 *
 * @throws ProtocolError - not a SOAP 1.2 envelope
 */
export function canonicalRequest(request: Uint8Array | string): CanonicalRequest {
  const envelope = openEnvelope(request);
  const action = headerText(envelope, ADDRESSING, 'Action') ?? 'Identify';
  const resource = headerText(envelope, WSMAN, 'ResourceURI');
  const set = envelope.headers.find((header) => header.namespace === WSMAN && header.name === 'SelectorSet');
  const selectors = set === undefined ? [] : elementsOf(set, WSMAN, 'Selector');
  return {
    asked: [
      lastPart(action),
      ...(resource === null ? [] : ['of', lastPart(resource)]),
      ...selectors.map((selector) => `${attributeOf(selector, 'Name') ?? ''}=${JSON.stringify(textOf(selector))}`),
    ].join(' '),
    messageId: headerText(envelope, ADDRESSING, 'MessageID') ?? '',
    lines: parseXml(request).children.flatMap((child) => (typeof child === 'string' ? [] : linesOf(child, ''))),
  };
}

/** How many lines two requests share: the more, the nearer. */
export function likeness(left: CanonicalRequest, right: CanonicalRequest): number {
  const lines = new Set(left.lines);
  return right.lines.filter((line) => lines.has(line)).length;
}

/** The first line of each request that the other does not have at this place; `null` for its end. */
export function firstDifference(left: CanonicalRequest, right: CanonicalRequest): readonly [left: string | null, right: string | null] {
  const at = left.lines.findIndex((line, index) => line !== right.lines[index]);
  const index = at < 0 ? left.lines.length : at;
  return [left.lines[index] ?? null, right.lines[index] ?? null];
}

function linesOf(element: XmlElement, path: string): readonly string[] {
  const { namespace, name } = element;
  if (path === '/Header' && IGNORED[namespace]?.includes(name) === true) return [];
  const place = `${path}/${name}`;
  const children = element.children.filter((child): child is XmlElement => typeof child !== 'string');
  const attributes = element.attributes.map((attribute) => `${attribute.name}=${JSON.stringify(attribute.value)}`).sort();
  const text = children.length > 0 || isContext(element) ? '' : textOf(element);
  const line = [place, ...(namespace === SOAP ? [] : [`{${namespace}}`]), ...attributes, ...(text === '' ? [] : [JSON.stringify(text)])].join(' ');
  return [line, ...children.flatMap((child) => linesOf(child, place))];
}

/** EnumerationContext of WS-Enumeration, and the Identifier of a subscription in WS-Eventing. */
function isContext({ namespace, name }: XmlElement): boolean {
  return (namespace === ENUMERATION && name === 'EnumerationContext') || (namespace === EVENTING && name === 'Identifier');
}

function lastPart(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}
