import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { asExchange } from '../../src/auth/kerberos/as-exchange.js';
import { KerberosClock } from '../../src/auth/kerberos/clock.js';
import type { Credential } from '../../src/auth/kerberos/credential.js';
import { decodeKeytab, encodeKeytab } from '../../src/auth/kerberos/keytab.js';
import { tgsExchange } from '../../src/auth/kerberos/tgs-exchange.js';
import { KerberosLogin, type KerberosLoginOptions } from '../../src/client/kerberos-login.js';
import { SimulatedKdc, type SimulatedKdcOptions } from '../../src/testing/simulated-kdc.js';
import { runKdcExchange } from '../../src/transport/kdc.js';
import { counter } from '../auth/kerberos/tickets.js';
import { ccacheFile } from './ccache-file.js';
import { principalOf } from '../auth/kerberos/principal-of.js';

const signal = new AbortController().signal;
const HOUR = 3_600_000;
const PASSWORD = 'Correct-Horse-7';
const HTTP = { nameType: 2, nameString: ['HTTP', 'hv01.example'] };
/** TicketFlags (RFC 4120 §5.3). */
const INVALID = 0x01000000;

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

const startKdc = async (more: Partial<SimulatedKdcOptions> = {}): Promise<SimulatedKdc> => {
  const users = ['ops', 'bob'].map((username) => ({ username, password: PASSWORD }));
  const kdc = await SimulatedKdc.start({ realm: 'EXAMPLE.TEST', users, services: ['HTTP/hv01.example'], ...more });
  toClose.push(() => kdc.close());
  return kdc;
};

const aboutToExpire = (ticket: Credential): Credential => ({ ...ticket, authTime: new Date(Date.now() - 9 * HOUR), startTime: null, endTime: new Date(Date.now() + 60_000) });

/** What kinit and kvno would have got of the KDC. */
async function ticketsOf(user: string, { port, realm }: SimulatedKdc): Promise<{ readonly tgt: Credential; readonly service: Credential }> {
  const options = { etypes: [18], random: counter(1), clock: new KerberosClock(() => new Date()) };
  const kdcs = { locate: () => Promise.resolve([{ host: '127.0.0.1', port }]), timeoutMs: 5000 };
  const logon = asExchange({ ...options, client: principalOf(`${user}@${realm}`), secret: { kind: 'password', password: PASSWORD }, forwardable: true });
  const tgt = await runKdcExchange(logon, kdcs, signal);
  return { tgt, service: await runKdcExchange(tgsExchange({ ...options, tgt, server: HTTP }), kdcs, signal) };
}

/** A login with a credential cache, and what it asked the KDC for: `krbtgt/EXAMPLE.TEST` or a service. */
async function setUp(tickets: (of: { readonly tgt: Credential; readonly service: Credential }) => readonly Credential[], options: Partial<KerberosLoginOptions> = {}, kdcOptions: Partial<SimulatedKdcOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tickets-'));
  toClose.push(() => rmSync(folder, { recursive: true }));
  const kdc = await startKdc(kdcOptions);
  const own = await ticketsOf('ops', kdc);
  const ccache = join(folder, 'ccache');
  const krb5Config = join(folder, 'krb5.conf');
  writeFileSync(krb5Config, kdc.krb5Conf);
  const kinit = (primary: string, credentials: readonly Credential[]) => writeFileSync(ccache, ccacheFile(primary, credentials));
  kinit('ops@EXAMPLE.TEST', tickets(own));
  const login = new KerberosLogin({ ccache, krb5Config, host: 'hv01.example', timeoutMs: 5000, ...options });
  toClose.push(() => login.close());
  const before = kdc.requests.length;
  return { login, kdc, own, kinit, asked: () => kdc.requests.slice(before).map(({ server }) => server) };
}

