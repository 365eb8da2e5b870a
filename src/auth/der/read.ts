/**
 * Reading the Distinguished Encoding Rules of ASN.1 (X.690): an element is its identifier octet, its length and its contents.
 *
 * It goes one level at a time, as deep as the caller asks: there is no recursion for a hostile input to drive. What is read is a
 * view of the input, never a copy of it.
 */
import { LimitError, ProtocolError } from '../../errors.js';
import { fromLatin1 } from '../../bytes.js';
import { contextTag } from './tag.js';
import { generalizedTimeText } from './write.js';

/** One element: its identifier octet and its contents. */
export type DerElement = { readonly tag: number; readonly contents: Uint8Array };

/** More than any message in use has side by side; it keeps the memory that a hostile one takes to a multiple of its size. */
const MAX_ELEMENTS = 10_000;

/**
 * Splits bytes into the elements that stand in them side by side: the contents of a SEQUENCE or a SET.
 *
 * @throws ProtocolError - the bytes do not end with an element, a tag number is above 30, or a length is indefinite or
 *   not in its shortest form (X.690 §10.1)
 * @throws LimitError - there are more than 10,000
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
    if (elements.length === MAX_ELEMENTS) throw new LimitError(`More than ${MAX_ELEMENTS} elements of DER side by side`);
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

/**
 * The fields of a SEQUENCE whose every component has an explicit context-specific tag, as Kerberos, SPNEGO and CredSSP write
 * them: from the number to the one element inside.
 *
 * @param contents - the contents of the SEQUENCE
 * @throws ProtocolError - a component has no context-specific tag, a number comes twice or out of order, or a field does
 *   not hold exactly one element
 */
export function readFields(contents: Uint8Array): ReadonlyMap<number, DerElement> {
  const fields = new Map<number, DerElement>();
  let last = -1;
  for (const { tag, contents: inner } of readElements(contents)) {
    const number = tag & 0x1f;
    if (tag !== contextTag(number)) throw malformed(`expected a context-specific tag, found ${hex(tag)}`);
    if (number <= last) throw malformed(`field [${number}] stands behind field [${last}]`);
    const [only, more] = readElements(inner);
    if (only === undefined || more !== undefined) throw malformed(`field [${number}] does not hold one element`);
    fields.set(number, only);
    last = number;
  }
  return fields;
}

/**
 * An INTEGER or ENUMERATED (X.690 §8.3), negative ones too.
 *
 * @throws ProtocolError - it is empty, padded or beyond 2^53 - 1
 */
export function readInteger(contents: Uint8Array): number {
  const [first, second] = contents;
  if (first === undefined) throw malformed('an INTEGER of no octets');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) throw malformed('a padded INTEGER');
  const value = contents.reduce((sum, octet) => sum * 256 + octet, first >= 0x80 ? -1 : 0);
  if (!Number.isSafeInteger(value)) throw malformed(`an INTEGER of ${contents.length} octets is beyond 2^53 - 1`);
  return value;
}

/**
 * The octets of a BIT STRING, without the one in front that says how many bits of the last are unused (X.690 §8.6.2).
 *
 * @throws ProtocolError - that octet is missing or above 7
 */
export function readBitString(contents: Uint8Array): Uint8Array {
  if (!(contents[0]! <= 7)) throw malformed('a BIT STRING whose first octet is missing or above 7');
  return contents.subarray(1);
}

/**
 * The text of a string type; Windows puts UTF-8 into a GeneralString.
 *
 * @throws ProtocolError - it is not UTF-8
 */
export function readText(contents: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(contents);
  } catch (cause) {
    throw malformed('a text that is not UTF-8', cause);
  }
}

/**
 * A GeneralizedTime to the second in UTC: `20261122140000Z`, the one form Kerberos has (RFC 4120 §5.2.3).
 *
 * @throws ProtocolError - another form, or no such instant
 */
export function readGeneralizedTime(contents: Uint8Array): Date {
  const text = fromLatin1(contents);
  const instant = new Date(text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  // Date takes more forms, and days beyond the end of a month; neither reads back as it was.
  if (Number.isNaN(instant.getTime()) || generalizedTimeText(instant) !== text) throw malformed('a GeneralizedTime that is not YYYYMMDDhhmmssZ');
  return instant;
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

function hex(octet: number): string {
  return `0x${octet.toString(16).padStart(2, '0')}`;
}

function malformed(what: string, cause?: unknown): ProtocolError {
  return new ProtocolError(`Malformed DER (X.690): ${what}`, { cause });
}
