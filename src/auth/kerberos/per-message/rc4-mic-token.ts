/** The MIC token of rc4-hmac (RFC 4757 §7.2). */

import { equalConstantTime } from '../../../bytes.js';
import { ProtocolError } from '../../../errors.js';
import type { Protection } from './protection.js';
import { decryptSndSeq, encryptSndSeq, frame, sgnCksumOf, unframe } from './rc4-token.js';

/** TOK_ID 0101, SGN_ALG 1100 (HMAC), filler. */
const HEADER = Uint8Array.of(0x01, 0x01, 0x11, 0x00, 0xff, 0xff, 0xff, 0xff);

const SGN_CKSUM_TYPE = 15;

/** Signs one message. */
export function makeRc4MicToken(protection: Protection, sequence: bigint, message: Uint8Array): Uint8Array {
  const sgnCksum = sgnCksumOf(protection, SGN_CKSUM_TYPE, HEADER, message);
  return frame({ header: HEADER, sndSeq: encryptSndSeq(protection, sequence, sgnCksum), sgnCksum, rest: new Uint8Array() });
}

/**
 * Verifies the signature of a peer.
 *
 * @returns the sequence number
 * @throws ProtocolError - it is not a MIC token of the peer for this message
 */
export function verifyRc4MicToken(protection: Protection, message: Uint8Array, token: Uint8Array): bigint {
  const fields = unframe(HEADER, token);
  if (fields.rest.length > 0 || !equalConstantTime(fields.sgnCksum, sgnCksumOf(protection, SGN_CKSUM_TYPE, HEADER, message))) {
    throw new ProtocolError('A Kerberos MIC token does not verify: the message was changed on its way, or is not for this connection');
  }
  return decryptSndSeq(protection, fields);
}
