/** An initiator that is not ours, MIT's library, logs on to the simulated host. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SimulatedHost } from '../../src/testing/index.js';
import { requireParts } from './available.js';
import { ETYPES, type Kdc, startKdc } from './kdc.js';
import { KRB5, NTLMSSP } from './kerberos-lab.js';
import { run } from './run.js';

const INITIATOR = fileURLToPath(new URL('initiator.py', import.meta.url));
const PASSWORD = 'Correct-Horse-7';
const IDENTIFY = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>';

describe.skipIf(!requireParts('kdc', 'gssapi', 'ntlmssp', 'openssl'))('the simulated host and an initiator of MIT', () => {
  let kdc: Kdc;
  let host: SimulatedHost;
  let ticket: string;
  beforeAll(async () => {
    kdc = await startKdc({
      realm: 'LAB.EXAMPLE',
      principals: {
        operator: { password: PASSWORD },
        'HTTP/localhost': { attributes: ['+ok_as_delegate'] },
        ...Object.fromEntries(ETYPES.map((name) => [`HTTP/${name}.lab.example`, { etypes: [name] }])),
        'HTTP/unknown.lab.example': {},
      },
    });
    const keytab = await kdc.keytab('HTTP/localhost', ...ETYPES.map((name) => `HTTP/${name}.lab.example`));
    host = await SimulatedHost.start({
      kerberos: { keytab: new Uint8Array(await readFile(keytab)) },
      users: [{ domain: 'LAB', username: 'operator', password: PASSWORD }],
      cbt: 'strict',
    });
    ticket = await kdc.kinit('operator', { password: PASSWORD, parameters: ['-f'] });
    await Promise.all([writeFile(join(kdc.folder, 'ca.pem'), host.certificate), writeFile(join(kdc.folder, 'users'), `LAB:operator:${PASSWORD}\n`)]);
  });
  afterAll(() => Promise.all([kdc.stop(), host.close()]));

  type Told = { readonly mechanism: 'spnego' | 'krb5' | 'ntlm'; readonly scheme?: 'Negotiate' | 'Kerberos'; readonly service?: string; readonly ticket?: boolean; readonly secure?: boolean; readonly more?: readonly string[] };

  /** @returns the mechanism that was agreed on */
  async function logOn({ mechanism, scheme = 'Negotiate', service = 'HTTP@localhost', ticket: withTicket = true, secure = false, more = [] }: Told): Promise<string> {
    const url = new URL(secure ? host.httpsUrl : host.url);
    url.hostname = 'localhost';
    const parameters = [INITIATOR, '--url', url.href, '--ca', join(kdc.folder, 'ca.pem'), '--service', service, '--scheme', scheme, '--mechanism', mechanism, '--times', '5', ...more];
    const variables = { KRB5_CONFIG: kdc.config, KRB5CCNAME: withTicket ? ticket : 'FILE:/nonexistent', NTLM_USER_FILE: join(kdc.folder, 'users'), PYTHONDONTWRITEBYTECODE: '1' };
    const told = JSON.parse(await run('/usr/bin/python3', parameters, variables, IDENTIFY)) as { readonly mechanism: string; readonly answers: readonly string[] };
    expect(told.answers).toHaveLength(5);
    for (const answer of told.answers) expect(answer).toContain('IdentifyResponse');
    return told.mechanism;
  }
  const last = () => host.requests.slice(-5).map(({ user, sealed, secure }) => ({ user, sealed, secure }));
  const five = <T>(one: T): readonly T[] => Array.from({ length: 5 }, () => one);

  describe.each([false, true])('HTTPS: %s', (secure) => {
    test.each<[string, Told, string, string]>([
      ['Kerberos inside SPNEGO', { mechanism: 'spnego' }, KRB5, 'operator@LAB.EXAMPLE'],
      ['bare Kerberos in Negotiate', { mechanism: 'krb5' }, KRB5, 'operator@LAB.EXAMPLE'],
      ['bare Kerberos in Kerberos', { mechanism: 'krb5', scheme: 'Kerberos' }, KRB5, 'operator@LAB.EXAMPLE'],
      ['Kerberos with a ticket to delegate', { mechanism: 'spnego', more: ['--delegate'] }, KRB5, 'operator@LAB.EXAMPLE'],
      ['NTLM inside SPNEGO, without a ticket', { mechanism: 'spnego', ticket: false }, NTLMSSP, 'LAB\\operator'],
    ])('%s', async (_name, told, mechanism, user) => {
      expect(await logOn({ ...told, secure })).toBe(mechanism);
      expect(last()).toEqual(five({ user, sealed: !secure, secure }));
    });
  });

  test.each(ETYPES)('sealing with %s', async (name) => {
    expect(await logOn({ mechanism: 'krb5', scheme: 'Kerberos', service: `HTTP@${name}.lab.example` })).toBe(KRB5);
    expect(last()).toEqual(five({ user: 'operator@LAB.EXAMPLE', sealed: true, secure: false }));
  });

  test('a missing channel binding is refused where it has to be there', async () => {
    await expect(logOn({ mechanism: 'krb5', secure: true, more: ['--unbound'] })).rejects.toThrow('HTTP 401');
  });

  test('bare NTLM of gss-ntlmssp, which then has no MIC, is refused', async () => {
    await expect(logOn({ mechanism: 'ntlm', ticket: false })).rejects.toThrow('HTTP 401');
  });

  test('a ticket for a service that the keytab does not have is refused', async () => {
    const before = host.requests.length;
    await expect(logOn({ mechanism: 'krb5', service: 'HTTP@unknown.lab.example' })).rejects.toThrow('Message stream modified');
    expect(host.requests).toHaveLength(before);
  });
});
