import { describe, expect, it } from 'vitest';
import { parseKrb5Conf, realmOfHost } from '../../../src/auth/kerberos/krb5-conf.js';
import { UsageError } from '../../../src/errors.js';

const parse = (text: string, included: Readonly<Record<string, readonly string[]>> = {}): ReturnType<typeof parseKrb5Conf> =>
  parseKrb5Conf(text, (what) => included['file' in what ? what.file : what.directory] ?? []);

/** As Debian's krb5-config and the manual page krb5.conf(5) have it. */
const USUAL = `# Managed by hand
[libdefaults]
\tdefault_realm = EXAMPLE.COM
\tdns_lookup_kdc = no
\tforwardable = True
\tdefault_ccache_name = FILE:/tmp/krb5cc_%{uid}
\trdns = ON
\tpermitted_enctypes = aes256-cts, aes128-cts rc4
\tdefault_tgs_enctypes = des3-cbc-sha1
; the realms
[realms]
\tEXAMPLE.COM = {
\t\tkdc = kdc1.example.com
\t\tkdc = kdc2.example.com:750
\t\tmaster_kdc = kdc3.example.com
\t\tadmin_server = kdc1.example.com
\t\tv4_instance_convert = {
\t\t\tkdc = not-a-kdc
\t\t}
\t\tkdc = [2001:db8::1]:88
\t}
\tOTHER.EXAMPLE = {
\t\tdefault_domain = other.example
\t}
[domain_realm]
\t.example.com = EXAMPLE.COM
\texample.com = EXAMPLE.COM
\tODD.example.com = OTHER.EXAMPLE
[appdefaults]
\tpam = { 
\t\tdebug = false
\t}
`;

