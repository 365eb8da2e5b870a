import { TlsError } from '../errors.js';

/** What to do about a failure of TLS, by the code that Node or OpenSSL gives. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/ALTNAME_INVALID|HOSTNAME_MISMATCH/, 'Connect by a name that the certificate carries, or give that name as tls.servername'],
  [/HAS_EXPIRED|NOT_YET_VALID/, "Renew the host's certificate, or set the clock of this machine; a pinned tls.fingerprint256 is trusted whatever its dates"],
  [/KEY_TOO_SMALL|MD_TOO_WEAK/, "The host's certificate, or one above it, is too weak (RSA below 2048 bits, MD5 or SHA-1): renew it"],
  [/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/, 'The host does not speak the TLS versions asked for: 1.2 at least, or tls.minVersion; with a client certificate 1.2 and no other'],
  [/ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)|CERTIFICATE_REQUIRED/, 'The host refuses the client certificate, or wants one: see auth.type certificate'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|EPROTO/, 'Is this port an HTTPS listener (5986)?'],
  [/ERR_SSL/, 'Host and client have no cipher in common, or the host wants a client certificate: see auth.type certificate'],
];
const VERIFY = "Give the authority's certificate as tls.ca, or pin the host's with tls.fingerprint256";

/** Errors of the socket itself have a system call's code; what OpenSSL and the check of the certificate report has not. */
export function isTlsFailure(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|EPROTO|UNABLE_|DEPTH_ZERO|SELF_SIGNED|ERR_OSSL|CA_|EE_|INVALID_CA|HOSTNAME_MISMATCH|PATH_LENGTH)/.test(code) || code.includes('CERT');
}

/** What went wrong with TLS, told by the code that Node or OpenSSL gives, and what to do. */
export function tlsFailure(where: string, message: string, code: string, options?: { cause: unknown }): TlsError {
  const hint = HINTS.find(([pattern]) => pattern.test(code))?.[1] ?? VERIFY;
  return new TlsError(`TLS with ${where} failed: ${reasonOf(message)} (${code}). ${hint}`, options);
}

/** The reason alone out of a message of OpenSSL, `number:error:number:library:function:reason:file:line:more`; another message as it is. */
export function reasonOf(message: string): string {
  return /^\w+:error:\w+:[^:]*:[^:]*:([^:]+):/.exec(message)?.[1] ?? message;
}
