import { describe, expect, it } from 'vitest';
import { joined, uint32be, uint32le } from '../src/bytes.js';

describe('joined', () => {
  const whole = Uint8Array.of(0, 1, 2, 3, 4, 5);

  it('is a view where the second follows the first in the same memory', () => {
    const both = joined(whole.subarray(1, 3), whole.subarray(3, 6));
    expect(both).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
    expect(both.buffer).toBe(whole.buffer);
  });

  it.each([
    ['in other memory', Uint8Array.of(1, 2), Uint8Array.of(3), [1, 2, 3]],
    ['the other way round', whole.subarray(3, 5), whole.subarray(1, 3), [3, 4, 1, 2]],
    ['with something between', whole.subarray(0, 2), whole.subarray(3, 4), [0, 1, 3]],
    ['overlapping', whole.subarray(0, 3), whole.subarray(2, 4), [0, 1, 2, 2, 3]],
  ])('is a copy where it lies %s', (_name, first, second, expected) => {
    const both = joined(first, second);
    expect(both).toEqual(Uint8Array.from(expected));
    expect(both.buffer).not.toBe(first.buffer);
  });
});

it.each([
  [0, [0, 0, 0, 0]],
  [0x01020304, [1, 2, 3, 4]],
  [0xfffefdfc, [0xff, 0xfe, 0xfd, 0xfc]],
  [2 ** 32 + 5, [0, 0, 0, 5]],
])('%d is four bytes, the same in the other order', (value, expected) => {
  expect(uint32be(value)).toEqual(Uint8Array.from(expected));
  expect(uint32le(value)).toEqual(Uint8Array.from(expected).reverse());
});
