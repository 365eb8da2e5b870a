import type { JsonValue } from '../../cim/json.js';
import { type OpenEnvelope, headerText, nextElement, openEnvelope } from '../../soap/envelope.js';
import { readFault } from '../../soap/fault.js';
import { ADDRESSING, SOAP, WSMAN } from '../../soap/namespaces.js';
import { readSelectorSet } from '../../wsman/selector-set.js';
import { readFaultData } from '../../wsman/wsman-fault.js';
import { type XmlElement, readElement } from '../../xml/element.js';
import type { XmlCursor } from '../../xml/parse.js';
import { describeBody } from './body.js';
import { describeElement } from './element.js';
import { describeHeaders } from './header.js';
import { type Properties, describeEntries } from './value.js';

/** The headers that have a field of their own. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  [ADDRESSING, ['Action', 'MessageID', 'RelatesTo', 'To']],
  [WSMAN, ['ResourceURI', 'SelectorSet']],
]);

/**
 * Describes a SOAP envelope: its addressing headers (`null` for one that is not there), the selectors, all `otherHeaders`,
 * and the body: `null` when it is empty, a list when there are several elements in it. Of a fault the whole `detail` stands
 * beside what was read from it.
 *
 * @throws ProtocolError - not well-formed, or not a SOAP 1.2 envelope
 */
export function describeEnvelope(input: Uint8Array): JsonValue {
  const envelope = openEnvelope(input);
  const { body } = envelope;
  const headers = {
    action: headerText(envelope, ADDRESSING, 'Action'),
    messageId: headerText(envelope, ADDRESSING, 'MessageID'),
    relatesTo: headerText(envelope, ADDRESSING, 'RelatesTo'),
    to: headerText(envelope, ADDRESSING, 'To'),
  };
  const otherHeaders = describeHeaders(envelope.headers.filter(({ namespace, name }) => NAMED.get(namespace)?.includes(name) !== true));
  if (body.event === 'start' && body.namespace === SOAP && body.name === 'Fault') {
    return { kind: 'fault', ...headers, otherHeaders, fault: describeFault(readElement(body)) };
  }
  const bodyName = body.event === 'start' ? body.name : '';
  const isResponse = headers.relatesTo !== null || headers.action?.endsWith('Response') === true || bodyName.endsWith('Response');
  return {
    kind: isResponse ? 'response' : 'request',
    ...headers,
    resourceUri: headerText(envelope, WSMAN, 'ResourceURI'),
    selectors: describeSelectors(envelope),
    otherHeaders,
    body: describeContent(body),
  };
}

/** The cursor is on the body's first element, or on the body's end. */
function describeContent(body: XmlCursor): JsonValue {
  const elements: Properties[] = [];
  for (let { event } = body; event === 'start'; event = nextElement(body)) elements.push(describeBody(body));
  return elements.length > 1 ? elements : (elements[0] ?? null);
}

function describeFault(element: XmlElement): Properties {
  const fault = readFault(element);
  // The HTTP status is not in the envelope.
  const data = Object.entries(readFaultData(fault, 0)).filter(([name]) => name !== 'status');
  return { ...Object.fromEntries(data), detail: fault.detail === null ? null : describeElement(fault.detail) };
}

function describeSelectors({ headers }: OpenEnvelope): Properties {
  const set = headers.find((header) => header.namespace === WSMAN && header.name === 'SelectorSet');
  return set === undefined ? {} : describeEntries(Object.entries(readSelectorSet(set)));
}
