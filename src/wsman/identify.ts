import { ProtocolError } from '../errors.js';
import { type OpenEnvelope, writeEnvelope } from '../soap/envelope.js';
import { IDENTITY, WSMAN } from '../soap/namespaces.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { readMembers } from './instance-read.js';

/** What a WS-Management service says of itself (DSP0226 §11). */
export type Identity = {
  /** The protocol's namespace, `http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd`. */
  readonly protocolVersion: string;
  /** `Microsoft Corporation` on Windows; `null` when not told. */
  readonly productVendor: string | null;
  /** On Windows for example `OS: 10.0.20348 SP: 0.0 Stack: 3.0`; `null` when not told. */
  readonly productVersion: string | null;
};

/** The Identify request: an envelope without any header (DSP0226 §11). */
export function identifyRequest(): string {
  return writeEnvelope({ wsmid: IDENTITY }, [], xmlNode('wsmid:Identify'));
}

/** Whether a request is Identify. */
export function isIdentifyRequest(envelope: OpenEnvelope): boolean {
  return envelope.body.event === 'start' && envelope.body.namespace === IDENTITY && envelope.body.name === 'Identify';
}

/**
 * Reads the answer to Identify. Its namespace does not count: one known server answers in SOAP's own.
 *
 * @throws ProtocolError - the body is something else, or names no protocol version
 */
export function readIdentifyResponse(envelope: OpenEnvelope): Identity {
  const { body } = envelope;
  if (body.event !== 'start' || body.name !== 'IdentifyResponse') throw new ProtocolError('The answer to Identify is no IdentifyResponse');
  const members = readMembers(body, body.name);
  const text = (name: string): string | null => {
    const value = members[name];
    return typeof value === 'string' ? value.trim() : null;
  };
  const protocolVersion = text('ProtocolVersion');
  if (protocolVersion === null) throw new ProtocolError('The IdentifyResponse names no ProtocolVersion');
  return { protocolVersion, productVendor: text('ProductVendor'), productVersion: text('ProductVersion') };
}

/** The body that answers Identify, with the elements Windows sends to an authenticated caller. */
export function identifyResponse(identity: { productVendor: string; productVersion: string }): string {
  const member = (name: string, value: string): XmlNode => xmlNode(`wsmid:${name}`, {}, value);
  return writeEnvelope(
    {},
    [],
    xmlNode(
      'wsmid:IdentifyResponse',
      { 'xmlns:wsmid': IDENTITY },
      member('ProtocolVersion', WSMAN),
      member('ProductVendor', identity.productVendor),
      member('ProductVersion', identity.productVersion),
    ),
    'en-US',
  );
}
