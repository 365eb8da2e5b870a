import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { channelBindingsHash, tlsServerEndPoint } from '../../src/auth/channel-binding.js';
import { concat, fromHex, toHex, utf8 } from '../../src/bytes.js';
import { ProtocolError } from '../../src/errors.js';

/**
 * The hash that RFC 5929 §4.1 demands for each certificate, and what openssl says it is:
 * `openssl x509 -in FILE -outform der | openssl dgst -HASH`.
 */
const DEFINED: readonly (readonly [string, string, string])[] = [
  ['rsa-md5', 'sha256', 'bfdce1d8d214a0277bc6cb6b3709df8ce37f544632b2f2bdcf5173881665cc8c'],
  ['rsa-sha1', 'sha256', 'b6ef1982e15f336a8fb57799d9597388a231da402d1fabd7740a3dc769ee5623'],
  ['rsa-sha224', 'sha224', 'fb9622b637df07de57cefbc8ed66c53b8377800230105f25d999413e'],
  ['rsa-sha256', 'sha256', 'efc0479470745c04e32c42aee8c66daf8a0ffd7f32ac3c260f75ae2a3cdcf14e'],
  ['rsa-sha384', 'sha384', '400905a755e5717c4318e51da1d908d5e9a6b3761ad1f8d255f0d83f62f88c0e30462c0670244dd787e5e62ea25681bb'],
  ['rsa-sha512', 'sha512', 'ee8050920ebf6499822dba9c2bbcbc276bd95f1360a81f8793acc13f9a1869179ee3bbc590b26edef57d3d63b2525cf3c5d550f7e4752fe908f9d36ee330aec9'],
  ['ecdsa-sha1', 'sha256', '3477bd5e65cef2ec4351220643ef515ba103d62d1e196b4731092fba85e049c3'],
  ['ecdsa-sha224', 'sha224', '2d8537f17b60459ce2026f641d732e1be1172896a783ece23db668fd'],
  ['ecdsa-sha256', 'sha256', 'd720918b22f7a6cfe3cc21e5962e651f2c52e8e868f5dfd1a5066281a995f73d'],
  ['ecdsa-sha384', 'sha384', '93bab9737fd1cc459417110fc90c0463e717565e94eaacbd640e1d3d56bdc61b98fd29d951b86a707015cb456d914bd7'],
  ['ecdsa-sha512', 'sha512', '19dab30162ba5891f6748414ab153d4a27aaee6815329c4cd4951f424484d5c9d9c3426c02cf425c3bcd71b1d916d6735d8410d85b9d713bfc603ec8869fcac5'],
  ['pss-sha1', 'sha256', '25941782d01e55c8643781a5e17394f964627871301624c7e4376604eb5ec418'],
  ['pss-sha224', 'sha224', '3c7b842d529aeb1630167eb8ed55370a506e2a5d884b2c9383e1126c'],
  ['pss-sha256', 'sha256', 'ce8755234616b5505ac9d534085cd46bc20ba6b634249ef30ed3d8317f8eaa78'],
  ['pss-sha384', 'sha384', '582378d53d8cc7234263a841cb79f725927cdb1e733e638a30138c203d98417a49c7d9565fd9186b99119cc59abfd5d5'],
  ['pss-sha512', 'sha512', '09554f6c6725d93ec43305a0992175f4cc228ee7649fd12b42eda17f00acd757e9165958feae80f21531eda68638b555eb97e0980c09bc0f8bfd165b453555b9'],
  ['ecdsa-key-rsa-sha384', 'sha384', '999e6b0ad025759e2cbbd5fefe4a0033cdad330b06f6d1b562d5ba0cbb3fc340146a165d845f912a87cd59f8bb440ddb'], // the issuer's signature decides, not the key in the certificate
];

/** No hash function, or more than one: undefined (RFC 5929 §4.1). */
const UNDEFINED = ['ed25519', 'ed448', 'pss-sha256-mgf1-sha1'];

function der(name: string): Uint8Array {
  return new Uint8Array(new X509Certificate(readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url))).raw);
}

describe('tls-server-end-point', () => {
  test.each(DEFINED)('%s is hashed with %s', (name, _hash, digest) => {
    expect(toHex(tlsServerEndPoint(der(name))!)).toBe(`${toHex(utf8('tls-server-end-point:'))}${digest}`);
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

describe('channelBindingsHash', () => {
  /** The example in the Microsoft Open Specifications team's article on channel binding hashes. */
  const CERTIFICATE_HASH = 'ea05fefecc6b0bd571dbbc5baa3ed45386d0446835f7b74c85621b9983475f95';

  test('is the MD5 of the gss_channel_bindings_struct', () => {
    const applicationData = concat(utf8('tls-server-end-point:'), fromHex(CERTIFICATE_HASH));
    expect(toHex(channelBindingsHash(applicationData))).toBe('6586e99d81c2fc984e47172fd4dd0310');
  });

  test('is zero without a channel', () => {
    expect(toHex(channelBindingsHash(null))).toBe('00000000000000000000000000000000');
  });
});
