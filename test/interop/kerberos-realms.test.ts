/** Two realms that trust each other, and KDCs that do not answer. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AuthError } from '../../src/index.js';
import type { Acceptor } from './acceptor.js';
import { requireParts } from './available.js';
import { type ClientConfig, type Kdc, krb5Conf, startKdc } from './kdc.js';
import { KRB5, echoOnce, refusal, startDeaf, startEcho } from './kerberos-lab.js';

const PASSWORD = 'Correct-Horse-7';
const HOST = 'hv01.hosts.example';

describe.skipIf(!requireParts('kdc', 'gssapi', 'openssl'))('Kerberos across realms', () => {
  let users: Kdc;
  let hosts: Kdc;
  let acceptor: Acceptor;
  beforeAll(async () => {
    // The KDC of the users knows whose hosts those are; the keys of the trust are in both databases.
    const trust = { 'krbtgt/HOSTS.EXAMPLE@USERS.EXAMPLE': { password: 'Trust-Pass-9' } };
    [users, hosts] = await Promise.all([
      startKdc({ realm: 'USERS.EXAMPLE', principals: { operator: { password: PASSWORD, attributes: ['+requires_preauth'] }, ...trust }, domainRealm: { '.hosts.example': 'HOSTS.EXAMPLE' } }),
      startKdc({ realm: 'HOSTS.EXAMPLE', principals: { [`HTTP/${HOST}`]: {}, local: { password: PASSWORD }, ...trust } }),
    ]);
    acceptor = await startEcho({ keytab: await hosts.keytab(`HTTP/${HOST}`) });
  });
  afterAll(() => Promise.all([users.stop(), hosts.stop(), acceptor.stop()]));

  async function config(name: string, options: ClientConfig, kdcs: readonly { realm: string; port: number }[] = [users, hosts]): Promise<string> {
    const path = join(users.folder, name);
    await writeFile(path, krb5Conf(kdcs, { defaultRealm: 'USERS.EXAMPLE', ...options }));
    return path;
  }
  const auth = (krb5Config: string) => ({ type: 'kerberos', username: 'operator', password: PASSWORD, spn: `HTTP/${HOST}`, krb5Config }) as const;

  test('the KDC of the user refers to that of the host', async () => {
    expect(await echoOnce(acceptor, auth(await config('referred.conf', {})))).toBe('once');
    expect(await acceptor.seen()).toMatchObject({ mechanism: KRB5, user: 'operator@USERS.EXAMPLE' });
  });

  test.each<[string, ClientConfig, string]>([
    ['domain_realm says the realm of the host', { domainRealm: { '.hosts.example': 'HOSTS.EXAMPLE' } }, `HTTP/${HOST}`],
    ['the SPN says it', {}, `HTTP/${HOST}@HOSTS.EXAMPLE`],
  ])('%s', async (name, options, spn) => {
    expect(await echoOnce(acceptor, { ...auth(await config(`${name.length}.conf`, options)), spn })).toBe('once');
    expect((await acceptor.seen()).user).toBe('operator@USERS.EXAMPLE');
  });

  test('with the ticket of kinit, over Negotiate', async () => {
    const krb5Config = await config('kinit.conf', {});
    const ccache = await users.kinit('operator', { password: PASSWORD });
    expect(await echoOnce(acceptor, { type: 'negotiate', ccache, spn: `HTTP/${HOST}`, krb5Config })).toBe('once');
    expect(await acceptor.seen()).toMatchObject({ scheme: 'Negotiate', user: 'operator@USERS.EXAMPLE' });
  });

  test('the trust has one direction', async () => {
    const krb5Config = await config('backwards.conf', { domainRealm: { localhost: 'USERS.EXAMPLE' } });
    const error = await refusal(acceptor, { type: 'kerberos', username: 'local@HOSTS.EXAMPLE', password: PASSWORD, krb5Config });
    expect(error).toBeInstanceOf(AuthError);
    expect(error.kerberosError).toBe('KDC_ERR_S_PRINCIPAL_UNKNOWN');
    expect(error.message).toContain('local@HOSTS.EXAMPLE');
  });

  test('a KDC that does not answer is passed over', async () => {
    const deaf = await startDeaf();
    try {
      const text = krb5Conf([users, hosts], { defaultRealm: 'USERS.EXAMPLE' });
      const krb5Config = join(users.folder, 'failover.conf');
      await writeFile(krb5Config, text.replaceAll('  kdc = ', `  kdc = 127.0.0.1:${deaf.port}\n  kdc = `));
      expect(await echoOnce(acceptor, auth(krb5Config))).toBe('once');
      expect(deaf.asked()).toBeGreaterThan(0);
    } finally {
      deaf.close();
    }
  });
});
