/** Writing the Distinguished Encoding Rules of ASN.1 (X.690): every function gives a whole element. */
import { concat, utf8 } from '../../bytes.js';
import { TAG, contextTag } from './tag.js';

/** One element with the parts as its contents; the length in its shortest form (X.690 §10.1). */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const contents = concat(...parts);
  const length = bigEndian(contents.length);
  return contents.length < 0x80
    ? concat(Uint8Array.of(tag, contents.length), contents)
    : concat(Uint8Array.of(tag, 0x80 | length.length), length, contents);
}

/** A field with an explicit context-specific tag: `[number]` around the element. */
export function field(number: number, ...inner: readonly Uint8Array[]): Uint8Array {
  return element(contextTag(number), ...inner);
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

/** An INTEGER in its shortest form (X.690 §8.3); a safe integer, negative ones too. */
export function integer(value: number): Uint8Array {
  const octets: number[] = [];
  let rest = value;
  do {
    octets.unshift(((rest % 256) + 256) % 256);
    rest = Math.floor(rest / 256);
  } while (rest !== (octets[0]! >= 0x80 ? -1 : 0));
  return element(TAG.integer, Uint8Array.from(octets));
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

/** A GeneralString with the text in UTF-8, as Windows writes it. */
export function generalString(text: string): Uint8Array {
  return element(TAG.generalString, utf8(text));
}

/** A GeneralizedTime to the second, in UTC; fractions are cut off (RFC 4120 §5.2.3). */
export function generalizedTime(instant: Date): Uint8Array {
  return element(TAG.generalizedTime, utf8(generalizedTimeText(instant)));
}

/** A time to the second, in UTC: UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5). */
export function time(instant: Date): Uint8Array {
  return instant.getUTCFullYear() < 2050
    ? element(TAG.utcTime, utf8(`${instant.toISOString().slice(2, 19).replace(/\D/g, '')}Z`))
    : generalizedTime(instant);
}

/** `YYYYMMDDhhmmssZ`. */
export function generalizedTimeText(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
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
