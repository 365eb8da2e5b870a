import { describe, expect, it } from 'vitest';
import { describeMechanism } from '../../src/auth/mechanism-name.js';

describe('describeMechanism', () => {
  /** RFC 4121 §1, MS-SPNG, MS-NLMP 1.9, MS-NEGOEX; that of IAKERB is in the draft that MIT Kerberos follows. */
  it.each([
    ['1.2.840.113554.1.2.2', 'Kerberos 5'],
    ['1.2.840.48018.1.2.2', 'Microsoft Kerberos 5'],
    ['1.2.840.113554.1.2.2.3', 'Kerberos 5 user-to-user'],
    ['1.3.6.1.5.2.5', 'IAKERB'],
    ['1.3.6.1.4.1.311.2.2.10', 'NTLMSSP'],
    ['1.3.6.1.4.1.311.2.2.30', 'NEGOEX'],
    ['2.999.1', null],
  ])('%s is %s', (oid, name) => {
    expect(describeMechanism(oid)).toEqual({ name, oid });
  });
});