describe('parseKrb5Conf', () => {
  it('reads what this package uses', () => {
    expect(parse(USUAL)).toEqual({
      defaultRealm: 'EXAMPLE.COM',
      realms: new Map([
        ['EXAMPLE.COM', { kdcs: ['kdc1.example.com', 'kdc2.example.com:750', '[2001:db8::1]:88'] }],
        ['OTHER.EXAMPLE', { kdcs: [] }],
      ]),
      domainRealm: new Map([
        ['.example.com', 'EXAMPLE.COM'],
        ['example.com', 'EXAMPLE.COM'],
        ['odd.example.com', 'OTHER.EXAMPLE'],
      ]),
      dnsLookupKdc: false,
      forwardable: true,
      defaultCcacheName: 'FILE:/tmp/krb5cc_%{uid}',
      rdns: true,
      permittedEtypes: ['aes256-cts', 'aes128-cts', 'rc4'],
    });
  });

  it('has the defaults of an empty file', () => {
    expect(parse('')).toEqual({
      defaultRealm: null,
      realms: new Map(),
      domainRealm: new Map(),
      dnsLookupKdc: true,
      forwardable: false,
      defaultCcacheName: null,
      rdns: false, permittedEtypes: null,
    });
  });

  it.each([
    ['a comment is a line of its own, as MIT has it', '[libdefaults]\n default_realm = A # not a comment', { defaultRealm: 'A # not a comment' }],
    ['the first of two counts', '[libdefaults]\ndefault_realm = A\ndefault_realm = B', { defaultRealm: 'A' }],
    ['also in another section of the name', '[libdefaults]\ndefault_realm = A\n[realms]\n[libdefaults]\ndefault_realm = B\nforwardable = y', { defaultRealm: 'A', forwardable: true }],
    ['final sections and relations', '[libdefaults]*\ndefault_realm* = A\n[realms]\nA* = {\nkdc = k\n}*', { defaultRealm: 'A', realms: new Map([['A', { kdcs: ['k'] }]]) }],
    ['a brace on the next line', '[realms]\nA =\n  {\nkdc = k\n}', { realms: new Map([['A', { kdcs: ['k'] }]]) }],
    ['one realm in two places', '[realms]\nA = {\nkdc = k\n}\nA = {\nkdc = l\n}', { realms: new Map([['A', { kdcs: ['k', 'l'] }]]) }],
    ['quotation marks', '[libdefaults]\ndefault_ccache_name = "FILE:/a \\"b\\" c\\\\d" rest', { defaultCcacheName: 'FILE:/a "b" c\\d' }],
    ['CR LF and a byte order mark', '\uFEFF[libdefaults]\r\ndefault_realm = A\r\n', { defaultRealm: 'A' }],
    ['what stands before the first section', 'nonsense\n[libdefaults]\ndefault_realm = A', { defaultRealm: 'A' }],
    ['a name like that of a member of every object', '[realms]\n__proto__ = {\nkdc = k\n}', { realms: new Map([['__proto__', { kdcs: ['k'] }]]) }],
    ['the etypes of TGS requests', '[libdefaults]\ndefault_tgs_enctypes = aes256-cts', { permittedEtypes: ['aes256-cts'] }],
    ['the etypes of AS requests', '[libdefaults]\ndefault_tkt_enctypes = aes128-cts', { permittedEtypes: ['aes128-cts'] }],
  ])('reads %s', (_, text, expected) => {
    expect(parse(text)).toMatchObject(expected);
  });

  it.each(['yes', 'Y', 'TRUE', 't', '1', 'On'])('reads %s as true', (word) => {
    expect(parse(`[libdefaults]\nforwardable = ${word}`).forwardable).toBe(true);
  });

  it.each(['no', 'N', 'FALSE', 'f', '0', 'Off', 'nil'])('reads %s as false', (word) => {
    expect(parse(`[libdefaults]\ndns_lookup_kdc = ${word}`).dnsLookupKdc).toBe(false);
  });

  it('reads included files and directories where they stand, each from its own section', () => {
    const text = 'include /etc/one.conf\n[libdefaults]\nincludedir /etc/krb5.conf.d\n forwardable = true\n';
    const included = {
      '/etc/one.conf': ['[libdefaults]\ndefault_realm = ONE'],
      '/etc/krb5.conf.d': ['[realms]\nTWO = {\nkdc = k2\n}', '[libdefaults]\ndefault_realm = THREE\ndns_lookup_kdc = no'],
    };
    expect(parse(text, included)).toMatchObject({ defaultRealm: 'ONE', realms: new Map([['TWO', { kdcs: ['k2'] }]]), forwardable: true, dnsLookupKdc: false });
  });

  it.each([
    ['[libdefaults]\nnonsense', 'krb5.conf, line 2: expected name = value'],
    ['[libdefaults]\ntwo words = x', 'krb5.conf, line 2: expected name = value'],
    ['[libdefaults', 'krb5.conf, line 1: a section is written [name]'],
    ['[realms]\nA = {\n[libdefaults]', 'krb5.conf, line 3: section [libdefaults] begins before A = { is closed'],
    ['[realms]\n}', 'krb5.conf, line 2: a } that closes nothing'],
    ['[realms]\nA =\nkdc = k', 'krb5.conf, line 3: expected a { for A'],
    ['[libdefaults]\n\n# c\nforwardable = yes # c', 'krb5.conf, line 4: forwardable is neither true nor false; a comment needs a line of its own'],
    ['include one.conf', 'krb5.conf, line 1: include needs an absolute path'],
    ['include /bad', '/bad, line 2: expected name = value'],
    ['include /self', '/self: more than 200 files are included: do they include one another?'],
  ])('refuses %j', (text, message) => {
    const included = { '/bad': ['[libdefaults]\nnonsense'], '/self': ['include /self'] };
    expect(() => parse(text, included)).toThrow(new UsageError(message));
  });
});

describe('realmOfHost', () => {
  const conf = parse('[domain_realm]\n.example = TOP\n.lab.example = LAB\nhv01.lab.example = HOST\nbare.example = BARE\nhv01.lab.example = LATER');

  it.each([
    ['hv01.lab.example', 'HOST'],
    ['HV01.LAB.Example.', 'HOST'],
    ['hv02.lab.example', 'LAB'],
    ['a.b.lab.example', 'LAB'],
    ['lab.example', 'TOP'],
    ['x.bare.example', 'BARE'],
    ['bare.example', 'BARE'],
    ['example', null],
    ['hv01', null],
    ['10.0.0.1', null],
  ])('finds the realm of %s', (host, realm) => {
    expect(realmOfHost(conf, host)).toBe(realm);
  });
});
