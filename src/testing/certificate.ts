/** A certificate for a TLS server that lives as long as a test: self-signed, made on the spot, no openssl needed. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { contentsOf, readElement, readElements } from '../auth/der/read.js';
import { TAG, contextTag } from '../auth/der/tag.js';
import { bitString, boolean, element, octetString, oid, sequence, time, unsignedInteger, utf8String } from '../auth/der/write.js';
import { dataView, toBase64, utf8 } from '../bytes.js';
import { UsageError } from '../errors.js';

/** What {@link createCertificate} makes a certificate of. */
export type CertificateOptions = {
  /** The subject's and issuer's CN, 1 to 64 characters. */
  readonly commonName: string;
  /** What a client may call the server: DNS names, IPv4 and IPv6 addresses; at least one. */
  readonly names: readonly string[];
  /** The certificate is valid from this second on. */
  readonly now: Date;
  /** Gives so many random bytes, for the serial number; the key's randomness is Node's own. */
  readonly random: (length: number) => Uint8Array;
  /** For how many days it is valid, at most 36,500; 30 unless told. */
  readonly days?: number;
};

/** RFC 5758 §3.2. */
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
/** keyUsage (RFC 5280 §4.2.1.3): bit 0, digitalSignature, and bit 5, keyCertSign; two bits of the octet are not used. */
const KEY_USAGE = bitString(Uint8Array.of(0b1000_0100), 2);
const SECONDS_OF_A_DAY = 86_400;

/**
 * Makes a self-signed X.509 v3 certificate (RFC 5280) with a new ECDSA P-256 key, signed with SHA-256. It is its own
 * authority: give it to a client as `ca`, and the client trusts this server and nothing else.
 *
 * @returns the certificate and its private key (PKCS #8), both in PEM
 * @throws UsageError - the common name is empty or too long, there is no name, one is not a name, or `days` is out of range
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import { createServer } from 'node:https';
 * import { createCertificate } from 'hyperv-wsman/testing';
 *
 * const { certificate, key } = createCertificate({
 *   commonName: 'hv01.example', names: ['hv01.example', '127.0.0.1'], now: new Date(), random: randomBytes,
 * });
 * const server = createServer({ cert: certificate, key });
 * ```
 */
export function createCertificate(options: CertificateOptions): { certificate: string; key: string } {
  const { commonName, names, now, random, days = 30 } = options;
  if (commonName.length < 1 || commonName.length > 64) throw new UsageError('commonName must have 1 to 64 characters (RFC 5280 Appendix A.1)');
  if (names.length === 0) throw new UsageError('names must hold at least one DNS name or IP address');
  if (!(days > 0 && days <= 36_500)) throw new UsageError(`days must be above 0 and at most 36500, not ${days}`);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(element(TAG.set, sequence(oid('2.5.4.3'), utf8String(commonName))));
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const tbsCertificate = sequence(
    element(contextTag(0), unsignedInteger(Uint8Array.of(2))), // version v3
    serialNumber(random),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(now), time(new Date(now.getTime() + days * SECONDS_OF_A_DAY * 1000))),
    name,
    publicKeyInfo,
    element(contextTag(3), sequence(
      extension('2.5.29.19', true, sequence(boolean(true))), // basicConstraints, cA
      extension('2.5.29.15', true, KEY_USAGE),
      extension('2.5.29.17', false, sequence(...names.map(generalName))), // subjectAltName
      extension('2.5.29.14', false, octetString(keyIdentifier(publicKeyInfo))),
    )),
  );
  const certificate = sequence(tbsCertificate, ECDSA_WITH_SHA256, bitString(sign('sha256', tbsCertificate, privateKey)));
  return { certificate: pem('CERTIFICATE', certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

/** 16 octets, the first between 0x40 and 0x7f: positive and never zero (RFC 5280 §4.1.2.2). */
function serialNumber(random: (length: number) => Uint8Array): Uint8Array {
  const [first, ...others] = random(16);
  return unsignedInteger(Uint8Array.of(0x40 | (first! & 0x3f), ...others));
}

function extension(extnId: string, critical: boolean, value: Uint8Array): Uint8Array {
  return critical ? sequence(oid(extnId), boolean(true), octetString(value)) : sequence(oid(extnId), octetString(value));
}

/** GeneralName ::= CHOICE { dNSName [2] IA5String, iPAddress [7] OCTET STRING, ... } (RFC 5280 §4.2.1.6), both primitive. */
function generalName(name: string): Uint8Array {
  if (isIP(name) !== 0) return element(0x87, isIP(name) === 4 ? Uint8Array.from(name.split('.').map(Number)) : ipv6Address(name));
  if (!/^(\*\.)?[a-z\d_-]+(\.[a-z\d_-]+)*$/i.test(name)) throw new UsageError(`names: '${name}' is neither a DNS name nor an IP address`);
  return element(0x82, utf8(name));
}

/** The 16 octets; URL writes an address in one way only (RFC 5952), without the dotted form for its end. */
function ipv6Address(address: string): Uint8Array {
  if (address.includes('%')) throw new UsageError(`names: the zone of '${address}' cannot stand in a certificate`);
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  const octets = new Uint8Array(16);
  [...left, ...zeros, ...right].forEach((group, index) => dataView(octets).setUint16(2 * index, parseInt(group, 16)));
  return octets;
}

/** The SHA-1 of the public key's bits, without the octet that counts the unused ones: method 1 of RFC 5280 §4.2.1.2. */
function keyIdentifier(publicKeyInfo: Uint8Array): Uint8Array {
  const [, subjectPublicKey] = readElements(readElement(publicKeyInfo, TAG.sequence));
  return createHash('sha1').update(contentsOf(subjectPublicKey, TAG.bitString).subarray(1)).digest();
}

/** RFC 7468 §2: base64 in lines of 64 characters. */
function pem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
