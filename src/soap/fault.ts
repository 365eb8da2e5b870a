import { type XmlElement, attributeOf, childOf, textOf } from '../xml/element.js';
import { SOAP, XML } from './namespaces.js';

/** A SOAP 1.2 fault as SOAP itself defines it (SOAP 1.2 Part 1, 5.4); what is in `detail` belongs to others. */
export type SoapFault = {
  /** Local name of the code: `Sender`, `Receiver`, `MustUnderstand`, `VersionMismatch`, `DataEncodingUnknown`. */
  readonly code: string;
  /** Local name of the innermost subcode, `null` without one. */
  readonly subcode: string | null;
  /** The Reason text, trimmed; the first when there are several languages. */
  readonly reason: string;
  /** `xml:lang` of that text; Windows leaves it empty at times. */
  readonly lang: string | null;
  readonly detail: XmlElement | null;
};

/** Reads a SOAP fault from its element. Missing parts give empty ones: a fault that is not quite right still tells something. */
export function readFault(fault: XmlElement): SoapFault {
  const code = childOf(fault, SOAP, 'Code');
  const reason = childOf(fault, SOAP, 'Reason');
  const text = reason === null ? null : childOf(reason, SOAP, 'Text');
  return {
    code: code === null ? '' : (qnameValue(code) ?? ''),
    subcode: code === null ? null : innermostSubcode(code),
    reason: text === null ? '' : textOf(text).trim(),
    lang: text === null ? null : attributeOf(text, 'lang', XML),
    detail: childOf(fault, SOAP, 'Detail'),
  };
}

function innermostSubcode(code: XmlElement): string | null {
  let innermost: string | null = null;
  for (let subcode = childOf(code, SOAP, 'Subcode'); subcode !== null; subcode = childOf(subcode, SOAP, 'Subcode')) {
    innermost = qnameValue(subcode) ?? innermost;
  }
  return innermost;
}

/**
 * The local name of a Value's QName. The prefix is not resolved: a specification example and real hosts use prefixes there
 * that they do not declare.
 */
function qnameValue(parent: XmlElement): string | null {
  const value = childOf(parent, SOAP, 'Value');
  return value === null ? null : textOf(value).trim().replace(/^.*:/, '');
}
