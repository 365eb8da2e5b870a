import { Client, type Dispatcher, errors } from 'undici';
import { type HyperVWsmanError, LimitError } from '../errors.js';
import { brokenOff } from './broken-off.js';
import type { Connection, HttpRequest, HttpResponse, Target } from './connection.js';
import { ResponseBody } from './response-body.js';
import { joinedHeaders } from './response-headers.js';
import { type OpenSocket, openSocket } from './socket.js';

/** undici closes an idle socket by itself unless told to wait; the session decides that. */
const NEVER_MS = 2 ** 31 - 1;

/** The fast connection, for fleets: an undici Client on one pinned socket. */
export async function connectUndici(target: Target, signal: AbortSignal): Promise<Connection> {
  const opened = await openSocket(target, signal);
  const { socket, peerCertificate } = opened;
  const path = target.url.pathname + target.url.search;
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
    send: (request) => post(client, path, target, opened, request),
    close() {
      socket.destroy();
      client.destroy().catch(() => undefined);
    },
  };
}

/** Gathers the answer itself: the stream that `client.request` makes of it, and reading that, costs more than all else of an exchange. */
function post(client: Client, path: string, target: Target, { tlsRefusal }: OpenSocket, { headers, body, signal }: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let response: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: ResponseBody } | null = null;
    const onAbort = (): void => {
      reject(signal.reason as Error);
      controller?.abort(new Error('aborted'));
    };
    signal.throwIfAborted();
    signal.addEventListener('abort', onAbort, { once: true });
    client.dispatch(
      { method: 'POST', path, headers, body },
      {
        onRequestStart(its) {
          controller = its;
          if (signal.aborted) its.abort(new Error('aborted'));
        },
        onResponseStart(_controller, status, raw) {
          const received = joinedHeaders(raw);
          response = { status, headers: received, body: new ResponseBody(target, received['content-length']) };
        },
        onResponseData(_controller, chunk) {
          response?.body.add(chunk);
        },
        onResponseEnd() {
          signal.removeEventListener('abort', onAbort);
          if (response !== null) resolve({ status: response.status, headers: response.headers, body: response.body.bytes });
        },
        onResponseError(_controller, error) {
          // It tells of an abort, too: who aborted has his own reason, and has it already.
          if (signal.aborted) return;
          signal.removeEventListener('abort', onAbort);
          reject(error instanceof LimitError ? error : (tlsRefusal() ?? lost(target.url, error)));
        },
      },
    );
  });
}

/** Its parser has no code for what does not even begin like HTTP. */
function lost(url: URL, error: Error): HyperVWsmanError {
  const { code = error instanceof errors.HTTPParserError ? 'HPE_INVALID_CONSTANT' : undefined, message } = error as NodeJS.ErrnoException;
  return brokenOff(url, message, code);
}
