// The server of the benchmarks, a process of its own: HTTP and HTTPS on 127.0.0.1, and a KDC. It answers from prepared bytes.
//
// node's fork with the number of instances that an enumeration has. It sends where it is; on any message it sends how many HTTP
// requests came and how many KDC exchanges there were since the last.
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedKdc, createCertificate } from 'hyperv-wsman/testing';
import { decodeKeytab } from '../../dist/auth/kerberos/keytab.js';
import { ServerConnection } from './connection.mjs';

const USER = { username: 'ops', password: 'Correct-Horse-7' };
const SPN = 'HTTP/bench.example';

const kdc = await SimulatedKdc.start({ realm: 'EXAMPLE.TEST', users: [USER], services: [SPN] });
const { certificate, key } = createCertificate({ commonName: 'bench', names: ['localhost', '127.0.0.1'], now: new Date(), random: randomBytes });
const service = { users: [USER], keytab: decodeKeytab(kdc.keytab), instances: Number(process.argv[2]) };
const directory = mkdtempSync(join(tmpdir(), 'hyperv-wsman-bench-'));
const krb5Config = join(directory, 'krb5.conf');
writeFileSync(krb5Config, kdc.krb5Conf);
process.once('exit', () => rmSync(directory, { recursive: true }));
process.once('disconnect', () => process.exit());

const connections = new WeakMap();
let httpRequests = 0;

const http = await listen(createHttpServer(onRequest));
const https = await listen(createHttpsServer({ cert: certificate, key }, onRequest));
process.send({
  httpUrl: `http://127.0.0.1:${http}/wsman`,
  httpsUrl: `https://127.0.0.1:${https}/wsman`,
  certificate,
  user: USER,
  kerberos: { spn: SPN, krb5Config },
});

let kdcExchangesTold = 0;
process.on('message', () => {
  process.send({ httpRequests, kdcExchanges: kdc.requests.length - kdcExchangesTold });
  httpRequests = 0;
  kdcExchangesTold = kdc.requests.length;
});

async function listen(server) {
  // A client may be idle while others are measured.
  server.keepAliveTimeout = 0;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  return server.address().port;
}

function onRequest(request, response) {
  httpRequests++;
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => void answer(request, Buffer.concat(chunks), response));
}

async function answer({ headers, socket }, body, response) {
  let connection = connections.get(socket);
  if (connection === undefined) connections.set(socket, (connection = new ServerConnection(service)));
  const reply = await connection.handle({ authorization: headers.authorization, contentType: headers['content-type'] ?? '', body });
  response.writeHead(reply.status, { ...reply.headers, 'Content-Length': reply.body.length });
  response.end(reply.body);
}
