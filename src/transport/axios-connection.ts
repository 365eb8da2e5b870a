import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import axios, { type Axios } from 'axios';
import { HyperVWsmanError } from '../errors.js';
import type { Connection, HttpRequest, HttpResponse, Target } from './connection.js';
import { brokenOff } from './broken-off.js';
import { readBody } from './read-body.js';
import { type OpenSocket, openSocket } from './socket.js';

/** The default connection: axios over its http adapter, with an agent that owns the one socket. */
export async function connectAxios(target: Target, signal: AbortSignal): Promise<Connection> {
  const opened = await openSocket(target, signal);
  const { socket, peerCertificate } = opened;
  const agent = pinnedAgent(socket, target.url);
  const client = createClient(agent);
  return {
    peerCertificate,
    get usable() {
      return !socket.destroyed && socket.writable;
    },
    get bytesWritten() {
      return socket.bytesWritten;
    },
    async send(request) {
      const { response, sent } = await post(client, target, opened, request);
      // An answer before the whole request had left: what is left of it would stand in front of the next one.
      if (!sent) socket.destroy();
      return response;
    },
    close() {
      socket.destroy();
      agent.destroy();
    },
  };
}

/** An agent that hands out one socket and refuses to open another, so that a request can never leave on a socket without its security context. */
function pinnedAgent(socket: Socket, url: URL): HttpAgent {
  const agent = url.protocol === 'https:' ? new HttpsAgent({ keepAlive: true, maxSockets: 1 }) : new HttpAgent({ keepAlive: true, maxSockets: 1 });
  let handedOut = false;
  // The agent also calls this from the events of a socket, where nobody would catch what it throws.
  const createConnection = (_options: unknown, callback: (error: Error) => void): Socket | undefined => {
    if (handedOut || socket.destroyed) {
      process.nextTick(callback, new Error('The connection of this session was closed; nothing was sent'));
      return undefined;
    }
    handedOut = true;
    return socket;
  };
  return Object.assign(agent, { createConnection });
}

/**
 * axios with everything of its own switched off: redirects, proxies, decompression, JSON, status checks. Not
 * `axios.create`, which would take over the defaults that the application set for its own requests, credentials included.
 */
function createClient(agent: HttpAgent): Axios {
  return new axios.Axios({
    adapter: 'http',
    httpAgent: agent,
    httpsAgent: agent,
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: 'stream',
    maxContentLength: -1, // readBody has the limit
    maxBodyLength: Number.POSITIVE_INFINITY,
    timeout: 0,
    validateStatus: () => true,
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
  });
}

async function post(client: Axios, target: Target, { tlsRefusal }: OpenSocket, request: HttpRequest): Promise<{ response: HttpResponse; sent: boolean }> {
  try {
    const response = await client.request<AsyncIterable<Uint8Array>>({
      method: 'POST',
      url: target.url.href,
      data: Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength),
      headers: { ...request.headers, 'Content-Length': String(request.body.length) },
      signal: request.signal,
    });
    const body = await readBody(response.data, target);
    return {
      response: { status: response.status, headers: lowerCased(response.headers), body },
      sent: await hasLeft(response.request as ClientRequest),
    };
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    throw tlsRefusal() ?? cleaned(error, target.url);
  }
}

/** TLS says that a write is done a turn of the event loop later, and the answer may be here before that. */
async function hasLeft(request: ClientRequest): Promise<boolean> {
  for (let turns = 0; turns < 3 && !request.writableFinished; turns++) await nextTurn();
  return request.writableFinished;
}

/** What axios threw, without the request that an AxiosError carries: that holds the Authorization header and the body. */
function cleaned(error: unknown, url: URL): HyperVWsmanError {
  if (error instanceof HyperVWsmanError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return brokenOff(url, message, code);
}

function lowerCased(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value)]));
}
