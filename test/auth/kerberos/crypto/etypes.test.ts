import { describe, expect, it } from 'vitest';
import type { Etype } from '../../../../src/auth/kerberos/crypto/etype.js';
import { etypeOf, etypesNamed, isSupportedEtype } from '../../../../src/auth/kerberos/crypto/etypes.js';
import { dataView, fromHex, toHex, utf8 } from '../../../../src/bytes.js';
import { LimitError, ProtocolError } from '../../../../src/errors.js';
import { AES_SHA1_STRING_TO_KEY, AES_SHA2, LIBKRB5, LIBKRB5_ETYPES, RC4_STRING_TO_KEY } from './vectors.js';

const named = (name: string): Etype => etypesNamed(name)[0]!;
const parametersOf = (iterations: number): Uint8Array => {
  const parameters = new Uint8Array(4);
  dataView(parameters).setUint32(0, iterations);
  return parameters;
};

/** IANA, Kerberos Encryption Type Numbers and Checksum Type Numbers; lengths from RFC 3962 §6, RFC 8009 §5 and §6, RFC 4757. */
const REGISTRY = [
  { number: 17, name: 'aes128-cts-hmac-sha1-96', keyLength: 16, confounderLength: 16, macLength: 12, checksumType: 15 },
  { number: 18, name: 'aes256-cts-hmac-sha1-96', keyLength: 32, confounderLength: 16, macLength: 12, checksumType: 16 },
  { number: 19, name: 'aes128-cts-hmac-sha256-128', keyLength: 16, confounderLength: 16, macLength: 16, checksumType: 19 },
  { number: 20, name: 'aes256-cts-hmac-sha384-192', keyLength: 32, confounderLength: 16, macLength: 24, checksumType: 20 },
  { number: 23, name: 'rc4-hmac', keyLength: 16, confounderLength: 8, macLength: 16, checksumType: -138 },
] as const;

describe('the table of encryption types', () => {
  it.each(REGISTRY)('$number is $name', (row) => {
    expect(etypeOf(row.number)).toMatchObject(row);
    expect(isSupportedEtype(row.number)).toBe(true);
    expect(etypesNamed(row.name.toUpperCase())).toEqual([etypeOf(row.number)]);
  });

  it.each([1, 3, 16, 24, 26, 0, -1])('%i is not supported, and the error says what is', (number) => {
    expect(isSupportedEtype(number)).toBe(false);
    expect(() => etypeOf(number)).toThrow(ProtocolError);
    expect(() => etypeOf(number)).toThrow(/18 \(aes256-cts-hmac-sha1-96\)/);
  });

  it.each([
    ['aes256-cts', 18],
    ['aes256-sha1', 18],
    ['aes128-cts', 17],
    ['aes128-sha1', 17],
    ['aes256-sha2', 20],
    ['aes128-sha2', 19],
    ['arcfour-hmac', 23],
    ['arcfour-hmac-md5', 23],
    ['rc4', 23],
  ])('krb5.conf calls one %s', (name, number) => {
    expect(etypesNamed(name)).toEqual([etypeOf(number)]);
  });

  it.each([
    ['aes', [18, 17, 20, 19]],
    ['RC4', [23]],
    ['aes256-sha2', [20]],
    ['des3-cbc-sha1', []],
    ['camellia', []],
    ['des-cbc-crc', []],
    ['constructor', []],
    ['', []],
  ])('krb5.conf means by %s the types %j', (name, numbers) => {
    expect(etypesNamed(name).map((etype) => etype.number)).toEqual(numbers);
  });
});

describe('string-to-key', () => {
  it.each(AES_SHA1_STRING_TO_KEY)('$iterations iterations, salt $salt (RFC 3962 Appendix B)', ({ iterations, password, salt, aes128, aes256 }) => {
    expect(toHex(etypeOf(17).stringToKey(password, salt, parametersOf(iterations)))).toBe(aes128);
    expect(toHex(etypeOf(18).stringToKey(password, salt, parametersOf(iterations)))).toBe(aes256);
  });

  it.each(AES_SHA2.etypes)('$etype (RFC 8009 Appendix A)', ({ etype, stringToKey }) => {
    expect(toHex(named(etype).stringToKey(AES_SHA2.password, fromHex(AES_SHA2.salt), fromHex(AES_SHA2.parameters)))).toBe(stringToKey);
  });

  it('rc4-hmac (RFC 4757)', () => {
    expect(toHex(etypeOf(23).stringToKey(RC4_STRING_TO_KEY.password, 'a salt that does not matter', null))).toBe(RC4_STRING_TO_KEY.key);
  });

  it.each(LIBKRB5_ETYPES)('$etype with its default parameters, as libkrb5', ({ etype, stringToKey }) => {
    expect(toHex(named(etype).stringToKey(LIBKRB5.password, LIBKRB5.salt, null))).toBe(stringToKey);
  });

  const AES = REGISTRY.filter(({ number }) => number !== 23);

  it.each(AES)('$name does not let a KDC keep it busy', ({ number }) => {
    expect(() => etypeOf(number).stringToKey('password', 'salt', parametersOf(1_000_001))).toThrow(LimitError);
    // 0 stands for 2^32 (RFC 3962 §4).
    expect(() => etypeOf(number).stringToKey('password', 'salt', parametersOf(0))).toThrow(/4294967296 iterations/);
  });

  it.each(AES)('$name has parameters of four octets', ({ number }) => {
    expect(() => etypeOf(number).stringToKey('password', 'salt', new Uint8Array(3))).toThrow(ProtocolError);
  });
});

