/** MD4 (RFC 1320). NTLM hashes passwords with it, and OpenSSL 3 no longer offers it. Never use it for anything else. */

import { concat, dataView } from '../../bytes.js';

/** The rotations of each round (RFC 1320 §3.4), one for each of four consecutive steps. */
const ROTATIONS = [[3, 7, 11, 19], [3, 5, 9, 13], [3, 9, 11, 15]] as const;

/** The order in which each round takes the sixteen words of a block (RFC 1320 §3.4). */
const WORD_ORDER = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const;

/** The additive constant of each round: zero, then the square roots of 2 and 3 (RFC 1320 §3.4). */
const CONSTANTS = [0, 0x5a827999, 0x6ed9eba1] as const;

/** F, G and H of RFC 1320 §3.4. */
const FUNCTIONS = [
  (x: number, y: number, z: number): number => (x & y) | (~x & z),
  (x: number, y: number, z: number): number => (x & y) | (x & z) | (y & z),
  (x: number, y: number, z: number): number => x ^ y ^ z,
] as const;

/**
 * The MD4 digest of a message (RFC 1320 §3).
 *
 * @param message - any number of bytes
 * @returns 16 bytes
 */
export function md4(message: Uint8Array): Uint8Array {
  const view = dataView(padded(message));
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d] = state as [number, number, number, number];
    for (let round = 0; round < 3; round++) {
      for (let step = 0; step < 16; step++) {
        const word = view.getUint32(block + 4 * WORD_ORDER[round]![step]!, true);
        const sum = (a + FUNCTIONS[round]!(b, c, d) + word + CONSTANTS[round]!) | 0;
        const rotation = ROTATIONS[round]![step % 4]!;
        [a, b, c, d] = [d, (sum << rotation) | (sum >>> (32 - rotation)), b, c];
      }
    }
    [a, b, c, d].forEach((word, index) => (state[index] = (state[index]! + word) | 0));
  }
  const digest = new Uint8Array(16);
  state.forEach((word, index) => dataView(digest).setInt32(4 * index, word, true));
  return digest;
}

/** The message, a one bit, zeros, and the length in bits as 64 bits, filling whole blocks of 64 bytes (RFC 1320 §3.1, §3.2). */
function padded(message: Uint8Array): Uint8Array {
  const tail = new Uint8Array(64 - ((message.length + 8) % 64) + 8);
  tail[0] = 0x80;
  dataView(tail).setBigUint64(tail.length - 8, BigInt(message.length) * 8n, true);
  return concat(message, tail);
}
