import { type KeyObject, X509Certificate, createPrivateKey } from 'node:crypto';
import { type SecureContextOptions, createSecureContext } from 'node:tls';
import { UsageError } from '../errors.js';
import type { ClientCertificate } from './connection.js';

/**
 * A client certificate as `node:tls` takes it, after a check that it can be used at all: the files can be read, the
 * passphrase is right, the key is the certificate's. No part of it stands in the errors.
 *
 * @throws UsageError - says which of `auth.cert`, `auth.key`, `auth.pfx` and `auth.passphrase` is wrong, and what to do
 */
export function secureContextOptions(certificate: ClientCertificate): SecureContextOptions {
  const { passphrase } = certificate;
  if (passphrase !== undefined && typeof (passphrase as unknown) !== 'string') throw new UsageError('auth.passphrase must be a string');
  const secret = passphrase === undefined ? {} : { passphrase };
  if ('pfx' in certificate) {
    const options = { pfx: bytes(certificate.pfx, 'auth.pfx'), ...secret };
    checkPfx(options);
    return options;
  }
  const options = { cert: bytes(certificate.cert, 'auth.cert'), key: bytes(certificate.key, 'auth.key'), ...secret };
  if (!readCertificate(options.cert).checkPrivateKey(readKey(options))) {
    throw new UsageError('auth.key is not the key of auth.cert: `openssl x509 -pubkey -noout` of the one and `openssl pkey -pubout` of the other must give the same');
  }
  return options;
}

function bytes(given: string | Uint8Array, option: string): Buffer {
  if (typeof given === 'string') return Buffer.from(given);
  if ((given as unknown) instanceof Uint8Array) return Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  throw new UsageError(`${option} must be the contents of a file${option === 'auth.pfx' ? ', as bytes' : ' in PEM'}`);
}

function readCertificate(cert: Buffer): X509Certificate {
  const isPem = cert.includes('-----BEGIN');
  try {
    if (isPem) return new X509Certificate(cert);
  } catch {
    // Said below.
  }
  throw new UsageError('auth.cert is not a certificate in PEM (-----BEGIN CERTIFICATE-----); `openssl x509 -inform DER -in FILE` makes one of a .cer file');
}

function readKey({ key, passphrase }: { key: Buffer; passphrase?: string }): KeyObject {
  if (passphrase === undefined && key.includes('ENCRYPTED')) throw new UsageError('auth.key is encrypted: give its passphrase as auth.passphrase');
  try {
    return createPrivateKey({ key, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_OSSL_BAD_DECRYPT') throw new UsageError('auth.passphrase is not the passphrase of auth.key');
    throw new UsageError(`auth.key is not a private key in PEM that can be read${code === undefined ? '' : ` (${code})`}; \`openssl pkey -in FILE\` shows whether it is one`);
  }
}

/** What the messages of Node mean; it has no codes for the first three. */
const PFX_FAILURES: readonly (readonly [RegExp, string])[] = [
  [/mac verify failure/, 'auth.passphrase is not the passphrase of auth.pfx, or the file was changed'],
  [/not enough data|wrong tag|asn1|too long/i, 'auth.pfx is not a whole PFX file (PKCS #12)'],
  [
    /Unsupported PKCS12/,
    'auth.pfx is encrypted in an old way (RC2, often with 3DES) that OpenSSL 3 does not read; write it anew: `openssl pkcs12 -legacy -in OLD.pfx -nodes -out ALL.pem`, then `openssl pkcs12 -export -in ALL.pem -out NEW.pfx` and delete ALL.pem, or give the certificate and the key of ALL.pem as auth.cert and auth.key',
  ],
  [/load private key/, 'auth.pfx holds no private key: export it together with its key'],
  [/load certificate/, 'auth.pfx holds no certificate for its key'],
];

function checkPfx(options: { pfx: Buffer; passphrase?: string }): void {
  try {
    createSecureContext(options);
  } catch (error) {
    const { message } = error as Error;
    const known = PFX_FAILURES.find(([pattern]) => pattern.test(message));
    throw new UsageError(known?.[1] ?? `auth.pfx cannot be read: ${message}`);
  }
}
