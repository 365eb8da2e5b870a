/** A token of SPNEGO for people: every field by name, and the token inside it described in turn. */
import { type DerElement, contentsOf, readBitString, readElement, readElements, readFields, readText } from '../der/read.js';
import { TAG, contextTag } from '../der/tag.js';
import { type KerberosTokenDescription, describeKerberosToken } from '../kerberos/describe.js';
import { INITIAL_CONTEXT_TOKEN } from '../kerberos/gss-token.js';
import { type MechanismDescription, describeMechanism } from '../mechanism-name.js';
import { type Hidden, type NtlmMessageDescription, describeNtlmMessage } from '../ntlm/describe.js';
import { tokenKind } from '../token-kind.js';
import { type NegState, type NegTokenInit, type NegTokenResp, decodeNegToken } from './neg-token.js';

/** The bits of ContextFlags (RFC 4178 §4.2.1), the highest first. */
const CONTEXT_FLAGS = ['delegFlag', 'mutualFlag', 'replayFlag', 'sequenceFlag', 'anonFlag', 'confFlag', 'integFlag'] as const;

/** One of the ContextFlags. */
export type ContextFlag = (typeof CONTEXT_FLAGS)[number];

/** A token of a mechanism inside SPNEGO; of any mechanism but NTLM and Kerberos the length alone. */
export type MechanismTokenDescription =
  | ({ readonly kind: 'ntlm' } & NtlmMessageDescription)
  | ({ readonly kind: 'kerberos' } & KerberosTokenDescription)
  | Hidden;

/** NegHints (MS-SPNG 2.2.1). */
export type NegHintsDescription = { readonly hintName: string | null; readonly hintAddress: Hidden | null };

/** What {@link describeNegToken} gives: plain data, ready for JSON. */
export type NegTokenDescription =
  | {
      readonly message: 'NegTokenInit' | 'NegTokenInit2';
      /** The preferred first. */
      readonly mechTypes: readonly MechanismDescription[];
      readonly reqFlags: readonly ContextFlag[] | null;
      readonly mechToken: MechanismTokenDescription | null;
      /** `null` in a NegTokenInit, which has none. */
      readonly negHints: NegHintsDescription | null;
      readonly mechListMIC: Hidden | null;
    }
  | {
      readonly message: 'NegTokenResp';
      readonly negState: NegState | null;
      readonly supportedMech: MechanismDescription | null;
      readonly responseToken: MechanismTokenDescription | null;
      readonly mechListMIC: Hidden | null;
    };

/**
 * The fields of a token of SPNEGO (RFC 4178 §4.2). A NegTokenInit is taken for the NegTokenInit2 of MS-SPNG 2.2.1 when it has
 * a field of that type alone: negHints, or the mechListMIC behind it.
 *
 * @throws ProtocolError - it is none, or a broken one, or the token inside it is broken
 *
 * @example
 * ```ts
 * import { describeNegToken } from './describe.js';
 * declare const header: string;
 * const description = describeNegToken(Buffer.from(header.slice('Negotiate '.length), 'base64'));
 * if (description.message === 'NegTokenResp') console.log(description.negState);
 * ```
 */
export function describeNegToken(token: Uint8Array): NegTokenDescription {
  const decoded = decodeNegToken(token);
  return decoded.kind === 'NegTokenResp' ? describeResp(decoded) : describeInit(decoded, initFields(token));
}

function describeResp({ negState, supportedMech, responseToken, mechListMIC }: NegTokenResp): NegTokenDescription {
  return {
    message: 'NegTokenResp',
    negState,
    supportedMech: supportedMech === null ? null : describeMechanism(supportedMech),
    responseToken: responseToken === null ? null : describeMechanismToken(responseToken),
    mechListMIC: mechListMIC === null ? null : { bytes: mechListMIC.length },
  };
}

function describeInit({ mechTypes, mechToken }: NegTokenInit, fields: ReadonlyMap<number, DerElement>): NegTokenDescription {
  const reqFlags = fields.get(1);
  const isInit2 = fields.get(3)?.tag === TAG.sequence || fields.has(4);
  const negHints = isInit2 ? fields.get(3) : undefined;
  return {
    message: isInit2 ? 'NegTokenInit2' : 'NegTokenInit',
    mechTypes: mechTypes.map(describeMechanism),
    reqFlags: reqFlags === undefined ? null : contextFlags(contentsOf(reqFlags, TAG.bitString)),
    mechToken: mechToken === null ? null : describeMechanismToken(mechToken),
    negHints: negHints === undefined ? null : describeNegHints(contentsOf(negHints, TAG.sequence)),
    mechListMIC: octetsOf(fields.get(isInit2 ? 4 : 3)),
  };
}

/** All fields of a NegTokenInit; the decoder passes over those that say nothing to a client. */
function initFields(token: Uint8Array): ReadonlyMap<number, DerElement> {
  const [, init] = readElements(readElement(token, INITIAL_CONTEXT_TOKEN));
  return readFields(readElement(contentsOf(init, contextTag(0)), TAG.sequence));
}

function contextFlags(contents: Uint8Array): readonly ContextFlag[] {
  const [octet = 0] = readBitString(contents);
  return CONTEXT_FLAGS.filter((_, bit) => (octet & (0x80 >> bit)) !== 0);
}

function describeNegHints(contents: Uint8Array): NegHintsDescription {
  const fields = readFields(contents);
  const hintName = fields.get(0);
  return { hintName: hintName === undefined ? null : readText(contentsOf(hintName, TAG.generalString)), hintAddress: octetsOf(fields.get(1)) };
}

function describeMechanismToken(token: Uint8Array): MechanismTokenDescription {
  switch (tokenKind(token)) {
    case 'ntlm':
      return { kind: 'ntlm', ...describeNtlmMessage(token) };
    case 'kerberos':
      return { kind: 'kerberos', ...describeKerberosToken(token) };
    default:
      return { bytes: token.length };
  }
}

function octetsOf(found: DerElement | undefined): Hidden | null {
  return found === undefined ? null : { bytes: contentsOf(found, TAG.octetString).length };
}
