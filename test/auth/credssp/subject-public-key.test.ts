import { X509Certificate, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { subjectPublicKey } from '../../../src/auth/credssp/subject-public-key.js';
import { fromHex, toHex } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';
import { createCertificate } from '../../../src/testing/certificate.js';

/** Made with `openssl req -x509 -newkey rsa:1024`. */
const RSA_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIICCjCCAXOgAwIBAgIUFIf9wufWtumyMmXIpQ5CV5VZ1UwwDQYJKoZIhvcNAQEL
BQAwFzEVMBMGA1UEAwwMQ1JFRFNTUC1IVjAxMB4XDTI2MTEyMjE0NDkyM1oXDTM2
MTExOTE0NDkyM1owFzEVMBMGA1UEAwwMQ1JFRFNTUC1IVjAxMIGfMA0GCSqGSIb3
DQEBAQUAA4GNADCBiQKBgQC7jThiZ5kc36NCf10P0kK2hbKCHxNNtWIBqN5hRBeG
JM4it/edDdymZntbezXSFnrvMJR6q9Tln84Li9SnQVY5pFQ0awFZogVZEvgxiNtD
tv+jnql3WjI34j04/ypVJR9xO2Ikhar35/jGfZaQndkPEQ5UYmaM/R0uXbKmAGBi
xQIDAQABo1MwUTAdBgNVHQ4EFgQUNEGf38TfdKt/kB81sUPF5Vcd4A8wHwYDVR0j
BBgwFoAUNEGf38TfdKt/kB81sUPF5Vcd4A8wDwYDVR0TAQH/BAUwAwEB/zANBgkq
hkiG9w0BAQsFAAOBgQAtLsrlPclPJbHoPxJO+d6VpwoQ82U6r0enI2YGHsM4xlcA
HIFL/SQpczQsD3jzJQ6mRvsRkg9QFhel9EjravizGue1WPmftwFi7R32mg1lYwUA
+vf5Q/597eAtYPHpquYAcjkIw7Pwyc9c4Foq201328MxFSOTth7WuBDl8eF1/Q==
-----END CERTIFICATE-----
`;

/** What `openssl rsa -pubin -RSAPublicKey_out -outform DER` makes of its key. */
const RSA_PUBLIC_KEY =
  '30818902818100bb8d386267991cdfa3427f5d0fd242b685b2821f134db56201a8de6144178624ce22b7f79d0ddca6667b5b7b35d2167aef30947aabd4e59f' +
  'ce0b8bd4a7415639a454346b0159a2055912f83188db43b6ffa39ea9775a3237e23d38ff2a55251f713b622485aaf7e7f8c67d96909dd90f110e5462668cfd' +
  '1d2e5db2a6006062c50203010001';

const derOf = (pem: string): Uint8Array => new Uint8Array(new X509Certificate(pem).raw);

describe('subjectPublicKey', () => {
  it('is the RSAPublicKey of PKCS #1', () => {
    expect(toHex(subjectPublicKey(derOf(RSA_CERTIFICATE)))).toBe(RSA_PUBLIC_KEY);
  });

  it('is the point of an elliptic curve', () => {
    const { certificate } = createCertificate({ commonName: 'hv01', names: ['hv01'], now: new Date(), random: randomBytes });
    const { x = '', y = '' } = new X509Certificate(certificate).publicKey.export({ format: 'jwk' });
    const coordinate = (text: string): string => Buffer.from(text, 'base64url').toString('hex');
    expect(toHex(subjectPublicKey(derOf(certificate)))).toBe(`04${coordinate(x)}${coordinate(y)}`);
  });

  it('finds it in a certificate of X.509 v1 too, which says no version', () => {
    const tbs = '301a 020101 3000 3000 3000 3000 300d 3003 0601 2a 0306 00 a1a2a3a4a5';
    expect(toHex(subjectPublicKey(fromHex(`301c ${tbs}`)))).toBe('a1a2a3a4a5');
  });

  it.each([
    ['nothing', ''],
    ['an empty certificate', '3000'],
    ['a certificate without a key', '3005 3003 020101'],
    ['a key that is no BIT STRING', '3016 3014 020101 3000 3000 3000 3000 3007 3003 0601 2a 0500'],
  ])('refuses %s', (_name, hex) => {
    expect(() => subjectPublicKey(fromHex(hex))).toThrow(ProtocolError);
  });
});
