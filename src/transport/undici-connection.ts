import { Client, errors } from 'undici';
import { LimitError } from '../errors.js';
import { brokenOff } from './broken-off.js';
import type { Connection, HttpRequest, HttpResponse, Target } from './connection.js';
import { readBody } from './read-body.js';
import { type OpenSocket, openSocket } from './socket.js';

/** undici closes an idle socket by itself unless told to wait; the session decides that. */
const NEVER_MS = 2 ** 31 - 1;

/** The fast connection, for fleets: an undici Client on one pinned socket. */
export async function connectUndici(target: Target, signal: AbortSignal): Promise<Connection> {
  const opened = await openSocket(target, signal);
  const { socket, peerCertificate } = opened;
  let handedOut = false;
  const client = new Client(target.url.origin, {
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: NEVER_MS,
    keepAliveMaxTimeout: NEVER_MS,
    keepAliveTimeoutThreshold: 0,
    connect(_options, callback) {
      const refused = handedOut || socket.destroyed;
      handedOut = true;
      // undici loses the request when the callback comes before this function has returned.
      queueMicrotask(() =>
        refused ? callback(new Error('The connection of this session was closed; nothing was sent'), null) : callback(null, socket),
      );
    },
  });
  return {
    peerCertificate,
    get usable() {
      return !socket.destroyed && socket.writable && !client.destroyed;
    },
    get bytesWritten() {
      return socket.bytesWritten;
    },
    send: (request) => post(client, target, opened, request),
    close() {
      socket.destroy();
      client.destroy().catch(() => undefined);
    },
  };
}

async function post(client: Client, target: Target, { tlsRefusal }: OpenSocket, request: HttpRequest): Promise<HttpResponse> {
  const { url } = target;
  try {
    const response = await client.request({
      method: 'POST',
      path: url.pathname + url.search,
      headers: { ...request.headers, 'Content-Length': String(request.body.length) },
      body: request.body,
      signal: request.signal,
    });
    const body = await readBody(response.body, target);
    return { status: response.statusCode, headers: joined(response.headers), body };
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    if (error instanceof LimitError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    // Its parser has no code for what does not even begin like HTTP.
    throw tlsRefusal() ?? brokenOff(url, message, code ?? (error instanceof errors.HTTPParserError ? 'HPE_INVALID_CONSTANT' : undefined));
  }
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}
