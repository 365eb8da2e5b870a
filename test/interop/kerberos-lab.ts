/** What the suites around the GSSAPI acceptor have in common: a certificate, and an Echo through the public client. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { type Auth, type AuthError, type CallOptions, WsmanClient, type WsmanClientOptions, instancePath, untyped } from '../../src/index.js';
import { createCertificate } from '../../src/testing/certificate.js';
import { type Acceptor, type AcceptorOptions, startAcceptor } from './acceptor.js';

export const KRB5 = '1.2.840.113554.1.2.2';
export const NTLMSSP = '1.3.6.1.4.1.311.2.2.10';

/** A self-signed certificate for localhost and 127.0.0.1, ECDSA with SHA-256. */
export const newCertificate = (): { certificate: string; key: string } =>
  createCertificate({ commonName: 'localhost', names: ['localhost', '127.0.0.1'], now: new Date(), random: (length) => new Uint8Array(randomBytes(length)) });

/** An acceptor that has no answer but Echo's, and its certificate. */
export async function startEcho(options: Omit<AcceptorOptions, 'answer' | 'certificate' | 'key'>): Promise<Acceptor & { readonly certificate: string }> {
  const pair = newCertificate();
  return { ...(await startAcceptor({ answer: '', ...pair, ...options })), certificate: pair.certificate };
}

/** A client of a service on localhost: its principal is HTTP/localhost unless the auth says otherwise. */
export function clientOf({ httpPort }: Acceptor, auth: Auth, more: Partial<WsmanClientOptions> = {}): WsmanClient {
  return new WsmanClient({ url: `http://localhost:${httpPort}/wsman`, auth, ...more });
}

/** The options that go to the HTTPS port instead. */
export function secure({ httpsPort, certificate }: Acceptor & { readonly certificate: string }): Pick<WsmanClientOptions, 'url' | 'tls'> {
  return { url: `https://localhost:${httpsPort}/wsman`, tls: { ca: certificate } };
}

/** Sends a text and gets one back, the same or one of another size. */
export async function echo(client: WsmanClient, text: string, size = text.length, call: CallOptions = {}): Promise<unknown> {
  const path = instancePath('Test_Echo', {}, 'root/cimv2');
  const { out } = await client.invoke(path, 'Echo', { Text: text, Size: String(size) }, { typeOf: untyped, ...call });
  return out.Text;
}

/** One Echo with a client of its own. */
export async function echoOnce(acceptor: Acceptor, auth: Auth, more: Partial<WsmanClientOptions> = {}): Promise<unknown> {
  await using client = clientOf(acceptor, auth, more);
  return await echo(client, 'once');
}

/** The error of an Echo that has to fail. */
export async function refusal(acceptor: Acceptor, auth: Auth, more: Partial<WsmanClientOptions> = {}): Promise<AuthError> {
  return await echoOnce(acceptor, auth, more).then(
    () => {
      throw new Error('It was not refused');
    },
    (error: unknown) => error as AuthError,
  );
}

/** A relay with a certificate of its own: it ends the client's TLS and opens another to the acceptor. */
export async function startRelay({ httpsPort, certificate }: Acceptor & { readonly certificate: string }, own: { readonly certificate: string; readonly key: string }): Promise<{ readonly httpsPort: number; close(): void }> {
  const relay = createTlsServer({ cert: own.certificate, key: own.key }, (inner) => {
    const outer = connectTls({ host: '127.0.0.1', port: httpsPort, ca: certificate });
    inner.pipe(outer).pipe(inner);
    for (const socket of [inner, outer]) socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return { httpsPort: (relay.address() as AddressInfo).port, close: () => relay.close() };
}

/** A port on which every connection is closed at once. */
export async function startDeaf(): Promise<{ readonly port: number; readonly asked: () => number; close(): void }> {
  let asked = 0;
  const server = createServer((socket) => {
    asked++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, asked: () => asked, close: () => server.close() };
}
