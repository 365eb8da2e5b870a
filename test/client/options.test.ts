import { describe, expect, it } from 'vitest';
import { type WsmanClientOptions, resolveOptions } from '../../src/client/options.js';
import { UsageError } from '../../src/errors.js';
import { fixture } from '../fixture.js';

const NTLM = { type: 'ntlm', username: 'u', password: 'p' } as const;
const resolve = (options: Partial<WsmanClientOptions>) => resolveOptions({ url: 'https://hv01', auth: NTLM, ...options });

describe('resolveOptions', () => {
  it('shows no secret when it refuses', () => {
    for (const options of [{ url: 'https://admin:p/S3cret@hv01' }, { url: 'https://admin:S3cret@hv01:99999' }, { auth: { ...NTLM, password: 31337 as never } }]) {
      expect(() => resolve(options)).toThrow(expect.not.objectContaining({ message: expect.stringMatching(/S3cret|31337/) as string }) as Error);
    }
  });

  it.each<[string | URL, string, string]>([
    ['http://hv01', 'http://hv01:5985/wsman', 'hv01:5985'],
    ['https://hv01', 'https://hv01:5986/wsman', 'hv01:5986'],
    ['https://hv01/', 'https://hv01:5986/wsman', 'hv01:5986'],
    ['https://hv01:443/wsman', 'https://hv01/wsman', 'hv01:443'],
    ['http://hv01:80', 'http://hv01/wsman', 'hv01:80'],
    ['https://hv01:7001/other?x=1#y', 'https://hv01:7001/other?x=1', 'hv01:7001'],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]:5986/wsman', '[2001:db8::1]:5986'],
    ['https://[2001:db8::1]:9/', 'https://[2001:db8::1]:9/wsman', '[2001:db8::1]:9'],
    [new URL('https://hv01'), 'https://hv01/wsman', 'hv01:443'],
    ['HTTP://HV01', 'http://hv01:5985/wsman', 'hv01:5985'],
  ])('makes of the URL %s %s', (url, href, host) => {
    const resolved = resolve({ url });
    expect([resolved.url.href, resolved.host]).toEqual([href, host]);
  });

  it('has the documented defaults', () => {
    expect(resolve({})).toMatchObject({
      connections: 1,
      connectTimeoutMs: 10_000,
      operationTimeoutMs: 60_000,
      timeoutMs: 70_000,
      idleMs: 60_000,
      maxEnvelopeSize: null,
      locale: 'en-US',
      transport: 'axios',
      tls: {},
    });
    expect(resolve({ operationTimeoutMs: 5_000 }).timeoutMs).toBe(15_000);
  });

  it.each<[string, Partial<WsmanClientOptions>, string]>([
    ['no URL', { url: 'hv01' }, 'not a URL'],
    ['another scheme', { url: 'ftp://hv01' }, 'http://'],
    ['credentials in the URL', { url: 'https://u:p@hv01' }, 'not in the URL'],
    ['a password in what is no URL', { url: 'https://admin:p/S3cret@hv01:99999' }, '"...@hv01:99999"'],
    ['one slash', { url: 'http:/hv01:8080' }, 'http://HOST'],
    ['an unknown authentication', { auth: { ...NTLM, type: 'digest' as 'ntlm' } }, 'negotiate, kerberos, ntlm'],
    ['no authentication', { auth: undefined as never }, 'auth.type'],
    ['no password', { auth: { type: 'ntlm', username: 'u' } as never }, 'auth.password'],
    ['a password that is a number', { auth: { ...NTLM, password: 12345678 as never } }, 'auth.password must be a string'],
    ['a user that is none', { auth: { type: 'basic', password: 'p' } as never }, 'auth.username'],
    ['a domain without a user', { auth: { ...NTLM, username: 'LAB\\' } }, 'user name is empty'],
    ['a colon in a Basic user', { auth: { ...NTLM, type: 'basic', username: 'a:b' } }, 'colon'],
    ['an NT hash that is none', { auth: { type: 'ntlm', username: 'u', ntHash: 'abc' } }, '32 hexadecimal'],
    ['an unknown transport', { transport: 'fetch' as never }, 'axios, undici'],
    ['no user', { auth: { ...NTLM, username: '' } }, 'username'],
    ['no connection', { connections: 0 }, 'connections'],
    ['half a connection', { connections: 1.5 }, 'connections'],
    ['no time', { timeoutMs: 0 }, 'timeoutMs'],
    ['endless time', { timeoutMs: Number.POSITIVE_INFINITY }, 'timeoutMs'],
    ['an envelope Windows refuses', { maxEnvelopeSize: 8191 }, 'maxEnvelopeSize'],
    ['Basic over HTTP', { url: 'http://hv01', auth: { ...NTLM, type: 'basic' } }, "allowInsecure: ['basic']"],
    ['nothing over HTTP', { url: 'http://hv01', auth: { type: 'none' } }, "allowInsecure: ['none']"],
    ['a proxy that is none', { proxy: 'proxy:3128' }, 'http://HOST:PORT'],
    ['a zone through a proxy', { url: 'http://[fe80::1%25eth0]', proxy: 'http://proxy:3128' }, 'zone'],
    ['a thumbprint of Windows', { tls: { fingerprint256: 'ab'.repeat(20) } }, 'SHA-1 thumbprint'],
    ['a certificate over HTTP', { url: 'http://hv01', auth: { type: 'certificate', pfx: new Uint8Array() } }, 'https://'],
    ['a PFX that is none', { auth: { type: 'certificate', pfx: Uint8Array.of(1) } }, 'auth.pfx'],
    ['delegation without Kerberos', { auth: { ...NTLM, delegate: true } as never }, 'with ntlm there is none'],
    ['a delegation that is no word of ours', { auth: { type: 'kerberos', delegate: 'yes' as never } }, "'untrusted'"],
    ['delegation to another host', { auth: { type: 'kerberos', delegate: true, spn: 'HTTP/other' } }, 'names other'],
    ['a service that is none', { auth: { type: 'negotiate', spn: 'hv01' } }, 'SERVICE/HOST'],
    ['two ways to the first ticket', { auth: { type: 'kerberos', username: 'u', password: 'p', keytab: 'k' } }, 'auth.password and auth.keytab'],
    ['a password of nobody', { auth: { type: 'negotiate', password: 'p' } }, 'auth.username'],
    ['a user that is a number', { auth: { type: 'kerberos', username: 7 as never } }, 'auth.username'],
    ['CredSSP without a password', { auth: { type: 'credssp', username: 'u' } as never }, 'auth.password'],
    ['Basic over HTTP where only none is allowed', { url: 'http://hv01', auth: { ...NTLM, type: 'basic' }, allowInsecure: ['none'] }, 'basic'],
  ])('refuses %s', (_name, options, message) => {
    expect(() => resolve(options)).toThrow(UsageError);
    expect(() => resolve(options)).toThrow(message);
  });

  it.each<WsmanClientOptions['auth']>([
    { type: 'negotiate' },
    { type: 'negotiate', username: 'u', password: 'p', ccache: 'FILE:/tmp/x', delegate: false },
    { type: 'kerberos', delegate: true, spn: 'HTTP/HV01' },
    { type: 'kerberos', keytab: '/etc/krb5.keytab' },
    { type: 'kerberos', username: 'u', ntHash: '00112233445566778899AABBCCDDEEFF' },
    { type: 'credssp', username: 'u', password: () => 'p', versions: [4, 5, 6] },
  ])('takes %j over HTTP, where it seals', (auth) => {
    expect(resolve({ url: 'http://hv01', auth }).auth).toBe(auth);
  });

  it('keeps the zone of an IPv6 address out of the URL', () => {
    expect(resolve({ url: 'https://[fe80::1%25eth0]' })).toMatchObject({ zone: 'eth0', host: '[fe80::1]:5986', url: new URL('https://[fe80::1]:5986/wsman') });
    expect(resolve({}).zone).toBeNull();
  });

  it('takes a proxy, and a certificate over HTTPS', () => {
    const cert = { cert: fixture('tls/client.pem'), key: fixture('tls/client-key.pem') };
    expect(resolve({ proxy: 'http://u:p@proxy:3128', auth: { type: 'certificate', ...cert } })).toMatchObject({ proxy: new URL('http://u:p@proxy:3128/'), clientCertificate: cert });
  });

  it('allows Basic over HTTP by name, and over HTTPS without', () => {
    expect(resolve({ url: 'http://hv01', auth: { ...NTLM, type: 'basic' }, allowInsecure: ['basic'] }).auth.type).toBe('basic');
    expect(resolve({ auth: { ...NTLM, type: 'basic' } }).auth.type).toBe('basic');
  });
});
