import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tlsServerEndPoint } from '../../src/auth/channel-binding.js';
import { fromHex, toHex, utf8 } from '../../src/bytes.js';
import { ProtocolError } from '../../src/errors.js';

/** The hash that RFC 5929 §4.1 demands for each certificate. */
const DEFINED: readonly (readonly [string, 'sha224' | 'sha256' | 'sha384' | 'sha512'])[] = [
  ['rsa-md5', 'sha256'],
  ['rsa-sha1', 'sha256'],
  ['rsa-sha224', 'sha224'],
  ['rsa-sha256', 'sha256'],
  ['rsa-sha384', 'sha384'],
  ['rsa-sha512', 'sha512'],
  ['ecdsa-sha1', 'sha256'],
  ['ecdsa-sha224', 'sha224'],
  ['ecdsa-sha256', 'sha256'],
  ['ecdsa-sha384', 'sha384'],
  ['ecdsa-sha512', 'sha512'],
  ['pss-sha1', 'sha256'],
  ['pss-sha256', 'sha256'],
  ['pss-sha384', 'sha384'],
  ['pss-sha512', 'sha512'],
  ['ecdsa-key-rsa-sha384', 'sha384'], // the issuer's signature decides, not the key in the certificate
];

/** No hash function, or more than one: undefined (RFC 5929 §4.1). */
const UNDEFINED = ['ed25519', 'ed448', 'pss-sha256-mgf1-sha1'];

function der(name: string): Uint8Array {
  return new Uint8Array(new X509Certificate(readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url))).raw);
}

describe('tls-server-end-point', () => {
  test.each(DEFINED)('%s is hashed with %s', (name, hash) => {
    const certificate = der(name);
    const expected = `${toHex(utf8('tls-server-end-point:'))}${createHash(hash).update(certificate).digest('hex')}`;
    expect(toHex(tlsServerEndPoint(certificate)!)).toBe(expected);
  });

  test.each(UNDEFINED)('%s has none', (name) => {
    expect(tlsServerEndPoint(der(name))).toBeNull();
  });

  test('a signature algorithm that is not known has none', () => {
    // SEQUENCE { tbsCertificate SEQUENCE {}, SEQUENCE { OID 2.999 }, BIT STRING }
    expect(tlsServerEndPoint(fromHex('300b 3000 3004 06028837 030100'))).toBeNull();
  });

  test.each([
    ['nothing', ''],
    ['not a SEQUENCE', '0401aa'],
    ['no signatureAlgorithm', '30023000'],
    ['a signatureAlgorithm without OBJECT IDENTIFIER', '300430003000'],
    ['RSASSA-PSS without parameters', '300f 3000 300b 06092a864886f70d01010a'],
    ['something after the certificate', '300b 3000 3004 06028837 030100 00'],
  ])('%s is malformed', (_name, hex) => {
    expect(() => tlsServerEndPoint(fromHex(hex))).toThrow(ProtocolError);
  });

  test('a certificate cut anywhere is malformed', () => {
    const certificate = der('pss-sha384');
    for (let length = 0; length < certificate.length; length++) {
      expect(() => tlsServerEndPoint(certificate.subarray(0, length))).toThrow(ProtocolError);
    }
  });

  test('a certificate with any octet changed gives a binding, none, or a ProtocolError', () => {
    const certificate = der('pss-sha384');
    for (let offset = 0; offset < certificate.length; offset++) {
      const changed = certificate.with(offset, certificate[offset]! ^ 0x81);
      try {
        tlsServerEndPoint(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }
  });
});
