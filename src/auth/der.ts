/**
 * The Distinguished Encoding Rules of ASN.1 (X.690): an element is its identifier octet, its length and its contents.
 *
 * Reading goes one level at a time, as deep as the caller asks: there is no recursion for a hostile input to drive. What
 * is read is a view of the input, never a copy of it.
 */
import { ProtocolError } from '../errors.js';
import { concat, utf8 } from '../bytes.js';

/** One element: its identifier octet and its contents. */
export type DerElement = { readonly tag: number; readonly contents: Uint8Array };

/** The identifier octets in use, with the constructed bit set where DER demands it (X.690 §8.1.2, X.680 §8.4). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of a constructed context-specific tag, `[number]` in ASN.1; the number is below 31 (X.690 §8.1.2.2). */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/**
 * Splits bytes into the elements that stand in them side by side: the contents of a SEQUENCE or a SET.
 *
 * @throws ProtocolError - the bytes do not end with an element, a tag number is above 30, or a length is indefinite or
 *   not in its shortest form (X.690 §10.1)
 */
export function readElements(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const tag = bytes[offset]!;
    if ((tag & 0x1f) === 0x1f) throw malformed(`a tag number above 30 at offset ${offset}`);
    const length = readLength(bytes, offset + 1);
    const end = length.end + length.value;
    if (end > bytes.length) throw malformed(`the element at offset ${offset} ends beyond the ${bytes.length} bytes that hold it`);
    elements.push({ tag, contents: bytes.subarray(length.end, end) });
    offset = end;
  }
  return elements;
}

/**
 * The contents of the one element that the bytes are.
 *
 * @param tag - the identifier octet it must have
 * @throws ProtocolError - the bytes are not DER, not one element alone, or it has another tag
 */
export function readElement(bytes: Uint8Array, tag: number): Uint8Array {
  const elements = readElements(bytes);
  if (elements.length > 1) throw malformed(`expected one element, found ${elements.length}`);
  return contentsOf(elements[0], tag);
}

/**
 * The contents of an element that must have a certain tag.
 *
 * @param element - what was read; `undefined` when there was nothing to read
 * @param tag - the identifier octet it must have
 * @throws ProtocolError - there is no element, or it has another tag
 */
export function contentsOf(element: DerElement | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) {
    throw malformed(`expected tag ${hex(tag)}, found ${element === undefined ? 'nothing' : hex(element.tag)}`);
  }
  return element.contents;
}

/**
 * The dotted form of an OBJECT IDENTIFIER (X.690 §8.19).
 *
 * @param contents - the contents of the element
 * @throws ProtocolError - they are empty, break off within a number, or hold one that is padded or above 2^53 - 1
 */
export function readOid(contents: Uint8Array): string {
  const numbers: number[] = [];
  let number = 0;
  let inside = false;
  for (const octet of contents) {
    if (!inside && octet === 0x80) throw malformed(`a padded number in an OBJECT IDENTIFIER of ${contents.length} octets`);
    number = number * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(number)) throw malformed('a number above 2^53 - 1 in an OBJECT IDENTIFIER');
    inside = octet >= 0x80;
    if (inside) continue;
    numbers.push(number);
    number = 0;
  }
  const [first, ...others] = numbers;
  if (first === undefined || inside) throw malformed(`an OBJECT IDENTIFIER of ${contents.length} octets is not complete`);
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...others].join('.');
}

/** One element with the parts as its contents; the length in its shortest form (X.690 §10.1). */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const contents = concat(...parts);
  const length = bigEndian(contents.length);
  return contents.length < 0x80
    ? concat(Uint8Array.of(tag, contents.length), contents)
    : concat(Uint8Array.of(tag, 0x80 | length.length), length, contents);
}

/** A SEQUENCE of the elements. */
export function sequence(...elements: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, ...elements);
}

/** A BOOLEAN; true is 0xFF (X.690 §11.1). */
export function boolean(value: boolean): Uint8Array {
  return element(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
}

/**
 * A non-negative INTEGER (X.690 §8.3) from its big-endian octets. Leading zeros are dropped, save the one that keeps the
 * number from being negative.
 */
export function unsignedInteger(octets: Uint8Array): Uint8Array {
  const first = octets.findIndex((octet) => octet !== 0);
  const magnitude = first === -1 ? Uint8Array.of(0) : octets.subarray(first);
  return element(TAG.integer, magnitude[0]! >= 0x80 ? Uint8Array.of(0) : new Uint8Array(), magnitude);
}

/** A BIT STRING whose last octet has so many unused bits, 0 unless told (X.690 §8.6.2). */
export function bitString(octets: Uint8Array, unusedBits = 0): Uint8Array {
  return element(TAG.bitString, Uint8Array.of(unusedBits), octets);
}

/** An OCTET STRING. */
export function octetString(octets: Uint8Array): Uint8Array {
  return element(TAG.octetString, octets);
}

/** An OBJECT IDENTIFIER from its dotted form (X.690 §8.19). */
export function oid(dotted: string): Uint8Array {
  const [root, second, ...others] = dotted.split('.').map(Number) as [number, number, ...number[]];
  return element(TAG.oid, ...[40 * root + second, ...others].map(base128));
}

/** A UTF8String. */
export function utf8String(text: string): Uint8Array {
  return element(TAG.utf8String, utf8(text));
}

/** A time to the second, in UTC: UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5). */
export function time(instant: Date): Uint8Array {
  const digits = `${instant.toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
  return instant.getUTCFullYear() < 2050 ? element(TAG.utcTime, utf8(digits.slice(2))) : element(TAG.generalizedTime, utf8(digits));
}

function readLength(bytes: Uint8Array, offset: number): { readonly value: number; readonly end: number } {
  const first = bytes[offset];
  if (first === undefined) throw malformed(`no length at offset ${offset}`);
  if (first < 0x80) return { value: first, end: offset + 1 };
  const end = offset + 1 + (first & 0x7f);
  const octets = bytes.subarray(offset + 1, end);
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  if (value < 0x80 || octets[0] === 0) throw malformed(`a length at offset ${offset} that is indefinite or not in its shortest form`);
  return { value, end };
}

function bigEndian(value: number): Uint8Array {
  const octets: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.from(octets);
}

function base128(value: number): Uint8Array {
  const octets = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(0x80 | rest % 128);
  return Uint8Array.from(octets);
}

function hex(octet: number): string {
  return `0x${octet.toString(16).padStart(2, '0')}`;
}

function malformed(what: string): ProtocolError {
  return new ProtocolError(`Malformed DER (X.690): ${what}`);
}
