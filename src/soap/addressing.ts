import { type XmlElement, childOf, textOf } from '../xml/element.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { ADDRESSING, ANONYMOUS } from './namespaces.js';

/** A WS-Addressing endpoint reference (August 2004, §2.1): an address and what the endpoint wants to see again. */
export type EndpointReference = {
  readonly address: string;
  /** The children of ReferenceParameters. */
  readonly parameters: readonly XmlElement[];
};

/** The attribute that makes a header compulsory (SOAP 1.2 Part 1, 5.2.3). */
export const MUST_UNDERSTAND: Readonly<Record<string, string>> = { 's:mustUnderstand': 'true' };

/** The ReplyTo header of every request: answer on this connection (DSP0226 §5.4.2). */
export const REPLY_TO: XmlNode = xmlNode('a:ReplyTo', {}, xmlNode('a:Address', MUST_UNDERSTAND, ANONYMOUS));

/** The content of an endpoint reference, to be put directly into the element that holds it. */
export function endpointReferenceContent(address: string, ...parameters: readonly XmlNode[]): readonly XmlNode[] {
  return [xmlNode('a:Address', {}, address), xmlNode('a:ReferenceParameters', {}, ...parameters)];
}

/**
 * Reads the endpoint reference an element holds: Address and ReferenceParameters directly inside, as Windows sends and
 * demands it, or inside an EndpointReference, as the specification words it (DSP0230 §7.2.5).
 *
 * @returns `null` when the element holds none
 */
export function readEndpointReference(holder: XmlElement): EndpointReference | null {
  const reference = childOf(holder, ADDRESSING, 'EndpointReference') ?? holder;
  const parameters = childOf(reference, ADDRESSING, 'ReferenceParameters');
  if (parameters === null) return null;
  const address = childOf(reference, ADDRESSING, 'Address');
  return {
    address: address === null ? ANONYMOUS : textOf(address).trim(),
    parameters: parameters.children.filter((child) => typeof child !== 'string'),
  };
}
