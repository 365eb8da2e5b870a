/** The ticket that is handed over: a service of MIT's library takes it to another service. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Auth, AuthError } from '../../src/index.js';
import type { Acceptor } from './acceptor.js';
import { requireParts } from './available.js';
import { type Kdc, startKdc } from './kdc.js';
import { KRB5, clientOf, echo, echoOnce, refusal, secure, startEcho } from './kerberos-lab.js';

const PASSWORD = 'Correct-Horse-7';
const OPERATOR = 'operator@LAB.EXAMPLE';
const ETYPES_IN_TURN = ['aes256-cts-hmac-sha1-96', 'aes128-cts-hmac-sha256-128', 'rc4-hmac'];

describe.skipIf(!requireParts('kdc', 'gssapi', 'ntlmssp', 'openssl'))('delegation', () => {
  let kdc: Kdc;
  let acceptor: Acceptor & { readonly certificate: string };
  beforeAll(async () => {
    kdc = await startKdc({
      realm: 'LAB.EXAMPLE',
      principals: {
        operator: { password: PASSWORD, attributes: ['+requires_preauth'] },
        sensitive: { password: PASSWORD, attributes: ['+requires_preauth', '-allow_forwardable'] },
        'HTTP/localhost': { attributes: ['+ok_as_delegate'] },
        'WSMAN/localhost': {},
        ...Object.fromEntries(ETYPES_IN_TURN.map((name, index) => [`S${index}/localhost`, { etypes: [name], attributes: ['+ok_as_delegate'] }])),
        'cifs/storage.lab.example': {},
      },
    });
    const services = ['HTTP/localhost', 'WSMAN/localhost', 'cifs/storage.lab.example', ...ETYPES_IN_TURN.map((_name, index) => `S${index}/localhost`)];
    acceptor = await startEcho({
      keytab: await kdc.keytab(...services),
      krb5Config: kdc.config,
      secondHop: 'cifs@storage.lab.example',
      users: [{ domain: 'LAB', username: 'operator', password: PASSWORD }],
    });
  });
  afterAll(() => Promise.all([kdc.stop(), acceptor.stop()]));

  const auth = (more: Partial<Auth & { type: 'kerberos' }> = {}): Auth & { type: 'kerberos' } => ({ type: 'kerberos', username: 'operator', password: PASSWORD, krb5Config: kdc.config, delegate: true, ...more });

  test.each(['kerberos', 'negotiate'] as const)('%s: the host reaches another service as the user, over HTTP and HTTPS', async (type) => {
    for (const more of [{}, secure(acceptor)]) {
      expect(await echoOnce(acceptor, { ...auth(), type }, more)).toBe('once');
      expect(await acceptor.seen()).toMatchObject({ mechanism: KRB5, user: OPERATOR, delegated: OPERATOR, secondHop: OPERATOR });
    }
  });

  test.each(ETYPES_IN_TURN.map((name, index) => [name, index] as const))('handed over in a session of %s', async (_name, index) => {
    expect(await echoOnce(acceptor, auth({ spn: `S${index}/localhost`, allowRc4: true }))).toBe('once');
    expect(await acceptor.seen()).toMatchObject({ user: OPERATOR, delegated: OPERATOR, secondHop: OPERATOR });
  });

  test('the ticket of kinit -f', async () => {
    const ccache = await kdc.kinit('operator', { password: PASSWORD, parameters: ['-f'] });
    expect(await echoOnce(acceptor, { type: 'kerberos', ccache, krb5Config: kdc.config, delegate: true })).toBe('once');
    expect(await acceptor.seen()).toMatchObject({ delegated: OPERATOR, secondHop: OPERATOR });
  });

  test('unless it is asked for, nothing is handed over', async () => {
    expect(await echoOnce(acceptor, auth({ delegate: false }))).toBe('once');
    expect(await acceptor.seen()).toMatchObject({ user: OPERATOR, delegated: null, secondHop: null });
  });

  test('every connection hands over a ticket of its own', async () => {
    const before = await acceptor.seen();
    await using client = clientOf(acceptor, auth(), { connections: 2 });
    await Promise.all([echo(client, 'a'.repeat(100_000)), echo(client, 'b'.repeat(100_000))]);
    const after = await acceptor.seen();
    expect(after.handshakes).toBe(before.handshakes + 2);
    expect(after.secondHop).toBe(OPERATOR);
  });

  test('a ticket that cannot be forwarded: of kinit -F, and of a sensitive account', async () => {
    const before = await acceptor.seen();
    const ccache = await kdc.kinit('operator', { password: PASSWORD, parameters: ['-F'] });
    for (const given of [{ type: 'kerberos', ccache, krb5Config: kdc.config, delegate: true } as const, auth({ username: 'sensitive' })]) {
      const error = await refusal(acceptor, given);
      expect(error).toBeInstanceOf(AuthError);
      expect(error.message).toMatch(/forward/);
    }
    expect(await acceptor.seen()).toEqual(before);
  });

  test("a host that the domain does not trust gets none, save by name: 'untrusted'", async () => {
    const before = await acceptor.seen();
    const error = await refusal(acceptor, auth({ spn: 'WSMAN/localhost' }));
    expect(error).toBeInstanceOf(AuthError);
    expect(error.message).toContain('ok-as-delegate');
    expect(await acceptor.seen()).toEqual(before);
    expect(await echoOnce(acceptor, auth({ spn: 'WSMAN/localhost', delegate: 'untrusted' }))).toBe('once');
    expect(await acceptor.seen()).toMatchObject({ delegated: OPERATOR, secondHop: OPERATOR });
  });

  test('negotiate does not fall back to NTLM, which has nothing to hand over', async () => {
    const before = await acceptor.seen();
    const error = await refusal(acceptor, { ...auth({ spn: 'unknown/localhost' }), type: 'negotiate' });
    expect(error).toBeInstanceOf(AuthError);
    expect(error.kerberosError).toBe('KDC_ERR_S_PRINCIPAL_UNKNOWN');
    expect(await acceptor.seen()).toEqual(before);
  });
});
