/** SPNEGO with MIT's library on the other side, which knows Kerberos and gss-ntlmssp's NTLM. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Auth, AuthError, type WsmanClientOptions } from '../../src/index.js';
import type { Acceptor } from './acceptor.js';
import { requireParts } from './available.js';
import { type Kdc, krb5Conf, startKdc } from './kdc.js';
import { KRB5, NTLMSSP, clientOf, echo, echoOnce, refusal, secure, startDeaf, startEcho } from './kerberos-lab.js';

const PASSWORD = 'Correct-Horse-7';
/** Its MD4 in UTF-16LE, by OpenSSL. */
const NT_HASH = '317112aeca0479459ab078709677a4dd';
type Negotiate = Auth & { type: 'negotiate' };
type Listener = Acceptor & { readonly certificate: string };

describe.skipIf(!requireParts('kdc', 'gssapi', 'ntlmssp', 'openssl'))('SPNEGO with MIT', () => {
  let kdc: Kdc;
  let both: Listener;
  let ntlmOnly: Listener;
  let kerberosOnly: Listener;
  beforeAll(async () => {
    kdc = await startKdc({
      realm: 'LAB.EXAMPLE',
      principals: { operator: { password: PASSWORD, attributes: ['+requires_preauth'] }, other: { password: PASSWORD }, 'HTTP/localhost': {} },
    });
    const keytab = await kdc.keytab('HTTP/localhost');
    const users = [{ domain: 'LAB', username: 'operator', password: PASSWORD }, { domain: 'LAB', username: 'workgroup', password: PASSWORD }];
    [both, ntlmOnly, kerberosOnly] = await Promise.all([startEcho({ keytab, users }), startEcho({ users }), startEcho({ keytab })]);
  });
  afterAll(() => Promise.all([kdc.stop(), both.stop(), ntlmOnly.stop(), kerberosOnly.stop()]));

  const auth = (more: Partial<Negotiate> = {}): Negotiate => ({ type: 'negotiate', username: 'LAB\\operator', password: PASSWORD, krb5Config: kdc.config, ...more });

  /** Where they are sealed: HTTP. Where they are bound: HTTPS. */
  const ROADS: readonly (readonly [name: string, (listener: Listener) => Partial<WsmanClientOptions>])[] = [['HTTP', () => ({})], ['HTTPS', secure]];

  describe.each(ROADS)('over %s', (name, road) => {
    const counted = name === 'HTTP' ? 'sealedRequests' : 'plainRequests';

    async function speaks(listener: Listener, given: Negotiate, mechanism: string, user: string): Promise<void> {
      const before = await listener.seen();
      await using client = clientOf(listener, given, road(listener));
      for (const text of ['a', 'b'.repeat(70_000), 'c']) expect(await echo(client, text)).toBe(text);
      expect(await listener.seen()).toMatchObject({
        scheme: 'Negotiate', mechanism, user, channelBound: name === 'HTTPS', handshakes: before.handshakes + 1, [counted]: before[counted] + 3,
      });
    }

    test('Kerberos comes first', () => speaks(both, auth(), KRB5, 'operator@LAB.EXAMPLE'));

    test('with the ticket of kinit, and no password', async () => {
      const ccache = await kdc.kinit('operator', { password: PASSWORD });
      await speaks(both, { type: 'negotiate', ccache, krb5Config: kdc.config }, KRB5, 'operator@LAB.EXAMPLE');
    });

    test('the host chooses NTLM, which was offered second', () => speaks(ntlmOnly, auth(), NTLMSSP, 'LAB\\operator'));

    test('NTLM when the KDC does not know the user', () => speaks(both, auth({ username: 'LAB\\workgroup' }), NTLMSSP, 'LAB\\workgroup'));

    test('NTLM when the KDC does not know the service', () => speaks(both, auth({ spn: 'HTTP/unknown.lab.example' }), NTLMSSP, 'LAB\\operator'));

    test('NTLM when no KDC answers', async () => {
      const deaf = await startDeaf();
      try {
        const krb5Config = join(kdc.folder, `deaf-${name}.conf`);
        await writeFile(krb5Config, krb5Conf([{ realm: 'LAB.EXAMPLE', port: deaf.port }], { defaultRealm: 'LAB.EXAMPLE' }));
        await speaks(both, auth({ krb5Config }), NTLMSSP, 'LAB\\operator');
      } finally {
        deaf.close();
      }
    });

    test('an NT hash is for NTLM', async () => {
      await speaks(both, { type: 'negotiate', username: 'LAB\\operator', ntHash: NT_HASH, krb5Config: kdc.config }, NTLMSSP, 'LAB\\operator');
    });
  });

  test('an address instead of a name: NTLM, for Kerberos knows hosts by name', async () => {
    expect(await echoOnce(both, auth(), { url: `http://127.0.0.1:${both.httpPort}` })).toBe('once');
    expect((await both.seen()).mechanism).toBe(NTLMSSP);
  });

  test('NTLM is not what remains where it is not allowed', async () => {
    const before = [await both.seen(), await ntlmOnly.seen()];
    expect(await refusal(ntlmOnly, auth({ allowNtlm: false }))).toBeInstanceOf(AuthError);
    const error = await refusal(both, auth({ allowNtlm: false, spn: 'HTTP/unknown.lab.example' }));
    expect(error).toMatchObject({ code: 'AUTH', kerberosError: 'KDC_ERR_S_PRINCIPAL_UNKNOWN' });
    expect([await both.seen(), await ntlmOnly.seen()]).toEqual(before);
  });

  test('a wrong password counts once: NTLM does not try it again', async () => {
    const before = await both.seen();
    expect(await refusal(both, auth({ password: 'Wrong-Horse-7' }))).toMatchObject({ code: 'AUTH', kerberosError: 'KDC_ERR_PREAUTH_FAILED' });
    expect(await both.seen()).toEqual(before);
  });

  test('a host that takes Kerberos alone, and no ticket', async () => {
    expect(await refusal(kerberosOnly, auth({ username: 'LAB\\workgroup' }))).toMatchObject({ code: 'AUTH' });
  });
});
