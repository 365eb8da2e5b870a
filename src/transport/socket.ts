import { createHash } from 'node:crypto';
import { type Socket, connect as connectTcp, isIP } from 'node:net';
import { type TLSSocket, connect as connectTls } from 'node:tls';
import { equalConstantTime, fromHex } from '../bytes.js';
import { TimeoutError, TlsError, TransportError } from '../errors.js';
import type { Target } from './connection.js';

/** A connected socket and the certificate its peer showed. */
export type OpenSocket = { readonly socket: Socket; readonly peerCertificate: Uint8Array | null };

/**
 * Opens the one socket of a connection: TCP, then TLS for https, verified.
 *
 * @throws TransportError, TlsError, TimeoutError, the signal's reason - see `Connect`
 */
export async function openSocket(target: Target, signal: AbortSignal): Promise<OpenSocket> {
  signal.throwIfAborted();
  const { url, connectTimeoutMs } = target;
  const secure = url.protocol === 'https:';
  const socket = secure ? startTls(target) : connectTcp({ host: bareHost(url), port: portOf(url) });
  try {
    await settled(socket, secure ? 'secureConnect' : 'connect', connectTimeoutMs, signal);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    return { socket, peerCertificate: secure ? checkPeer(socket as TLSSocket, target) : null };
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw signal.reason;
    throw connectError(error, url, connectTimeoutMs);
  }
}

function startTls({ url, tls }: Target): TLSSocket {
  const host = bareHost(url);
  const servername = tls.servername ?? (isIP(host) === 0 ? host : '');
  return connectTls({
    host,
    port: portOf(url),
    servername,
    minVersion: tls.minVersion ?? 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: tls.fingerprint256 === undefined && tls.rejectUnauthorized !== false,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
  });
}

class ConnectTimeout extends Error {}

/** Waits for the event, an error, an early end, the time or the signal, whichever is first; leaves no listener behind. */
function settled(socket: Socket, event: 'connect' | 'secureConnect', timeoutMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => done(reject, signal.reason);
    const onError = (error: Error): void => done(reject, error);
    const onClose = (): void => done(reject, new Error('The connection was closed before it was ready'));
    const onReady = (): void => done(resolve, undefined);
    const timer = setTimeout(() => done(reject, new ConnectTimeout()), timeoutMs);
    const done = <T>(settle: (value: T) => void, value: T): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off(event, onReady).off('error', onError).off('close', onClose);
      settle(value);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once(event, onReady).once('error', onError).once('close', onClose);
  });
}

function checkPeer(socket: TLSSocket, { url, tls }: Target): Uint8Array {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new TlsError(`${url.host} showed no certificate`);
  const der = new Uint8Array(certificate.raw);
  if (tls.fingerprint256 !== undefined) {
    const pinned = fromHex(tls.fingerprint256.replaceAll(':', ''));
    if (!equalConstantTime(createHash('sha256').update(der).digest(), pinned)) {
      throw new TlsError(`The certificate of ${url.host} has the SHA-256 fingerprint ${certificate.fingerprint256}, not the pinned one`);
    }
  }
  return der;
}

function connectError(error: unknown, url: URL, timeoutMs: number): Error {
  if (error instanceof TlsError) return error;
  if (error instanceof ConnectTimeout) return new TimeoutError(`No connection to ${url.host} within ${timeoutMs} ms`, timeoutMs);
  const { code, message } = error as NodeJS.ErrnoException;
  if (isTlsFailure(code)) {
    return new TlsError(`TLS with ${url.host} failed: ${message}${tlsHint(code)}`, { cause: error });
  }
  return new TransportError(`Cannot connect to ${url.host}: ${message === '' ? (code ?? 'unknown reason') : message}`, { cause: error });
}

/** Errors of the socket itself have a system call's code; what OpenSSL and the certificate check report has not. */
function isTlsFailure(code: string | undefined): boolean {
  return code !== undefined && (/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_|DEPTH_ZERO|SELF_SIGNED|ERR_OSSL)/.test(code) || code.includes('CERT') || code === 'HOSTNAME_MISMATCH');
}

function tlsHint(code: string | undefined): string {
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL') === true) return '. Is this port an HTTPS listener (5986)?';
  return '. Give the authority\'s certificate as tls.ca, or pin the host\'s with tls.fingerprint256';
}

/** The host for a socket: an IPv6 literal without its brackets. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

function portOf(url: URL): number {
  return Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
}
