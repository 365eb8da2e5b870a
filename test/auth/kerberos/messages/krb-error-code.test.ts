import { expect, it } from 'vitest';
import { krbErrorName } from '../../../../src/auth/kerberos/messages/krb-error-code.js';

/** One of each document: RFC 4120 §7.5.9, RFC 4556 §3.1.3, RFC 6113 §5.4, RFC 8636 §6. */
it.each([
  [6, 'KDC_ERR_C_PRINCIPAL_UNKNOWN'], [24, 'KDC_ERR_PREAUTH_FAILED'], [37, 'KRB_AP_ERR_SKEW'], [41, 'KRB_AP_ERR_MODIFIED'], [52, 'KRB_ERR_RESPONSE_TOO_BIG'],
  [68, 'KDC_ERR_WRONG_REALM'], [65, 'KDC_ERR_DH_KEY_PARAMETERS_NOT_ACCEPTED'], [91, 'KDC_ERR_MORE_PREAUTH_DATA_REQUIRED'], [100, 'KDC_ERR_NO_ACCEPTABLE_KDF'], [123, 'error 123'],
])('%i is %s', (code, name) => {
  expect(krbErrorName(code)).toBe(name);
});
