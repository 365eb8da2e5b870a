/** Kerberos to a service of MIT's library, with tickets of MIT's KDC. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Auth } from '../../src/index.js';
import type { Acceptor } from './acceptor.js';
import { requireParts } from './available.js';
import { ETYPES, type Kdc, krb5Conf, startKdc } from './kdc.js';
import { KRB5, clientOf, echo, echoOnce, secure, startEcho } from './kerberos-lab.js';

/** The assigned numbers of ETYPES (RFC 3961 §8, RFC 8009 §7, RFC 4757 §5). */
const ETYPE_NUMBERS = [18, 17, 20, 19, 23];
const PASSWORD = 'Grüße-€-7';
/** Its MD4 in UTF-16LE, by OpenSSL. */
const NT_HASH = '0ce14f5486b69bbde5dd6915c2ecbff1';
/** Long enough that a request crosses many TCP segments, and that the client's limit for an answer, 16 MiB, is not reached. */
const SIZES = [1, 1000, 65_536, 500_000, 4 * 1024 * 1024];

describe.skipIf(!requireParts('kdc', 'gssapi', 'openssl'))('Kerberos with MIT', () => {
  let kdc: Kdc;
  let acceptor: Acceptor & { readonly certificate: string };
  let keytab: string;
  beforeAll(async () => {
    const services = ['HTTP/localhost', ...ETYPES.map((name) => `HTTP/${name}.lab.example`)];
    kdc = await startKdc({
      realm: 'LAB.EXAMPLE',
      principals: {
        operator: { password: PASSWORD, attributes: ['+requires_preauth'] },
        trusting: { password: PASSWORD, attributes: ['-requires_preauth'] },
        'olga\\@people.example': { password: PASSWORD },
        'service/with/parts': { password: PASSWORD },
        'HTTP/localhost': {},
        ...Object.fromEntries(ETYPES.map((name) => [`HTTP/${name}.lab.example`, { etypes: [name] }])),
        ...Object.fromEntries(ETYPES.map((name) => [`only-${name}`, { password: PASSWORD, etypes: [name], attributes: ['+requires_preauth'] }])),
      },
    });
    acceptor = await startEcho({ keytab: await kdc.keytab(...services), krb5Config: kdc.config });
    keytab = await kdc.keytab('operator', 'service/with/parts');
  });
  afterAll(() => Promise.all([kdc.stop(), acceptor.stop()]));
  afterEach(() => vi.unstubAllEnvs());

  const byPassword = (username = 'operator'): Auth & { type: 'kerberos' } => ({ type: 'kerberos', username, password: PASSWORD, krb5Config: kdc.config });

  describe('the first ticket', () => {
    test.each([
      ['operator', 'operator@LAB.EXAMPLE'],
      ['operator@LAB.EXAMPLE', 'operator@LAB.EXAMPLE'],
      ['operator@lab.example', 'operator@LAB.EXAMPLE'],
      ['LAB\\operator', 'operator@LAB.EXAMPLE'],
      ['trusting', 'trusting@LAB.EXAMPLE'],
      ['olga@people.example', 'olga\\@people.example@LAB.EXAMPLE'],
      ['service/with/parts', 'service/with/parts@LAB.EXAMPLE'],
    ])('a password: %s', async (username, principal) => {
      expect(await echoOnce(acceptor, byPassword(username))).toBe('once');
      expect(await acceptor.seen()).toMatchObject({ scheme: 'Kerberos', mechanism: KRB5, user: principal, delegated: null });
    });

    test('a password that a function gives', async () => {
      expect(await echoOnce(acceptor, { ...byPassword(), password: () => Promise.resolve(PASSWORD) })).toBe('once');
    });

    test.each([['of one principal', 'operator'], ['with parts', 'service/with/parts']])('a keytab, for a name %s', async (_name, username) => {
      expect(await echoOnce(acceptor, { type: 'kerberos', username, keytab, krb5Config: kdc.config })).toBe('once');
      expect((await acceptor.seen()).user).toBe(`${username}@LAB.EXAMPLE`);
    });

    test.each([3, 4])('a FILE credential cache of kinit, version %i', async (version) => {
      const config = join(kdc.folder, `ccache-${version}.conf`);
      await writeFile(config, krb5Conf([kdc], { defaultRealm: 'LAB.EXAMPLE', libdefaults: [`ccache_type = ${version}`] }));
      const ccache = await kdc.kinit('operator', { password: PASSWORD, config });
      expect(await echoOnce(acceptor, { type: 'kerberos', ccache, krb5Config: kdc.config })).toBe('once');
      expect((await acceptor.seen()).user).toBe('operator@LAB.EXAMPLE');
    });

    test('a DIR credential cache: the one that is primary', async () => {
      const folder = join(kdc.folder, 'collection');
      await mkdir(folder, { mode: 0o700 });
      await kdc.kinit('operator', { password: PASSWORD, ccache: `DIR::${folder}/tktfirst` });
      const ccache = await kdc.kinit('trusting', { password: PASSWORD, ccache: `DIR:${folder}` });
      expect(await echoOnce(acceptor, { type: 'kerberos', ccache, krb5Config: kdc.config })).toBe('once');
      expect((await acceptor.seen()).user).toBe('trusting@LAB.EXAMPLE');
      expect(await echoOnce(acceptor, { type: 'kerberos', ccache: `DIR::${folder}/tktfirst`, krb5Config: kdc.config })).toBe('once');
      expect((await acceptor.seen()).user).toBe('operator@LAB.EXAMPLE');
    });

    test('the credential cache and the configuration of the environment', async () => {
      vi.stubEnv('KRB5CCNAME', await kdc.kinit('operator', { keytab }));
      vi.stubEnv('KRB5_CONFIG', kdc.config);
      expect(await echoOnce(acceptor, { type: 'kerberos' })).toBe('once');
      expect((await acceptor.seen()).user).toBe('operator@LAB.EXAMPLE');
    });

    test('an NT hash, as a key of rc4-hmac', async () => {
      const auth = { type: 'kerberos', username: 'only-rc4-hmac', ntHash: NT_HASH, allowRc4: true, krb5Config: kdc.config } as const;
      expect(await echoOnce(acceptor, auth)).toBe('once');
    });
  });

  describe.each(ETYPES.map((name, index) => ({ name, number: ETYPE_NUMBERS[index]! })))('$name', ({ name, number }) => {
    const auth = (): Auth & { type: 'kerberos' } => ({ ...byPassword(), spn: `HTTP/${name}.lab.example`, ...(number === 23 ? { allowRc4: true } : {}) });

    test.each(['Kerberos', 'Negotiate'] as const)('%s over HTTP: many messages of every size in both directions, each sealed', async (scheme) => {
      const before = await acceptor.seen();
      await using client = clientOf(acceptor, scheme === 'Kerberos' ? auth() : { ...auth(), type: 'negotiate' });
      for (let count = 1; count <= 30; count++) expect(await echo(client, `message ${count}`)).toBe(`message ${count}`);
      const sizes = SIZES.slice(0, scheme === 'Kerberos' ? undefined : 3); // the scheme makes no difference to what is sealed
      for (const size of sizes) {
        const text = 'x'.repeat(size);
        expect(await echo(client, text)).toBe(text);
        expect(await echo(client, 'x', size)).toBe(text);
        expect(await echo(client, text, 1)).toBe('x');
      }
      expect(await acceptor.seen()).toEqual({
        scheme, mechanism: KRB5, user: 'operator@LAB.EXAMPLE', etype: number, delegated: null, secondHop: null, channelBound: false,
        handshakes: before.handshakes + 1, sealedRequests: before.sealedRequests + 30 + 3 * sizes.length, plainRequests: before.plainRequests,
      });
    });

    test('a user who has keys of this type alone', async () => {
      expect(await echoOnce(acceptor, { ...auth(), username: `only-${name}` })).toBe('once');
      expect(await acceptor.seen()).toMatchObject({ user: `only-${name}@LAB.EXAMPLE`, etype: number });
    });
  });

  test.each(['axios', 'undici'] as const)('%s: HTTPS, bodies plain, bound to the certificate', async (transport) => {
    for (const type of ['kerberos', 'negotiate'] as const) {
      const before = await acceptor.seen();
      expect(await echoOnce(acceptor, { ...byPassword(), type }, { ...secure(acceptor), transport })).toBe('once');
      expect(await acceptor.seen()).toMatchObject({ mechanism: KRB5, channelBound: true, plainRequests: before.plainRequests + 1, sealedRequests: before.sealedRequests });
    }
  });

  test('many connections at once share one logon', async () => {
    const before = await acceptor.seen();
    await using client = clientOf(acceptor, byPassword(), { connections: 8 });
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    expect(await Promise.all(texts.map((text) => echo(client, text)))).toEqual(texts);
    const after = await acceptor.seen();
    expect(after.sealedRequests - before.sealedRequests).toBe(40);
    expect(after.handshakes - before.handshakes).toBeLessThanOrEqual(8);
  });

  test('answers whose checksum stands at the end, as OMI seals them', async () => {
    const omi = await startEcho({ keytab: await kdc.keytab('HTTP/localhost', 'HTTP/aes256-cts-hmac-sha384-192.lab.example'), seal: 'wrap' });
    try {
      for (const spn of ['HTTP/localhost', 'HTTP/aes256-cts-hmac-sha384-192.lab.example']) {
        await using client = clientOf(omi, { ...byPassword(), spn });
        for (const size of SIZES.slice(0, 4)) expect(await echo(client, 'x'.repeat(size))).toBe('x'.repeat(size));
      }
    } finally {
      await omi.stop();
    }
  });
});
