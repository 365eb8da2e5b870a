/** The keys and codes of NTLMv2 with extended session security and 128 bits (MS-NLMP 3.3.2 and 3.4). */

import { type KeyObject, createHash, createHmac } from 'node:crypto';
import { concat, uint32le, utf8, utf16le } from '../../bytes.js';
import { md4 } from './md4.js';

/** Which side of the connection a key belongs to: the keys of the client protect what the client sends (MS-NLMP 3.4.5). */
export type Side = 'client' | 'server';

/** HMAC_MD5 (MS-NLMP 6): 16 bytes. */
export function hmacMd5(key: Uint8Array | KeyObject, ...message: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('md5', key);
  for (const part of message) hmac.update(part);
  return new Uint8Array(hmac.digest());
}

/** NTOWFv1 (MS-NLMP 3.3.1), known as the NT hash of a password: 16 bytes that are as good as the password itself. */
export function ntHashOf(password: string): Uint8Array {
  return md4(utf16le(password));
}

/**
 * NTOWFv2 (MS-NLMP 3.3.2): the ResponseKeyNT.
 *
 * @param ntHash - NTOWFv1 of the password, 16 bytes
 * @param user - as sent in UserName; its case does not matter
 * @param userDom - as sent in DomainName; its case matters
 */
export function ntowfV2(ntHash: Uint8Array, user: string, userDom: string): Uint8Array {
  return hmacMd5(ntHash, utf16le(upperCase(user) + userDom));
}

/**
 * NTProofStr (MS-NLMP 3.3.2).
 *
 * @param responseKeyNT - {@link ntowfV2}
 * @param temp - the bytes of the NTLMv2_CLIENT_CHALLENGE
 */
export function computeNtProofStr(responseKeyNT: Uint8Array, serverChallenge: Uint8Array, temp: Uint8Array): Uint8Array {
  return hmacMd5(responseKeyNT, serverChallenge, temp);
}

/** SessionBaseKey of NTLMv2 (MS-NLMP 3.3.2), which is also its KeyExchangeKey (3.4.5.1). */
export function computeSessionBaseKey(responseKeyNT: Uint8Array, ntProofStr: Uint8Array): Uint8Array {
  return hmacMd5(responseKeyNT, ntProofStr);
}

/** The MIC over the three messages (MS-NLMP 3.1.5.1.2); the MIC field of the AUTHENTICATE_MESSAGE must be zero. */
export function computeMic(
  exportedSessionKey: Uint8Array,
  messages: { readonly negotiate: Uint8Array; readonly challenge: Uint8Array; readonly authenticate: Uint8Array },
): Uint8Array {
  return hmacMd5(exportedSessionKey, messages.negotiate, messages.challenge, messages.authenticate);
}

/** SIGNKEY (MS-NLMP 3.4.5.2). */
export function signKey(exportedSessionKey: Uint8Array, side: Side): Uint8Array {
  return magicKey(exportedSessionKey, side, 'signing');
}

/** SEALKEY for 128 bits (MS-NLMP 3.4.5.3). */
export function sealKey(exportedSessionKey: Uint8Array, side: Side): Uint8Array {
  return magicKey(exportedSessionKey, side, 'sealing');
}

/** The first eight bytes of the HMAC that MAC begins with (MS-NLMP 3.4.4.2), before they are encrypted. */
export function macChecksum(signingKey: Uint8Array | KeyObject, seqNum: number, message: Uint8Array): Uint8Array {
  return hmacMd5(signingKey, uint32le(seqNum), message).subarray(0, 8);
}

function magicKey(exportedSessionKey: Uint8Array, side: Side, use: 'signing' | 'sealing'): Uint8Array {
  const direction = side === 'client' ? 'client-to-server' : 'server-to-client';
  return md5(concat(exportedSessionKey, utf8(`session key to ${direction} ${use} key magic constant\0`)));
}

function md5(message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('md5').update(message).digest());
}

/**
 * Upper case one UTF-16 unit at a time, as Windows does it with its table: a letter whose upper case is longer stays (`ß`),
 * and so does one whose upper case is another letter's (`ı`, `µ`, `ſ`), save the final sigma. Letters that Unicode gained
 * an upper case for after that table was made (Georgian, Cherokee) come out wrong.
 */
function upperCase(text: string): string {
  return text.replace(/./gs, (unit) => {
    const upper = unit.toUpperCase();
    return upper.toLowerCase() === unit || unit === 'ς' ? upper : unit;
  });
}
