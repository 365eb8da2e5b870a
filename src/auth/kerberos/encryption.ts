import { ProtocolError } from '../../errors.js';
import type { EncryptionKey } from './credential.js';
import { etypeOf } from './crypto/etypes.js';
import type { EncryptedData } from './messages/encrypted-data.js';

/**
 * Encrypts a part of a message (RFC 4120 §5.2.9).
 *
 * @param usage - one of KEY_USAGE
 * @param random - cryptographically strong random bytes, for the confounder
 */
export function encryptPart(key: EncryptionKey, usage: number, plaintext: Uint8Array, random: (length: number) => Uint8Array): EncryptedData {
  const etype = etypeOf(key.etype);
  return { etype: etype.number, kvno: null, cipher: etype.encrypt(key.value, usage, plaintext, random(etype.confounderLength)) };
}

/**
 * Decrypts a part of a message and checks that nobody changed it.
 *
 * @throws ProtocolError - it is encrypted with another key, or of another etype than the key
 */
export function decryptPart(key: EncryptionKey, usage: number, { etype, cipher }: EncryptedData): Uint8Array {
  if (etype !== key.etype) throw new ProtocolError(`A part of a Kerberos message is encrypted with etype ${etype}, and the key is of etype ${key.etype}`);
  return etypeOf(key.etype).decrypt(key.value, usage, cipher);
}
