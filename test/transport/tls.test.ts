import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { TlsError, UsageError } from '../../src/errors.js';
import { checkTls, parseFingerprint } from '../../src/transport/tls.js';
import { isTlsFailure, tlsFailure } from '../../src/transport/tls-failure.js';
import type { TlsOptions } from '../../src/transport/connection.js';
import { fixture } from '../fixture.js';

const clientCertificate = { cert: fixture('tls/client.pem'), key: fixture('tls/client-key.pem') };
const ca = fixture('tls/rsa-sha256.pem');

describe('parseFingerprint', () => {
  // openssl x509 -noout -fingerprint -sha256 -in fixtures/tls/rsa-sha256.pem
  const shown = 'EF:C0:47:94:70:74:5C:04:E3:2C:42:AE:E8:C6:6D:AF:8A:0F:FD:7F:32:AC:3C:26:0F:75:AE:2A:3C:DC:F1:4E';
  const digits = 'efc0479470745c04e32c42aee8c66daf8a0ffd7f32ac3c260f75ae2a3cdcf14e';

  it.each([shown, digits, shown.replaceAll(':', ' '), digits.toUpperCase()])('reads %s', (text) => {
    expect(toHex(parseFingerprint(text))).toBe(digits);
  });

  it.each([
    ['', 'not 64 hexadecimal digits'],
    ['sha256', 'not 64 hexadecimal digits'],
    [`${digits}00`, 'not 64 hexadecimal digits'],
    [digits.replace('e', 'g'), 'not 64 hexadecimal digits'],
    ['AB'.repeat(20), 'SHA-1 thumbprint'],
  ])('refuses %j', (text, why) => {
    expect(() => parseFingerprint(text)).toThrow(UsageError);
    expect(() => parseFingerprint(text)).toThrow(why);
  });
});

describe('checkTls', () => {
  it.each<[TlsOptions, typeof clientCertificate | null]>([
    [{}, null],
    [{ ca }, null],
    [{ ca: [Buffer.from(ca), fixture('tls/ed25519.pem')] }, null],
    [{ ca: `# a comment\n${ca}` }, null],
    [{ minVersion: 'TLSv1.3' }, null],
    [{ minVersion: 'TLSv1.2' }, clientCertificate],
  ])('takes %j', (tls, certificate) => {
    expect(() => checkTls(tls, certificate)).not.toThrow();
  });

  it.each<[TlsOptions, typeof clientCertificate | null, RegExp]>([
    [{ fingerprint256: 'AB' }, null, /tls\.fingerprint256/],
    [{ servername: '' }, null, /tls\.servername/],
    [{ ca: '' }, null, /tls\.ca holds no certificate/],
    [{ ca: [] }, null, /tls\.ca holds no certificate/],
    [{ ca: '/etc/ssl/ca.pem' }, null, /tls\.ca holds no certificate/],
    [{ ca: readFileSync(new URL('../../fixtures/tls/client.pfx', import.meta.url)) }, null, /tls\.ca holds no certificate/],
    [{ ca: ca.replace(/\n.{10}/, '\nAAAAAAAAAA') }, null, /tls\.ca holds no certificate/],
    [{ minVersion: 'TLSv1.1' as 'TLSv1.2' }, null, /tls\.minVersion is one of TLSv1\.2, TLSv1\.3/],
    [{ minVersion: 'TLSv1.3' }, clientCertificate, /TLS 1\.2 only/],
    [{}, { ...clientCertificate, cert: ca }, /auth\.key is not the key of auth\.cert/],
  ])('refuses %j', (tls, certificate, message) => {
    expect(() => checkTls(tls, certificate)).toThrow(UsageError);
    expect(() => checkTls(tls, certificate)).toThrow(message);
  });
});

/** Codes of Node 20 with OpenSSL 3. */
it.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls.ca'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls.ca'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls.ca'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls.ca'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls.servername'],
  ['CERT_HAS_EXPIRED', 'Renew'],
  ['CERT_NOT_YET_VALID', 'clock'],
  ['ERR_SSL_CA_MD_TOO_WEAK', 'too weak'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls.minVersion'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls.minVersion'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', '5986'],
  ['EPROTO', '5986'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'in common'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client certificate'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'client certificate'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'client certificate'],
])('says what to do about %s', (code, hint) => {
  expect(isTlsFailure(code)).toBe(true);
  const error = tlsFailure('hv01.example:5986', 'what Node says', code);
  expect(error).toBeInstanceOf(TlsError);
  expect(error.message).toContain(`TLS with hv01.example:5986 failed: what Node says (${code})`);
  expect(error.message).toContain(hint);
});

it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT'])('leaves %s to TCP', (code) => {
  expect(isTlsFailure(code)).toBe(false);
});
