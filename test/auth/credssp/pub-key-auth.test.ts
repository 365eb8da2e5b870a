import { describe, expect, it } from 'vitest';
import { pubKeyAuth } from '../../../src/auth/credssp/pub-key-auth.js';
import { fromHex, toHex } from '../../../src/bytes.js';

const KEY = fromHex('3003020105');
const NONCE = Uint8Array.from({ length: 32 }, (_, index) => index);

/** MS-CSSP 3.1.5, steps 3 and 4; the hashes are what Python's hashlib makes of the string, its NUL, the nonce and the key. */
describe('pubKeyAuth', () => {
  it.each([5, 6])('version %i hashes the nonce and the key, with another string for each side', (version) => {
    expect(toHex(pubKeyAuth('client', version, KEY, NONCE))).toBe('c848967e38c1bf2057ebfe758e5bf55fd370f2c069ed21550f615ff0bbf11c2d');
    expect(toHex(pubKeyAuth('server', version, KEY, NONCE))).toBe('790613cfe0c67924041dbcaeac5ca65737421afad7af88cb39b3844920be5790');
  });

  it.each([2, 3, 4])('version %i has the key itself, and the server adds 1 to its first octet', (version) => {
    expect(toHex(pubKeyAuth('client', version, KEY, NONCE))).toBe('3003020105');
    expect(toHex(pubKeyAuth('server', version, KEY, NONCE))).toBe('3103020105');
    expect(toHex(KEY)).toBe('3003020105');
  });
});
