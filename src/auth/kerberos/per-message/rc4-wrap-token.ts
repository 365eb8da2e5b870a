/** The sealed Wrap token of rc4-hmac (RFC 4757 §7.3). */

import { concat, equalConstantTime } from '../../../bytes.js';
import { ProtocolError } from '../../../errors.js';
import type { SealedMessage } from '../../security-context.js';
import type { Opened, Protection } from './protection.js';
import { cipherOf, decryptSndSeq, encryptSndSeq, frame, sequenceOctets, sgnCksumOf, unframe } from './rc4-token.js';

/** TOK_ID 0201, SGN_ALG 1100 (HMAC), SEAL_ALG 1000 (RC4), filler. */
const HEADER = Uint8Array.of(0x02, 0x01, 0x11, 0x00, 0x10, 0x00, 0xff, 0xff);

/** The pad of RFC 1964 §1.2.2.3: an octet that says how many there are. RC4 has no blocks, so it is always one. */
const PAD = Uint8Array.of(1);

const SGN_CKSUM_TYPE = 13;
const CONFOUNDER_LENGTH = 8;

/**
 * Seals one message.
 *
 * @param confounder - 8 random octets
 * @returns the data is one octet longer than the message: it ends with the pad
 */
export function sealRc4WrapToken(protection: Protection, sequence: bigint, message: Uint8Array, confounder: Uint8Array): SealedMessage {
  const plaintext = concat(confounder, message, PAD);
  const sgnCksum = sgnCksumOf(protection, SGN_CKSUM_TYPE, HEADER, plaintext);
  const token = frame({
    header: HEADER,
    sndSeq: encryptSndSeq(protection, sequence, sgnCksum),
    sgnCksum,
    rest: crypt(protection, sequence, plaintext),
  });
  const start = token.length - message.length - PAD.length;
  return { signature: token.subarray(0, start), data: token.subarray(start) };
}

/**
 * Opens the token of a peer.
 *
 * @throws ProtocolError - it is not a sealed token of the peer, or was changed on its way
 */
export function openRc4WrapToken(protection: Protection, token: Uint8Array): Opened {
  const fields = unframe(HEADER, token);
  const sequence = decryptSndSeq(protection, fields);
  const plaintext = crypt(protection, sequence, fields.rest);
  if (!equalConstantTime(fields.sgnCksum, sgnCksumOf(protection, SGN_CKSUM_TYPE, HEADER, plaintext))) {
    throw new ProtocolError('A Kerberos Wrap token does not verify: it was changed on its way, or is not for this connection');
  }
  const end = plaintext.length - PAD.length;
  if (end < CONFOUNDER_LENGTH || plaintext[end] !== PAD[0]) throw new ProtocolError('A Kerberos Wrap token of rc4-hmac does not end with the pad octet 01');
  return { sequence, message: plaintext.subarray(CONFOUNDER_LENGTH, end) };
}

/** Encrypts or decrypts confounder and data under Kcrypt. */
function crypt({ key }: Protection, sequence: bigint, octets: Uint8Array): Uint8Array {
  return cipherOf(key.map((octet) => octet ^ 0xf0), sequenceOctets(sequence)).process(octets);
}
