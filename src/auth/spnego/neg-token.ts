/** The tokens of SPNEGO: NegTokenInit (RFC 4178 §4.2.1, MS-SPNG 2.2.1) and NegTokenResp (§4.2.2). */
import { ProtocolError } from '../../errors.js';
import { type DerElement, contentsOf, readElement, readElements, readFields, readInteger, readOid } from '../der/read.js';
import { TAG, contextTag } from '../der/tag.js';
import { element, field, octetString, oid, sequence } from '../der/write.js';
import { INITIAL_CONTEXT_TOKEN } from '../kerberos/gss-token.js';
import { SPNEGO_OID } from './mechanism-oid.js';

/** What the client offers, or with NegTokenInit2 the host. */
export type NegTokenInit = {
  readonly kind: 'NegTokenInit';
  /** The mechanisms in their dotted form, the preferred first. */
  readonly mechTypes: readonly string[];
  /** MechTypeList in DER, octet for octet as it was sent: what the mechListMIC covers (RFC 4178 §5). */
  readonly mechTypeList: Uint8Array;
  /** The first token of the first mechanism. */
  readonly mechToken: Uint8Array | null;
};

/** What either side says after that. */
export type NegTokenResp = {
  readonly kind: 'NegTokenResp';
  readonly negState: NegState | null;
  /** The mechanism that the host chose, in its dotted form; in its first answer alone. */
  readonly supportedMech: string | null;
  readonly responseToken: Uint8Array | null;
  readonly mechListMIC: Uint8Array | null;
};

/** How far the negotiation is. */
export type NegState = 'accept-completed' | 'accept-incomplete' | 'reject' | 'request-mic';

/** In the order of their numbers. */
const NEG_STATES: readonly NegState[] = ['accept-completed', 'accept-incomplete', 'reject', 'request-mic'];

const INIT = contextTag(0);
const RESP = contextTag(1);

/** MechTypeList (RFC 4178 §4.1). */
export function encodeMechTypeList(mechTypes: readonly string[]): Uint8Array {
  return sequence(...mechTypes.map(oid));
}

/** A NegTokenInit in the framing of RFC 2743 §3.1. */
export function encodeNegTokenInit({ mechTypeList, mechToken }: { readonly mechTypeList: Uint8Array; readonly mechToken: Uint8Array | null }): Uint8Array {
  const fields = [field(0, mechTypeList), ...octetField(2, mechToken)];
  return element(INITIAL_CONTEXT_TOKEN, oid(SPNEGO_OID), element(INIT, sequence(...fields)));
}

/** A NegTokenResp; what is not given is left out. */
export function encodeNegTokenResp({ negState, supportedMech, responseToken, mechListMIC }: Partial<Omit<NegTokenResp, 'kind'>>): Uint8Array {
  const fields = [
    ...(negState ? [field(0, element(TAG.enumerated, Uint8Array.of(NEG_STATES.indexOf(negState))))] : []),
    ...(supportedMech ? [field(1, oid(supportedMech))] : []),
    ...octetField(2, responseToken),
    ...octetField(3, mechListMIC),
  ];
  return element(RESP, sequence(...fields));
}

/**
 * Reads a token of SPNEGO. The reqFlags and negHints of a NegTokenInit are ignored, and its mechListMIC too, since no context exists
 * that could have signed it.
 *
 * @throws ProtocolError - it is none
 */
export function decodeNegToken(token: Uint8Array): NegTokenInit | NegTokenResp {
  if (token[0] === RESP) return decodeResp(readElement(token, RESP));
  const [mechanism, init] = readElements(readElement(token, INITIAL_CONTEXT_TOKEN));
  const found = readOid(contentsOf(mechanism, TAG.oid));
  if (found !== SPNEGO_OID) throw new ProtocolError(`The token is of the mechanism ${found}, not of SPNEGO`);
  return decodeInit(contentsOf(init, INIT));
}

function decodeInit(contents: Uint8Array): NegTokenInit {
  const fields = readFields(readElement(contents, TAG.sequence));
  const list = contentsOf(fields.get(0), TAG.sequence);
  return {
    kind: 'NegTokenInit',
    mechTypes: readElements(list).map((mechType) => readOid(contentsOf(mechType, TAG.oid))),
    // DER has one form for each value: what is written anew is what was read.
    mechTypeList: element(TAG.sequence, list),
    mechToken: octetsOf(fields.get(2)),
  };
}

function decodeResp(contents: Uint8Array): NegTokenResp {
  const fields = readFields(readElement(contents, TAG.sequence));
  const supportedMech = fields.get(1);
  return {
    kind: 'NegTokenResp',
    negState: negStateOf(fields.get(0)),
    supportedMech: supportedMech === undefined ? null : readOid(contentsOf(supportedMech, TAG.oid)),
    responseToken: octetsOf(fields.get(2)),
    mechListMIC: octetsOf(fields.get(3)),
  };
}

function negStateOf(found: DerElement | undefined): NegState | null {
  if (found === undefined) return null;
  const number = readInteger(contentsOf(found, TAG.enumerated));
  const state = NEG_STATES[number];
  if (state === undefined) throw new ProtocolError(`The SPNEGO token has the negState ${number}, which RFC 4178 §4.2.2 does not list`);
  return state;
}

function octetsOf(found: DerElement | undefined): Uint8Array | null {
  return found === undefined ? null : contentsOf(found, TAG.octetString);
}

function octetField(number: number, octets: Uint8Array | null | undefined): readonly Uint8Array[] {
  return octets ? [field(number, octetString(octets))] : [];
}
