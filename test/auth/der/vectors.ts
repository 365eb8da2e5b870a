/** X.690 §8.6.4.2: the bit string of 44 bits. */
export const BIT_STRING_EXAMPLE = { value: '0a3b5f291cd0', unusedBits: 4, encoded: '0307040a3b5f291cd0' };

/** Dotted form and contents: X.690 §8.19.5, the arc for examples 2.999, RFC 8017 Appendix C, RFC 5280 Appendix A.1. */
export const OBJECT_IDENTIFIERS: readonly (readonly [string, string])[] = [
  ['2.100.3', '813403'],
  ['2.999', '8837'],
  ['1.2.840.113549.1.1.11', '2a864886f70d01010b'],
  ['2.5.29.19', '551d13'],
  ['0.9', '09'],
  ['1.39.1', '4f01'],
  ['2.0', '50'],
];

/** X.690 §8.3 by hand: two's complement in the fewest octets. */
export const INTEGERS: readonly (readonly [number, string])[] = [
  [0, '00'],
  [127, '7f'],
  [128, '0080'],
  [255, '00ff'],
  [256, '0100'],
  [0x7fffffff, '7fffffff'],
  [0x80000000, '0080000000'],
  [0xffffffff, '00ffffffff'],
  [Number.MAX_SAFE_INTEGER, '1fffffffffffff'],
  [-1, 'ff'],
  [-128, '80'],
  [-129, 'ff7f'],
  [-256, 'ff00'],
  [-257, 'feff'],
  [-0x80000000, '80000000'],
  [-0x80000001, 'ff7fffffff'],
  [Number.MIN_SAFE_INTEGER, 'e0000000000001'],
];
