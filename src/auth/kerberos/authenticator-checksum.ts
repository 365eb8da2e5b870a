/**
 * The checksum of the Authenticator under GSS-API (RFC 4121 §4.1.1): no checksum at all, but what the initiator asks of the
 * context, the channel it is bound to, and the credential it hands over. The encryption of the Authenticator protects it.
 */
import { concat, dataView } from '../../bytes.js';
import { AuthError, ProtocolError } from '../../errors.js';

/** Its checksum type. */
export const GSS_CHECKSUM_TYPE = 0x8003;

/** The context flags of its Flags field (RFC 4121 §4.1.1.1). */
export const GSS_FLAG = { delegate: 1, mutual: 2, replay: 4, sequence: 8, confidentiality: 16, integrity: 32 } as const;

/** The fields of the checksum. */
export type AuthenticatorChecksum = {
  /** Bnd, 16 bytes: the MD5 hash of the channel bindings (RFC 4121 §4.1.1.2); zeros for none. */
  readonly channelBindings: Uint8Array;
  /** Flags: a sum of {@link GSS_FLAG}; `delegate` is set exactly when there is a `delegation`. */
  readonly flags: number;
  /** Deleg: the KRB-CRED message with the forwarded ticket, in DER. */
  readonly delegation: Uint8Array | null;
};

/** The octets before DlgOpt: Lgth, Bnd and Flags. */
const FIXED_LENGTH = 24;
/** The one value of DlgOpt. */
const DELEGATION_OPTION = 1;

/**
 * Encodes the checksum. Its numbers are little-endian.
 *
 * @throws AuthError - the delegation is longer than the two octets of Dlgth can tell
 */
export function encodeAuthenticatorChecksum({ channelBindings, flags, delegation }: AuthenticatorChecksum): Uint8Array {
  const fixed = new Uint8Array(FIXED_LENGTH);
  dataView(fixed).setUint32(0, channelBindings.length, true);
  fixed.set(channelBindings, 4);
  dataView(fixed).setUint32(20, flags, true);
  if (delegation === null) return fixed;
  if (delegation.length > 0xffff) {
    throw new AuthError(
      `The forwarded ticket takes ${delegation.length} bytes, and Kerberos can hand over 65535 (RFC 4121 §4.1.1): the account is in too many groups; delegate another account`,
    );
  }
  const option = new Uint8Array(4);
  dataView(option).setUint16(0, DELEGATION_OPTION, true);
  dataView(option).setUint16(2, delegation.length, true);
  return concat(fixed, option, delegation);
}

/**
 * Decodes the checksum; what follows its fields are extensions, which nobody here knows (Exts in the RFC).
 *
 * @throws ProtocolError - it is shorter than its fields say, or a length or DlgOpt is not the one the RFC has
 */
export function decodeAuthenticatorChecksum(checksum: Uint8Array): AuthenticatorChecksum {
  if (checksum.length < FIXED_LENGTH) throw malformed(`is ${checksum.length} bytes long, less than ${FIXED_LENGTH}`);
  const numbers = dataView(checksum);
  const bindingsLength = numbers.getUint32(0, true);
  if (bindingsLength !== 16) throw malformed(`has channel bindings of ${bindingsLength} bytes, not 16`);
  const flags = numbers.getUint32(20, true);
  return {
    channelBindings: checksum.subarray(4, 20),
    flags,
    delegation: (flags & GSS_FLAG.delegate) === 0 ? null : readDelegation(checksum.subarray(FIXED_LENGTH)),
  };
}

function readDelegation(rest: Uint8Array): Uint8Array {
  if (rest.length < 4) throw malformed('says that it delegates, and breaks off');
  const option = dataView(rest).getUint16(0, true);
  const length = dataView(rest).getUint16(2, true);
  if (option !== DELEGATION_OPTION) throw malformed(`has the delegation option ${option}, not ${DELEGATION_OPTION}`);
  if (rest.length - 4 < length) throw malformed(`has a delegation of ${length} bytes, of which ${rest.length - 4} are there`);
  return rest.subarray(4, 4 + length);
}

function malformed(what: string): ProtocolError {
  return new ProtocolError(`The checksum of a Kerberos Authenticator (RFC 4121 §4.1.1) ${what}`);
}
