/** Channel bindings for TLS (RFC 5929, RFC 4121 §4.1.1.2): what ties a security context to the TLS connection it was made on. */
import { createHash } from 'node:crypto';
import { concat, uint32le, utf8 } from '../bytes.js';
import { contentsOf, readElement, readElements, readOid } from './der/read.js';
import { TAG, contextTag } from './der/tag.js';

type Hash = 'sha224' | 'sha256' | 'sha384' | 'sha512';

const RSASSA_PSS = '1.2.840.113549.1.1.10';

/** What RFC 5929 §4.1 puts in the place of MD5 and SHA-1. */
const REPLACEMENT: Hash = 'sha256';

/** The signature algorithms that have one fixed hash (RFC 8017 Appendix C, RFC 5758 §3.2, RFC 3279 §2.2.3). */
const SIGNATURE_HASHES: ReadonlyMap<string, Hash> = new Map([
  ['1.2.840.113549.1.1.4', REPLACEMENT], // md5WithRSAEncryption
  ['1.2.840.113549.1.1.5', REPLACEMENT], // sha1WithRSAEncryption
  ['1.2.840.113549.1.1.14', 'sha224'], // sha224WithRSAEncryption
  ['1.2.840.113549.1.1.11', 'sha256'], // sha256WithRSAEncryption
  ['1.2.840.113549.1.1.12', 'sha384'], // sha384WithRSAEncryption
  ['1.2.840.113549.1.1.13', 'sha512'], // sha512WithRSAEncryption
  ['1.2.840.10045.4.1', REPLACEMENT], // ecdsa-with-SHA1
  ['1.2.840.10045.4.3.1', 'sha224'], // ecdsa-with-SHA224
  ['1.2.840.10045.4.3.2', 'sha256'], // ecdsa-with-SHA256
  ['1.2.840.10045.4.3.3', 'sha384'], // ecdsa-with-SHA384
  ['1.2.840.10045.4.3.4', 'sha512'], // ecdsa-with-SHA512
]);

/** The hashes that the parameters of RSASSA-PSS name (RFC 8017 Appendix B.1). */
const PSS_HASHES: ReadonlyMap<string, Hash> = new Map([
  ['1.3.14.3.2.26', REPLACEMENT], // id-sha1
  ['2.16.840.1.101.3.4.2.4', 'sha224'], // id-sha224
  ['2.16.840.1.101.3.4.2.1', 'sha256'], // id-sha256
  ['2.16.840.1.101.3.4.2.2', 'sha384'], // id-sha384
  ['2.16.840.1.101.3.4.2.3', 'sha512'], // id-sha512
]);
const PSS_DEFAULT = '1.3.14.3.2.26';

/**
 * The application data of the GSS-API channel bindings of type tls-server-end-point (RFC 5929 §4.1): the prefix
 * `tls-server-end-point:` and a hash of the server's certificate. The hash is the one of the certificate's
 * signatureAlgorithm, SHA-256 in the place of MD5 and SHA-1.
 *
 * @param certificate - the server's own certificate in DER, octet for octet as it stood in the TLS handshake
 * @returns the application data, or `null` where the RFC defines none: the signature algorithm uses no single hash
 *   (Ed25519, Ed448, RSASSA-PSS with two different hashes) or is not one of RSA and ECDSA
 * @throws ProtocolError - the bytes are not the DER of a certificate
 */
export function tlsServerEndPoint(certificate: Uint8Array): Uint8Array | null {
  const hash = signatureHash(certificate);
  if (hash === null) return null;
  return concat(utf8('tls-server-end-point:'), createHash(hash).update(certificate).digest());
}

/**
 * Bnd of the Kerberos Authenticator (RFC 4121 §4.1.1.2) and MsvAvChannelBindings of NTLM (MS-NLMP 2.2.2.1): the MD5 of a
 * gss_channel_bindings_struct (RFC 2744 §3.11) whose two addresses are of type zero and empty.
 *
 * @param applicationData - see {@link tlsServerEndPoint}; `null`: no channel to bind to
 * @returns 16 bytes; zeros for no channel, as both specifications want it
 */
export function channelBindingsHash(applicationData: Uint8Array | null): Uint8Array {
  if (applicationData === null) return new Uint8Array(16);
  const bindings = concat(new Uint8Array(16), uint32le(applicationData.length), applicationData);
  return new Uint8Array(createHash('md5').update(bindings).digest());
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm AlgorithmIdentifier, signatureValue } (RFC 5280 §4.1). */
function signatureHash(certificate: Uint8Array): Hash | null {
  const [, signatureAlgorithm] = readElements(readElement(certificate, TAG.sequence));
  const [algorithm, parameters] = readElements(contentsOf(signatureAlgorithm, TAG.sequence));
  const oid = readOid(contentsOf(algorithm, TAG.oid));
  return oid === RSASSA_PSS ? pssHash(contentsOf(parameters, TAG.sequence)) : SIGNATURE_HASHES.get(oid) ?? null;
}

/** RSASSA-PSS-params ::= SEQUENCE { [0] hashAlgorithm, [1] maskGenAlgorithm, ... }, each with SHA-1 as its default (RFC 8017 A.2.3). */
function pssHash(parameters: Uint8Array): Hash | null {
  const fields = new Map(readElements(parameters).map(({ tag, contents }) => [tag, contents]));
  const hashAlgorithm = fields.get(contextTag(0));
  const maskGenAlgorithm = fields.get(contextTag(1));
  const hash = hashAlgorithm === undefined ? PSS_DEFAULT : algorithmOid(readElement(hashAlgorithm, TAG.sequence));
  const maskHash = maskGenAlgorithm === undefined ? PSS_DEFAULT : maskGenHash(maskGenAlgorithm);
  return hash === maskHash ? PSS_HASHES.get(hash) ?? null : null;
}

/** The parameters of MGF1 are the AlgorithmIdentifier of its hash (RFC 8017 A.2.1). */
function maskGenHash(maskGenAlgorithm: Uint8Array): string {
  const [, hashAlgorithm] = readElements(readElement(maskGenAlgorithm, TAG.sequence));
  return algorithmOid(contentsOf(hashAlgorithm, TAG.sequence));
}

/** AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters } (RFC 5280 §4.1.1.2). */
function algorithmOid(algorithmIdentifier: Uint8Array): string {
  return readOid(contentsOf(readElements(algorithmIdentifier)[0], TAG.oid));
}
