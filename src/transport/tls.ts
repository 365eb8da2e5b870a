import { X509Certificate, createHash } from 'node:crypto';
import { type Socket, isIP } from 'node:net';
import { type PeerCertificate, type SecureContext, type TLSSocket, connect, createSecureContext } from 'node:tls';
import { equalConstantTime, fromHex, fromLatin1 } from '../bytes.js';
import { TlsError, UsageError } from '../errors.js';
import { secureContextOptions } from './client-certificate.js';
import type { ClientCertificate, TlsOptions } from './connection.js';
import { asciiName } from './host-name.js';

const MIN_VERSIONS: readonly string[] = ['TLSv1.2', 'TLSv1.3'];
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Reads a SHA-256 fingerprint as openssl and browsers write one: 64 hexadecimal digits, with or without colons or blanks.
 *
 * @throws UsageError - it is none; a thumbprint of Windows (40 digits, SHA-1) is called by its name
 */
export function parseFingerprint(text: string): Uint8Array {
  const digits = text.replace(/[:\s]/g, '');
  if (/^[\da-f]{64}$/i.test(digits)) return fromHex(digits);
  const why = /^[\da-f]{40}$/i.test(digits) ? 'has 40 digits: it is a SHA-1 thumbprint, as Windows shows it' : 'is not 64 hexadecimal digits';
  throw new UsageError(`tls.fingerprint256 ${why}; \`openssl x509 -noout -fingerprint -sha256 -in FILE\` gives the SHA-256 fingerprint of a certificate`);
}

/**
 * Refuses what could verify nothing, before it is needed.
 *
 * @throws UsageError - names the option and what it takes
 */
export function checkTls(tls: TlsOptions, clientCertificate: ClientCertificate | null): void {
  checkOptions(tls, clientCertificate);
  if (clientCertificate !== null) secureContextOptions(clientCertificate);
}

function checkOptions(tls: TlsOptions, clientCertificate: ClientCertificate | null): void {
  if (tls.fingerprint256 !== undefined) parseFingerprint(tls.fingerprint256);
  // Node would take the name of what the socket is connected with, which may be a proxy.
  if (tls.servername === '') throw new UsageError('tls.servername is the name that the certificate must carry, not an empty text');
  if (tls.minVersion !== undefined && !MIN_VERSIONS.includes(tls.minVersion)) {
    throw new UsageError(`tls.minVersion is one of ${MIN_VERSIONS.join(', ')}, not ${JSON.stringify(tls.minVersion)}`);
  }
  if (tls.minVersion === 'TLSv1.3' && clientCertificate !== null) {
    throw new UsageError('tls.minVersion cannot be TLSv1.3 with a client certificate: WinRM asks for it on a connection that is up, and Node can answer that in TLS 1.2 only');
  }
  if (tls.ca !== undefined) checkAuthorities([tls.ca].flat().map((ca) => (typeof ca === 'string' ? ca : fromLatin1(ca))).join('\n'));
}

/** Node takes any text for `ca`, and trusts nobody, or its own list, when there is no certificate in it. */
function checkAuthorities(text: string): void {
  try {
    const certificates = text.match(PEM_CERTIFICATE)?.map((pem) => new X509Certificate(pem)) ?? [];
    if (certificates.length > 0) return;
  } catch {
    // Said below.
  }
  throw new UsageError('tls.ca holds no certificate in PEM (-----BEGIN CERTIFICATE-----); `openssl x509 -inform DER -in FILE` makes one of a .cer file');
}

/**
 * What TLS to a host is set up with. A client certificate limits it to TLS 1.2: unless http.sys is told to ask for one in
 * the first handshake (netsh http ... clientcertnegotiation=enable), WinRM asks for it after the request has come, by renegotiation in
 * TLS 1.2 and by post-handshake authentication in TLS 1.3 (RFC 8446 §4.6.2), which Node does not do.
 *
 * @throws UsageError - see {@link checkTls}
 */
export function tlsContext(tls: TlsOptions, clientCertificate: ClientCertificate | null): SecureContext {
  checkOptions(tls, clientCertificate);
  return createSecureContext({
    minVersion: tls.minVersion ?? 'TLSv1.2',
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(clientCertificate === null ? {} : { ...secureContextOptions(clientCertificate), maxVersion: 'TLSv1.2' as const }),
  });
}

/** Begins TLS on a socket that is connected; the check of chain and name is Node's, that of a pinned fingerprint is {@link checkPeer}. */
export function startTls(socket: Socket, host: string, tls: TlsOptions, secureContext: SecureContext): TLSSocket {
  return connect({
    socket,
    secureContext,
    ...nameToCheck(tls.servername ?? host),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: tls.fingerprint256 === undefined && tls.rejectUnauthorized !== false,
  });
}

/** The name for SNI and for the check of a certificate. SNI carries no addresses (RFC 6066 §3); certificates do. */
export function nameToCheck(name: string): { readonly host: string; readonly servername: string } {
  const host = asciiName(name);
  return { host, servername: isIP(host) === 0 ? host : '' };
}

/**
 * Checks the pinned fingerprint, and from now on that the host stays who it is: it may renegotiate TLS 1.2, to ask for a
 * client certificate, but another certificate of its own ends the connection.
 *
 * @returns the DER of the host's certificate
 * @throws TlsError - it showed none, or another than the pinned one
 */
export function checkPeer(socket: TLSSocket, where: string, tls: TlsOptions): Uint8Array {
  const der = peerCertificate(socket);
  if (der === null) throw new TlsError(`${where} showed no certificate`);
  if (tls.fingerprint256 !== undefined) {
    const digest = createHash('sha256').update(der).digest();
    if (!equalConstantTime(digest, parseFingerprint(tls.fingerprint256))) {
      const shown = digest.toString('hex').toUpperCase().replace(/..(?=.)/g, '$&:');
      throw new TlsError(`The certificate of ${where} has the SHA-256 fingerprint ${shown}, not the pinned one; pin this one only if the host's certificate was renewed`);
    }
  }
  socket.on('secureConnect', () => {
    if (!equalConstantTime(peerCertificate(socket) ?? new Uint8Array(), der)) socket.destroy(new TlsError(`${where} changed its certificate on a connection`));
  });
  return der;
}

/** Not by getPeerX509Certificate, which Node 20 answers only once on a client's side. */
function peerCertificate(socket: TLSSocket): Uint8Array | null {
  const { raw } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  return raw === undefined ? null : new Uint8Array(raw);
}
