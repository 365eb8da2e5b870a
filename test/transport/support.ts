/** What the tests of connections share: servers that end with their test, targets, and a request. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { createCertificate } from '../../src/testing/certificate.js';
import type { HttpRequest, Target, TlsOptions } from '../../src/transport/connection.js';

/** A signal that never aborts. */
export const live: AbortSignal = new AbortController().signal;
/** A request with credentials that no error may show. */
export const post = { headers: { 'Content-Type': 'text/x', Authorization: 'Negotiate c2VjcmV0' }, body: utf8('<x/>'), signal: live } satisfies HttpRequest;

const stops: (() => Promise<void>)[] = [];
afterEach(stopAll);

/** Ends every server, and every connection to one. */
export async function stopAll(): Promise<void> {
  await Promise.all(stops.splice(0).map((stop) => stop()));
}

/** Listens on a free port of 127.0.0.1 until the test is over. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return (server.address() as AddressInfo).port;
}

export function target(url: string, tls: TlsOptions = {}, rest: Partial<Target> = {}): Target {
  return { url: new URL(url), tls, connectTimeoutMs: 2000, maxResponseBytes: 100_000, ...rest };
}

/** A certificate of its own authority, and its key. */
export function certificateFor(...names: readonly [string, ...string[]]): { certificate: string; key: string } {
  return createCertificate({ commonName: names[0], names, now: new Date(), random: (length) => new Uint8Array(randomBytes(length)) });
}
