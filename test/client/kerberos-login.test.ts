import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { KerberosLogin, type KerberosLoginOptions } from '../../src/client/kerberos-login.js';
import { SimulatedKdc, type SimulatedKdcOptions } from '../../src/testing/simulated-kdc.js';

const signal = new AbortController().signal;
const HOUR = 3_600_000;
/** KDC_ERR_PREAUTH_REQUIRED and KRB_AP_ERR_SKEW (RFC 4120 §7.5.9). */
const PREAUTH_REQUIRED = 25;
const SKEW = 37;

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

/** A realm, a login to it, and what was asked: `AS!25` is a logon that got the error 25. */
async function setUp(options: Partial<KerberosLoginOptions> = {}, kdcOptions: Partial<SimulatedKdcOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'login-'));
  const kdc = await SimulatedKdc.start({ realm: 'EXAMPLE.TEST', users: [{ username: 'ops', password: 'Correct-Horse-7' }], services: ['HTTP/hv01.example'], ...kdcOptions });
  const krb5Config = join(folder, 'krb5.conf');
  writeFileSync(krb5Config, kdc.krb5Conf);
  writeFileSync(join(folder, 'keytab'), kdc.keytab);
  const login = new KerberosLogin({ username: 'ops', password: 'Correct-Horse-7', krb5Config, ccache: false, host: 'hv01.example', timeoutMs: 5000, ...options });
  toClose.push(() => rmSync(folder, { recursive: true }), () => kdc.close(), () => login.close());
  const asked = () => kdc.requests.map(({ type, error }) => (error === null ? type : `${type}!${error}`));
  return { login, kdc, folder, krb5Config, asked };
}

describe('a login', () => {
  it('gets a ticket for the host, once for all connections', async () => {
    const { login, asked } = await setUp();
    const contexts = await Promise.all([1, 2, 3].map(() => login.context(null, signal)));
    contexts.push(await login.context(null, signal));
    expect(new Set(contexts).size).toBe(4);
    expect(contexts[0]!.step(null)?.[0]).toBe(0x60);
    expect(asked()).toEqual([`AS!${PREAUTH_REQUIRED}`, 'AS', 'TGS']);
  });

  it('gets another ticket when the host refused it, with the same logon', async () => {
    const { login, asked } = await setUp();
    await login.context(null, signal);
    login.forget();
    await login.context(null, signal);
    expect(asked()).toEqual([`AS!${PREAUTH_REQUIRED}`, 'AS', 'TGS', 'TGS']);
  });

  it('logs on again before the ticket expires', async () => {
    // By this machine's clock, which is two seconds ahead of the KDC's, a ticket of one second is over when it comes.
    const { login, asked } = await setUp({}, { lifetimeMs: 1000, now: () => new Date(Date.now() - 2000) });
    await login.context(null, signal);
    await login.context(null, signal);
    expect(asked().filter((one) => one === 'AS')).toHaveLength(2);
  });

  it('asks a wrong password once, and does not try it again by itself', async () => {
    const { login, asked } = await setUp({ password: 'wrong' });
    const results = await Promise.allSettled([1, 2, 3].map(() => login.context(null, signal)));
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'AUTH', kerberosError: 'KDC_ERR_PREAUTH_FAILED' } });
    expect(asked()).toEqual([`AS!${PREAUTH_REQUIRED}`, 'AS!24']);
  });

  it.each<[string, Partial<KerberosLoginOptions>, object]>([
    ['a user nobody knows', { username: 'nobody' }, { kerberosError: 'KDC_ERR_C_PRINCIPAL_UNKNOWN' }],
    ['a host nobody knows', { host: 'other.example' }, { kerberosError: 'KDC_ERR_S_PRINCIPAL_UNKNOWN', message: expect.stringContaining('HTTP/other.example') as string }],
    ['a realm without a KDC', { username: 'ops@OTHER.TEST' }, { message: expect.stringContaining('OTHER.TEST') as string }],
    ['an encryption type that is not allowed', { password: undefined as never, ntHash: '00112233445566778899aabbccddeeff' }, { code: 'AUTH' }],
    ['a keytab that is missing', { keytab: '/nonexistent/keytab' }, { message: expect.stringContaining('/nonexistent/keytab') as string }],
  ])('is refused for %s', async (_name, options, expected) => {
    const { login } = await setUp(options);
    await expect(login.context(null, signal)).rejects.toMatchObject({ code: 'AUTH', ...expected });
  });

  it('uses a keytab, and tells whose keys are in it when they are not the user\'s', async () => {
    const { folder, krb5Config } = await setUp();
    const keytab = join(folder, 'keytab');
    const service = await setUp({ username: 'HTTP/hv01.example', keytab });
    writeFileSync(keytab, service.kdc.keytab);
    await service.login.context(null, signal);
    expect(service.asked().at(-1)).toBe('TGS');
    const other = new KerberosLogin({ username: 'ops', keytab, krb5Config, host: 'hv01.example', timeoutMs: 1000 });
    await expect(other.context(null, signal)).rejects.toThrow('no key of ops@EXAMPLE.TEST; it has keys of HTTP/hv01.example@EXAMPLE.TEST');
  });

  it('follows the clock of the KDC, and says so', async () => {
    const { login, asked } = await setUp({}, { now: () => new Date(Date.now() + HOUR) });
    const context = await login.context(null, signal);
    expect(context.notes).toEqual([expect.stringMatching(/clock of this machine is (3599|3600) s behind/)]);
    expect(asked()).toContain(`AS!${SKEW}`);
  });

  it('ends what waits when it is closed, and gives no more tickets', async () => {
    const { login } = await setUp();
    login.close();
    await expect(login.context(null, signal)).rejects.toMatchObject({ code: 'TRANSPORT' });
  });

  it('obeys the signal of one caller, and goes on for the others', async () => {
    const { login } = await setUp();
    const controller = new AbortController();
    const one = login.context(null, controller.signal);
    const other = login.context(null, signal);
    controller.abort(new Error('enough'));
    await expect(one).rejects.toThrow('enough');
    await other;
  });
});

