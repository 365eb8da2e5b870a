import { ProtocolError, UsageError } from '../errors.js';
import { CimDateTime, CimInterval, parseCimDatetime } from './datetime.js';
import { type CimInstance, isCimInstance } from './instance-meta.js';
import { type InstancePath, formatObjectPath, isInstancePath, parseObjectPath } from './object-path.js';

/** The intrinsic types of CIM (DSP0004 §5.2), by the names that TYPE attributes and schema files use. */
export type CimTypeName =
  | 'boolean'
  | 'uint8'
  | 'sint8'
  | 'uint16'
  | 'sint16'
  | 'uint32'
  | 'sint32'
  | 'uint64'
  | 'sint64'
  | 'real32'
  | 'real64'
  | 'string'
  | 'char16'
  | 'datetime'
  | 'reference';

/**
 * One CIM value that is neither null nor an array. Integers of 64 bits are `bigint`, all smaller ones and the reals are
 * `number`, string and char16 are `string`, an embedded instance is a {@link CimInstance}.
 */
export type CimScalar = boolean | number | bigint | string | CimDateTime | CimInterval | InstancePath | CimInstance;

/** What a property, parameter or key can hold. A CIM null is `null`, also inside an array. */
export type CimValue = CimScalar | null | readonly (CimScalar | null)[];

/** The declared type of a property or parameter. */
export type CimType = {
  readonly type: CimTypeName;
  /** Whether the value is an array of that type. */
  readonly array: boolean;
  /** The value is an instance: a string that holds its text, or child elements. */
  readonly embedded?: boolean;
};

const DIGIT_ZERO = 0x30;

type Lexical = { parse(text: string): CimScalar | null; format(value: CimScalar): string | null };

/** How each type is read and written; `null` for what lies outside the type. */
const LEXICAL: Readonly<Record<CimTypeName, Lexical>> = {
  boolean: { parse: parseBoolean, format: (value) => (typeof value === 'boolean' ? String(value) : null) },
  uint8: integer(false, 8),
  sint8: integer(true, 8),
  uint16: integer(false, 16),
  sint16: integer(true, 16),
  uint32: integer(false, 32),
  sint32: integer(true, 32),
  uint64: integer(false, 64),
  sint64: integer(true, 64),
  real32: real(Math.fround),
  real64: real(Number),
  string: { parse: (text) => text, format: (value) => (typeof value === 'string' ? value : null) },
  char16: { parse: parseChar16, format: (value) => (typeof value === 'string' && value.length === 1 ? value : null) },
  datetime: { parse: parseCimDatetime, format: (value) => (value instanceof CimDateTime || value instanceof CimInterval ? value.toCim() : null) },
  reference: { parse: (text) => parseObjectPath(text).path, format: (value) => (isInstancePath(value) ? formatObjectPath(value) : null) },
};

const SCALARS = plainTypes(false);
const ARRAYS = plainTypes(true);

/** The type of that name that holds no instance: the same object every time. */
export function plainType(type: CimTypeName, array: boolean): CimType {
  return (array ? ARRAYS : SCALARS)[type];
}

function plainTypes(array: boolean): Readonly<Record<CimTypeName, CimType>> {
  const names = Object.keys(LEXICAL) as CimTypeName[];
  return Object.fromEntries(names.map((type) => [type, Object.freeze({ type, array })])) as Record<CimTypeName, CimType>;
}

/** Whether this is the name of an intrinsic type, in the lower case that DSP0004 §5.2 gives it. */
export function isCimTypeName(text: string): text is CimTypeName {
  return Object.hasOwn(LEXICAL, text);
}

/**
 * The value that a text stands for, in CIM-XML (DSP0201, VALUE) or in a WS-CIM body (DSP0230, XML Schema).
 *
 * - boolean: `TRUE` and `FALSE` in any case, and `1` and `0`.
 * - integers: decimal, `0x1F`, or binary `101b`, with a sign. A leading zero means nothing: XML Schema reads `010` as ten,
 *   and CIM-XML has no octal form.
 * - reals: with or without a point; `INF`, `-INF`, `NaN`, and `Infinity`, in any case.
 * - char16: one UTF-16 code unit is the character itself, a digit too; two to five digits are its code.
 * - datetime: any form that {@link parseCimDatetime} takes. reference: a WMI object path.
 *
 * White space around a value is ignored, except in string and char16.
 *
 * @throws ProtocolError - the text is not a value of the type, or outside its range
 */
export function parseCimScalar(type: CimTypeName, text: string): CimScalar {
  const value = LEXICAL[type].parse(text);
  if (value === null) throw new ProtocolError(`${quote(text)} is not a value of type ${type}`, { text });
  return value;
}

