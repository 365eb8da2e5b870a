/** What must not work with Kerberos, and what the error then says. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Auth, AuthError, TransportError } from '../../src/index.js';
import type { Acceptor, AcceptorOptions } from './acceptor.js';
import { requireParts } from './available.js';
import { type Kdc, type KdcOptions, krb5Conf, startKdc } from './kdc.js';
import { KRB5, clientOf, echo, echoOnce, newCertificate, refusal, secure, startDeaf, startEcho, startRelay } from './kerberos-lab.js';
import { run } from './run.js';

const PASSWORD = 'Correct-Horse-7';
const LAB: KdcOptions = {
  realm: 'LAB.EXAMPLE',
  principals: {
    operator: { password: PASSWORD, attributes: ['+requires_preauth'] },
    disabled: { password: PASSWORD, attributes: ['-allow_tix'] },
    stale: { password: PASSWORD, attributes: ['+needchange'] },
    'only-rc4': { password: PASSWORD, etypes: ['rc4-hmac'], attributes: ['+requires_preauth'] },
    'HTTP/localhost': { password: 'Service-Pass-9' },
    'HTTP/other.lab.example': {},
    'HTTP/gone.lab.example': {},
  },
};

describe.skipIf(!requireParts('kdc', 'gssapi', 'openssl'))('Kerberos refuses', () => {
  let kdc: Kdc;
  let keytab: string;
  let acceptor: Acceptor & { readonly certificate: string };
  beforeAll(async () => {
    kdc = await startKdc(LAB);
    keytab = await kdc.keytab('HTTP/localhost', 'HTTP/other.lab.example');
    acceptor = await startEcho({ keytab });
  });
  afterAll(() => Promise.all([kdc.stop(), acceptor.stop()]));
  afterEach(() => vi.unstubAllEnvs());

  const auth = (more: Partial<Auth & { type: 'kerberos' }> = {}): Auth & { type: 'kerberos' } => ({ type: 'kerberos', username: 'operator', password: PASSWORD, krb5Config: kdc.config, ...more });

  async function withAcceptor<T>(options: Omit<AcceptorOptions, 'answer' | 'certificate' | 'key'>, use: (started: Acceptor & { readonly certificate: string }) => Promise<T>): Promise<T> {
    const started = await startEcho({ keytab, ...options });
    try {
      return await use(started);
    } finally {
      await started.stop();
    }
  }

  describe('at the KDC', () => {
    test.each<[string, Partial<Auth & { type: 'kerberos' }>, string]>([
      ['a wrong password', { password: 'Wrong-Horse-7' }, 'KDC_ERR_PREAUTH_FAILED'],
      ['an unknown user', { username: 'nobody' }, 'KDC_ERR_C_PRINCIPAL_UNKNOWN'],
      ['a disabled user', { username: 'disabled' }, 'KDC_ERR_CLIENT_REVOKED'],
      ['an expired password', { username: 'stale' }, 'KDC_ERR_KEY_EXPIRED'],
      ['an unknown service', { spn: 'HTTP/unknown.lab.example' }, 'KDC_ERR_S_PRINCIPAL_UNKNOWN'],
    ])('%s', async (_name, given, kerberosError) => {
      const error = await refusal(acceptor, auth(given));
      expect(error).toBeInstanceOf(AuthError);
      expect(error.kerberosError).toBe(kerberosError);
      expect(error.message).toContain(kerberosError);
      expect(error.message).toContain(`${given.username ?? 'operator'}@LAB.EXAMPLE`);
      expect(`${JSON.stringify(error)} ${error.message} ${error.stack}`).not.toContain(given.password ?? PASSWORD);
    });

    test('a user without AES keys, as long as rc4-hmac is not allowed', async () => {
      const error = await refusal(acceptor, auth({ username: 'only-rc4' }));
      expect(error).toBeInstanceOf(AuthError);
      expect(error.message).toContain('only-rc4@LAB.EXAMPLE');
      expect(await echoOnce(acceptor, auth({ username: 'only-rc4', allowRc4: true }))).toBe('once');
    });

    test('a realm without a KDC is an AuthError, and a KDC that does not answer a TransportError', async () => {
      expect(await refusal(acceptor, auth({ username: 'operator@ELSEWHERE.EXAMPLE' }))).toBeInstanceOf(AuthError);
      const deaf = await startDeaf();
      try {
        const krb5Config = join(kdc.folder, 'deaf.conf');
        await writeFile(krb5Config, krb5Conf([{ realm: 'LAB.EXAMPLE', port: deaf.port }], { defaultRealm: 'LAB.EXAMPLE' }));
        expect(await refusal(acceptor, auth({ krb5Config }))).toBeInstanceOf(TransportError);
        expect(deaf.asked()).toBeGreaterThan(0);
      } finally {
        deaf.close();
      }
    });
  });

  describe('the host that does not prove itself', () => {
    test.each(['corrupt', 'absent'] as const)('its AP-REP is %s', async (reply) => {
      await withAcceptor({ reply }, async (forger) => {
        for (const type of ['kerberos', 'negotiate'] as const) {
          const error = await refusal(forger, { ...auth(), type });
          expect(['PROTOCOL', 'AUTH']).toContain(error.code);
          expect((await forger.seen()).sealedRequests).toBe(0);
        }
      });
    });

    test('its AP-REP was for another AP-REQ with the same ticket', async () => {
      await withAcceptor({ reply: 'repeated' }, async (forger) => {
        await using client = clientOf(forger, auth(), { connections: 2 });
        const results = await Promise.allSettled([echo(client, 'a'), echo(client, 'b')]);
        expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ code: 'PROTOCOL' });
        expect(await forger.seen()).toMatchObject({ handshakes: 2, sealedRequests: 1 });
      });
    });

    test.each(['iov', 'wrap'] as const)('a bit of its signature is wrong (%s)', async (seal) => {
      await withAcceptor({ corruptSignature: true, seal }, async (corrupting) => {
        expect(await refusal(corrupting, auth())).toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: { code: 'PROTOCOL' } });
      });
    });
  });

  describe('by the host', () => {
    test('the host has the key of another account', async () => {
      await kdc.kadmin('cpw', '-pw', 'Another-Pass-9', 'HTTP/gone.lab.example');
      await kdc.kadmin('modprinc', '-kvno', '1', 'HTTP/gone.lab.example');
      const old = await kdc.keytab('HTTP/gone.lab.example');
      await kdc.kadmin('cpw', '-pw', 'Changed-Pass-9', 'HTTP/gone.lab.example');
      await kdc.kadmin('modprinc', '-kvno', '1', 'HTTP/gone.lab.example');
      await withAcceptor({ keytab: old }, async (other) => {
        const error = await refusal(other, auth({ spn: 'HTTP/gone.lab.example' }));
        expect(error).toMatchObject({ code: 'AUTH', kerberosError: 'KRB_AP_ERR_BAD_INTEGRITY' });
        expect(error.message).toContain('HTTP/gone.lab.example');
      });
    });

    test('the host has no key for the name', async () => {
      const only = await kdc.keytab('HTTP/other.lab.example');
      await withAcceptor({ keytab: only }, async (other) => {
        expect(await refusal(other, auth())).toMatchObject({ code: 'AUTH' });
      });
    });
  });

  describe('over HTTPS', () => {
    test('a relay with a certificate of its own is found out by the channel binding', async () => {
      const own = newCertificate();
      const relay = await startRelay(acceptor, own);
      try {
        for (const type of ['kerberos', 'negotiate'] as const) {
          const error = await refusal(acceptor, { ...auth(), type }, { url: `https://localhost:${relay.httpsPort}/wsman`, tls: { ca: own.certificate } });
          expect(error).toMatchObject({ code: 'AUTH' });
        }
      } finally {
        relay.close();
      }
    });

    test('a certificate of Ed25519 has no binding: refused where the host demands one, taken where it does not', async () => {
      const own = await ed25519Certificate();
      await withAcceptor({ unbound: true }, async (relaxed) => {
        for (const host of [acceptor, relaxed]) {
          const relay = await startRelay(host, own);
          try {
            const there = { url: `https://localhost:${relay.httpsPort}/wsman`, tls: { ca: own.certificate } };
            if (host === acceptor) expect(await refusal(host, auth(), there)).toMatchObject({ code: 'AUTH' });
            else expect(await echoOnce(host, auth(), there)).toBe('once');
          } finally {
            relay.close();
          }
        }
        expect(await relaxed.seen()).toMatchObject({ handshakes: 1, channelBound: false });
      });
    });

    test('the right certificate is bound where the host demands it', async () => {
      expect(await echoOnce(acceptor, auth(), secure(acceptor))).toBe('once');
      expect((await acceptor.seen()).channelBound).toBe(true);
    });
  });

  async function ed25519Certificate(): Promise<{ readonly certificate: string; readonly key: string }> {
    const [keyFile, certificateFile] = [join(kdc.folder, 'ed25519-key.pem'), join(kdc.folder, 'ed25519.pem')];
    await run('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-keyout', keyFile, '-out', certificateFile, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], {});
    return { certificate: await readFile(certificateFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
  }

  describe('the credential cache', () => {
    test.each([
      ['KCM:', 'KCM'],
      ['KEYRING:persistent:1000', 'KEYRING'],
      ['MEMORY:x', 'MEMORY'],
      ['API:x', 'API'],
    ])('%s cannot be opened, and the error says what to do', async (name, type) => {
      vi.stubEnv('KRB5CCNAME', name);
      const error = await refusal(acceptor, { type: 'kerberos', krb5Config: kdc.config });
      expect(error).toBeInstanceOf(AuthError);
      expect(error.message).toContain(`type ${type}`);
      expect(error.message).toMatch(/export KRB5CCNAME=FILE:\S+; kinit/);
    });

    test('a cache that is not there', async () => {
      const error = await refusal(acceptor, { type: 'kerberos', ccache: join(kdc.folder, 'none'), krb5Config: kdc.config });
      expect(error).toBeInstanceOf(AuthError);
      expect(error.message).toContain('kinit');
    });

    test('a cache of another user', async () => {
      const ccache = await kdc.kinit('operator', { password: PASSWORD });
      const error = await refusal(acceptor, { type: 'kerberos', username: 'disabled', ccache, krb5Config: kdc.config });
      expect(error).toBeInstanceOf(AuthError);
      expect(error.message).toContain('operator@LAB.EXAMPLE');
    });
  });

  describe.skipIf(!requireParts('faketime'))('the clock', () => {
    const withKdc = async <T>(clock: string, use: (other: Kdc) => Promise<T>): Promise<T> => {
      const other = await startKdc({ ...LAB, clock });
      try {
        return await use(other);
      } finally {
        await other.stop();
      }
    };

    test('a ticket of kinit that has expired', async () => {
      await withKdc('-2h', async (past) => {
        const ccache = await past.kinit('operator', { password: PASSWORD, parameters: ['-l', '5m'] });
        const error = await refusal(acceptor, { type: 'kerberos', ccache, krb5Config: past.config });
        expect(error).toBeInstanceOf(AuthError);
        expect(error.message).toMatch(/operator@LAB\.EXAMPLE .*expired at .*kinit/);
      });
    });

    test('KDC and host are ten minutes ahead: followed once, and it works', async () => {
      await withKdc('+10m', async (ahead) => {
        const theirs = await ahead.keytab('HTTP/localhost');
        await withAcceptor({ keytab: theirs, clock: '+10m' }, async (host) => {
          for (const type of ['kerberos', 'negotiate'] as const) {
            expect(await echoOnce(host, { ...auth({ krb5Config: ahead.config }), type })).toBe('once');
          }
          const ccache = await ahead.kinit('operator', { password: PASSWORD });
          expect(await echoOnce(host, { type: 'kerberos', ccache, krb5Config: ahead.config })).toBe('once');
          expect((await host.seen()).handshakes).toBe(3);
        });
      });
    });

    test.each(['kerberos', 'negotiate'] as const)('%s: the host alone is ten minutes ahead: followed once, and it works', async (type) => {
      await withAcceptor({ clock: '+10m' }, async (host) => {
        expect(await echoOnce(host, { ...auth(), type })).toBe('once');
        expect(await host.seen()).toMatchObject({ mechanism: KRB5, handshakes: 1 });
      });
    });

    test.each(['kerberos', 'negotiate'] as const)('%s: to a host that is ten minutes behind, a new ticket is not valid yet', async (type) => {
      await withAcceptor({ clock: '-10m' }, async (host) => {
        const error = await refusal(host, { ...auth(), type });
        expect(error).toMatchObject({ code: 'AUTH', kerberosError: 'KRB_AP_ERR_TKT_NYV' });
        expect(error.message).toContain('clock');
      });
    });
  });
});
