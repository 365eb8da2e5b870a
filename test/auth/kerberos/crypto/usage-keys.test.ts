import { describe, expect, it } from 'vitest';
import { derivedOnce } from '../../../../src/auth/kerberos/crypto/usage-keys.js';

/** A derivation that writes down what it was asked for, and gives the number of its call. */
function counted() {
  const asked: string[] = [];
  const derive = derivedOnce((key, usage, kind) => Uint8Array.of(asked.push(`${key.join()} ${usage} ${kind}`)));
  return { asked, derive };
}

describe('derivedOnce', () => {
  it('derives a key once', () => {
    const { asked, derive } = counted();
    const key = Uint8Array.of(7);
    expect(derive(key, 22, 0xaa)).toBe(derive(key, 22, 0xaa));
    expect(asked).toEqual(['7 22 170']);
  });

  it('takes none for another: each kind, each usage, each key object has its own', () => {
    const { asked, derive } = counted();
    const key = Uint8Array.of(7);
    const numbers = [[key, 22, 0xaa], [key, 22, 0x55], [key, 24, 0xaa], [Uint8Array.of(7), 22, 0xaa], [Uint8Array.of(8), 22, 0xaa]] as const;
    expect(numbers.map(([ofKey, usage, kind]) => derive(ofKey, usage, kind)[0])).toEqual([1, 2, 3, 4, 5]);
    expect(asked).toEqual(['7 22 170', '7 22 85', '7 24 170', '7 22 170', '8 22 170']);
  });
});
