import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decryptCts, encryptBlock, encryptCts } from '../../../../src/auth/kerberos/crypto/aes-cts.js';
import { fromHex, toHex, utf8 } from '../../../../src/bytes.js';
import { CTS } from './vectors.js';

const KEY = utf8(CTS.key);
const plaintextOf = (ciphertext: string): Uint8Array => utf8(CTS.text.slice(0, ciphertext.length / 2));

describe('AES-CTS (RFC 3962 Appendix B)', () => {
  it.each(CTS.ciphertexts)('encrypts to %s', (ciphertext) => {
    expect(toHex(encryptCts(KEY, plaintextOf(ciphertext)))).toBe(ciphertext);
  });

  it.each(CTS.ciphertexts)('decrypts %s', (ciphertext) => {
    expect(toHex(decryptCts(KEY, fromHex(ciphertext)))).toBe(toHex(plaintextOf(ciphertext)));
  });

  it('takes the plaintext in parts', () => {
    const [first] = CTS.ciphertexts;
    const plaintext = plaintextOf(first);
    expect(toHex(encryptCts(KEY, plaintext.subarray(0, 5), new Uint8Array(), plaintext.subarray(5)))).toBe(first);
  });

  it('leaves what it decrypts as it is', () => {
    const [, second] = CTS.ciphertexts;
    const ciphertext = fromHex(second);
    decryptCts(KEY, ciphertext);
    expect(toHex(ciphertext)).toBe(second);
  });
});

it('encrypts a block alone as AES in ECB mode does', () => {
  const key = new Uint8Array(32).fill(7);
  const block = utf8('sixteen octets !');
  expect(toHex(encryptBlock(key, block))).toBe(createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(block, undefined, 'hex'));
});