describe('ciphertexts', () => {
  const published = AES_SHA2.etypes.flatMap(({ etype, key, ciphertexts }) =>
    ciphertexts.map((one) => ({ source: 'RFC 8009 Appendix A', etype: named(etype), key: fromHex(key), usage: AES_SHA2.usage, ...one })),
  );
  const made = LIBKRB5_ETYPES.flatMap(({ etype, key, ciphertexts }) =>
    ciphertexts.map(({ length, ...one }) => ({ source: 'libkrb5', etype: named(etype), key: fromHex(key), plaintext: toHex(utf8(LIBKRB5.text.slice(0, length))), ...one })),
  );
  const all = [...published, ...made].map((one) => ({ ...one, title: `${one.etype.name}, usage ${one.usage}, ${one.plaintext.length / 2} octets (${one.source})` }));

  it.each(all)('encrypts: $title', ({ etype, key, usage, plaintext, confounder, ciphertext }) => {
    expect(toHex(etype.encrypt(key, usage, fromHex(plaintext), fromHex(confounder)))).toBe(ciphertext);
  });

  it.each(all)('decrypts: $title', ({ etype, key, usage, plaintext, ciphertext }) => {
    expect(toHex(etype.decrypt(key, usage, fromHex(ciphertext)))).toBe(plaintext);
  });

  it.each(all)('refuses one bit changed, one octet cut, another key, another usage: $title', ({ etype, key, usage, ciphertext }) => {
    const octets = fromHex(ciphertext);
    for (const at of [0, octets.length >> 1, octets.length - 1]) {
      const changed = octets.slice();
      changed[at]! ^= 0x10;
      expect(() => etype.decrypt(key, usage, changed)).toThrow(ProtocolError);
    }
    expect(() => etype.decrypt(key, usage, octets.subarray(0, -1))).toThrow(ProtocolError);
    expect(() => etype.decrypt(key.map((octet) => octet ^ 1), usage, octets)).toThrow(/does not verify/);
    expect(() => etype.decrypt(key, usage + 1, octets)).toThrow(/does not verify/);
  });

  it.each(REGISTRY)('$name refuses what is too short to hold confounder and checksum', ({ number, keyLength, confounderLength, macLength }) => {
    for (const length of [0, 1, macLength, confounderLength + macLength - 1]) {
      expect(() => etypeOf(number).decrypt(new Uint8Array(keyLength), 2, new Uint8Array(length))).toThrow(/at least/);
    }
  });

  it.each(REGISTRY)('$name refuses a key of another length', ({ number, keyLength, confounderLength }) => {
    const etype = etypeOf(number);
    for (const length of [0, keyLength - 1, keyLength + 1, 48 - keyLength]) {
      const key = new Uint8Array(length);
      expect(() => etype.encrypt(key, 2, new Uint8Array(), new Uint8Array(confounderLength))).toThrow(ProtocolError);
      expect(() => etype.decrypt(key, 2, new Uint8Array(64))).toThrow(/A key of/);
      expect(() => etype.checksum(key, 2, new Uint8Array())).toThrow(ProtocolError);
    }
  });
});

describe('checksums', () => {
  it.each(AES_SHA2.etypes)('$etype (RFC 8009 Appendix A)', ({ etype, key, checksum }) => {
    expect(toHex(named(etype).checksum(fromHex(key), AES_SHA2.usage, fromHex(AES_SHA2.checksummed)))).toBe(checksum);
  });

  it.each(LIBKRB5_ETYPES.flatMap(({ etype, key, checksums }) => checksums.map((one) => ({ etype, key, ...one }))))(
    '$etype, usage $usage (libkrb5)',
    ({ etype, key, usage, checksum }) => {
      expect(toHex(named(etype).checksum(fromHex(key), usage, utf8(LIBKRB5.text)))).toBe(checksum);
    },
  );
});
