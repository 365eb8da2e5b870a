import { type Socket, connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { TimeoutError, TlsError, TransportError, UsageError } from '../errors.js';
import type { Target, TlsOptions } from './connection.js';
import { Deadline } from './deadline.js';
import { bareHost, portOf } from './host-name.js';
import { openTunnel, proxyName } from './proxy.js';
import { checkPeer, startTls, tlsContext } from './tls.js';
import { isTlsFailure, tlsFailure } from './tls-failure.js';

/** A connected socket. */
export type OpenSocket = {
  readonly socket: Socket;
  /** The DER of the certificate its peer showed, `null` without TLS. */
  readonly peerCertificate: Uint8Array | null;
  /** Why TLS ended after its handshake, `null` if it did not: a host of TLS 1.3 refuses a client so late. */
  readonly tlsRefusal: () => TlsError | null;
};

/**
 * What is under way. `socket` is the outermost one so far: destroyed, it takes those beneath along. Node crashes when
 * one of those is destroyed first, under TLS that has failed.
 */
type Opening = { readonly signal: AbortSignal; socket: Socket | null };

/**
 * Opens the one socket of a connection: TCP, through the proxy if there is one, then TLS for https, verified.
 *
 * @throws UsageError, TransportError, AuthError, TlsError, TimeoutError, the signal's reason - see `Connect`
 */
export async function openSocket(target: Target, signal: AbortSignal): Promise<OpenSocket> {
  signal.throwIfAborted();
  const { url, proxy = null, tls, connectTimeoutMs } = target;
  const context = url.protocol === 'https:' ? tlsContext(tls, target.clientCertificate ?? null) : null;
  const deadline = new Deadline(connectTimeoutMs, signal);
  const opening: Opening = { signal: deadline.signal, socket: null };
  try {
    const socket = proxy === null ? await openTcp(url, target.zone ?? null, url.host, opening) : await openThrough(proxy, target, opening);
    if (context === null) return opened(socket, null, url.host);
    const secure = await secured(startTls(socket, bareHost(url), tls, context), url.host, opening);
    return opened(secure, checkPeer(secure, url.host, tls), url.host);
  } catch (error) {
    opening.socket?.destroy();
    if (signal.aborted) throw signal.reason;
    if (deadline.signal.aborted) throw new TimeoutError(`No connection to ${url.host} within ${connectTimeoutMs} ms`, connectTimeoutMs);
    throw error;
  } finally {
    deadline.dispose();
  }
}

/** From here on an error of the socket brings nobody down, idle or not: whoever uses it is told by the end of it, too. */
function opened(socket: Socket, peerCertificate: Uint8Array | null, where: string): OpenSocket {
  let refusal: TlsError | null = null;
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error instanceof TlsError) refusal ??= error;
    else if (error.code?.startsWith('ERR_SSL_') === true) refusal ??= tlsFailure(where, error.message, error.code);
  });
  return { socket, peerCertificate, tlsRefusal: () => refusal };
}

async function openTcp(url: URL, zone: string | null, where: string, opening: Opening): Promise<Socket> {
  const host = bareHost(url);
  const socket = connect({ host: zone === null ? host : `${host}%${zone}`, port: portOf(url) });
  opening.socket = socket;
  await settled(socket, 'connect', where, opening.signal);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
  return socket;
}

/** An https:// proxy proves its name to the authorities of `tls.ca`, or Node's own; the other options of TLS are about the host. */
async function openThrough(proxy: URL, { url, zone = null, tls }: Target, opening: Opening): Promise<Socket> {
  if (zone !== null) throw new UsageError(`The zone ${zone} of the address means something on this machine only: connect without a proxy`);
  const tcp = await openTcp(proxy, null, proxyName(proxy), opening);
  const ofProxy: TlsOptions = tls.ca === undefined ? {} : { ca: tls.ca };
  const socket = proxy.protocol === 'https:' ? await secured(startTls(tcp, bareHost(proxy), ofProxy, tlsContext(ofProxy, null)), proxyName(proxy), opening) : tcp;
  await openTunnel(socket, proxy, url, opening.signal);
  return socket;
}

async function secured(socket: TLSSocket, where: string, opening: Opening): Promise<TLSSocket> {
  opening.socket = socket;
  await settled(socket, 'secureConnect', where, opening.signal);
  return socket;
}

/** Waits for the event, an error, an early end or the signal, whichever is first; leaves no listener behind. */
function settled(socket: Socket, event: 'connect' | 'secureConnect', where: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => done(reject, signal.reason);
    const onError = (error: Error): void => done(reject, connectError(error, where));
    const onClose = (): void => done(reject, new TransportError(`Cannot connect to ${where}: the connection was closed before it was ready`));
    const onReady = (): void => done(resolve, undefined);
    const done = <T>(settle: (value: T) => void, value: T): void => {
      signal.removeEventListener('abort', onAbort);
      socket.off(event, onReady).off('error', onError).off('close', onClose);
      settle(value);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once(event, onReady).once('error', onError).once('close', onClose);
  });
}

function connectError(cause: NodeJS.ErrnoException, where: string): Error {
  const { code = 'unknown reason', message } = cause;
  if (isTlsFailure(code)) return tlsFailure(where, message, code, { cause });
  return new TransportError(`Cannot connect to ${where}: ${message === '' ? code : message}`, { cause });
}
