import { describe, expect, it } from 'vitest';
import { longTermKey } from '../../../src/auth/kerberos/pre-authentication.js';
import { toHex } from '../../../src/bytes.js';
import { AuthError } from '../../../src/errors.js';
import { sequentialKey } from './scripted-kdc.js';
import { principalOf } from './principal-of.js';

const client = principalOf('alice@A.TEST');

describe('longTermKey', () => {
  const secret = { kind: 'keys', keys: [sequentialKey(18, 1), sequentialKey(18, 2), sequentialKey(17, 3)] } as const;

  it('takes the first key of the encryption type, which is the newest', () => {
    expect(longTermKey(secret, { etype: 18, salt: 'unused', s2kparams: null }, client)).toEqual(sequentialKey(18, 1));
  });

  it('refuses an encryption type of which there is no key', () => {
    expect(() => longTermKey(secret, { etype: 20, salt: null, s2kparams: null }, client)).toThrow(AuthError);
  });

  it('salts a password with the realm and every part of the name when the KDC gives no salt', () => {
    // RFC 3962 §4 with the salt A.TESThostx.a.test, by Python's hashlib.pbkdf2_hmac and openssl's AES over the n-fold of "kerberos" (RFC 3961, A.1).
    const { value } = longTermKey({ kind: 'password', password: 'password' }, { etype: 17, salt: null, s2kparams: null }, principalOf('host/x.a.test@A.TEST'));
    expect(toHex(value)).toBe('9292397aaf1001569c42ef1164f69931');
  });
});
