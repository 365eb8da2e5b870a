import { describe, expect, it } from 'vitest';
import { parseKrb5Conf } from '../../src/auth/kerberos/krb5-conf.js';
import { principalOf, serviceName } from '../../src/client/kerberos-principal.js';

const CONF = parseKrb5Conf('[libdefaults]\ndefault_realm = EXAMPLE.COM\n[realms]\nEXAMPLE.COM = {\n}\nLab.Test = {\nkdc = dc.lab.test\n}\n', () => []);
const EMPTY = parseKrb5Conf('', () => []);
const principal = (realm: string, user: string) => ({ realm, name: { nameType: 1, nameString: [user] } });
/** NT-ENTERPRISE, 10 (RFC 6806 §5): all of the name is one part. */
const enterprise = (realm: string, name: string) => ({ realm, name: { nameType: 10, nameString: [name] } });

describe('the principal of a user name', () => {
  it.each([
    ['ops', CONF, principal('EXAMPLE.COM', 'ops')],
    ['ops@EXAMPLE.COM', CONF, principal('EXAMPLE.COM', 'ops')],
    ['ops@example.com', CONF, principal('EXAMPLE.COM', 'ops')],
    ['ops@lab.test', CONF, principal('Lab.Test', 'ops')],
    ['ops@OTHER.EXAMPLE', CONF, principal('OTHER.EXAMPLE', 'ops')],
    ['ops@mail.example', CONF, enterprise('EXAMPLE.COM', 'ops@mail.example')],
    ['ops@mail.example', EMPTY, enterprise('MAIL.EXAMPLE', 'ops@mail.example')],
    ['EXAMPLE\\ops', CONF, principal('EXAMPLE.COM', 'ops')],
    ['lab.test\\ops', CONF, principal('Lab.Test', 'ops')],
  ])('%s', (username, conf, expected) => {
    expect(principalOf(username, conf)).toEqual(expected);
  });

  it('has the parts of a service', () => {
    expect(principalOf('host/hv01.example@EXAMPLE.COM', CONF).name.nameString).toEqual(['host', 'hv01.example']);
  });

  it.each([
    ['ops', EMPTY, 'write ops@REALM'],
    ['OTHER\\ops', CONF, 'realm of the domain OTHER'],
    ['.\\ops', CONF, 'account of the host itself'],
  ])('is not known for %s', (username, conf, message) => {
    expect(() => principalOf(username, conf)).toThrow(expect.objectContaining({ code: 'AUTH', message: expect.stringContaining(message) as string }) as Error);
  });
});

it.each([
  ['HTTP/hv01.example', ['HTTP', 'hv01.example'], null],
  ['WSMAN/hv01@EXAMPLE.COM', ['WSMAN', 'hv01'], 'EXAMPLE.COM'],
])('the service %s', (spn, nameString, realm) => {
  // NT-SRV-INST, 2 (RFC 4120 §6.2).
  expect(serviceName(spn)).toEqual({ name: { nameType: 2, nameString }, realm });
});
