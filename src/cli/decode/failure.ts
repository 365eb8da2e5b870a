import { FaultError, ProtocolError } from '../../errors.js';
import { type MsvmError, toMsvmError } from '../../hyperv/error.js';
import { readFault } from '../../soap/fault.js';
import { SOAP } from '../../soap/namespaces.js';
import { type OpenEnvelope, openEnvelope } from '../../soap/envelope.js';
import { faultMessage, readFaultData } from '../../wsman/wsman-fault.js';
import { type XmlElement, readElement } from '../../xml/element.js';

/** A failure as `diagnose()` takes it. */
export type Failure = readonly MsvmError[] | FaultError | string;

/**
 * Reads what somebody kept of failures: a SOAP fault, an answer or any text with CIM-XML of Msvm_Errors in it, else text
 * with one message a line, where an empty line ends a failure.
 *
 * @throws ProtocolError - an Msvm_Error in it is broken
 * @throws LimitError - beyond the limits of the XML reader
 */
export function readFailures(text: string): readonly Failure[] {
  const body = bodyOf(text);
  if (body?.namespace === SOAP && body.name === 'Fault') {
    const data = readFaultData(readFault(body), 0);
    return [new FaultError(faultMessage(data), data)];
  }
  const content = body === null ? text : allText(body);
  const errors = instancesIn(content).map((instance) => toMsvmError(instance));
  return errors.length > 0 ? [errors] : content.split(/(?:\r?\n[ \t]*){2,}/);
}

/** The first element of the body of a SOAP envelope; `null` for anything else. */
function bodyOf(text: string): XmlElement | null {
  if (!text.trimStart().startsWith('<')) return null;
  const envelope = open(text);
  return envelope?.body.event === 'start' ? readElement(envelope.body) : null;
}

function open(text: string): OpenEnvelope | null {
  try {
    return openEnvelope(text);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'PROTOCOL') return null;
    throw error;
  }
}

/** All character data in an element, a line for each piece. */
function allText({ children }: XmlElement): string {
  return children.map((child) => (typeof child === 'string' ? child : allText(child))).join('\n');
}

/** An Msvm_Error holds no other instance, so it reaches from its start to the next end. */
function instancesIn(text: string): readonly string[] {
  const end = '</INSTANCE>';
  return text.split(end).slice(0, -1).flatMap((piece) => {
    const instance = piece.slice(Math.max(0, piece.lastIndexOf('<INSTANCE')));
    return /^<INSTANCE\s[^>]*CLASSNAME\s*=\s*["']Msvm_Error["']/.test(instance) ? [instance + end] : [];
  });
}
