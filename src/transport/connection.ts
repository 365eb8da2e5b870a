import type { ConnectionOptions as TlsConnectionOptions } from 'node:tls';

/** How TLS is verified; every field as `node:tls` takes it. */
export type TlsOptions = {
  /** Certificates of the authorities to trust instead of Node's own list, in PEM; an https:// proxy is held to them, too. */
  readonly ca?: TlsConnectionOptions['ca'];
  /** The SHA-256 fingerprint of the one certificate to trust, 64 hexadecimal digits with or without colons; it replaces the check of chain, name and dates. */
  readonly fingerprint256?: string;
  /** The name that the certificate must carry; default: the host of the URL. */
  readonly servername?: string;
  /** Default `TLSv1.2`; a client certificate allows no other. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** `false` accepts any certificate: for tests only. Default `true`. */
  readonly rejectUnauthorized?: boolean;
};

/**
 * A certificate that proves who is calling, and its private key: both in PEM (the certificate first, then the authorities
 * between it and the root), or both in one PFX file's bytes (PKCS #12). `passphrase` is what the key or the file is
 * encrypted with.
 */
export type ClientCertificate =
  | { readonly cert: string | Uint8Array; readonly key: string | Uint8Array; readonly passphrase?: string }
  | { readonly pfx: Uint8Array; readonly passphrase?: string };

/** Where a connection goes, and its bounds. */
export type Target = {
  readonly url: URL;
  /** The zone of a link-local IPv6 address in `url` (RFC 4007 §11): the interface to leave by, `eth0`. Default: none. */
  readonly zone?: string | null;
  /** An HTTP proxy to ask for a tunnel (CONNECT), for http:// and https:// alike; see `resolveProxy`. Default: none, straight to the host. */
  readonly proxy?: URL | null;
  readonly tls: TlsOptions;
  /** What to show a host that asks for a certificate, over https:// only; TLS is then 1.2, see `tlsContext`. Default: nothing. */
  readonly clientCertificate?: ClientCertificate | null;
  /** For TCP, the proxy and TLS together, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** The largest body of an answer, in bytes. */
  readonly maxResponseBytes: number;
};

/** One POST. */
export type HttpRequest = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
};

/** One answer; header names in lower case, repeated ones joined with a comma. */
export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** One socket, connected (TCP, the proxy and TLS are done), that carries one request at a time and never another socket's. */
export interface Connection {
  /**
   * Sends one POST and waits for the whole answer.
   *
   * @throws TransportError - the connection was lost, or has been before
   * @throws LimitError - the answer is larger than the target's bound
   * @throws the signal's reason - when it is aborted
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** The DER of the server's certificate, `null` without TLS. */
  readonly peerCertificate: Uint8Array | null;
  /** False once the socket is closed or closing. */
  readonly usable: boolean;
  /** How many bytes were handed to the socket so far; what has not been handed over has not left. */
  readonly bytesWritten: number;
  /** Destroys the socket at once. */
  close(): void;
}

/**
 * Opens a {@link Connection}: the one seam between this package and the network.
 *
 * @throws TransportError - the host or the proxy does not resolve or refuses
 * @throws AuthError - the proxy wants other credentials
 * @throws UsageError - the target has a client certificate, a fingerprint or a zone that cannot be used; nothing was opened
 * @throws TlsError - the TLS handshake or the certificate check failed
 * @throws TimeoutError - the target's connectTimeoutMs passed
 * @throws the signal's reason - when it is aborted
 */
export type Connect = (target: Target, signal: AbortSignal) => Promise<Connection>;
