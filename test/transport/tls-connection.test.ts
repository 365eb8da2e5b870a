import { X509Certificate, constants } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ServerOptions, createServer } from 'node:https';
import { TLSSocket, createSecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../src/bytes.js';
import { TlsError, UsageError } from '../../src/errors.js';
import { connectAxios } from '../../src/transport/axios-connection.js';
import type { ClientCertificate, Connect, TlsOptions } from '../../src/transport/connection.js';
import { connectNode } from '../../src/transport/node-connection.js';
import { connectUndici } from '../../src/transport/undici-connection.js';
import { fixture } from '../fixture.js';
import { certificateFor, listen, live, post, target } from './support.js';

const pem: ClientCertificate = { cert: fixture('tls/client.pem'), key: fixture('tls/client-key.pem') };
const pfx: ClientCertificate = { pfx: new Uint8Array(readFileSync(new URL('../../fixtures/tls/client.pfx', import.meta.url))), passphrase: 'fixture' };
const host = certificateFor('127.0.0.1');
const tls: TlsOptions = { ca: host.certificate };

type Answer = (socket: TLSSocket, response: ServerResponse) => void;

/** Answers with the subject of the client's certificate, and the version of TLS. */
const whoAmI: Answer = (socket, response) => response.end(`${socket.getPeerX509Certificate()?.subject ?? 'nobody'} ${socket.getProtocol() ?? ''}`);

async function start(options: ServerOptions, answer: Answer = whoAmI): Promise<{ url: string; received: string[]; servernames: (string | false | null)[] }> {
  const received: string[] = [];
  const servernames: (string | false | null)[] = [];
  const server = createServer({ cert: host.certificate, key: host.key, ...options }, (request: IncomingMessage, response) => {
    if (request.socket instanceof TLSSocket) answer(request.socket, response);
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    servernames.push(socket.servername);
    socket.on('data', (data: Buffer) => received.push(data.toString('latin1')));
  });
  server.on('tlsClientError', () => undefined);
  return { url: `https://127.0.0.1:${await listen(server)}/wsman`, received, servernames };
}

/** As http.sys asks for a certificate: after the first request has come, by renegotiation; it resumes no session. */
const askLate: ServerOptions = { maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET };
const renegotiate = (answer: Answer): Answer => (socket, response) => {
  if (socket.getPeerX509Certificate() !== undefined) answer(socket, response);
  else socket.renegotiate({ requestCert: true, rejectUnauthorized: false }, (error) => (error === null ? answer(socket, response) : response.destroy()));
};

describe.each<[string, Connect]>([
  ['axios', connectAxios],
  ['undici', connectUndici],
  ['node', connectNode],
])('the %s connection over TLS', (_name, connect) => {
  it.each<[string, ClientCertificate | null, string]>([
    ['in PEM', pem, 'CN=ops TLSv1.2'],
    ['in a PFX file', pfx, 'CN=ops TLSv1.2'],
    ['of nobody', null, 'nobody TLSv1.3'],
  ])('shows a certificate %s when it is asked for one', async (_kind, clientCertificate, answer) => {
    const { url } = await start({ requestCert: true, rejectUnauthorized: false });
    const connection = await connect(target(url, tls, { clientCertificate }), live);
    expect(fromLatin1((await connection.send(post)).body)).toBe(answer);
    connection.close();
  });

  it('shows it when it is asked after the request, and goes on with the same connection', async () => {
    const { url } = await start(askLate, renegotiate(whoAmI));
    const connection = await connect(target(url, tls, { clientCertificate: pem }), live);
    expect(fromLatin1((await connection.send(post)).body)).toBe('CN=ops TLSv1.2');
    expect(fromLatin1((await connection.send(post)).body)).toBe('CN=ops TLSv1.2');
    connection.close();
  });

  it('ends a connection on which the host shows another certificate', async () => {
    const other = certificateFor('127.0.0.1');
    const { url } = await start(askLate, (socket, response) => {
      socket.setKeyCert(createSecureContext({ cert: other.certificate, key: other.key }));
      renegotiate(whoAmI)(socket, response);
    });
    const { fingerprint256 } = new X509Certificate(host.certificate);
    const connection = await connect(target(url, { fingerprint256 }, { clientCertificate: pem }), live);
    const error: unknown = await connection.send(post).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TlsError);
    expect((error as Error).message).toContain('changed its certificate');
    expect(connection.usable).toBe(false);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is a TlsError that speaks of client certificates when the host wants one, in %s', async (version) => {
    const { url } = await start({ requestCert: true, rejectUnauthorized: true, ca: fixture('tls/client.pem'), minVersion: version, maxVersion: version });
    // TLS 1.3 tells a client only after it has begun to send.
    const error: unknown = await connect(target(url, tls), live)
      .then((connection) => connection.send(post))
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TlsError);
    expect((error as Error).message).toContain('client certificate');
  });

  it('refuses a certificate that cannot be used before it connects', async () => {
    const { url, servernames } = await start({});
    await expect(connect(target(url, tls, { clientCertificate: { ...pem, key: host.key } }), live)).rejects.toBeInstanceOf(UsageError);
    await expect(connect(target(url, { fingerprint256: 'AB' }), live)).rejects.toBeInstanceOf(UsageError);
    expect(servernames).toEqual([]);
  });

  it('writes nothing to a host that does not have the pinned certificate', async () => {
    const { url, received } = await start({});
    await expect(connect(target(url, { fingerprint256: 'AB'.repeat(32) }), live)).rejects.toMatchObject({
      code: 'TLS',
      message: expect.stringContaining(`has the SHA-256 fingerprint ${new X509Certificate(host.certificate).fingerprint256}, not the pinned one`) as string,
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(received).toEqual([]);
  });

  it.each<[string, string, string | false]>([
    ['a name', 'hv01.example', 'hv01.example'],
    ['an internationalised name', 'Bücher.example', 'xn--bcher-kva.example'],
    ['an address, which SNI does not carry', '127.0.0.1', false],
  ])('asks for %s given as servername', async (_kind, servername, asked) => {
    const named = certificateFor(asked === false ? '127.0.0.1' : asked);
    const { url, servernames } = await start({ cert: named.certificate, key: named.key });
    const connection = await connect(target(url, { ca: named.certificate, servername }), live);
    await connection.send(post);
    connection.close();
    expect(servernames).toEqual([asked]);
  });

  it.each<[string, ServerOptions, TlsOptions, string]>([
    ['a certificate of an unknown authority', {}, {}, 'tls.ca'],
    ['a certificate for another name', {}, { ...tls, servername: 'hv02.example' }, 'tls.servername'],
    ['TLS that is too old', { maxVersion: 'TLSv1.2' }, { ...tls, minVersion: 'TLSv1.3' }, 'tls.minVersion'],
  ])('says what to do about %s', async (_kind, options, given, hint) => {
    const { url } = await start(options);
    await expect(connect(target(url, given), live)).rejects.toMatchObject({ code: 'TLS', message: expect.stringContaining(hint) as string });
  });

  it('leaves by the interface that the zone names', async () => {
    await expect(connect(target('http://[fe80::1]:5985/', {}, { zone: 'no-such-zone' }), live)).rejects.toMatchObject({ code: 'TRANSPORT', message: expect.stringContaining('fe80::1%no-such-zone') as string });
  });
});
