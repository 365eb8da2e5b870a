/** Helpers over `Uint8Array` that every codec shares; no Node `Buffer` leaves this file. */

/** One array with the contents of all parts, in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return concatAll(parts);
}

/** {@link concat} of two, without a copy where the second follows the first in the same memory. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const adjoin = first.buffer === second.buffer && first.byteOffset + first.length === second.byteOffset;
  return adjoin ? new Uint8Array(first.buffer, first.byteOffset, first.length + second.length) : concat(first, second);
}

/** {@link concat} of a list whose length a peer decides: the stack has no room for that many arguments. */
export function concatAll(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

const encoder = new TextEncoder();

/** The bytes of a string in UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The bytes of a string in UTF-16LE without a byte order mark, as MS-NLMP spells Unicode strings. */
export function utf16le(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf16le'));
}

/** The string whose UTF-16LE bytes these are. */
export function fromUtf16le(bytes: Uint8Array): string {
  return view(bytes).toString('utf16le');
}

/** The string whose ISO-8859-1 bytes these are; never fails, so it serves to look at headers and to quote what is unknown. */
export function fromLatin1(bytes: Uint8Array): string {
  return view(bytes).toString('latin1');
}

/** Base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  return view(bytes).toString('base64');
}

/** The bytes of a base64 text, or `null` if it is not exactly that (RFC 4648 §4). */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** Lower-case hexadecimal digits, two a byte. */
export function toHex(bytes: Uint8Array): string {
  return view(bytes).toString('hex');
}

/** The bytes of a text of hexadecimal digits; white space is ignored. */
export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

/** A view for reading and writing numbers; it shares the memory. */
export function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A number as four bytes, big-endian; only its lowest 32 bits count. */
export function uint32be(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** A number as four bytes, little-endian; only its lowest 32 bits count. */
export function uint32le(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

/** Compares in a time that depends on the lengths alone. */
export function equalConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let i = 0; i < left.length; i++) difference |= (left[i]!) ^ (right[i]!);
  return difference === 0;
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
