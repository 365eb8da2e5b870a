/** The sealed Wrap token of RFC 4121 §4.2.6.2: header, then `{ message | filler | header }` encrypted, rotated to the right. */

import { concat, equalConstantTime } from '../../../bytes.js';
import { ProtocolError } from '../../../errors.js';
import type { SealedMessage } from '../../security-context.js';
import { KEY_USAGE } from '../crypto/etypes.js';
import type { Opened, Protection } from './protection.js';
import { HEADER_LENGTH, TOK_ID, encodeHeader, readHeader } from './token-header.js';

/**
 * Seals one message as Windows does: without filler, and rotated so that all that is not message stands before it.
 *
 * @param confounder - as many random octets as the encryption type wants
 * @returns the data is as long as the message
 */
export function sealWrapToken(protection: Protection, sequence: bigint, message: Uint8Array, confounder: Uint8Array): SealedMessage {
  const { etype, key } = protection;
  const rrc = HEADER_LENGTH + etype.macLength;
  const copied = encodeHeader(TOK_ID.wrap, protection, { ec: 0, rrc: 0, sequence });
  const encrypted = etype.encrypt(key, usageOf(protection), concat(message, copied), confounder);
  const end = encrypted.length - rrc;
  return {
    signature: concat(encodeHeader(TOK_ID.wrap, protection, { ec: 0, rrc, sequence }), encrypted.subarray(end), encrypted.subarray(0, etype.confounderLength)),
    data: encrypted.subarray(etype.confounderLength, end),
  };
}

/**
 * Opens the token of a peer, whatever its rotation and filler.
 *
 * @throws ProtocolError - it is not a sealed token of the peer, or was changed on its way
 */
export function openWrapToken(protection: Protection, token: Uint8Array): Opened {
  const { etype, key } = protection;
  const { ec, rrc, sequence } = readHeader(TOK_ID.wrap, protection, token);
  const opened = etype.decrypt(key, usageOf(protection), rotatedLeft(token.subarray(HEADER_LENGTH), rrc));
  const end = opened.length - HEADER_LENGTH;
  const copied = encodeHeader(TOK_ID.wrap, protection, { ec, rrc: 0, sequence });
  // The flags that are not ours to know are compared too: only the RRC may differ.
  copied.set(token.subarray(2, 3), 2);
  if (end < ec || !equalConstantTime(opened.subarray(end), copied)) throw new ProtocolError('The header of a Kerberos Wrap token was changed on its way');
  return { sequence, message: opened.subarray(0, end - ec) };
}

function usageOf({ sender }: Protection): number {
  return sender === 'initiator' ? KEY_USAGE.initiatorSeal : KEY_USAGE.acceptorSeal;
}

function rotatedLeft(octets: Uint8Array, count: number): Uint8Array {
  const start = octets.length === 0 ? 0 : count % octets.length;
  return start === 0 ? octets : concat(octets.subarray(start), octets.subarray(0, start));
}
