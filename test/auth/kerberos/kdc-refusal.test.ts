import { describe, expect, it } from 'vitest';
import { kdcRefusal } from '../../../src/auth/kerberos/kdc-refusal.js';
import { krbErrorName } from '../../../src/auth/kerberos/messages/krb-error-code.js';
import type { KrbError } from '../../../src/auth/kerberos/messages/krb-error.js';
import { fromHex, utf8 } from '../../../src/bytes.js';

const krbError = (code: number, more: Partial<KrbError> = {}): KrbError => ({
  code,
  name: krbErrorName(code),
  stime: new Date(0),
  susec: 0,
  realm: 'A.TEST',
  sname: { nameType: 2, nameString: ['HTTP', 'hv01.a.test'] },
  crealm: null,
  cname: null,
  eText: null,
  eData: null,
  ...more,
});

const refuse = (code: number, more: Partial<KrbError> = {}): ReturnType<typeof kdcRefusal> =>
  kdcRefusal(krbError(code, more), { client: 'alice@A.TEST', server: 'HTTP/hv01.a.test@A.TEST' });

describe('kdcRefusal', () => {
  it.each([
    [6, 'KDC_ERR_C_PRINCIPAL_UNKNOWN', 'The realm has no alice:'],
    [7, 'KDC_ERR_S_PRINCIPAL_UNKNOWN', '`setspn -Q HTTP/hv01.a.test`'],
    [12, 'KDC_ERR_POLICY', 'Protected Users'],
    [13, 'KDC_ERR_BADOPTION', 'kinit again, with -f'],
    [14, 'KDC_ERR_ETYPE_NOSUPP', 'msDS-SupportedEncryptionTypes'],
    [18, 'KDC_ERR_CLIENT_REVOKED', 'disabled, locked out or expired'],
    [23, 'KDC_ERR_KEY_EXPIRED', 'kpasswd'],
    [24, 'KDC_ERR_PREAUTH_FAILED', 'tried once and not again'],
    [32, 'KRB_AP_ERR_TKT_EXPIRED', 'kinit again'],
    [37, 'KRB_AP_ERR_SKEW', 'NTP'],
    [123, 'error 123', 'RFC 4120 §7.5.9'],
  ])('tells who asked for what, the name of error %i and what to do', (code, kerberosError, advice) => {
    const error = refuse(code);
    expect(error).toMatchObject({ code: 'AUTH', kerberosError });
    expect(error.message).toContain(`Kerberos gave alice@A.TEST no ticket for HTTP/hv01.a.test@A.TEST: ${kerberosError}. `);
    expect(error.message).toContain(advice);
  });

  it.each([
    // KERB-ERROR-DATA (MS-KILE 2.2.2) by hand: data-type 3, data-value a KERB-EXT-ERROR with status, 0, 1.
    ['an account that is locked out', '3015 a103020103 a20e040c 340200c0 00000000 01000000', ' (STATUS_ACCOUNT_LOCKED_OUT)'],
    ['an account that is disabled', '3015 a103020103 a20e040c 720000c0 00000000 01000000', ' (STATUS_ACCOUNT_DISABLED)'],
    ['an NTSTATUS without a name here', '3015 a103020103 a20e040c 341200c0 00000000 01000000', ' (NTSTATUS 0xC0001234)'],
    ['another data-type', '3015 a103020102 a20e040c 340200c0 00000000 01000000', ''],
    ['no data-value', '3005 a103020103', ''],
    ['a data-value too short', '300c a103020103 a2050403 340200', ''],
    ['what is not DER', 'ff', ''],
  ])('reads the NTSTATUS of Windows: %s', (_, eData, said) => {
    expect(refuse(18, { eData: fromHex(eData) }).message).toContain(`KDC_ERR_CLIENT_REVOKED${said}. `);
  });

  it('quotes the KDC without what disturbs a terminal, and not without end', () => {
    expect(refuse(60, { eText: 'PRE\u001b[2JAUTH\r\n\u202e' }).message).toContain(': KRB_ERR_GENERIC (PRE[2JAUTH). ');
    expect(refuse(60, { eText: 'x'.repeat(10_000) }).message.length).toBeLessThan(400);
    expect(refuse(60, { eText: '\u0000' }).message).toContain(': KRB_ERR_GENERIC. ');
  });

  it('takes names for what they are', () => {
    const error = kdcRefusal(krbError(7), { client: '{service}@A', server: "HTTP/$&$'@A" });
    expect(error.message).toContain("`setspn -Q HTTP/$&$'`");
  });

  it('does not read e-data that is none of its own', () => {
    expect(refuse(25, { eData: utf8('garbage') }).message).toContain('KDC_ERR_PREAUTH_REQUIRED. ');
  });
});
