import { FaultError, ProtocolError } from '../errors.js';
import { type OpenEnvelope, headerText, openEnvelope, writeEnvelope } from '../soap/envelope.js';
import { readFault } from '../soap/fault.js';
import { ADDRESSING, ANONYMOUS, MICROSOFT, SOAP, TRANSFER, WSMAN } from '../soap/namespaces.js';
import { readElement } from '../xml/element.js';
import type { XmlLimits } from '../xml/parse.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { faultMessage, readFaultData } from './wsman-fault.js';

/**
 * Opens the answer to a request: checks that it is that request's and that it is no fault.
 *
 * @param messageId - the MessageID of the request; `null` for Identify, whose answer carries no headers (DSP0226 §11)
 * @param status - the HTTP status, kept in errors
 * @throws FaultError - the service answered with a fault
 * @throws ProtocolError - not an envelope, or the answer to another request
 */
export function openResponse(input: Uint8Array | string, messageId: string | null, status: number, limits?: XmlLimits): OpenEnvelope {
  const envelope = openEnvelope(input, limits);
  const relatesTo = headerText(envelope, ADDRESSING, 'RelatesTo');
  const { body } = envelope;
  const isFault = body.event === 'start' && body.namespace === SOAP && body.name === 'Fault';
  if (messageId !== null && (relatesTo !== null || !isFault)) checkRelatesTo(relatesTo, messageId);
  if (isFault) {
    const data = readFaultData(readFault(readElement(body)), status);
    throw new FaultError(faultMessage(data), data);
  }
  return envelope;
}

/** The headers of an answer. */
export type ResponseHeader = {
  readonly action: string;
  readonly messageId: string;
  readonly relatesTo: string;
  /** `xml:lang` of the envelope; Windows sends the language of its texts. */
  readonly lang: string;
};

/**
 * Writes an answer as Windows does: Action, MessageID, To, RelatesTo, then the body.
 *
 * @param more - further headers, after these
 */
export function writeResponse(header: ResponseHeader, body: XmlNode | null, more: readonly XmlNode[] = []): string {
  return writeEnvelope(
    { a: ADDRESSING, x: TRANSFER, w: WSMAN, p: MICROSOFT },
    [
      xmlNode('a:Action', {}, header.action),
      xmlNode('a:MessageID', {}, header.messageId),
      xmlNode('a:To', {}, ANONYMOUS),
      xmlNode('a:RelatesTo', {}, header.relatesTo),
      ...more,
    ],
    body,
    header.lang,
  );
}

function checkRelatesTo(relatesTo: string | null, messageId: string): void {
  if (relatesTo?.toLowerCase() === messageId.toLowerCase()) return;
  throw new ProtocolError(`The answer relates to ${relatesTo ?? 'no message'}, not to the request ${messageId}`);
}
