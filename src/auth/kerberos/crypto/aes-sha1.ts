import { pbkdf2Sync } from 'node:crypto';
import { concat, uint32be, utf8 } from '../../../bytes.js';
import { decryptCts, encryptBlock, encryptCts } from './aes-cts.js';
import type { Etype } from './etype.js';
import { iterationCount, octetsOf, requireChecksum, requireKeyLength, requireLength } from './etype.js';
import { hmac } from './hmac.js';
import { nFold } from './n-fold.js';
import { derivedOnce } from './usage-keys.js';

const BLOCK = 16;
const MAC_LENGTH = 12;
const DEFAULT_ITERATIONS = 4096;

/**
 * aes128-cts-hmac-sha1-96 and aes256-cts-hmac-sha1-96 (RFC 3962) in the simplified profile of RFC 3961 §5.3: the checksum is
 * taken over the plaintext and stands after the ciphertext.
 */
export function aesSha1(parameters: Pick<Etype, 'number' | 'name' | 'keyLength' | 'checksumType'>): Etype {
  const { name, keyLength } = parameters;
  return {
    ...parameters,
    confounderLength: BLOCK,
    macLength: MAC_LENGTH,
    stringToKey(password, salt, stringToKeyParameters) {
      const iterations = iterationCount(stringToKeyParameters, DEFAULT_ITERATIONS);
      return deriveKey(new Uint8Array(pbkdf2Sync(utf8(password), octetsOf(salt), iterations, keyLength, 'sha1')), utf8('kerberos'));
    },
    encrypt(key, usage, plaintext, confounder) {
      requireKeyLength(parameters, key);
      const ciphertext = encryptCts(usageKey(key, usage, 0xaa), confounder, plaintext);
      return concat(ciphertext, hmac('sha1', usageKey(key, usage, 0x55), MAC_LENGTH, confounder, plaintext));
    },
    decrypt(key, usage, ciphertext) {
      requireKeyLength(parameters, key);
      requireLength(name, ciphertext, BLOCK + MAC_LENGTH);
      const end = ciphertext.length - MAC_LENGTH;
      const plaintext = decryptCts(usageKey(key, usage, 0xaa), ciphertext.subarray(0, end));
      requireChecksum(name, ciphertext.subarray(end), hmac('sha1', usageKey(key, usage, 0x55), MAC_LENGTH, plaintext));
      return plaintext.subarray(BLOCK);
    },
    checksum(key, usage, message) {
      requireKeyLength(parameters, key);
      return hmac('sha1', usageKey(key, usage, 0x99), MAC_LENGTH, message);
    },
  };
}

/** RFC 3961 §5.3. */
const usageKey = derivedOnce((key, usage, kind) => deriveKey(key, concat(uint32be(usage), Uint8Array.of(kind))));

/** DK (RFC 3961 §5.1): as many octets as the key has. */
function deriveKey(key: Uint8Array, constant: Uint8Array): Uint8Array {
  const derived = new Uint8Array(key.length);
  let block = nFold(constant, BLOCK);
  for (let offset = 0; offset < derived.length; offset += BLOCK) {
    block = encryptBlock(key, block);
    derived.set(block, offset);
  }
  return derived;
}
