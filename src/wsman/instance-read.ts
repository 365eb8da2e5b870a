import { decodeCimXml } from '../cim/cim-xml.js';
import { type CimDateTime, type CimInterval, parseCimDatetime } from '../cim/datetime.js';
import { type CimInstance, receivedInstance } from '../cim/instance.js';
import { type InstancePath, parseObjectPath } from '../cim/object-path.js';
import { type CimScalar, type CimType, type CimValue, parseCimScalar } from '../cim/types.js';
import { LimitError, ProtocolError } from '../errors.js';
import { nextElement } from '../soap/envelope.js';
import { ADDRESSING, CIM_COMMON, XSI } from '../soap/namespaces.js';
import { type XmlElement, readElement } from '../xml/element.js';
import type { XmlCursor } from '../xml/parse.js';
import { readTarget } from './dialect.js';
import { KINDS } from './instance.js';
import { KnownTypes, type OwnerTypes, type PropertiesOf, type TypeOf, untyped } from './known-types.js';
import { readReference } from './selector-set.js';

/**
 * Reads an instance from a body (DSP0230 §7): the cursor is on its element, and afterwards on the element's end.
 *
 * @param path - where the instance is, when the caller knows
 * @param propertiesOf - the properties that are null when they were not sent: Windows leaves null arrays out
 */
export function readInstance(cursor: XmlCursor, typeOf: TypeOf = untyped, path: InstancePath | null = null, propertiesOf?: PropertiesOf): CimInstance {
  const className = cursor.name;
  return receivedInstance(className, readAllProperties(cursor, className, new KnownTypes(typeOf, propertiesOf)), undefined, path);
}

/** The properties of a whole instance as {@link readProperties}, and null for each that it has and that was not sent. */
export function readAllProperties(cursor: XmlCursor, className: string, types: KnownTypes): Record<string, CimValue> {
  const properties = readProperties(cursor, className, types);
  for (const name of types.of(className).properties) if (!(name in properties)) properties[name] = null;
  return properties;
}

/** As {@link readMembers}, where what is known of the whole answer is at hand. */
export function readProperties(cursor: XmlCursor, className: string, types: KnownTypes): Record<string, CimValue> {
  nextElement(cursor);
  return collectMembers(cursor, types.of(className), types);
}

/**
 * Reads the members inside the element that the cursor is on: the properties of an instance, or the parameters of a
 * method. A member that comes several times is an array, and so is one whose type says so; `xsi:nil` is `null`. The cursor
 * is afterwards on the element's end.
 *
 * @param owner - the class, or `Class.Method`
 * @returns the values by name, in the order of their first coming, in an object without a prototype
 */
export function readMembers(cursor: XmlCursor, owner: string, typeOf: TypeOf = untyped): Record<string, CimValue> {
  return readProperties(cursor, owner, new KnownTypes(typeOf));
}

/** As {@link readMembers}, with the cursor on the start of the first member, or on the end of their parent; afterwards on that end. */
export function readSiblings(cursor: XmlCursor, owner: string, typeOf: TypeOf): Record<string, CimValue> {
  const types = new KnownTypes(typeOf);
  return collectMembers(cursor, types.of(owner), types);
}

type Item = CimScalar | null;

function collectMembers(cursor: XmlCursor, known: OwnerTypes, types: KnownTypes): Record<string, CimValue> {
  const values = Object.create(null) as Record<string, Item | Item[]>;
  let hasTooMany = false;
  while (cursor.event === 'start') {
    const { name } = cursor;
    const type = known.typeOf(name);
    const value = readValue(cursor, type, types);
    const earlier = values[name];
    if (earlier === undefined) {
      values[name] = type?.array === true && value !== null ? [value] : value;
    } else {
      hasTooMany ||= type?.array === false;
      if (Array.isArray(earlier)) earlier.push(value);
      else values[name] = [earlier, value];
    }
    nextElement(cursor);
  }
  if (hasTooMany) throw tooMany(values, known);
  return values;
}

function tooMany(values: Readonly<Record<string, CimValue>>, known: OwnerTypes): ProtocolError {
  const [name, list] = Object.entries(values).find(([name, value]) => Array.isArray(value) && known.typeOf(name)?.array === false) as [string, readonly CimValue[]];
  return new ProtocolError(`${name} holds ${list.length} values where one must be`);
}

/** Reads one value; the cursor is on the start of its element, and afterwards on the end. */
function readValue(cursor: XmlCursor, type: CimType | null, types: KnownTypes): Item {
  const member = cursor.name;
  const nil = cursor.attribute('nil', XSI);
  const xsiType = cursor.attribute('type', XSI);
  const text = cursor.leafText();
  if (text === null) {
    nextElement(cursor);
    return readStructured(cursor, member, xsiType, type, types);
  }
  if (nil !== null && /^(true|1)$/.test(nil.trim())) return null;
  return parseText(text, type, member, types);
}

/** A text where an instance belongs holds its CIM-XML; an empty one is null, as in CIM-XML itself. */
function parseText(text: string, type: CimType | null, member: string, types: KnownTypes): Item {
  if (type === null) return text;
  if (type.type === 'reference') return parseObjectPath(text).path;
  try {
    if (type.embedded === true) return text.trim() === '' ? null : decodeCimXml(text, { typeOf: types.typeOf });
    return parseCimScalar(type.type, text);
  } catch (error) {
    if (error instanceof LimitError) throw error;
    throw new ProtocolError(`${member}: ${error instanceof Error ? error.message : String(error)}`, { cause: error, text });
  }
}

/** A value of child elements: a date or an interval, a reference, or an instance. The cursor is on the first child. */
function readStructured(cursor: XmlCursor, member: string, xsiType: string | null, type: CimType | null, types: KnownTypes): CimScalar {
  const kind = cursor.namespace === CIM_COMMON ? 'datetime' : cursor.namespace === ADDRESSING ? 'reference' : 'instance';
  if (type !== null && !KINDS[type.type].includes(kind)) throw new ProtocolError(`${member} holds a ${kind} where a ${type.type} must be`);
  if (kind === 'datetime') return readDatetime(cursor, member);
  if (kind === 'reference') return readReferenceChildren(cursor, member);
  const className = embeddedClass(cursor, xsiType);
  if (className === null) throw new ProtocolError(`${member} holds elements that are neither a reference, a date nor an instance: ${cursor.name}`);
  return receivedInstance(className, collectMembers(cursor, types.of(className), types));
}

function readDatetime(cursor: XmlCursor, member: string): CimDateTime | CimInterval {
  const text = cursor.leafText();
  if (text === null || nextElement(cursor) !== 'end') throw new ProtocolError(`${member} holds more than one date`);
  return parseCimDatetime(text.trim());
}

function readReferenceChildren(cursor: XmlCursor, member: string): InstancePath {
  const children: XmlElement[] = [];
  do children.push(readElement(cursor));
  while (nextElement(cursor) === 'start');
  const path = readReference({ namespace: '', name: member, attributes: [], children, resolvePrefix: () => null });
  if (path === null) throw new ProtocolError(`The reference in ${member} has no ReferenceParameters`);
  return path;
}

/** The class of an embedded instance: of `xsi:type="p:Msvm_Error_Type"`, else the last part of its members' namespace. */
function embeddedClass(cursor: XmlCursor, xsiType: string | null): string | null {
  const typed = xsiType?.trim().replace(/^.*:/, '').replace(/_Type$/, '');
  if (typed !== undefined && typed !== '') return typed;
  return readTarget(cursor.namespace, {})?.className ?? (/\/([A-Za-z_]\w*)$/.exec(cursor.namespace)?.[1] ?? null);
}
