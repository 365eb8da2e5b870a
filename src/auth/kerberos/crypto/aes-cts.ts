/** AES in CBC mode with ciphertext stealing, as Kerberos uses it (RFC 3962 §5): the last two blocks always change places, the IV is zero. */

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat } from '../../../bytes.js';

/** Octets in a block of AES. */
const BLOCK = 16;

const ZERO_IV = new Uint8Array(BLOCK);

/**
 * Encrypts.
 *
 * @param key - 16 or 32 octets
 * @param parts - the plaintext, in parts; at least one block in all
 * @returns as many octets as the plaintext has
 */
export function encryptCts(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const last = startOfLastBlock(length);
  const blocks = cbc(createCipheriv(`aes-${key.length * 8}-cbc`, key, ZERO_IV), concat(...parts, new Uint8Array(last + BLOCK - length)));
  if (last === 0) return blocks;
  const stolen = blocks.slice(last - BLOCK, last);
  blocks.copyWithin(last - BLOCK, last);
  blocks.set(stolen, last);
  return blocks.subarray(0, length);
}

/**
 * Decrypts what {@link encryptCts} made.
 *
 * @param key - 16 or 32 octets
 * @param ciphertext - at least one block
 * @returns as many octets as the ciphertext has
 */
export function decryptCts(key: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const { length } = ciphertext;
  const last = startOfLastBlock(length);
  const blocks = new Uint8Array(last + BLOCK);
  blocks.set(ciphertext);
  if (last > 0) {
    const final = ciphertext.subarray(last - BLOCK, last);
    const stolen = cbc(createDecipheriv(`aes-${key.length * 8}-cbc`, key, ZERO_IV), final);
    stolen.set(ciphertext.subarray(last));
    blocks.set(stolen, last - BLOCK);
    blocks.set(final, last);
  }
  return cbc(createDecipheriv(`aes-${key.length * 8}-cbc`, key, ZERO_IV), blocks).subarray(0, length);
}

/** Encrypts one block alone (FIPS 197), as key derivation does. */
export function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return cbc(createCipheriv(`aes-${key.length * 8}-cbc`, key, ZERO_IV), block);
}

/** Where the last block starts, which alone may be short. */
function startOfLastBlock(length: number): number {
  return (Math.ceil(length / BLOCK) - 1) * BLOCK;
}

function cbc(cipher: ReturnType<typeof createCipheriv | typeof createDecipheriv>, blocks: Uint8Array): Uint8Array {
  const result = cipher.setAutoPadding(false).update(blocks);
  return new Uint8Array(result.buffer, result.byteOffset, result.byteLength);
}
