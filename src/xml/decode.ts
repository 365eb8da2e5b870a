import { LimitError, ProtocolError } from '../errors.js';
import { quote, SPACE } from './characters.js';
import { notWellFormed, placeOf } from './position.js';
import { normalizeLineEnds } from './white-space.js';

/** The UTF-16 code units of a text. When all of it is ASCII a byte holds each. */
export type CodeUnits = Uint8Array | Uint16Array;

/** A document as text, its ends of lines normalised. */
export type XmlText = {
  readonly text: string;
  /** V8 reads a unit of an array in half the time that one of a string takes. */
  readonly units: CodeUnits;
  /** Where its content begins: after the XML declaration, when there is one. */
  readonly contentAt: number;
};

const EQUALS = `[${SPACE}]*=[${SPACE}]*`;
const DECLARATION = new RegExp(
  `^<\\?xml[${SPACE}]+version${EQUALS}(?:"1\\.[0-9]+"|'1\\.[0-9]+')` +
    `(?:[${SPACE}]+encoding${EQUALS}(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?` +
    `(?:[${SPACE}]+standalone${EQUALS}(?:"(?:yes|no)"|'(?:yes|no)'))?[${SPACE}]*\\?>`,
);

/**
 * Turns the input into text (XML 1.0 §4.3.3), normalises its ends of lines (§2.11) and reads the XML declaration (§2.8).
 *
 * Bytes are UTF-16 when they begin with its byte order mark, and UTF-8 otherwise; the mark is dropped. A declared
 * encoding must be that one; `us-ascii` is UTF-8 when every character is ASCII. A string is decoded already: its
 * declared encoding is not looked at.
 *
 * @param input - bytes, or text with or without a leading U+FEFF
 * @param maxBytes - of the input; a string counts its UTF-16 code units
 * @throws LimitError - the input is larger, before it is decoded
 * @throws ProtocolError - the bytes are not in their encoding, or the declaration is not one or names another encoding
 */
export function decodeXml(input: Uint8Array | string, maxBytes: number): XmlText {
  if (input.length > maxBytes) {
    throw new LimitError(`XML of ${input.length} bytes not accepted: the limit is ${maxBytes} bytes, offset ${maxBytes} is past it`);
  }
  if (typeof input === 'string') {
    const text = normalizeLineEnds(input.charCodeAt(0) === BYTE_ORDER_MARK ? input.slice(1) : input);
    return { text, units: unitsOf(text), contentAt: readDeclaration(text).end };
  }
  const encoding = encodingOf(input);
  const decoded = decodeBytes(input, encoding);
  const text = normalizeLineEnds(decoded);
  const { end, declared } = readDeclaration(text);
  if (declared !== null && !fits(declared.toLowerCase(), encoding, text)) {
    throw notWellFormed(text, 0, `the XML declaration says encoding ${quote(declared)}, the bytes are ${encoding}`);
  }
  const isInput = encoding === 'utf-8' && text === decoded && text.length === input.length;
  return { text, units: isInput ? input : unitsOf(text), contentAt: end };
}

function unitsOf(text: string): CodeUnits {
  if (Buffer.byteLength(text) === text.length) return Buffer.from(text, 'latin1');
  const bytes = Buffer.from(text, 'utf16le');
  return new Uint16Array(bytes.buffer, bytes.byteOffset, text.length);
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

const BYTE_ORDER_MARK = 0xfeff;
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function decodeBytes(bytes: Uint8Array, encoding: string): string {
  try {
    return (encoding === 'utf-8' ? UTF_8 : new TextDecoder(encoding, { fatal: true })).decode(bytes);
  } catch (cause) {
    const lossy = new TextDecoder(encoding).decode(bytes);
    const place = placeOf(lossy, lossy.indexOf('\uFFFD'));
    throw new ProtocolError(`XML not accepted at or after ${place}: the bytes are not ${encoding}`, { cause });
  }
}

function readDeclaration(text: string): { readonly end: number; readonly declared: string | null } {
  if (!/^<\?xml(?:[ \t\r\n?]|$)/.test(text)) return { end: 0, declared: null };
  const match = DECLARATION.exec(text);
  if (match === null) throw notWellFormed(text, 0, 'the XML declaration is not well-formed or not closed');
  return { end: match[0].length, declared: match[1] ?? match[2] ?? null };
}

function fits(declared: string, encoding: string, text: string): boolean {
  if (encoding !== 'utf-8') return declared === 'utf-16';
  return declared === 'utf-8' || (declared === 'us-ascii' && /^[\x00-\x7F]*$/.test(text));
}
