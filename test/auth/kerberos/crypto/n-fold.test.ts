import { expect, it } from 'vitest';
import { nFold } from '../../../../src/auth/kerberos/crypto/n-fold.js';
import { toHex, utf8 } from '../../../../src/bytes.js';
import { N_FOLD } from './vectors.js';

it.each(N_FOLD)('$bits-fold("$text") (RFC 3961 §A.1)', ({ text, bits, folded }) => {
  expect(toHex(nFold(utf8(text), bits / 8))).toBe(folded);
});

it('carries around the end as often as it takes (RFC 3961 §5.1)', () => {
  // 16 ones folded to 8 bits: ff + ff = 1fe, whose carry makes it ff.
  expect(toHex(nFold(Uint8Array.of(0xff, 0xff), 1))).toBe('ff');
});
