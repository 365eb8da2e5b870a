/** The identifier octets of ASN.1 elements in the Distinguished Encoding Rules (X.690). */

/** The identifier octets in use, with the constructed bit set where DER demands it (X.690 §8.1.2, X.680 §8.4). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  generalString: 0x1b,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of a constructed context-specific tag, `[number]` in ASN.1; the number is below 31 (X.690 §8.1.2.2). */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** The identifier octet of a constructed application tag, `[APPLICATION number]` in ASN.1; the number is below 31. */
export function applicationTag(number: number): number {
  return 0x60 | number;
}
