/**
 * n-fold (RFC 3961 §5.1): stretches or shrinks octets to a size, every bit of the input bearing on the result.
 *
 * @param octets - at least one
 * @param length - octets of the result
 */
export function nFold(octets: Uint8Array, length: number): Uint8Array {
  const total = leastCommonMultiple(octets.length, length);
  const sums = new Array<number>(length).fill(0);
  for (let i = 0; i < total; i++) sums[i % length]! += rotatedOctet(octets, i);
  return withEndAroundCarry(sums);
}

/** Octet i of the input repeated, where each repetition is rotated right by 13 bits more than the one before. */
function rotatedOctet(octets: Uint8Array, i: number): number {
  const bits = octets.length * 8;
  const rotation = 13 * Math.floor(i / octets.length);
  const bit = ((((i * 8 - rotation) % bits) + bits) % bits);
  const octet = Math.floor(bit / 8);
  const pair = (octets[octet]! << 8) | octets[(octet + 1) % octets.length]!;
  return (pair >> (8 - (bit % 8))) & 0xff;
}

/** The sums, each of its octet's column, as one number in ones' complement: what overflows at the top is added at the bottom. */
function withEndAroundCarry(sums: readonly number[]): Uint8Array {
  const result = new Uint8Array(sums.length);
  let carry = 0;
  let columns = sums;
  do {
    for (let i = columns.length - 1; i >= 0; i--) {
      carry += columns[i]!;
      result[i] = carry & 0xff;
      carry >>>= 8;
    }
    columns = [...result];
  } while (carry > 0);
  return result;
}

function leastCommonMultiple(a: number, b: number): number {
  return (a * b) / greatestCommonDivisor(a, b);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
