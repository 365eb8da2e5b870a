/** Samba's Active Directory: its KDC, which names principals as Windows does, and ntlm_auth, which asks it for NTLM. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Auth, AuthError } from '../../src/index.js';
import type { Acceptor } from './acceptor.js';
import { requireParts } from './available.js';
import { KRB5, clientOf, echo, echoOnce, newCertificate, refusal, startEcho } from './kerberos-lab.js';
import { type NtlmAuthListener, startNtlmAuthListener } from './ntlm-auth-listener.js';
import { run } from './run.js';
import { type Samba, startSamba } from './samba.js';

const PASSWORD = 'Correct-Horse-7';
const tls = newCertificate();

/** What Echo answers, for one that sends Text back. */
function echoEnvelope(request: string): string {
  const found = (pattern: RegExp): string => pattern.exec(request)?.[1] ?? '';
  const action = found(/Action[^>]*>\s*([^<\s]+)/);
  const [, text = ''] = /<(?:\w+:)?Text>([^<]*)</.exec(request) ?? [];
  return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header><a:Action>${action}Response</a:Action><a:RelatesTo>${found(/MessageID[^>]*>\s*([^<\s]+)/)}</a:RelatesTo></s:Header><s:Body><p:Echo_OUTPUT xmlns:p="${action.replace(/\/Echo$/, '')}"><p:Text>${text}</p:Text><p:ReturnValue>0</p:ReturnValue></p:Echo_OUTPUT></s:Body></s:Envelope>`;
}

describe.skipIf(!requireParts('samba', 'root', 'kdc', 'gssapi', 'openssl'))('with Samba as Active Directory', () => {
  let samba: Samba;
  let acceptor: Acceptor;
  beforeAll(async () => {
    samba = await startSamba({
      realm: 'CORP.EXAMPLE',
      domain: 'CORP',
      users: [
        { username: 'operator', password: PASSWORD, upn: 'olga@people.example' },
        { username: 'protected', password: PASSWORD, sensitive: true },
        { username: 'svc-winrm', password: 'Service-Pass-9', spns: ['HTTP/localhost', 'HTTP/hv01.corp.example'] },
      ],
    });
    acceptor = await startEcho({ keytab: await samba.keytab('HTTP/localhost', 'HTTP/hv01.corp.example'), krb5Config: samba.config });
  });
  afterAll(async () => {
    await acceptor.stop();
    await samba.stop();
  });

  const auth = (more: Partial<Auth & { type: 'kerberos' }> = {}): Auth & { type: 'kerberos' } => ({ type: 'kerberos', username: 'operator', password: PASSWORD, krb5Config: samba.config, ...more });

  describe('Kerberos', () => {
    test.each([
      ['operator'],
      ['OPERATOR'],
      ['CORP\\operator'],
      ['operator@CORP.EXAMPLE'],
      ['operator@corp.example'],
    ])('%s logs on', async (username) => {
      await using client = clientOf(acceptor, auth({ username }));
      for (const text of ['a', 'b'.repeat(100_000)]) expect(await echo(client, text)).toBe(text);
      expect(await acceptor.seen()).toMatchObject({ mechanism: KRB5, user: 'operator@CORP.EXAMPLE', etype: 18 });
    });

    test('a userPrincipalName that shares neither name nor suffix with the account', async () => {
      expect(await echoOnce(acceptor, auth({ username: 'olga@people.example' }))).toBe('once');
      expect((await acceptor.seen()).user).toBe('operator@CORP.EXAMPLE');
    });

    test('a service by another of its names, in another case', async () => {
      expect(await echoOnce(acceptor, auth({ spn: 'http/HV01.corp.example' }))).toBe('once');
    });

    test('the ticket of kinit for an enterprise name', async () => {
      const ccache = `FILE:${samba.folder}/ccache`;
      await run('kinit', ['-C', '-E', '-c', ccache, 'olga@people.example'], { KRB5_CONFIG: samba.config }, `${PASSWORD}\n`);
      expect(await echoOnce(acceptor, { type: 'kerberos', ccache, krb5Config: samba.config })).toBe('once');
      expect((await acceptor.seen()).user).toBe('operator@CORP.EXAMPLE');
    });

    test.each([
      ['a wrong password', { password: 'Wrong-Horse-7' }, 'KDC_ERR_PREAUTH_FAILED'],
      ['an unknown user', { username: 'nobody' }, 'KDC_ERR_C_PRINCIPAL_UNKNOWN'],
      ['an unknown service', { spn: 'HTTP/unknown.corp.example' }, 'KDC_ERR_S_PRINCIPAL_UNKNOWN'],
    ])('%s is refused', async (_name, given, kerberosError) => {
      expect(await refusal(acceptor, auth(given))).toMatchObject({ code: 'AUTH', kerberosError });
    });

    test('a sensitive account logs on, but its ticket cannot be handed over', async () => {
      expect(await echoOnce(acceptor, auth({ username: 'protected' }))).toBe('once');
      const error = await refusal(acceptor, auth({ username: 'protected', delegate: 'untrusted' }));
      expect(error).toBeInstanceOf(AuthError);
      expect(error.message).toMatch(/forward/);
    });

    test('a forwarded ticket', async () => {
      expect(await echoOnce(acceptor, auth({ delegate: 'untrusted' }))).toBe('once');
      expect((await acceptor.seen()).delegated).toBe('operator@CORP.EXAMPLE');
    });
  });

  describe.each(['squid-2.5-ntlmssp', 'gss-spnego'] as const)('NTLM with ntlm_auth --helper-protocol=%s', (protocol) => {
    let listener: NtlmAuthListener;
    beforeAll(async () => {
      listener = await startNtlmAuthListener(samba, protocol, tls, echoEnvelope);
    });
    afterAll(() => listener.close());

    const given = (username: string, password: string): Auth =>
      protocol === 'gss-spnego' ? { type: 'negotiate', username, password, krb5Config: '/dev/null' } : { type: 'ntlm', username, password };
    const there = () => ({ url: `https://localhost:${listener.port}/wsman`, tls: { ca: tls.certificate } });

    test.each(['CORP\\operator', 'operator@corp.example'])('%s logs on', async (username) => {
      expect(await echoOnce(acceptor, given(username, PASSWORD), there())).toBe('once');
      expect(listener.users.at(-1)).toMatch(/operator/);
    });

    test('a wrong password and an unknown user are refused', async () => {
      const before = listener.users.length;
      expect(await refusal(acceptor, given('CORP\\operator', 'Wrong-Horse-7'), there())).toMatchObject({ code: 'AUTH' });
      expect(await refusal(acceptor, given('CORP\\nobody', PASSWORD), there())).toMatchObject({ code: 'AUTH' });
      expect(listener.users).toHaveLength(before);
    });
  });
});
