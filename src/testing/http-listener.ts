import { type IncomingMessage, type ServerResponse, createServer as createHttpServer } from 'node:http';
import { type Server, createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { concat } from '../bytes.js';
import { TransportError } from '../errors.js';
import type { HttpRequest } from './host-connection.js';
import { LIMITS } from './limits.js';
import { type HttpReply, statusReply } from './replies.js';

/** Answers the requests of one connection; `null` cuts it. */
export type Handle = (request: HttpRequest) => Promise<HttpReply | null>;

/** How HTTPS is spoken: certificate and key in PEM, and whether clients are asked for a certificate of their own. */
export type ListenerTls = { readonly certificate: string; readonly key: string; readonly requestCertificate: boolean };

/** A port that is being listened on. */
export type Listener = {
  readonly port: number;
  /** Destroys every connection and frees the port. */
  close(): Promise<void>;
};

const MAX_BODY_BYTES = LIMITS.MaxEnvelopeSizekb * 1024;
/** A body that is too large is read to its end, so that the client sees the answer, but not for ever. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/**
 * Listens on 127.0.0.1 for POSTs to `/wsman` and keeps from the service what http.sys and WinRM would: other paths (404),
 * other verbs (405), bodies above 500 KiB (413).
 *
 * @param options.port - 0 for any that is free
 * @param options.tls - `null` for plain HTTP
 * @param options.connect - called once for each connection, TLS finished, with the DER of the certificate that the client
 *   showed, whoever signed it; it has proved that the key is its own
 * @throws TransportError - the port is not to be had
 */
export async function listen(options: { port: number; tls: ListenerTls | null; connect: (clientCertificate: Uint8Array | null) => Handle }): Promise<Listener> {
  const { port, tls, connect } = options;
  const handles = new WeakMap<Socket, Handle>();
  const sockets = new Set<Socket>();
  const server = tls === null ? createHttpServer() : createSecureServer(tls);
  // Windows keeps an idle connection for minutes; Node would close it after five seconds.
  server.keepAliveTimeout = 0;
  // The TCP sockets, whatever runs on them: one that stops in the middle of a TLS handshake has to be closed, too.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => {
    handles.set(socket, connect(clientCertificate(socket)));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const handle = handles.get(request.socket);
    if (handle === undefined) request.socket.destroy();
    else void serve(request, response, handle);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new TransportError(`Cannot listen on 127.0.0.1:${port}: ${cause.message}`, { cause })));
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function createSecureServer({ certificate, key, requestCertificate }: ListenerTls): Server {
  return createHttpsServer({ cert: certificate, key, minVersion: 'TLSv1.2', requestCert: requestCertificate, rejectUnauthorized: false });
}

function clientCertificate(socket: Socket): Uint8Array | null {
  const raw = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
  return raw === undefined ? null : new Uint8Array(raw);
}

/** Never rejects: what fails on the way cuts the connection, and a defect of this host is an HTTP 500. */
async function serve(request: IncomingMessage, response: ServerResponse, handle: Handle): Promise<void> {
  let body: Uint8Array | null;
  try {
    body = await readBody(request);
  } catch {
    request.socket.destroy();
    return;
  }
  const reply = await replyTo(request, body, handle).catch(() => statusReply(500));
  if (reply === null) {
    request.socket.destroy();
    return;
  }
  // http.sys says nothing about a connection that it keeps, and gives no reason phrase.
  response.removeHeader('Connection');
  response.writeHead(reply.status, '', { ...reply.headers, Server: 'Microsoft-HTTPAPI/2.0', 'Content-Length': String(reply.body.length) });
  response.end(reply.body);
}

async function replyTo({ url, method, headers }: IncomingMessage, body: Uint8Array | null, handle: Handle): Promise<HttpReply | null> {
  if (!/^\/wsman\/?(\?|$)/i.test(url ?? '')) return statusReply(404);
  if (method !== 'POST') return statusReply(405);
  if (body === null) return statusReply(413);
  return handle({ authorization: headers.authorization, contentType: headers['content-type'] ?? '', body });
}

/** The body, `null` when it is too large. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (length > MAX_DISCARDED_BYTES) throw new Error('The body does not end');
  }
  return length <= MAX_BODY_BYTES ? concat(...chunks) : null;
}
