import { describe, expect, it } from 'vitest';
import { tokenKind } from '../../src/auth/token-kind.js';
import { fromHex, utf8 } from '../../src/bytes.js';

describe('tokenKind', () => {
  it.each([
    ['ntlm', '4e544c4d53535000 03'],
    ['kerberos', '6002 06092a864886f712010202'],
    ['kerberos', '608199 06092a864886f712010202 0200'],
    ['kerberos', '608202cf 06092a864882f712010202 0100'],
    ['kerberos', '6083010000 06092a864886f712010202'],
    ['kerberos', '608400010000 06092a864886f712010202'],
    ['spnego', '6022 06062b0601050502 a018'],
    ['spnego', 'a107 3005'],
    ['spnego', 'a18201f3 308201ef'],
    ['credssp', '160301 0200'],
    ['credssp', '170303 0010'],
    // A framing of another mechanism (IAKERB), of an indefinite length, and of OIDs that begin as the known ones do
    [null, '6080 06062b0601050205'],
    [null, '6020 06062b0601050205'],
    [null, '6020 060a2a864886f71201020203'],
    [null, '6020 06062b0601050503'],
    // NegTokenResp with something else than a SEQUENCE; a record of SSL 3.0, of TLS 1.3, which no record names, of an unknown type
    [null, 'a107 0205'],
    [null, '160300'],
    [null, '160304'],
    [null, '180303'],
    [null, '4e544c4d53535001'],
    [null, '4e544c4d'],
    [null, ''],
  ])('%s: %s', (kind, token) => {
    expect(tokenKind(fromHex(token))).toBe(kind);
  });

  it('looks at the beginning alone', () => {
    expect(tokenKind(utf8('It says NTLMSSP\0'))).toBeNull();
  });
});
