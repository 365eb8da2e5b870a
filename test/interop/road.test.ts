/** The road to the host, against programs that others wrote: OpenSSL's and nginx' TLS, tinyproxy's CONNECT. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { fromLatin1, utf8 } from '../../src/bytes.js';
import { type Auth, WsmanClient, type WsmanClientOptions } from '../../src/index.js';
import { DEFAULT_USER, SimulatedHost, createCertificate } from '../../src/testing/index.js';
import { connectAxios } from '../../src/transport/axios-connection.js';
import type { Connect } from '../../src/transport/connection.js';
import { connectUndici } from '../../src/transport/undici-connection.js';
import { fixture } from '../fixture.js';
import { requireParts } from './available.js';

const TRANSPORTS: readonly (readonly [string, Connect])[] = [
  ['axios', connectAxios],
  ['undici', connectUndici],
];
const clientCertificate = { cert: fixture('tls/client.pem'), key: fixture('tls/client-key.pem') };
const host = createCertificate({ commonName: 'hv01.example', names: ['127.0.0.1'], now: new Date(), random: (length) => crypto.getRandomValues(new Uint8Array(length)) });
const post = { headers: { 'Content-Type': 'text/x' }, body: utf8('<x/>'), signal: new AbortController().signal };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A folder with these files, removed after the test. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'road-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** A program that is ended after the test, and what it has written so far. */
function start(command: string, ...parameters: readonly string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(command, parameters);
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString('latin1')));
  cleanups.push(() => {
    child.kill();
    return closed;
  });
  return { child, output: () => output };
}

async function until(condition: () => boolean | Promise<boolean>, told: () => string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await condition()) return;
    await wait(20);
  }
  throw new Error(`It did not come to that:\n${told()}`);
}

function listensOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1', () => socket.destroy()).once('error', () => resolve(false)).once('close', (failed) => resolve(!failed));
  });
}

function target(port: number): Parameters<Connect>[0] {
  return { url: new URL(`https://127.0.0.1:${port}/wsman`), tls: { ca: host.certificate }, clientCertificate, connectTimeoutMs: 5000, maxResponseBytes: 10_000 };
}

describe.skipIf(!requireParts('openssl'))('openssl s_server', () => {
  it.each(TRANSPORTS)('gets the client certificate by renegotiation, after the request (%s)', async (_name, connect) => {
    const folder = await folderWith({ 'host.pem': host.certificate + host.key });
    const port = await freePort();
    const { child, output } = start('openssl', 's_server', '-accept', `127.0.0.1:${port}`, '-cert', join(folder, 'host.pem'), '-tls1_2', '-no_ticket', '-no_cache', '-crlf');
    await until(() => output().includes('ACCEPT'), output);
    const connection = await connect(target(port), post.signal);
    const answer = connection.send(post);
    await until(() => output().includes('POST /wsman'), output);
    expect(output()).not.toContain('CN = ops');
    // The command for: renegotiate, and ask for a certificate.
    child.stdin?.write('R\n');
    await until(() => output().includes('CN = ops'), output);
    child.stdin?.write('HTTP/1.1 200 OK\nContent-Length: 2\n\nok');
    child.stdin?.end('\n');
    expect(fromLatin1((await answer).body)).toBe('ok');
    connection.close();
  });
});

describe.skipIf(!requireParts('nginx'))('nginx', () => {
  it.each(TRANSPORTS)('knows the client by its certificate (%s)', async (_name, connect) => {
    const port = await freePort();
    const folder = await folderWith({ 'host.pem': host.certificate, 'host.key': host.key });
    await writeFile(
      join(folder, 'nginx.conf'),
      `pid ${folder}/pid; error_log stderr; daemon off; worker_processes 1; events {}
      http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
        server { listen 127.0.0.1:${port} ssl; ssl_certificate host.pem; ssl_certificate_key host.key; ssl_protocols TLSv1.2 TLSv1.3;
          ssl_client_certificate ${fileURLToPath(new URL('../../fixtures/tls/client.pem', import.meta.url))}; ssl_verify_client on;
          location / { return 200 "$ssl_client_verify $ssl_client_s_dn $ssl_protocol"; } } }`,
    );
    const { output } = start('nginx', '-p', folder, '-c', join(folder, 'nginx.conf'));
    await until(() => listensOn(port), output);
    const known = await connect(target(port), post.signal);
    expect(fromLatin1((await known.send(post)).body)).toBe('SUCCESS CN=ops TLSv1.2');
    known.close();
    const unknown = await connect({ ...target(port), clientCertificate: null }, post.signal);
    expect((await unknown.send(post)).status).toBe(400);
    unknown.close();
  });
});

describe.skipIf(!requireParts('tinyproxy'))('tinyproxy', () => {
  const auth: Auth = { type: 'ntlm', username: DEFAULT_USER.username, password: DEFAULT_USER.password };

  async function startTinyproxy(): Promise<number> {
    const port = await freePort();
    const folder = await folderWith({ 'tinyproxy.conf': `Port ${port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 10\nBasicAuth ops s3cret\n` });
    const { output } = start('tinyproxy', '-d', '-c', join(folder, 'tinyproxy.conf'));
    await until(() => listensOn(port), output);
    return port;
  }

  it.each(['axios', 'undici'] as const)('carries sealed NTLM over HTTP, and bound NTLM over HTTPS (%s)', async (transport) => {
    const proxy = `http://ops:s3cret@127.0.0.1:${await startTinyproxy()}`;
    const simulated = await SimulatedHost.start({ cbt: 'strict' });
    cleanups.push(() => simulated.close());
    const clients = [{ url: simulated.url }, { url: simulated.httpsUrl, tls: { ca: simulated.certificate } }].map((where: Pick<WsmanClientOptions, 'url' | 'tls'>) => new WsmanClient({ ...where, auth, proxy, transport }));
    cleanups.push(() => Promise.all(clients.map((client) => client.close())));
    for (const client of clients) {
      await client.identify();
      await client.identify();
    }
    expect(simulated.requests.map(({ sealed, secure }) => ({ sealed, secure }))).toEqual([
      { sealed: true, secure: false },
      { sealed: true, secure: false },
      { sealed: false, secure: true },
      { sealed: false, secure: true },
    ]);
    expect(simulated.connections).toBe(2);
  });

  it('is named when it refuses the credentials', async () => {
    const port = await startTinyproxy();
    const client = new WsmanClient({ url: 'http://127.0.0.1:1/wsman', auth, proxy: `http://ops:wr0ng@127.0.0.1:${port}` });
    cleanups.push(() => client.close());
    await expect(client.identify()).rejects.toMatchObject({ code: 'AUTH', message: expect.stringContaining(`the proxy http://127.0.0.1:${port}`) as string });
    await expect(client.identify()).rejects.not.toThrow('wr0ng');
  });
});
