import type { JsonValue } from '../../cim/json.js';
import { type OpenEnvelope, headerText, openEnvelope } from '../../soap/envelope.js';
import { readFault } from '../../soap/fault.js';
import { ADDRESSING, SOAP, WSMAN } from '../../soap/namespaces.js';
import { readSelectorSet } from '../../wsman/selector-set.js';
import { readFaultData } from '../../wsman/wsman-fault.js';
import { readElement } from '../../xml/element.js';
import { describeBody } from './body.js';
import { type Properties, describeEntries } from './value.js';

/**
 * Describes a SOAP envelope: its addressing headers (`null` for one that is not there), the selectors, and the body.
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
  if (body.event === 'start' && body.namespace === SOAP && body.name === 'Fault') {
    // The HTTP status is not in the envelope.
    const fault = Object.entries(readFaultData(readFault(readElement(body)), 0)).filter(([name]) => name !== 'status');
    return { kind: 'fault', ...headers, fault: Object.fromEntries(fault) };
  }
  const bodyName = body.event === 'start' ? body.name : '';
  const isResponse = headers.relatesTo !== null || headers.action?.endsWith('Response') === true || bodyName.endsWith('Response');
  return {
    kind: isResponse ? 'response' : 'request',
    ...headers,
    resourceUri: headerText(envelope, WSMAN, 'ResourceURI'),
    selectors: describeSelectors(envelope),
    body: body.event === 'start' ? describeBody(body) : null,
  };
}

function describeSelectors({ headers }: OpenEnvelope): Properties {
  const set = headers.find((header) => header.namespace === WSMAN && header.name === 'SelectorSet');
  return set === undefined ? {} : describeEntries(Object.entries(readSelectorSet(set)));
}
