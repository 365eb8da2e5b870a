/** The MIC token of RFC 4121 §4.2.6.1: header, then the checksum of `{ message | header }`. */

import { concat, equalConstantTime } from '../../../bytes.js';
import { ProtocolError } from '../../../errors.js';
import { KEY_USAGE } from '../crypto/etypes.js';
import type { Protection } from './protection.js';
import { HEADER_LENGTH, TOK_ID, encodeHeader, readHeader } from './token-header.js';

/** EC and RRC stand where a MIC token has filler. */
const FILLER = { ec: 0xffff, rrc: 0xffff } as const;

/** Signs one message. */
export function makeMicToken(protection: Protection, sequence: bigint, message: Uint8Array): Uint8Array {
  const header = encodeHeader(TOK_ID.mic, protection, { ...FILLER, sequence });
  return concat(header, checksum(protection, message, header));
}

/**
 * Verifies the signature of a peer.
 *
 * @returns SND_SEQ
 * @throws ProtocolError - it is not a MIC token of the peer for this message
 */
export function verifyMicToken(protection: Protection, message: Uint8Array, token: Uint8Array): bigint {
  const { ec, rrc, sequence } = readHeader(TOK_ID.mic, protection, token);
  if (ec !== FILLER.ec || rrc !== FILLER.rrc) throw new ProtocolError('A Kerberos MIC token has no filler where it must stand');
  const expected = checksum(protection, message, token.subarray(0, HEADER_LENGTH));
  if (equalConstantTime(token.subarray(HEADER_LENGTH), expected)) return sequence;
  throw new ProtocolError('A Kerberos MIC token does not verify: the message was changed on its way, or is not for this connection');
}

function checksum({ etype, key, sender }: Protection, message: Uint8Array, header: Uint8Array): Uint8Array {
  return etype.checksum(key, sender === 'initiator' ? KEY_USAGE.initiatorSign : KEY_USAGE.acceptorSign, concat(message, header));
}