/**
 * The text of a value, valid in CIM-XML and in XML Schema alike: booleans in lower case, integers in decimal, reals with
 * a point, a datetime in the CIM form, a reference as a WMI object path. {@link parseCimScalar} reads it back to an equal value.
 * An integer may be given as number or bigint, whatever its width.
 *
 * @throws UsageError - the value does not belong to the type, or is outside its range
 */
export function formatCimScalar(type: CimTypeName, value: CimScalar): string {
  const text = LEXICAL[type].format(value);
  if (text === null) throw new UsageError(`${describe(value)} is not a value of type ${type}`);
  return text;
}

/**
 * Refuses what CIM has no type for; a caller in JavaScript can give anything.
 *
 * @param place - what holds the value, `Msvm_Error.ErrorType`
 * @throws UsageError - not a {@link CimValue}; the message names the place and what came
 */
export function checkCimValue(value: unknown, place: string): void {
  for (const item of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
    if (item === null || isCimScalar(item)) continue;
    const what = typeof item === 'object' ? Object.prototype.toString.call(item).slice('[object '.length, -1) : typeof item;
    throw new UsageError(`${place}: ${what} is not a CIM value; createInstance makes an instance, instancePath a reference, CimDateTime a datetime`);
  }
}

function isCimScalar(value: unknown): value is CimScalar {
  if (typeof value !== 'object') return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  return value instanceof CimDateTime || value instanceof CimInterval || isCimInstance(value) || isInstancePath(value);
}

function parseBoolean(text: string): boolean | null {
  if (text === 'true' || text === 'TRUE') return true;
  if (text === 'false' || text === 'FALSE') return false;
  const match = /^\s*(?:(true|1)|false|0)\s*$/i.exec(text);
  return match === null ? null : match[1] !== undefined;
}

function integer(signed: boolean, bits: number): Lexical {
  const min = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const max = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  const greatest = Number(max);
  const inRange = (value: bigint) => value >= min && value <= max;
  return {
    parse(text) {
      const short = shortDecimal(text);
      if (short >= 0) return short > greatest ? null : bits === 64 ? BigInt(short) : short;
      const value = parseInteger(text);
      if (value === null || !inRange(value)) return null;
      return bits === 64 ? value : Number(value);
    },
    format(value) {
      if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return null;
      const exact = BigInt(value as number | bigint);
      return inRange(exact) ? exact.toString() : null;
    },
  };
}

/** So many decimal digits are exact as a number. */
const SHORT_LENGTH = 15;

/** The number that one to fifteen decimal digits are, -1 for any other text. Most integers are, and need neither an expression nor a bigint. */
function shortDecimal(text: string): number {
  if (text === '' || text.length > SHORT_LENGTH) return -1;
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - DIGIT_ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** No integer of 64 bits is longer than this in any form, white space aside; a longer one is not worth its arithmetic. */
const INTEGER_LENGTH = 70;

/** The integer that a text is in one of the forms of {@link parseCimScalar}, or `null`. */
export function parseInteger(text: string): bigint | null {
  const match = /^([+-]?)(?:(0x[0-9a-f]+)|([01]+)b|(\d+))$/i.exec(text.trim());
  if (match === null || match[0].length > INTEGER_LENGTH) return null;
  const [, sign, hexadecimal, binary, decimal] = match;
  const magnitude = BigInt(hexadecimal ?? (binary === undefined ? decimal! : `0b${binary}`));
  return sign === '-' ? -magnitude : magnitude;
}

/** A value belongs to the type when it is finite, rounded to the width: 3.4028235E38, the shortest text for the greatest real32, lies above it. */
function real(round: (value: number) => number): Lexical {
  return {
    parse(text) {
      const trimmed = text.trim();
      const special = /^([+-]?)(?:inf(?:inity)?|(nan))$/i.exec(trimmed);
      if (special !== null) return special[2] !== undefined ? NaN : special[1] === '-' ? -Infinity : Infinity;
      if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed)) return null;
      const value = Number(trimmed);
      return Number.isFinite(round(value)) ? value : null;
    },
    format(value) {
      if (typeof value !== 'number') return null;
      if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '-INF' : 'INF';
      return Number.isFinite(round(value)) ? formatFinite(value) : null;
    },
  };
}

/** With a point, which a real of DSP0201 must have, and with the sign of a negative zero, which `String` drops. */
function formatFinite(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('.') ? text : text.replace(/e|$/, '.0$&');
}

function parseChar16(text: string): string | null {
  if (text.length === 1) return text;
  const code = /^\s*\d{2,5}\s*$/.test(text) ? Number(text) : NaN;
  return code <= 0xffff ? String.fromCharCode(code) : null;
}

function describe(value: CimScalar): string {
  if (typeof value === 'string') return quote(value);
  if (value instanceof CimDateTime || value instanceof CimInterval) return 'A datetime';
  if (typeof value === 'object') return isInstancePath(value) ? 'A reference' : 'An instance';
  return `The ${typeof value} ${String(value)}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}
