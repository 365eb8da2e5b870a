import type { ConnectionOptions as TlsConnectionOptions } from 'node:tls';

/** How TLS is verified; every field as `node:tls` takes it. */
export type TlsOptions = {
  /** Certificates of the authorities to trust instead of Node's own list, in PEM. */
  readonly ca?: TlsConnectionOptions['ca'];
  /** The SHA-256 fingerprint of the one certificate to trust, hexadecimal with or without colons; it replaces the check of chain and name. */
  readonly fingerprint256?: string;
  /** The name that the certificate must carry; default: the host of the URL. */
  readonly servername?: string;
  /** Default `TLSv1.2`. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** `false` accepts any certificate: for tests only. Default `true`. */
  readonly rejectUnauthorized?: boolean;
};

/** Where a connection goes, and its bounds. */
export type Target = {
  readonly url: URL;
  readonly tls: TlsOptions;
  /** For TCP and TLS together, in milliseconds. */
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

/** One socket, connected (TCP and TLS are done), that carries one request at a time and never another socket's. */
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
 * @throws TransportError - the host does not resolve or refuses
 * @throws TlsError - the TLS handshake or the certificate check failed
 * @throws TimeoutError - the target's connectTimeoutMs passed
 * @throws the signal's reason - when it is aborted
 */
export type Connect = (target: Target, signal: AbortSignal) => Promise<Connection>;
