import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type AuthOptions, addAuthOptions, toLogin } from '../../src/cli/auth-options.js';
import { FakeIo, written } from './fake-io.js';

const folder = mkdtempSync(join(tmpdir(), 'auth-options-'));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const KRB5_CONF = file('krb5.conf', '[libdefaults]\ndefault_realm = EXAMPLE.TEST\n');
const PASSWORD = { HYPERV_WSMAN_PASSWORD: 'secret' };
const password = expect.any(Function) as unknown;
const login = (argv: readonly string[], env: Record<string, string> = {}) => {
  const command = addAuthOptions(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  return toLogin(new FakeIo({ env }), command.parse(argv, { from: 'user' }).opts<AuthOptions>());
};

describe('the options of the logon', () => {
  it.each<[argv: string, env: Record<string, string>, auth: unknown]>([
    ['', {}, { type: 'negotiate' }],
    ['--username ops', PASSWORD, { type: 'negotiate', username: 'ops', password }],
    ['--username ops --no-ntlm --spn WSMAN/hv01 --delegate', PASSWORD, { type: 'negotiate', username: 'ops', password, allowNtlm: false, spn: 'WSMAN/hv01', delegate: true }],
    ['--ccache FILE:/tmp/x', {}, { type: 'negotiate', ccache: 'FILE:/tmp/x' }],
    ['--auth kerberos --delegate untrusted --allow-rc4', {}, { type: 'kerberos', delegate: 'untrusted', allowRc4: true }],
    ['--auth kerberos --username ops --keytab a.keytab --krb5-config k.conf', {}, { type: 'kerberos', username: 'ops', keytab: 'a.keytab', krb5Config: 'k.conf' }],
    ['--auth ntlm --username ops', PASSWORD, { type: 'ntlm', username: 'ops', password }],
    ['--auth credssp --username ops --allow-ntlm', PASSWORD, { type: 'credssp', username: 'ops', password, allowNtlm: true }],
    ['--auth basic --username ops', PASSWORD, { type: 'basic', username: 'ops', password }],
    ['--auth none', {}, { type: 'none' }],
    [`--auth certificate --cert ${file('c.pem', 'C')} --cert-key ${file('k.pem', 'K')}`, PASSWORD, { type: 'certificate', cert: 'C', key: 'K', passphrase: 'secret' }],
    [`--auth certificate --pfx ${file('p.pfx', 'P')}`, {}, { type: 'certificate', pfx: Uint8Array.of(0x50) }],
  ])('%s', async (argv, env, auth) => {
    expect((await login(argv.split(' ').filter((word) => word !== ''), env)).auth).toEqual(auth);
  });

  it.each([
    ['--auth ntlm', 'needs --username'],
    ['--auth credssp', 'needs --username'],
    ['--auth ntlm --username ops --spn HTTP/a', '--auth ntlm takes no --spn'],
    ['--auth none --username ops', '--auth none takes no --username'],
    ['--auth ntlm --username ops --krb5-config a', '--auth ntlm takes no --krb5-config'],
    ['--auth kerberos --no-ntlm', '--no-ntlm goes with --auth negotiate'],
    ['--password-file x', '--password-file needs --username'],
    ['--username ops --keytab a', '--auth negotiate takes no --keytab; it goes with --auth kerberos'],
    ['--auth kerberos --username ops --keytab a --password-file x', '--password-file and --keytab are different ways'],
    ['--auth kerberos --username ops --ccache a --password-file x', '--password-file and --ccache are different ways'],
    ['--auth certificate --cert a', '--cert and --cert-key, or --pfx'],
  ])('%s is refused', async (argv, message) => {
    await expect(login(argv.split(' '))).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(message) as string });
  });
});

describe('the password', () => {
  const argv = ['--username', 'ops', '--krb5-config', KRB5_CONF];

  it('is asked for only when everything else is known to be right', async () => {
    const { auth, askPassword } = await login(argv, PASSWORD);
    const ask = (auth as { password: () => string }).password;
    expect(ask()).toBe('');
    await askPassword();
    expect(ask()).toBe('secret');
  });

  it('is asked for where there is no ticket', async () => {
    vi.stubEnv('KRB5CCNAME', join(folder, 'missing'));
    const { auth, askPassword } = await login(argv);
    expect(auth).toMatchObject({ password });
    await expect(askPassword()).rejects.toThrow('No password');
  });

  it('is asked for with the reason why the ticket does not count', async () => {
    vi.stubEnv('KRB5CCNAME', 'KCM:0');
    const io = new FakeIo({});
    const command = addAuthOptions(new Command()).parse(argv, { from: 'user' });
    await toLogin(io, command.opts<AuthOptions>());
    expect(written(io.stderr)).toMatch(/^hyperv-wsman: The credential cache KCM:0 is of the type KCM, .*kinit\n$/);
  });

  it('is not asked for with a keytab', async () => {
    const { auth, askPassword } = await login(['--auth', 'kerberos', ...argv, '--keytab', 'a.keytab'], PASSWORD);
    await askPassword();
    expect(auth).not.toHaveProperty('password');
  });
});
