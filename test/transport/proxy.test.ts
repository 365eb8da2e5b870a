import { type IncomingHttpHeaders, type IncomingMessage, type Server, createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type Socket, connect as connectTcp, createServer as createTcpServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../src/bytes.js';
import { AuthError, LimitError, ProtocolError, TimeoutError, TransportError, UsageError } from '../../src/errors.js';
import { connectAxios } from '../../src/transport/axios-connection.js';
import type { Connect } from '../../src/transport/connection.js';
import { resolveProxy } from '../../src/transport/proxy.js';
import { connectNode } from '../../src/transport/node-connection.js';
import { connectUndici } from '../../src/transport/undici-connection.js';
import { certificateFor, listen, live, post, stopAll, target } from './support.js';

type Asked = { readonly url: string | undefined; readonly headers: IncomingHttpHeaders };

/** A proxy that finds every host on 127.0.0.1, and tells what it was asked; `refuse` answers instead, when it gives a text. */
async function startProxy(refuse: (request: IncomingMessage) => string | null = () => null, server: Server = createServer()): Promise<{ port: number; asked: Asked[] }> {
  const asked: Asked[] = [];
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    asked.push({ url: request.url, headers: request.headers });
    const refusal = refuse(request);
    if (refusal !== null) return socket.end(refusal);
    const onward = connectTcp(Number(/:(\d+)$/.exec(request.url ?? '')?.[1]), '127.0.0.1', () => {
      // A length that CONNECT gives no meaning to (RFC 9110 §9.3.6).
      socket.write('HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\n\r\n');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    socket.on('error', () => onward.destroy()).on('close', () => onward.destroy());
    onward.on('error', () => socket.destroy());
    return undefined;
  });
  return { port: await listen(server), asked };
}

/** A proxy that does what the script says when the CONNECT has come. */
const scripted = async (script: (socket: Socket) => void) =>
  new URL(`http://127.0.0.1:${await listen(createTcpServer((socket) => socket.on('error', () => undefined).once('data', () => script(socket))))}`);

/** A host that tells who called and what it saw. */
async function startHost(secure: boolean, name: string): Promise<{ port: number; ca: string; seen: { port: number | undefined; headers: IncomingHttpHeaders }[] }> {
  const { certificate, key } = certificateFor(name);
  const seen: { port: number | undefined; headers: IncomingHttpHeaders }[] = [];
  const server = secure ? createSecureServer({ cert: certificate, key }) : createServer();
  server.on('request', (request: IncomingMessage, response: { end: (text: string) => void }) => {
    seen.push({ port: request.socket.remotePort, headers: request.headers });
    response.end('answer');
  });
  return { port: await listen(server), ca: certificate, seen };
}

const hostile = 'pass-wörd@/:%';
const credentials = `us%3Aer:${encodeURIComponent(hostile)}`;

describe.each<[string, Connect]>([
  ['axios', connectAxios],
  ['undici', connectUndici],
  ['node', connectNode],
])('the %s connection through a proxy', (_name, connect) => {
  it.each([
    ['http', false],
    ['https', true],
  ])('carries every request of an %s session through one tunnel', async (scheme, secure) => {
    const proxy = await startProxy();
    const host = await startHost(secure, 'hv01.example');
    const connection = await connect(
      target(`${scheme}://hv01.example:${host.port}/wsman`, { ca: host.ca }, { proxy: new URL(`http://127.0.0.1:${proxy.port}`) }),
      live,
    );
    for (let times = 0; times < 3; times++) expect(fromLatin1((await connection.send(post)).body)).toBe('answer');
    connection.close();
    expect(proxy.asked).toEqual([{ url: `hv01.example:${host.port}`, headers: { host: `hv01.example:${host.port}` } }]);
    expect(new Set(host.seen.map(({ port }) => port)).size).toBe(1);
    expect(host.seen[0]!.headers).toMatchObject({ host: `hv01.example:${host.port}`, authorization: 'Negotiate c2VjcmV0' });
    expect(Object.keys(host.seen[0]!.headers).filter((name) => name.startsWith('proxy-'))).toEqual([]);
    expect(connection.peerCertificate === null).toBe(!secure);
  });

  it('asks for an internationalised name in ASCII, and checks the certificate for it', async () => {
    const proxy = await startProxy();
    const host = await startHost(true, 'xn--bcher-kva.example');
    const through = { proxy: new URL(`http://127.0.0.1:${proxy.port}`) };
    const connection = await connect(target(`https://bücher.example:${host.port}/wsman`, { ca: host.ca }, through), live);
    await connection.send(post);
    connection.close();
    expect(proxy.asked[0]!.url).toBe(`xn--bcher-kva.example:${host.port}`);
    expect(host.seen[0]!.headers.host).toBe(`xn--bcher-kva.example:${host.port}`);
    await expect(connect(target(`https://bucher.example:${host.port}/wsman`, { ca: host.ca }, through), live)).rejects.toMatchObject({
      code: 'TLS',
      message: expect.stringMatching(/TLS with bucher\.example:\d+ failed: .*tls\.servername/) as string,
    });
  });

  it('shows the proxy, and no one else, the user and password of its URL', async () => {
    const proxy = await startProxy();
    const host = await startHost(false, '127.0.0.1');
    const url = new URL(`http://user:${encodeURIComponent(hostile)}@127.0.0.1:${proxy.port}`);
    const connection = await connect(target(`http://127.0.0.1:${host.port}/wsman`, {}, { proxy: url }), live);
    await connection.send(post);
    connection.close();
    // printf 'user:pass-wörd@/:%%' | base64
    expect(proxy.asked[0]!.headers['proxy-authorization']).toBe('Basic dXNlcjpwYXNzLXfDtnJkQC86JQ==');
    expect(inspect(host.seen)).not.toContain('dXNlcjpwYXNz');
  });

  it.each<[string, string, string, RegExp]>([
    ['no credentials', '', '407 X\r\nProxy-Authenticate: Basic realm="a, b"\r\nProxy-Authenticate: Negotiate', /^HTTP 407: the proxy http:\/\/127\.0\.0\.1:\d+ asks for credentials: give user and password in its URL/],
    ['wrong credentials', 'user:wrong-secret@', '407 X\r\nproxy-authenticate: basic realm="x"', /^HTTP 407: .* refuses the user or the password in its URL$/],
    ['wrong credentials, as tinyproxy says it', 'user:wrong-secret@', '401 Unauthorized', /^HTTP 401: .* refuses the user or the password in its URL$/],
    ['a proxy that takes other kinds', 'user:wrong-secret@', '407 X\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Kerberos', /offers NTLM, Kerberos; only Basic can be used/],
    ['a proxy that offers nothing', '', '407 X', /asks for credentials: give user and password/],
  ])('is an AuthError that names the proxy, with %s', async (_case, user, head, message) => {
    const proxy = await startProxy(() => `HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`);
    const error: unknown = await connect(target('http://hv01.example:5985/', {}, { proxy: new URL(`http://${user}127.0.0.1:${proxy.port}`) }), live).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AuthError);
    expect((error as AuthError).message).toMatch(message);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/wrong-secret|dXNlc/);
  });

  it.each([403, 502, 503])('is a TransportError with the status when the proxy answers %i', async (status) => {
    const proxy = await startProxy(() => `HTTP/1.1 ${status} Anything\r\n\r\n<html>`);
    await expect(connect(target('http://hv01.example:5985/', {}, { proxy: new URL(`http://user:secret@127.0.0.1:${proxy.port}`) }), live)).rejects.toMatchObject({
      code: 'TRANSPORT',
      status,
      message: expect.stringMatching(/^HTTP \d+: the proxy http:\/\/127\.0\.0\.1:\d+ gives no tunnel to hv01\.example:5985/) as string,
    });
  });

  it.each<[string, (socket: Socket) => void, new (...args: never[]) => Error]>([
    ['what is not HTTP', (socket) => socket.write('SSH-2.0-OpenSSH\r\n\r\n'), ProtocolError],
    ['a status line that is none', (socket) => socket.write('HTTP/1.1 2000 OK\r\n\r\n'), ProtocolError],
    ['a header without end', (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`), LimitError],
    ['nothing', (socket) => socket.end(), TransportError],
    ['an answer of the host before it was asked', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly'), ProtocolError],
    ['half a header', (socket) => socket.end('HTTP/1.1 200 OK\r\n'), TransportError],
    ['a reset', (socket) => socket.resetAndDestroy(), TransportError],
    ['silence', () => undefined, TimeoutError],
  ])('copes with %s for an answer', async (_case, script, expected) => {
    await expect(connect(target('http://hv01.example:5985/', {}, { proxy: await scripted(script), connectTimeoutMs: 300 }), live)).rejects.toBeInstanceOf(expected);
  });

  it('reads a header that comes byte by byte, from HTTP/1.0 too', async () => {
    const proxy = await scripted((socket) => {
      const text = 'HTTP/1.0 200 OK\r\nX: y\r\n\r\n';
      let sent = 0;
      const timer = setInterval(() => {
        socket.write(text.charAt(sent++));
        if (sent === text.length) clearInterval(timer);
      }, 1);
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlater'));
    });
    const connection = await connect(target('http://hv01.example:5985/', {}, { proxy }), live);
    expect(fromLatin1((await connection.send(post)).body)).toBe('later');
    connection.close();
  });

  it('gives up when told to', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer');
    const proxy = await scripted(() => controller.abort(reason));
    await expect(connect(target('http://hv01.example:5985/', {}, { proxy }), controller.signal)).rejects.toBe(reason);
  });

  it('is a TransportError that names the proxy when nobody listens there', async () => {
    const port = await listen(createTcpServer());
    await stopAll();
    await expect(connect(target('http://hv01.example:5985/', {}, { proxy: new URL(`http://user:secret@127.0.0.1:${port}`) }), live)).rejects.toMatchObject({
      code: 'TRANSPORT',
      message: expect.stringMatching(new RegExp(`^Cannot connect to the proxy http://127\\.0\\.0\\.1:${port}: `)) as string,
    });
  });

  it('speaks TLS with a proxy, and TLS with the host inside', async () => {
    const { certificate, key } = certificateFor('127.0.0.1');
    const proxy = await startProxy(undefined, createSecureServer({ cert: certificate, key }));
    const host = await startHost(true, 'hv01.example');
    const through = { proxy: new URL(`https://127.0.0.1:${proxy.port}`) };
    const connection = await connect(target(`https://hv01.example:${host.port}/wsman`, { ca: [certificate, host.ca] }, through), live);
    expect(fromLatin1((await connection.send(post)).body)).toBe('answer');
    connection.close();
    // Neither a pin nor a lack of verification is about the proxy.
    for (const tls of [{ rejectUnauthorized: false }, { fingerprint256: 'AB'.repeat(32) }]) {
      await expect(connect(target(`https://hv01.example:${host.port}/wsman`, tls, through), live)).rejects.toMatchObject({ code: 'TLS', message: expect.stringContaining(`TLS with the proxy https://127.0.0.1:${proxy.port}`) as string });
    }
  });

  it('takes no zone along', async () => {
    const proxy = await startProxy();
    await expect(connect(target('http://[fe80::1]:5985/', {}, { zone: 'eth0', proxy: new URL(`http://127.0.0.1:${proxy.port}`) }), live)).rejects.toBeInstanceOf(UsageError);
    expect(proxy.asked).toEqual([]);
  });
});

describe('resolveProxy', () => {
  it.each([
    ['http://proxy.example:3128', 'http://proxy.example:3128/'],
    ['HTTP://Proxy.Example', 'http://proxy.example/'],
    ['https://user:p%40ss@proxy.example', 'https://user:p%40ss@proxy.example/'],
    [new URL('http://[::1]:8080'), 'http://[::1]:8080/'],
  ])('takes %s', (given, href) => {
    expect(resolveProxy(given).href).toBe(href);
  });

  it.each(['', 'proxy.example:3128', 'proxy:3128', 'socks5://user:secret@proxy.example', 'http://user:secret@proxy.example/path', 'http://user:secret@proxy.example?q', 'http://user:secret@proxy.example#f', `http://${credentials}@proxy.example`, 'http://user:secret%zz@proxy.example', 'http://user:sec%FFret@proxy.example'])(
    'refuses %j, and shows no password',
    (given) => {
      let thrown: unknown;
      try {
        resolveProxy(given);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(UsageError);
      expect((thrown as Error).message).toContain('proxy');
      expect(inspect(thrown, { depth: 10, showHidden: true })).not.toMatch(/secret|pass-w|sec%FF/);
    },
  );
});
