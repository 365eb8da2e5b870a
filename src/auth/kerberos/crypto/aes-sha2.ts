import { pbkdf2Sync } from 'node:crypto';
import { concat, uint32be, utf8 } from '../../../bytes.js';
import { decryptCts, encryptCts } from './aes-cts.js';
import type { Etype } from './etype.js';
import { iterationCount, octetsOf, requireChecksum, requireKeyLength, requireLength } from './etype.js';
import { hmac } from './hmac.js';
import { derivedOnce } from './usage-keys.js';

const BLOCK = 16;
const ZERO_IV = new Uint8Array(BLOCK);
const DEFAULT_ITERATIONS = 32768;

/**
 * aes128-cts-hmac-sha256-128 and aes256-cts-hmac-sha384-192 (RFC 8009): the checksum is taken over the ciphertext, so that
 * nothing is decrypted before it is verified, and stands after it.
 */
export function aesSha2(parameters: Pick<Etype, 'number' | 'name' | 'keyLength' | 'macLength' | 'checksumType'> & { readonly hash: 'sha256' | 'sha384' }): Etype {
  const { hash, ...rest } = parameters;
  const { name, keyLength, macLength } = rest;

  /** KDF-HMAC-SHA2 (RFC 8009 §3); the length goes in in bits. */
  const derive = (key: Uint8Array, label: Uint8Array, length: number): Uint8Array =>
    hmac(hash, key, length, uint32be(1), label, Uint8Array.of(0), uint32be(length * 8));
  const usageKey = derivedOnce((key, usage, kind) => derive(key, concat(uint32be(usage), Uint8Array.of(kind)), kind === 0xaa ? keyLength : macLength));

  return {
    ...rest,
    confounderLength: BLOCK,
    stringToKey(password, salt, stringToKeyParameters) {
      const iterations = iterationCount(stringToKeyParameters, DEFAULT_ITERATIONS);
      const saltOfName = concat(utf8(name), Uint8Array.of(0), octetsOf(salt));
      return derive(new Uint8Array(pbkdf2Sync(utf8(password), saltOfName, iterations, keyLength, hash)), utf8('kerberos'), keyLength);
    },
    encrypt(key, usage, plaintext, confounder) {
      requireKeyLength(rest, key);
      const ciphertext = encryptCts(usageKey(key, usage, 0xaa), confounder, plaintext);
      return concat(ciphertext, hmac(hash, usageKey(key, usage, 0x55), macLength, ZERO_IV, ciphertext));
    },
    decrypt(key, usage, ciphertext) {
      requireKeyLength(rest, key);
      requireLength(name, ciphertext, BLOCK + macLength);
      const end = ciphertext.length - macLength;
      const encrypted = ciphertext.subarray(0, end);
      requireChecksum(name, ciphertext.subarray(end), hmac(hash, usageKey(key, usage, 0x55), macLength, ZERO_IV, encrypted));
      return decryptCts(usageKey(key, usage, 0xaa), encrypted).subarray(BLOCK);
    },
    checksum(key, usage, message) {
      requireKeyLength(rest, key);
      return hmac(hash, usageKey(key, usage, 0x99), macLength, message);
    },
  };
}
