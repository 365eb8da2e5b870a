import { describe, expect, it } from 'vitest';
import { commandLine } from '../../src/cli/again.js';

describe('commandLine', () => {
  it('asks the same host in the same way', () => {
    const options = { url: 'https://hv01.example', auth: 'basic', ntlm: true, username: "EXAMPLE\\o'neil", passwordFile: '/run/pw', insecure: true, timeout: 5500, transport: 'undici' } as const;
    expect(commandLine(['watch', 'A-1'], options)).toBe(
      "hyperv-wsman watch A-1 --url https://hv01.example --auth basic --username 'EXAMPLE\\o'\\''neil' --password-file /run/pw --timeout 5.5 --transport undici --insecure",
    );
  });

  it('leaves out what is the default', () => {
    expect(commandLine(['jobs'], { url: 'http://hv01', auth: 'negotiate', ntlm: true, username: 'ops' })).toBe('hyperv-wsman jobs --url http://hv01 --username ops');
  });

  it('has every option of the logon, and no proxy, whose URL may hold a password', () => {
    const options = {
      url: 'http://hv01', auth: 'kerberos', ntlm: false, keytab: '/run/a.keytab', ccache: 'FILE:/tmp/x', krb5Config: '/etc/k.conf', spn: 'HTTP/a',
      delegate: 'untrusted', allowRc4: true, allowNtlm: true, cert: 'c.pem', certKey: 'k.pem', pfx: 'p.pfx', proxy: 'http://u:secret@proxy:1',
    } as const;
    expect(commandLine(['jobs'], options)).toBe(
      'hyperv-wsman jobs --url http://hv01 --auth kerberos --keytab /run/a.keytab --ccache FILE:/tmp/x --krb5-config /etc/k.conf --spn HTTP/a ' +
        '--delegate untrusted --cert c.pem --cert-key k.pem --pfx p.pfx --allow-rc4 --no-ntlm --allow-ntlm',
    );
    expect(commandLine(['jobs'], { ...options, delegate: true })).toContain(' --delegate --allow-rc4');
  });
});