describe('the tickets of a credential cache', () => {
  it('are used without asking a KDC', async () => {
    const { login, asked } = await setUp(({ tgt, service }) => [tgt, service]);
    expect((await login.context(null, signal)).step(null)?.[0]).toBe(0x60);
    expect(asked()).toEqual([]);
  });

  it.each<[string, (service: Credential) => Credential, Partial<KerberosLoginOptions>]>([
    ['of another user, whom its user acts for', (service) => ({ ...service, client: principalOf('boss@EXAMPLE.TEST') }), {}],
    ['of another realm than the SPN has', (service) => ({ ...service, server: { ...service.server, realm: 'OTHER.TEST' } }), { spn: 'HTTP/hv01.example@EXAMPLE.TEST' }],
    ['with a session key of rc4-hmac, which was not allowed', (service) => ({ ...service, sessionKey: { etype: 23, value: new Uint8Array(16) } }), {}],
    ['with a session key of an unknown encryption type', (service) => ({ ...service, sessionKey: { etype: 26, value: new Uint8Array(32) } }), {}],
    ['that is not valid yet', (service) => ({ ...service, flags: service.flags | INVALID }), {}],
    ['that has expired', (service) => ({ ...service, endTime: new Date(Date.now() - 1000) }), {}],
  ])('do not count for the service when it is one %s', async (_, change, options) => {
    const { login, asked } = await setUp(({ tgt, service }) => [tgt, change(service)], options);
    await login.context(null, signal);
    expect(asked()).toEqual(['HTTP/hv01.example']);
  });

  it('do not count for the logon when they are a ticket-granting ticket that another realm gave, or another user has', async () => {
    const { login } = await setUp(({ tgt }) => [
      { ...tgt, server: principalOf('krbtgt/EXAMPLE.TEST@OTHER.TEST') },
      { ...tgt, client: principalOf('boss@EXAMPLE.TEST') },
    ]);
    await expect(login.context(null, signal)).rejects.toThrow(/^There is no Kerberos ticket in \/.*: run kinit /);
  });

  it('are not those of another user later on', async () => {
    const { login, kdc, kinit, asked } = await setUp(({ tgt }) => [aboutToExpire(tgt)]);
    await login.context(null, signal);
    const { tgt } = await ticketsOf('bob', kdc);
    kinit('bob@EXAMPLE.TEST', [tgt]);
    login.forget();
    const before = asked().length;
    await expect(login.context(null, signal)).rejects.toThrow('holds the ticket of bob@EXAMPLE.TEST, not of ops@EXAMPLE.TEST');
    expect(asked()).toHaveLength(before);
  });

  it('can be forwarded when the service ticket came out of the cache, too', async () => {
    const { login, asked } = await setUp(({ tgt, service }) => [tgt, service], { delegate: true }, { okAsDelegate: true });
    await login.context(null, signal);
    expect(asked()).toEqual(['krbtgt/EXAMPLE.TEST']);
  });

  it('are used to their end when the KDC does not renew them', async () => {
    // Without the flag RENEWABLE the renewal is refused.
    const { login, asked } = await setUp(({ tgt }) => [{ ...aboutToExpire(tgt), renewTill: new Date(Date.now() + HOUR) }]);
    await login.context(null, signal);
    expect(asked()).toEqual(['HTTP/hv01.example']);
  });

  it('are not given by a login that is closed', async () => {
    const { login } = await setUp(({ tgt, service }) => [tgt, service]);
    login.close();
    await expect(login.context(null, signal)).rejects.toMatchObject({ code: 'TRANSPORT', message: 'The client was closed' });
  });
});

describe('a logon', () => {
  it('is made anew when the KDC has new keys', async () => {
    const { login, kdc } = await setUp(({ tgt }) => [tgt], { username: 'ops', password: PASSWORD, ccache: false });
    await login.context(null, signal);
    await kdc.close();
    const anew = await startKdc({ port: kdc.port });
    login.forget();
    await expect(login.context(null, signal)).rejects.toMatchObject({ kerberosError: 'KRB_AP_ERR_MODIFIED' });
    await login.context(null, signal);
    expect(anew.requests.map(({ type, error }) => `${type} ${error}`)).toEqual(['TGS 41', 'AS 25', 'AS null', 'TGS null']);
  });

  it('follows the time of the KDC each time it is told of another', async () => {
    let ahead = HOUR;
    const { login } = await setUp(({ tgt }) => [tgt], { username: 'ops', password: PASSWORD, ccache: false }, { now: () => new Date(Date.now() + ahead) });
    expect((await login.context(null, signal)).notes).toHaveLength(1);
    ahead = 0;
    login.forget();
    expect((await login.context(null, signal)).notes).toHaveLength(1);
  });

  it('asks for the password again after everyone gave up waiting for it', async () => {
    let times = 0;
    const password = () => (++times === 1 ? new Promise<string>(() => undefined) : PASSWORD);
    const { login } = await setUp(() => [], { username: 'ops', password, ccache: false });
    const controller = new AbortController();
    const first = login.context(null, controller.signal);
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    await login.context(null, signal);
    expect(times).toBe(2);
  });

  it('ends with the login while it waits for the password', async () => {
    const { login } = await setUp(() => [], { username: 'ops', password: () => new Promise(() => undefined), ccache: false });
    const waiting = login.context(null, signal);
    login.close();
    await expect(waiting).rejects.toMatchObject({ code: 'TRANSPORT', message: 'The client was closed' });
  });

  it('takes the newest keys of a keytab, where the version number began again at 0, too', async () => {
    const { login, kdc } = await setUp(() => []);
    login.close();
    const folder = mkdtempSync(join(tmpdir(), 'keytab-'));
    toClose.push(() => rmSync(folder, { recursive: true }));
    const [entry] = decodeKeytab(kdc.keytab);
    const old = { ...entry!, key: { etype: 18, value: new Uint8Array(32) } };
    const at = (seconds: number) => new Date(entry!.timestamp.getTime() + seconds * 1000);
    const [keytab, krb5Config] = [join(folder, 'keytab'), join(folder, 'krb5.conf')];
    writeFileSync(krb5Config, kdc.krb5Conf);
    const files = [
      [{ ...old, kvno: 255, timestamp: at(0) }, { ...entry!, kvno: 3, timestamp: at(10) }],
      [{ ...old, kvno: 3, timestamp: at(0) }, { ...entry!, kvno: 255, timestamp: at(10) }],
      [{ ...entry!, kvno: 300, timestamp: at(0) }, { ...old, kvno: 3, timestamp: at(10) }],
      [{ ...old, kvno: 8, timestamp: at(10) }, { ...entry!, kvno: 9, timestamp: at(0) }],
    ];
    for (const entries of files.flatMap((file) => [file, [...file].reverse()])) {
      writeFileSync(keytab, encodeKeytab(entries));
      const service = new KerberosLogin({ keytab, krb5Config, host: 'hv01.example', timeoutMs: 5000 });
      toClose.push(() => service.close());
      await service.context(null, signal);
    }
  });
});
