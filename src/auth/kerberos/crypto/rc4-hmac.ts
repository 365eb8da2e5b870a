import { createHash } from 'node:crypto';
import { concat, uint32le, utf8 } from '../../../bytes.js';
import { hmacMd5, ntHashOf } from '../../ntlm/crypto.js';
import { Rc4 } from '../../ntlm/rc4.js';
import type { Etype } from './etype.js';
import { requireChecksum, requireKeyLength, requireLength } from './etype.js';

const CONFOUNDER_LENGTH = 8;
const MAC_LENGTH = 16;

/** rc4-hmac (RFC 4757), for domains that have nothing better: its key is the NT hash of the password, unsalted. */
export const RC4_HMAC: Etype = {
  number: 23,
  name: 'rc4-hmac',
  keyLength: 16,
  confounderLength: CONFOUNDER_LENGTH,
  macLength: MAC_LENGTH,
  checksumType: -138,
  stringToKey(password) {
    return ntHashOf(password);
  },
  encrypt(key, usage, plaintext, confounder) {
    requireKeyLength(RC4_HMAC, key);
    const usageKey = hmacMd5(key, uint32le(messageType(usage)));
    const confounded = concat(confounder, plaintext);
    const checksum = hmacMd5(usageKey, confounded);
    return concat(checksum, new Rc4(hmacMd5(usageKey, checksum)).process(confounded));
  },
  decrypt(key, usage, ciphertext) {
    requireKeyLength(RC4_HMAC, key);
    requireLength(RC4_HMAC.name, ciphertext, MAC_LENGTH + CONFOUNDER_LENGTH);
    const usageKey = hmacMd5(key, uint32le(messageType(usage)));
    const checksum = ciphertext.subarray(0, MAC_LENGTH);
    const confounded = new Rc4(hmacMd5(usageKey, checksum)).process(ciphertext.subarray(MAC_LENGTH));
    requireChecksum(RC4_HMAC.name, checksum, hmacMd5(usageKey, confounded));
    return confounded.subarray(CONFOUNDER_LENGTH);
  },
  checksum(key, usage, message) {
    requireKeyLength(RC4_HMAC, key);
    return signatureOf(key, messageType(usage), message);
  },
};

/**
 * The keyed checksum of RFC 4757 §4, which its per-message tokens (§7) use too.
 *
 * @param type - the message type T: 13 in a Wrap token, 15 in a MIC token
 * @returns 16 octets
 */
export function signatureOf(key: Uint8Array, type: number, ...message: readonly Uint8Array[]): Uint8Array {
  const digest = createHash('md5').update(uint32le(type));
  for (const part of message) digest.update(part);
  return hmacMd5(hmacMd5(key, utf8('signaturekey\0')), new Uint8Array(digest.digest()));
}

/**
 * The message type T for a key usage (RFC 4757 §3). Usage 9 stays 9: the RFC's table has 8, but MIT Kerberos and Heimdal,
 * which work with Windows, keep it.
 */
function messageType(usage: number): number {
  if (usage === 3) return 8;
  if (usage === 23) return 13;
  return usage;
}
