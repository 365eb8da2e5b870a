/** How many HTTP requests a call takes, by mechanism: the first on a new connection, and each after it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Auth, WsmanClient, onSignal } from '../../src/index.js';
import { SimulatedHost } from '../../src/testing/index.js';
import { SimulatedKdc } from '../../src/testing/simulated-kdc.js';

const USER = { username: 'ops', password: 'Correct-Horse-7' };

let folder: string;
let krb5Config: string;
let kdc: SimulatedKdc;
let host: SimulatedHost;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'round-trips-'));
  krb5Config = join(folder, 'krb5.conf');
  kdc = await SimulatedKdc.start({ realm: 'EXAMPLE.TEST', users: [USER], services: ['HTTP/localhost'] });
  writeFileSync(krb5Config, kdc.krb5Conf);
  host = await SimulatedHost.start({ users: [{ ...USER, domain: 'EXAMPLE' }], kerberos: { keytab: kdc.keytab } });
});
afterAll(async () => {
  await host.close();
  await kdc.close();
  rmSync(folder, { recursive: true });
});

const NTLM = { type: 'ntlm', username: 'EXAMPLE\\ops', password: USER.password } as const;
const CASES: readonly [string, () => Auth, 'http' | 'https', number][] = [
  ['Basic', () => ({ ...NTLM, type: 'basic' }), 'https', 1],
  ['NTLM, bound to TLS', () => NTLM, 'https', 3],
  ['NTLM, sealed', () => NTLM, 'http', 3],
  ['Kerberos, sealed', () => ({ type: 'kerberos', ...USER, krb5Config }), 'http', 2],
  ['Negotiate with Kerberos, sealed', () => ({ type: 'negotiate', ...USER, krb5Config }), 'http', 2],
];

it.each(CASES)('%s', async (_name, auth, scheme, first) => {
  const url = (scheme === 'https' ? host.httpsUrl : host.url).replace('127.0.0.1', 'localhost');
  let requests = 0;
  const stop = onSignal('hyperv-wsman:exchange', () => requests++);
  const taken = async (client: WsmanClient): Promise<number> => {
    const before = requests;
    await client.identify();
    return requests - before;
  };
  await using kept = new WsmanClient({ url, auth: auth(), tls: { ca: host.certificate } });
  expect([await taken(kept), await taken(kept), await taken(kept)]).toEqual([first, 1, 1]);
  // Two at a time, the second connection with the ticket of the first.
  await using pooled = new WsmanClient({ url, auth: auth(), tls: { ca: host.certificate }, connections: 2 });
  expect(await taken(pooled)).toBe(first);
  const before = requests;
  await Promise.all([pooled.identify(), pooled.identify()]);
  expect(requests - before).toBe(first + 1);
  stop();
});
