import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectAxios } from '../../src/transport/axios-connection.js';
import type { Connect } from '../../src/transport/connection.js';
import { connectNode } from '../../src/transport/node-connection.js';
import { connectUndici } from '../../src/transport/undici-connection.js';
import { createCertificate } from '../../src/testing/certificate.js';

/** A host in a process of its own, as every real one is: its answer may be there before this process has heard that its request has left. */
const HOST = `
const { createServer } = require('node:https');
const { certificate, key } = JSON.parse(process.env.TLS);
const server = createServer({ cert: certificate, key }, (request, response) => {
  request.resume().on('end', () => response.writeHead(401, { 'Content-Length': '0' }).end());
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
`;
const tls = createCertificate({ commonName: 'localhost', names: ['127.0.0.1'], now: new Date(), random: randomBytes });
const host = spawn(process.execPath, ['-e', HOST], { env: { ...process.env, TLS: JSON.stringify(tls) }, stdio: ['pipe', 'pipe', 'inherit'] });
let port = 0;
beforeAll(async () => {
  const [line] = (await once(createInterface(host.stdout), 'line')) as [string];
  port = Number(line);
});
afterAll(() => host.stdin.end());

it.each<[string, Connect]>([
  ['axios', connectAxios],
  ['undici', connectUndici],
  ['node', connectNode],
])('%s keeps a connection whose requests are answered at once', async (_name, connect) => {
  const { signal } = new AbortController();
  const target = { url: new URL(`https://127.0.0.1:${port}/wsman`), tls: { ca: tls.certificate }, connectTimeoutMs: 10_000, maxResponseBytes: 1000 };
  for (let connections = 0; connections < 10; connections++) {
    const connection = await connect(target, signal);
    for (let requests = 0; requests < 10; requests++) {
      // What a TLS engine gives as a token comes in this phase of the event loop, and so does the request that carries it.
      await turn();
      expect((await connection.send({ headers: { 'Content-Type': 'text/plain' }, body: new Uint8Array(), signal })).status).toBe(401);
      expect(connection.usable).toBe(true);
    }
    connection.close();
  }
});
