import { randomBytes } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { type IncomingMessage, type RequestListener, createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type Socket, createServer as createTcpServer } from 'node:net';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { fromLatin1, utf8 } from '../../src/bytes.js';
import { LimitError, TimeoutError, TlsError, TransportError } from '../../src/errors.js';
import { createCertificate } from '../../src/testing/certificate.js';
import { connectAxios } from '../../src/transport/axios-connection.js';
import type { Connect, Target, TlsOptions } from '../../src/transport/connection.js';
import { connectNode } from '../../src/transport/node-connection.js';
import { connectUndici } from '../../src/transport/undici-connection.js';
import { listen, live, post, stopAll, target } from './support.js';

const http = async (listener: RequestListener, rest: Partial<Target> = {}) => target(`http://127.0.0.1:${await listen(createServer(listener))}/wsman`, {}, rest);
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** A server that reads a request and then does what the script says with the socket. */
const tcp = async (script: (socket: Socket) => void) =>
  target(`http://127.0.0.1:${await listen(createTcpServer((socket) => socket.on('error', () => undefined).once('data', () => script(socket))))}/wsman`);
const read = async (request: IncomingMessage) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

describe.each<[string, Connect]>([
  ['axios', connectAxios],
  ['undici', connectUndici],
  ['node', connectNode],
])('the %s connection', (_name, connect) => {
  it('posts bytes and returns bytes, on one socket, with a Content-Length and nothing of its own', async () => {
    const seen: { port: number | undefined; headers: IncomingMessage['headers']; url: string | undefined; method: string | undefined; body: string }[] = [];
    const connection = await connect(
      await http((request, response) => {
        void read(request).then((body) => {
          seen.push({ port: request.socket.remotePort, headers: request.headers, url: request.url, method: request.method, body: body.toString('latin1') });
          response.setHeader('WWW-Authenticate', ['Negotiate abc', 'Basic realm="WSMAN"']);
          response.end(Buffer.from([0, 255, 13, 10]));
        });
      }),
      live,
    );
    const first = await connection.send(post);
    const second = await connection.send({ ...post, body: new Uint8Array() });
    connection.close();
    expect(first).toMatchObject({ status: 200, body: new Uint8Array([0, 255, 13, 10]), headers: { 'www-authenticate': 'Negotiate abc, Basic realm="WSMAN"' } });
    expect(second.body).toEqual(new Uint8Array([0, 255, 13, 10]));
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/wsman', body: '<x/>' });
    expect(seen[0]!.headers).toMatchObject({ connection: 'keep-alive', 'content-length': '4', 'content-type': 'text/x', authorization: 'Negotiate c2VjcmV0' });
    expect(seen[0]!.headers['transfer-encoding']).toBeUndefined();
    expect(seen[1]!.headers['content-length']).toBe('0');
    expect(seen[1]!.port).toBe(seen[0]!.port);
  });

  it.each<[string, unknown]>([
    ['an error whose code is a number', new DOMException('enough', 'AbortError')],
    ['an error', new Error('enough')],
    ['a text', 'enough'],
    ['null', null],
  ])('rejects with what it was aborted with: %s', async (_kind, reason) => {
    const halves = ['HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab'];
    for (const answered of ['', ...halves]) {
      const connection = await connect(await tcp((socket) => socket.write(answered)), live);
      const controller = new AbortController();
      const sent = connection.send({ ...post, signal: controller.signal }).then(
        () => 'answered',
        (error: unknown) => error,
      );
      setTimeout(() => controller.abort(reason), 20);
      expect(await sent).toBe(reason);
      connection.close();
    }
  });

  it('does not wait for more after an HTTP 101 that nobody asked for', async () => {
    const connection = await connect(await tcp((socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')), live);
    const patience = AbortSignal.timeout(500);
    const error: unknown = await connection.send({ ...post, signal: patience }).catch((reason: unknown) => reason);
    connection.close();
    // axios does not tell: there it is the deadline that ends it.
    if (connect === connectAxios) expect(error).toBe(patience.reason);
    else expect(error).toBeInstanceOf(TransportError);
  });

  it.each([302, 401, 413, 500, 503])('returns HTTP %i as an answer, redirects not followed', async (status) => {
    const connection = await connect(
      await http((_request, response) => response.writeHead(status, { Location: 'http://127.0.0.1:1/elsewhere' }).end('x')),
      live,
    );
    expect(await connection.send(post)).toMatchObject({ status, body: utf8('x') });
    connection.close();
  });

  it('leaves no listener on the signal, and keeps nothing of the answer', async () => {
    const connection = await connect(await http((_request, response) => response.end('x'.repeat(1000))), live);
    const { signal } = new AbortController();
    const answered = async () => new WeakRef((await connection.send({ ...post, signal })).body.buffer);
    const answers = [await answered(), await answered(), await answered()];
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await vi.waitFor(() => {
      collectGarbage();
      expect(answers.filter((answer) => answer.deref() !== undefined)).toHaveLength(0);
    });
    expect(connection.usable).toBe(true);
    connection.close();
  });

  it('reads a status line without a reason phrase, as http.sys sends it', async () => {
    const connection = await connect(await tcp((socket) => socket.write('HTTP/1.1 401 \r\nContent-Length: 0\r\n\r\n')), live);
    expect((await connection.send(post)).status).toBe(401);
    connection.close();
  });

  it('does not open a second socket when the first is closed', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.setHeader('Connection', 'close').end('x')).on('connection', () => connections++);
    const connection = await connect(target(`http://127.0.0.1:${await listen(server)}/wsman`), live);
    await connection.send(post);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = connection.bytesWritten;
    expect(connection.usable).toBe(false);
    await expect(connection.send(post)).rejects.toBeInstanceOf(TransportError);
    expect(connection.bytesWritten).toBe(before);
    expect(connections).toBe(1);
    connection.close();
  });

  it('tells how much was written, before and after it is lost', async () => {
    const connection = await connect(await tcp((socket) => socket.destroy()), live);
    expect(connection.bytesWritten).toBe(0);
    await expect(connection.send(post)).rejects.toBeInstanceOf(TransportError);
    expect(connection.bytesWritten).toBeGreaterThan(50);
    expect(connection.usable).toBe(false);
  });

  it.each(['HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n', 'HTTP/1.1 20'])(
    'is a TransportError when the answer breaks off: %j',
    async (text) => {
      const connection = await connect(await tcp((socket) => socket.end(text)), live);
      await expect(connection.send(post)).rejects.toBeInstanceOf(TransportError);
      connection.close();
    },
  );

  it('is a ProtocolError when the answer is not HTTP', async () => {
    const connection = await connect(await tcp((socket) => socket.end('junk\r\n\r\n')), live);
    await expect(connection.send(post)).rejects.toMatchObject({ code: 'PROTOCOL' });
    connection.close();
  });

  it('is a LimitError when the headers have no end', async () => {
    const connection = await connect(await tcp((socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)), live);
    await expect(connection.send(post)).rejects.toBeInstanceOf(LimitError);
    connection.close();
  });

  it('is of no more use after an answer that came before the request had left, and harms nobody', async () => {
    const connection = await connect(
      await tcp((socket) => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
        setTimeout(() => socket.resetAndDestroy(), 30);
      }),
      live,
    );
    const answer = await connection.send({ ...post, body: new Uint8Array(30_000_000) }).catch((error: unknown) => error);
    expect((answer as { status?: number }).status === 413 || answer instanceof TransportError).toBe(true);
    await expect(connection.send(post)).rejects.toBeInstanceOf(TransportError);
    await new Promise((resolve) => setTimeout(resolve, 60));
    connection.close();
  });

  it('takes nothing from the environment or from what the application set for itself', async () => {
    const { default: axios } = await import('axios');
    const { common } = axios.defaults.headers;
    const seen: IncomingMessage['headers'][] = [];
    try {
      process.env.HTTP_PROXY = 'http://127.0.0.1:1';
      Object.assign(common, { 'X-App': 'secret', Authorization: 'Bearer secret' });
      axios.defaults.auth = { username: 'app', password: 'secret' };
      const connection = await connect(
        await http((request, response) => {
          seen.push(request.headers);
          response.setHeader('Content-Encoding', 'gzip');
          response.end('not gzip');
        }),
        live,
      );
      const headers = { 'Content-Type': post.headers['Content-Type'] };
      expect(fromLatin1((await connection.send({ ...post, headers })).body)).toBe('not gzip');
      connection.close();
    } finally {
      delete process.env.HTTP_PROXY;
      delete common['X-App'];
      delete common.Authorization;
      delete axios.defaults.auth;
    }
    expect(JSON.stringify(seen)).not.toContain('secret');
    expect(seen[0]!.authorization).toBeUndefined();
  });

  it.each([true, false])('bounds the answer (length told: %s)', async (told) => {
    const connection = await connect(
      await http(
        (_request, response) => {
          if (told) response.setHeader('Content-Length', 200_000);
          response.end(Buffer.alloc(200_000));
        },
        { maxResponseBytes: 100_000 },
      ),
      live,
    );
    await expect(connection.send(post)).rejects.toBeInstanceOf(LimitError);
    connection.close();
  });

  it('rejects with the reason of its signal, while it waits and while it reads', async () => {
    for (const text of ['', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort']) {
      const controller = new AbortController();
      const reason = new Error('no longer');
      const connection = await connect(
        await tcp((socket) => {
          socket.write(text);
          setTimeout(() => controller.abort(reason), 20);
        }),
        live,
      );
      await expect(connection.send({ ...post, signal: controller.signal })).rejects.toBe(reason);
      connection.close();
    }
  });

  it('keeps the Authorization header and the body out of its errors', async () => {
    const connection = await connect(await tcp((socket) => socket.destroy()), live);
    const error: unknown = await connection.send(post).catch((caught: unknown) => caught);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/c2VjcmV0|<x\/>|60, 120, 47, 62|3c 78 2f 3e/);
  });

  it('survives a socket that breaks while it is idle', async () => {
    let peer: Socket | undefined;
    const connection = await connect(
      await tcp((socket) => {
        peer = socket;
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }),
      live,
    );
    await connection.send(post);
    peer!.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(connection.usable).toBe(false);
  });

  it('is a TransportError that names the host when nobody listens or nobody is found', async () => {
    const port = await listen(createTcpServer());
    await stopAll();
    await expect(connect(target(`http://127.0.0.1:${port}/`), live)).rejects.toMatchObject({ code: 'TRANSPORT', message: expect.stringContaining(`127.0.0.1:${port}`) as string });
    await expect(connect(target('http://no-such-host.invalid/'), live)).rejects.toBeInstanceOf(TransportError);
  });

  describe('over TLS', () => {
    const secure = async (names: readonly string[] = ['127.0.0.1', 'hv01.example']) => {
      const { certificate, key } = createCertificate({ commonName: 'hv01', names, now: new Date(), random: (length) => new Uint8Array(randomBytes(length)) });
      const server = createSecureServer({ cert: certificate, key }, (_request, response) => response.end('x'));
      return { url: `https://127.0.0.1:${await listen(server)}/wsman`, certificate };
    };

    it('verifies the certificate and gives it out', async () => {
      const { url, certificate } = await secure();
      const connection = await connect(target(url, { ca: certificate }), live);
      expect(Buffer.from(connection.peerCertificate!).toString('base64')).toBe(certificate.replace(/-----[^-]+-----|\s/g, ''));
      expect(fromLatin1((await connection.send(post)).body)).toBe('x');
      expect((await connection.send(post)).status).toBe(200);
      connection.close();
    });

    it.each<[string, TlsOptions, readonly string[]]>([
      ['an authority that is not trusted', {}, ['127.0.0.1']],
      ['another name', { servername: 'hv02.example' }, ['127.0.0.1']],
      ['another fingerprint', { fingerprint256: 'AB'.repeat(32) }, ['127.0.0.1']],
    ])('refuses %s with a TlsError', async (_name, tls, names) => {
      const { url, certificate } = await secure(names);
      const ca = tls.servername === undefined ? {} : { ca: certificate };
      await expect(connect(target(url, { ...ca, ...tls }), live)).rejects.toBeInstanceOf(TlsError);
    });

    it('accepts the pinned certificate whatever its name, the name asked for, and anything when told to', async () => {
      const { url, certificate } = await secure(['hv01.example']);
      const { X509Certificate } = await import('node:crypto');
      const { fingerprint256 } = new X509Certificate(certificate);
      for (const tls of [{ fingerprint256 }, { fingerprint256: fingerprint256.replaceAll(':', '').toLowerCase() }, { ca: certificate, servername: 'hv01.example' }, { rejectUnauthorized: false }]) {
        (await connect(target(url, tls), live)).close();
      }
    });

    it('is a TlsError that gives a hint when the port speaks no TLS', async () => {
      const where = await http((_request, response) => response.end());
      await expect(connect({ ...where, url: new URL(where.url.href.replace('http:', 'https:')) }, live)).rejects.toMatchObject({ code: 'TLS', message: expect.stringContaining('5986') as string });
    });

    it('tells how much was written, after it is lost', async () => {
      const { certificate, key } = createCertificate({ commonName: 'hv01', names: ['127.0.0.1'], now: new Date(), random: (length) => new Uint8Array(randomBytes(length)) });
      const server = createSecureServer({ cert: certificate, key }, (request) => request.socket.destroy());
      const connection = await connect(target(`https://127.0.0.1:${await listen(server)}/`, { ca: certificate }), live);
      const before = connection.bytesWritten;
      await expect(connection.send(post)).rejects.toBeInstanceOf(TransportError);
      expect(connection.bytesWritten).toBeGreaterThan(before);
    });
  });

  it('gives up connecting in time, and when told to', async () => {
    // A TLS server that never answers the first flight.
    const port = await listen(createTcpServer());
    await expect(connect(target(`https://127.0.0.1:${port}/`, {}, { connectTimeoutMs: 30 }), live)).rejects.toBeInstanceOf(TimeoutError);
    const controller = new AbortController();
    const reason = new Error('no longer');
    setTimeout(() => controller.abort(reason), 20);
    await expect(connect(target(`https://127.0.0.1:${port}/`), controller.signal)).rejects.toBe(reason);
    await expect(connect(target(`https://127.0.0.1:${port}/`), controller.signal)).rejects.toBe(reason);
  });
});
