/** Every authentication that a simulated host takes, with the package's own client against it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Auth, WsmanClient } from '../../src/index.js';
import { createNtlmInitiator } from '../../src/auth/ntlm/initiator.js';
import { createSpnegoInitiator } from '../../src/auth/spnego/initiator.js';
import { SimulatedHost } from '../../src/testing/index.js';
import { SimulatedKdc } from '../../src/testing/simulated-kdc.js';
import { afterTest, keepAliveAgent, send, startHost } from './support.js';

const OPS = { username: 'ops', password: 'Correct-Horse-7' };
/** Nobody listens there: the KDC of a realm that is down. */
const NO_KDC = '[libdefaults]\n default_realm = EXAMPLE.TEST\n dns_lookup_kdc = false\n[realms]\n EXAMPLE.TEST = {\n  kdc = 127.0.0.1:1\n }\n';

let folder: string;
let kdc: SimulatedKdc;
let krb5Config: string;
let downConfig: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'authentication-'));
  kdc = await SimulatedKdc.start({ realm: 'EXAMPLE.TEST', users: [OPS], services: ['HTTP/localhost'] });
  krb5Config = join(folder, 'krb5.conf');
  downConfig = join(folder, 'down.conf');
  writeFileSync(krb5Config, kdc.krb5Conf);
  writeFileSync(downConfig, NO_KDC);
});
afterAll(async () => {
  await kdc.close();
  rmSync(folder, { recursive: true });
});

function startHostWithAll(): Promise<SimulatedHost> {
  return startHost({ users: [{ ...OPS, domain: 'EXAMPLE' }], kerberos: { keytab: kdc.keytab }, credssp: true, cbt: 'strict' });
}

function clientOf(host: SimulatedHost, auth: Auth, secure = false): WsmanClient {
  const url = (secure ? host.httpsUrl : host.url).replace('127.0.0.1', 'localhost');
  const client = new WsmanClient({ url, auth, tls: { ca: host.certificate }, timeoutMs: 10_000 });
  afterTest(() => client.close());
  return client;
}

/** Asks twice, so that one request comes after the handshake alone. */
async function ask(host: SimulatedHost, auth: Auth, secure: boolean) {
  const client = clientOf(host, auth, secure);
  await client.identify();
  await client.identify();
  return host.requests.map(({ user, sealed }) => ({ user, sealed }));
}

const NTLM_USER = 'EXAMPLE\\ops';
const KERBEROS_USER = 'ops@EXAMPLE.TEST';
const account = { username: NTLM_USER, password: OPS.password };

const CASES: readonly [string, () => Auth, string][] = [
  ['ntlm', () => ({ type: 'ntlm', ...account }), NTLM_USER],
  ['kerberos', () => ({ type: 'kerberos', ...OPS, krb5Config }), KERBEROS_USER],
  ['negotiate with a domain', () => ({ type: 'negotiate', ...OPS, krb5Config }), KERBEROS_USER],
  ['negotiate without its KDC', () => ({ type: 'negotiate', ...account, krb5Config: downConfig }), NTLM_USER],
  ['credssp with Kerberos inside', () => ({ type: 'credssp', ...OPS, krb5Config }), KERBEROS_USER],
  ['credssp with NTLM inside', () => ({ type: 'credssp', ...account, krb5Config: downConfig, allowNtlm: true }), NTLM_USER],
];

describe.each([['HTTP', false], ['HTTPS, with a demanded channel binding', true]])('over %s', (_, secure) => {
  it.each(CASES)('%s', async (_name, auth, user) => {
    const host = await startHostWithAll();
    expect(await ask(host, auth(), secure)).toEqual([{ user, sealed: !secure }, { user, sealed: !secure }]);
    expect(host.handshakes).toBe(1);
  });
});

describe('a host', () => {
  it('offers what it takes', async () => {
    const offered = async (host: SimulatedHost) => (await send(host.url)).headers['www-authenticate'];
    expect(await offered(await startHostWithAll())).toBe('Negotiate, Kerberos, CredSSP, Basic realm="WSMAN"');
    expect(await offered(await startHost())).toBe('Negotiate, Basic realm="WSMAN"');
  });

  it('without a keytab is reached with NTLM, though the client has a ticket', async () => {
    const host = await startHost({ users: [{ ...OPS, domain: 'EXAMPLE.TEST' }] });
    const auth: Auth = { type: 'negotiate', username: 'EXAMPLE.TEST\\ops', password: OPS.password, krb5Config };
    expect(await ask(host, auth, false)).toEqual(Array(2).fill({ user: 'EXAMPLE.TEST\\ops', sealed: true }));
  });

  it('gives its last token with the answer to the client\'s last', async () => {
    const host = await startHostWithAll();
    const context = createNtlmInitiator({ credentials: account, channelBinding: null, random: (length) => new Uint8Array(length).fill(5), now: () => new Date() });
    const client = createSpnegoInitiator({ contexts: [context] });
    const agent = keepAliveAgent();
    const post = async (token: Uint8Array) => {
      const { status, headers } = await send(host.url, { agent, headers: { Authorization: `Negotiate ${Buffer.from(token).toString('base64')}` } });
      return { status, token: Buffer.from(String(headers['www-authenticate']).replace('Negotiate ', ''), 'base64') };
    };
    const challenge = await post(client.step(null)!);
    expect(challenge.status).toBe(401);
    const last = await post(client.step(challenge.token)!);
    expect(last.status).toBe(200);
    expect(client.step(last.token)).toBeNull();
    expect(client.complete).toBe(true);
  });

  it.each([
    ['kerberos', () => ({ type: 'kerberos', ...OPS, krb5Config })],
    ['credssp', () => ({ type: 'credssp', ...account, krb5Config: downConfig, allowNtlm: true })],
  ] as [string, () => Auth][])('can damage the seal of %s', async (_, auth) => {
    const host = await startHostWithAll();
    const client = clientOf(host, auth());
    await client.identify();
    host.trouble({ when: 'response', kind: 'badSignature' });
    await expect(client.identify()).rejects.toMatchObject({ code: 'PROTOCOL' });
    await expect(client.identify()).resolves.toBeDefined();
  });

  it('refuses a wrong password in every scheme', async () => {
    const host = await startHostWithAll();
    for (const auth of [{ type: 'ntlm', ...account, password: 'wrong' }, { type: 'credssp', ...account, password: 'wrong', krb5Config: downConfig, allowNtlm: true }] as Auth[]) {
      await expect(clientOf(host, auth).identify()).rejects.toMatchObject({ code: 'AUTH' });
    }
    expect(host.handshakes).toBe(0);
  });

  it('does not start with a keytab that is none', async () => {
    await expect(SimulatedHost.start({ kerberos: { keytab: Uint8Array.of(1, 2) } })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
