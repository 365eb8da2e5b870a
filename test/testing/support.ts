/** What the tests of the simulated host share: hosts and clients that are closed after each test, and HTTP without our client. */
import { once } from 'node:events';
import { Agent, type OutgoingHttpHeaders, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type Socket, connect } from 'node:net';
import { afterEach } from 'vitest';
import { type Auth, HyperVHost, WsmanClient, type WsmanClientOptions } from '../../src/index.js';
import { DEFAULT_USER, SimulatedHost, type SimulatedHostOptions } from '../../src/testing/index.js';

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs after the test, the last first. */
export function afterTest(cleanup: () => Promise<void> | void): void {
  cleanups.push(cleanup);
}

export async function startHost(options?: SimulatedHostOptions): Promise<SimulatedHost> {
  const host = await SimulatedHost.start(options);
  cleanups.push(() => host.close());
  return host;
}

export const NTLM: Auth = { type: 'ntlm', username: DEFAULT_USER.username, password: DEFAULT_USER.password };
export const BASIC: Auth = { type: 'basic', username: DEFAULT_USER.username, password: DEFAULT_USER.password };

/** A client of the host: NTLM over HTTP unless told. */
export function clientOf(host: SimulatedHost, options: Partial<WsmanClientOptions> & { secure?: boolean } = {}): WsmanClient {
  const { secure = false, ...rest } = options;
  const client = new WsmanClient({ url: secure ? host.httpsUrl : host.url, tls: { ca: host.certificate }, auth: NTLM, timeoutMs: 10_000, ...rest });
  cleanups.push(() => client.close());
  return client;
}

/** The same, as a Hyper-V host. */
export function hyperVOf(host: SimulatedHost, options: Partial<WsmanClientOptions> & { secure?: boolean } = {}): HyperVHost {
  return new HyperVHost({ client: clientOf(host, options) });
}

export type RawResponse = { readonly status: number; readonly statusMessage: string; readonly headers: Readonly<Record<string, unknown>>; readonly rawHeaders: readonly string[]; readonly body: Buffer };

/** One HTTP request without our client; with `agent` several go over one connection. */
export function send(
  url: string,
  { method = 'POST', headers = {}, body = '', agent, ca }: { method?: string; headers?: OutgoingHttpHeaders; body?: string | Uint8Array; agent?: Agent; ca?: string } = {},
): Promise<RawResponse> {
  const start = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = start(url, { method, agent: agent ?? false, headers: { 'Content-Length': Buffer.byteLength(body), ...headers }, ...(ca === undefined ? {} : { ca }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, statusMessage: response.statusMessage ?? '', headers: response.headers, rawHeaders: response.rawHeaders, body: Buffer.concat(chunks) });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** An agent that keeps one connection, closed after the test. */
export function keepAliveAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  cleanups.push(() => agent.destroy());
  return agent;
}

/** A bare TCP connection to the host of a URL. */
export async function openTcp(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  cleanups.push(() => {
    socket.destroy();
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

export const SOAP_TYPE = 'application/soap+xml;charset=UTF-8';

export function basicHeader(username: string = DEFAULT_USER.username, password: string = DEFAULT_USER.password): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
