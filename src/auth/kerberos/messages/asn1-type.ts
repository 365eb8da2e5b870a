/**
 * Types of ASN.1 that are written down once and then work both ways. A Kerberos message is a {@link structure}: its fields
 * with their numbers and types, as the ASN.1 module lists them (RFC 4120 Appendix A).
 *
 * Fields with other numbers are passed over: newer KDCs may send what the module does not have (RFC 4120 §1.5.2).
 */
import { LimitError, ProtocolError } from '../../../errors.js';
import { type DerElement, contentsOf, readElement, readElements, readFields, readInteger } from '../../der/read.js';
import { TAG } from '../../der/tag.js';
import { element, field, integer, sequence } from '../../der/write.js';

/** A type of ASN.1 in DER. */
export type Asn1Type<T> = {
  /** Its identifier octet. */
  readonly tag: number;
  /** The value from the contents of an element; a ProtocolError when they are none. */
  readonly read: (contents: Uint8Array) => T;
  /** The whole element of a value. */
  readonly write: (value: T) => Uint8Array;
};

/** A field of a {@link structure}. */
export type Field<T> = {
  readonly number: number;
  readonly read: (found: DerElement | undefined) => T;
  /** The whole field; nothing when it is left out. */
  readonly write: (value: T) => Uint8Array;
};

/** The field `[number]`, which must be there. */
export function required<T>(number: number, { tag, read, write }: Asn1Type<T>): Field<T> {
  return { number, read: (found) => read(contentsOf(found, tag)), write: (value) => field(number, write(value)) };
}

/** The field `[number]` OPTIONAL; `null` when it is left out. */
export function optional<T>(number: number, type: Asn1Type<T>): Field<T | null> {
  const present = required(number, type);
  return {
    number,
    read: (found) => (found === undefined ? null : present.read(found)),
    write: (value) => (value === null ? new Uint8Array() : present.write(value)),
  };
}

/** The field `[number] SEQUENCE OF type OPTIONAL`; left out when the list is empty. */
export function optionalList<T>(number: number, type: Asn1Type<T>): Field<readonly T[]> {
  const list = optional(number, listOf(type));
  return { number, read: (found) => list.read(found) ?? [], write: (values) => list.write(values.length === 0 ? null : values) };
}

/**
 * The field `[number]` that has the same INTEGER in every message of its type: pvno, msg-type.
 *
 * @param name - what the ASN.1 module calls it, for the message
 */
export function constant(name: string, number: number, value: number): Field<null> {
  const only = (contents: Uint8Array): null => {
    const found = readInteger(contents);
    if (found !== value) throw new ProtocolError(`${name} is ${found}, not ${value}`);
    return null;
  };
  return required(number, { tag: TAG.integer, read: only, write: () => integer(value) });
}

/** SEQUENCE OF. */
export function listOf<T>({ tag, read, write }: Asn1Type<T>): Asn1Type<readonly T[]> {
  return {
    tag: TAG.sequence,
    read: (contents) => readElements(contents).map((item) => read(contentsOf(item, tag))),
    write: (values) => sequence(...values.map(write)),
  };
}

/**
 * SEQUENCE.
 *
 * @param fields - by the name each has in the value
 * @param constants - the fields that no value needs
 */
export function structure<T extends object>(
  fields: { readonly [Name in keyof T]: Field<T[Name]> },
  ...constants: readonly Field<null>[]
): Asn1Type<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return {
    tag: TAG.sequence,
    read: (contents) => {
      const found = readFields(contents);
      for (const { number, read } of constants) read(found.get(number));
      return Object.fromEntries(names.map((name) => [name, within(name, () => fields[name].read(found.get(fields[name].number)))])) as T;
    },
    write: (value) => {
      const written = [
        ...constants.map(({ number, write }) => ({ number, bytes: write(null) })),
        ...names.map((name) => ({ number: fields[name].number, bytes: fields[name].write(value[name]) })),
      ];
      return sequence(...written.sort((a, b) => a.number - b.number).map(({ bytes }) => bytes));
    },
  };
}

/** `[APPLICATION number]` around a type, or any other explicit tag. */
export function explicit<T>(tag: number, inner: Asn1Type<T>): Asn1Type<T> {
  return { tag, read: (contents) => inner.read(readElement(contents, inner.tag)), write: (value) => element(tag, inner.write(value)) };
}

/** A type of which only the identifier octet is checked: its value is the whole element, octet for octet. */
export function raw(tag: number): Asn1Type<Uint8Array> {
  return { tag, read: (contents) => element(tag, contents), write: (value) => value };
}

/** A type whose value is another than the ASN.1 has: `from` after reading, `to` before writing. */
export function mapped<T, Wire>(type: Asn1Type<Wire>, from: (value: Wire) => T, to: (value: T) => Wire): Asn1Type<T> {
  return { tag: type.tag, read: (contents) => from(type.read(contents)), write: (value) => type.write(to(value)) };
}

/**
 * The value of the one element that the bytes are.
 *
 * @param name - what the specification calls the type, for the message
 * @throws ProtocolError - they are something else
 */
export function decode<T>(name: string, type: Asn1Type<T>, bytes: Uint8Array): T {
  return within(name, () => type.read(readElement(bytes, type.tag)));
}

function within<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ProtocolError) || cause instanceof LimitError) throw cause;
    throw new ProtocolError(`${name}: ${cause.message}`, { cause });
  }
}
