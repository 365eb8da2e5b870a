import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { tlsServerEndPoint } from '../../src/auth/channel-binding.js';
import { UsageError } from '../../src/errors.js';
import { type CertificateOptions, createCertificate } from '../../src/testing/certificate.js';

const random = (length: number): Uint8Array => new Uint8Array(length).fill(0xff);

function create(options: Partial<CertificateOptions> = {}): { certificate: string; key: string } {
  return createCertificate({ commonName: 'hv07.example', names: ['hv07.example'], now: new Date('2031-05-06T07:08:09.123Z'), random, ...options });
}

describe('the certificate as Node reads it', () => {
  test('subject, issuer, validity, serial number, authority', () => {
    const certificate = new X509Certificate(create({ commonName: 'Prüfstand' }).certificate);
    expect(certificate.subject).toBe('CN=Prüfstand');
    expect(certificate.issuer).toBe('CN=Prüfstand');
    expect(certificate.validFrom).toBe('May  6 07:08:09 2031 GMT');
    expect(certificate.validTo).toBe('Jun  5 07:08:09 2031 GMT');
    expect(certificate.serialNumber).toBe(`7F${'FF'.repeat(15)}`);
    expect(certificate.ca).toBe(true);
  });

  test('it is signed by its own key, and the key that comes with it is that one', () => {
    const { certificate, key } = create();
    const read = new X509Certificate(certificate);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkIssued(read)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(read.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });

  test('what the key is for: digitalSignature and keyCertSign, in DER (RFC 5280 §4.2.1.3, X.690 §11.2.2)', () => {
    const der = new X509Certificate(create().certificate).raw.toString('hex');
    // Extension { keyUsage 2.5.29.15, critical, OCTET STRING { BIT STRING, 2 unused bits, 1000 01.. } }
    expect(der).toContain('300e' + '0603551d0f' + '0101ff' + '0404' + '03020284');
  });

  test('days, and a date from 2050 on', () => {
    const certificate = new X509Certificate(create({ now: new Date('2049-12-31T00:00:00Z'), days: 1 }).certificate);
    expect(certificate.validTo).toBe('Jan  1 00:00:00 2050 GMT');
  });

  test.each([
    ['hv07.example', 'DNS:hv07.example'],
    ['*.hosts.example', 'DNS:*.hosts.example'],
    ['192.0.2.200', 'IP Address:192.0.2.200'],
    ['2001:db8::a:1', 'IP Address:2001:DB8:0:0:0:0:A:1'],
    ['::1', 'IP Address:0:0:0:0:0:0:0:1'],
    ['2001:db8::', 'IP Address:2001:DB8:0:0:0:0:0:0'],
    ['1:2:3:4:5:6:7:8', 'IP Address:1:2:3:4:5:6:7:8'],
    ['::ffff:192.0.2.1', 'IP Address:0:0:0:0:0:FFFF:C000:201'],
  ])('the name %s', (name, expected) => {
    expect(new X509Certificate(create({ names: [name] }).certificate).subjectAltName).toBe(expected);
  });

  test('several names, in order', () => {
    const certificate = new X509Certificate(create({ names: ['localhost', '127.0.0.1'] }).certificate);
    expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
  });

  test('its subject key identifier is the SHA-1 of the public point (RFC 5280 §4.2.1.2, method 1)', () => {
    const { publicKey, raw } = new X509Certificate(create().certificate);
    const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
    const extension = `0603551d0e04160414${createHash('sha1').update(point).digest('hex')}`;
    expect(raw.toString('hex')).toContain(extension);
  });

  test('it has a channel binding', () => {
    expect(tlsServerEndPoint(new Uint8Array(new X509Certificate(create().certificate).raw))).toHaveLength('tls-server-end-point:'.length + 32);
  });
});

test.each<[string, Partial<CertificateOptions>]>([
  ['no common name', { commonName: '' }],
  ['a common name too long', { commonName: 'h'.repeat(65) }],
  ['no names', { names: [] }],
  ['an empty name', { names: [''] }],
  ['a name with a blank', { names: ['hv 07'] }],
  ['a name that is not ASCII', { names: ['hv-ü.example'] }],
  ['an address with a zone', { names: ['fe80::1%eth0'] }],
  ['no days', { days: 0 }],
  ['too many days', { days: 36_501 }],
])('%s is refused', (_name, options) => {
  expect(() => create(options)).toThrow(UsageError);
});

describe('TLS', () => {
  /** What a client that trusts `ca` alone and asks for `servername` gets from a server with the certificate. */
  async function handshake(server: { certificate: string; key: string }, ca: string, servername: string): Promise<unknown> {
    const listener = createServer({ cert: server.certificate, key: server.key }, (socket) => socket.end()).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const socket = connect({ host: '127.0.0.1', port: (listener.address() as AddressInfo).port, ca, servername });
    try {
      await once(socket, 'secureConnect');
      return 'accepted';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    } finally {
      socket.destroy();
      listener.close();
    }
  }

  test('a client that has it as its authority accepts the server under its name, and under no other', async () => {
    const server = create({ now: new Date() });
    expect(await handshake(server, server.certificate, 'hv07.example')).toBe('accepted');
    expect(await handshake(server, server.certificate, 'hv08.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('a client that has another one as its authority does not', async () => {
    const other = create({ now: new Date(), commonName: 'hv08.example' });
    expect(await handshake(create({ now: new Date() }), other.certificate, 'hv07.example')).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  test('it is not accepted before its time or after', async () => {
    const day = 86_400_000;
    const early = create({ now: new Date(Date.now() + day) });
    const late = create({ now: new Date(Date.now() - 31 * day) });
    expect(await handshake(early, early.certificate, 'hv07.example')).toBe('CERT_NOT_YET_VALID');
    expect(await handshake(late, late.certificate, 'hv07.example')).toBe('CERT_HAS_EXPIRED');
  });
});