describe('the name of the host', () => {
  const withRdns = async (options: Partial<KerberosLoginOptions>, services: readonly string[]) => {
    const made = await setUp(options, { services });
    writeFileSync(made.krb5Config, made.kdc.krb5Conf.replace('rdns = false', 'rdns = true'));
    return made;
  };

  it('is the one of the URL, and no address', async () => {
    const { login, asked } = await setUp({ host: '127.0.0.1' });
    await expect(login.context(null, signal)).rejects.toThrow('127.0.0.1 is an address');
    expect(asked()).toEqual([]);
  });

  it('is what the address is called where krb5.conf has rdns', async () => {
    const { login, kdc } = await withRdns({ host: '127.0.0.1' }, ['HTTP/localhost']);
    await login.context(null, signal);
    expect(kdc.requests.at(-1)).toMatchObject({ server: 'HTTP/localhost', error: null });
  });

  it('stays with rdns when nobody knows it, and with an SPN', async () => {
    await (await withRdns({ host: 'no-such-host.invalid' }, ['HTTP/no-such-host.invalid'])).login.context(null, signal);
    await (await withRdns({ host: '127.0.0.1', spn: 'HTTP/hv01.example' }, ['HTTP/hv01.example'])).login.context(null, signal);
  });

  it('is never another one to hand a ticket to', async () => {
    const { login, asked } = await withRdns({ host: '127.0.0.1', delegate: 'untrusted' }, ['HTTP/localhost']);
    await expect(login.context(null, signal)).rejects.toThrow('127.0.0.1 is called localhost');
    expect(asked()).toEqual([]);
  });
});

describe('delegation', () => {
  it('is refused for a host that the domain does not trust', async () => {
    const { login } = await setUp({ delegate: true });
    await expect(login.context(null, signal)).rejects.toMatchObject({ code: 'AUTH', message: expect.stringContaining('does not trust hv01.example') as string });
  });

  it.each<[Partial<KerberosLoginOptions>, Partial<SimulatedKdcOptions>]>([
    [{ delegate: true }, { okAsDelegate: true }],
    [{ delegate: 'untrusted' }, {}],
  ])('with %j asks for a forwarded ticket for each connection', async (options, kdcOptions) => {
    const { login, kdc } = await setUp(options, kdcOptions);
    await login.context(null, signal);
    await login.context(null, signal);
    expect(kdc.requests.filter(({ type, server }) => type === 'TGS' && server === 'krbtgt/EXAMPLE.TEST')).toHaveLength(2);
  });
});
