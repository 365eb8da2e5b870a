import { describe, expect, it } from 'vitest';
import { mechanismOf, rawMechanism } from '../../../src/auth/spnego/mechanism-oid.js';
import { fromHex, utf8 } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';

describe('a number', () => {
  it.each([
    ['1.2.840.113554.1.2.2', 'Kerberos'],
    ['1.2.840.48018.1.2.2', 'Kerberos'],
    ['1.3.6.1.4.1.311.2.2.10', 'NTLM'],
    ['1.3.6.1.4.1.311.2.2.30', null],
    ['1.2.840.113554.1.2.2.3', null],
  ])('%s means %s', (mechType, expected) => {
    expect(mechanismOf(mechType)).toBe(expected);
  });
});

describe('a token', () => {
  it.each([
    ['an NTLM message', utf8('NTLMSSP\0rest'), 'NTLM'],
    ['Kerberos in its framing', fromHex('600d 06092a864886f712010202 0100'), 'Kerberos'],
    ['Kerberos under its other number', fromHex('600d 06092a864882f712010202 0200'), 'Kerberos'],
    ['SPNEGO in its framing', fromHex('600a 06062b0601050502 a000'), null],
    ['a NegTokenResp', fromHex('a1023000'), null],
    ['nothing', fromHex(''), null],
    ['half of an NTLM signature', utf8('NTLM'), null],
  ])('%s', (_, token, expected) => {
    expect(rawMechanism(token)).toBe(expected);
  });

  it('whose framing is no DER is refused', () => {
    expect(() => rawMechanism(fromHex('60ff00'))).toThrow(ProtocolError);
  });
});
