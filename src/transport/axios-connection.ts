import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import axios, { type AxiosInstance, AxiosError } from 'axios';
import { LimitError, TransportError } from '../errors.js';
import type { Connection, HttpRequest, HttpResponse, Target } from './connection.js';
import { openSocket } from './socket.js';

/** The default connection: axios over its http adapter, with an agent that owns the one socket. */
export async function connectAxios(target: Target, signal: AbortSignal): Promise<Connection> {
  const { socket, peerCertificate } = await openSocket(target, signal);
  // A socket that is idle must not bring the process down when it breaks; `usable` tells.
  socket.on('error', () => undefined);
  const agent = pinnedAgent(socket, target.url);
  const client = createClient(target, agent);
  return {
    peerCertificate,
    get usable() {
      return !socket.destroyed && socket.writable;
    },
    get bytesWritten() {
      return socket.bytesWritten;
    },
    send: (request) => post(client, target, request),
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
  const createConnection = (): Socket => {
    if (handedOut || socket.destroyed) throw new Error('The connection of this session was closed; nothing was sent');
    handedOut = true;
    return socket;
  };
  return Object.assign(agent, { createConnection });
}

/** axios with everything of its own switched off: redirects, proxies, decompression, JSON, status checks, environment. */
function createClient(target: Target, agent: HttpAgent): AxiosInstance {
  return axios.create({
    adapter: 'http',
    httpAgent: agent,
    httpsAgent: agent,
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: 'arraybuffer',
    maxContentLength: target.maxResponseBytes,
    maxBodyLength: Number.POSITIVE_INFINITY,
    timeout: 0,
    validateStatus: () => true,
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
  });
}

async function post(client: AxiosInstance, target: Target, request: HttpRequest): Promise<HttpResponse> {
  try {
    const response = await client.request<Uint8Array>({
      method: 'POST',
      url: target.url.href,
      data: Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength),
      headers: { ...request.headers, 'Content-Length': String(request.body.length) },
      signal: request.signal,
    });
    return { status: response.status, headers: lowerCased(response.headers), body: new Uint8Array(response.data) };
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    throw cleaned(error, target);
  }
}

/** What axios threw, without the request it carries: that holds the Authorization header and the body. */
function cleaned(error: unknown, { url, maxResponseBytes }: Target): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof AxiosError && message.startsWith('maxContentLength')) {
    return new LimitError(`The answer of ${url.host} is larger than ${maxResponseBytes} bytes`);
  }
  const code = error instanceof AxiosError && error.code !== undefined ? ` (${error.code})` : '';
  return new TransportError(`The connection to ${url.host} was lost: ${message}${code}`);
}

function lowerCased(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value)]));
}
