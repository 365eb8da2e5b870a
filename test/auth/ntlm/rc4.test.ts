import { describe, expect, it } from 'vitest';
import { Rc4 } from '../../../src/auth/ntlm/rc4.js';
import { concat, fromHex, toHex, utf8 } from '../../../src/bytes.js';

/** The three examples that came with the cipher's first publication. */
const CLASSIC = [
  ['Key', 'Plaintext', 'bbf316e8d940af0ad3'],
  ['Wiki', 'pedia', '1021bf0420'],
  ['Secret', 'Attack at dawn', '45a01f645fc35b383552544b9bf5'],
] as const;

/** RFC 6229 §2: offset and sixteen bytes of the key stream. */
const KEY_STREAMS = [
  ['0102030405', 0, 'b2396305f03dc027ccc3524a0a1118a8'],
  ['0102030405', 16, '6982944f18fc82d589c403a47a0d0919'],
  ['0102030405', 4096, 'ff25b58995996707e51fbdf08b34d875'],
  ['0102030405060708090a0b0c0d0e0f10', 0, '9ac7cc9a609d1ef7b2932899cde41b97'],
  ['0102030405060708090a0b0c0d0e0f10', 16, '5248c4959014126a6e8a84f11d1a9e1c'],
  ['0102030405060708090a0b0c0d0e0f10', 4096, 'a36a4c301ae8ac13610ccbc12256cacc'],
] as const;

describe('Rc4', () => {
  it.each(CLASSIC)('key %s, %s', (key, plaintext, ciphertext) => {
    expect(toHex(new Rc4(utf8(key)).process(utf8(plaintext)))).toBe(ciphertext);
    expect(new Rc4(utf8(key)).process(fromHex(ciphertext))).toEqual(utf8(plaintext));
  });

  it.each(KEY_STREAMS)('key %s at %i', (key, offset, stream) => {
    const bytes = new Rc4(fromHex(key)).process(new Uint8Array(offset + 16));
    expect(toHex(bytes.slice(offset))).toBe(stream);
  });

  it('decrypts in place, and into other memory', () => {
    const data = fromHex('1021bf0420');
    expect(new Rc4(utf8('Wiki')).process(data, data)).toBe(data);
    expect(data).toEqual(utf8('pedia'));
    const into = new Uint8Array(5);
    expect(new Rc4(utf8('Wiki')).process(data, into)).toBe(into);
    expect([toHex(into), data]).toEqual(['1021bf0420', utf8('pedia')]);
  });

  it('runs on from one call to the next', () => {
    const cipher = new Rc4(utf8('Secret'));
    const parts = ['Attack', '', ' at', ' dawn'].map((part) => cipher.process(utf8(part)));
    expect(toHex(concat(...parts))).toBe('45a01f645fc35b383552544b9bf5');
  });
});
