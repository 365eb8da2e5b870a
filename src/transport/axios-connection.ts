import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type Axios } from 'axios';
import type { Connection, HttpRequest, Target } from './connection.js';
import { type Post, connectPinned } from './pinned-connection.js';

/** When TCP asks an idle host whether it is there: as axios sets it before each request. With another time of the agent's each call would set it twice. */
const KEEP_ALIVE_MS = 60_000;

/** The default connection: axios over its http adapter, with an agent that owns the one socket. */
export function connectAxios(target: Target, signal: AbortSignal): Promise<Connection> {
  const options = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets: 1 };
  const agent = target.url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
  const client = createClient(agent);
  return connectPinned(target, signal, agent, (request) => post(client, target.url, request));
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
    maxContentLength: -1, // ResponseBody has the limit
    maxBodyLength: Number.POSITIVE_INFINITY,
    timeout: 0,
    validateStatus: () => true,
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
  });
}

/** What it throws is an AxiosError, with the Authorization header and the body in it: `connectPinned` lets none out. */
async function post(client: Axios, url: URL, { headers, body, signal }: HttpRequest): ReturnType<Post> {
  const response = await client.request<IncomingMessage>({
    method: 'POST',
    url: url.href,
    data: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    headers: { ...headers, 'Content-Length': String(body.length) },
    signal,
  });
  return { answer: response.data, sent: response.request as ClientRequest };
}
