import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { createCertificate } from '../../src/testing/certificate.js';
import { secureContextOptions } from '../../src/transport/client-certificate.js';
import type { ClientCertificate } from '../../src/transport/connection.js';
import { fixture } from '../fixture.js';

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url)));
const cert = fixture('tls/client.pem');
const key = fixture('tls/client-key.pem');
const encryptedKey = fixture('tls/client-key-encrypted.pem');
const another = createCertificate({ commonName: 'other', names: ['other.example'], now: new Date(), random: (length) => new Uint8Array(randomBytes(length)) });
/** The passphrase of every fixture. */
const passphrase = 'fixture';

describe('a client certificate', () => {
  it.each<[string, ClientCertificate]>([
    ['PEM as text', { cert, key }],
    ['PEM as bytes', { cert: file('client.pem'), key: file('client-key.pem') }],
    ['a chain, its own certificate first', { cert: cert + another.certificate, key }],
    ['an encrypted key', { cert, key: encryptedKey, passphrase }],
    ['PFX', { pfx: file('client.pfx'), passphrase }],
  ])('is taken as %s', (_name, certificate) => {
    expect(() => createSecureContext(secureContextOptions(certificate))).not.toThrow();
  });

  it.each<[string, ClientCertificate, RegExp]>([
    ['a key that is encrypted, without a passphrase', { cert, key: encryptedKey }, /auth\.key is encrypted: give its passphrase as auth\.passphrase/],
    ['a wrong passphrase of a key', { cert, key: encryptedKey, passphrase: 'wrong-secret' }, /auth\.passphrase is not the passphrase of auth\.key/],
    ['the key of another certificate', { cert, key: another.key }, /auth\.key is not the key of auth\.cert/],
    ['a chain in the wrong order', { cert: another.certificate + cert, key }, /auth\.key is not the key of auth\.cert/],
    ['a certificate that is none', { cert: 'nothing', key }, /auth\.cert is not a certificate in PEM/],
    ['a certificate in DER', { cert: Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x01), key }, /openssl x509 -inform DER/],
    ['a certificate that is damaged', { cert: cert.replace(/\n.{10}/, '\nAAAAAAAAAA'), key }, /auth\.cert is not a certificate in PEM/],
    ['nothing at all', { cert: '', key: '' }, /auth\.cert is not a certificate in PEM/],
    ['a key that is a certificate', { cert, key: cert }, /auth\.key is not a private key in PEM/],
    ['a wrong passphrase of a PFX file', { pfx: file('client.pfx'), passphrase: 'wrong-secret' }, /auth\.passphrase is not the passphrase of auth\.pfx/],
    ['a PFX file without its passphrase', { pfx: file('client.pfx') }, /auth\.passphrase is not the passphrase of auth\.pfx/],
    ['a PFX file that is cut', { pfx: file('client.pfx').subarray(0, 200), passphrase }, /auth\.pfx is not a whole PFX file/],
    ['an empty PFX file', { pfx: new Uint8Array(), passphrase }, /auth\.pfx is not a whole PFX file/],
    ['PEM as PFX', { pfx: file('client.pem'), passphrase }, /auth\.pfx is not a whole PFX file/],
    ['a PFX file with RC2', { pfx: file('client-legacy.pfx'), passphrase }, /openssl pkcs12 -legacy -in OLD\.pfx/],
    ['a PFX file without a key', { pfx: file('client-without-key.pfx'), passphrase }, /auth\.pfx holds no private key/],
    ['a number as passphrase', { cert, key, passphrase: 1234 as unknown as string }, /auth\.passphrase must be a string/],
    ['a file name as PFX', { pfx: 4711 as unknown as Uint8Array }, /auth\.pfx must be the contents of a file, as bytes/],
    ['a missing key', { cert } as unknown as ClientCertificate, /auth\.key must be the contents of a file in PEM/],
  ])('is refused with %s', (_name, certificate, message) => {
    let thrown: unknown;
    try {
      secureContextOptions(certificate);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UsageError);
    expect((thrown as Error).message).toMatch(message);
    expect(inspect(thrown, { depth: 10, showHidden: true })).not.toMatch(/wrong-secret|1234|4711/);
  });
});
