import { decodeCimXml, encodeCimXml } from '../cim/cim-xml.js';
import { CimDateTime, CimInterval, parseCimDatetime } from '../cim/datetime.js';
import { type CimInstance, classOf, createInstance, isCimInstance, typesOf } from '../cim/instance.js';
import { type InstancePath, isInstancePath, parseObjectPath } from '../cim/object-path.js';
import { type CimScalar, type CimType, type CimValue, formatCimScalar, parseCimScalar } from '../cim/types.js';
import { LimitError, ProtocolError, UsageError } from '../errors.js';
import { nextElement } from '../soap/envelope.js';
import { ADDRESSING, CIM_COMMON, XSI } from '../soap/namespaces.js';
import { type XmlElement, readElement } from '../xml/element.js';
import type { XmlCursor } from '../xml/parse.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { type Dialect, classUri, readTarget } from './dialect.js';
import { readReference, referenceContent } from './selector-set.js';

/**
 * What is known of the members of a class, or of a method (then the owner is `Class.Method`); `null` for a member it does
 * not know, which then stays text.
 */
export type TypeOf = (owner: string, member: string) => CimType | null;

/** What a value is made of on the wire, where it is more than one text. */
type Kind = 'text' | 'datetime' | 'reference' | 'instance';

const TEXT: readonly Kind[] = ['text'];
/** What may stand where a type is declared; a string may hold an instance, since not every one that does is declared so. */
const KINDS: Readonly<Record<CimType['type'], readonly Kind[]>> = {
  boolean: TEXT, uint8: TEXT, sint8: TEXT, uint16: TEXT, sint16: TEXT, uint32: TEXT, sint32: TEXT, uint64: TEXT, sint64: TEXT,
  real32: TEXT, real64: TEXT, char16: TEXT,
  string: ['text', 'instance'],
  datetime: ['datetime'],
  reference: ['reference'],
};

/** For classes of which nothing is known. */
export const untyped: TypeOf = () => null;

/** The properties of a class, where it is known; none where it is not. */
export type PropertiesOf = (className: string) => Iterable<string>;

/**
 * Reads an instance from a body (DSP0230 §7): the cursor is on its element, and afterwards on the element's end.
 *
 * @param path - where the instance is, when the caller knows
 * @param propertiesOf - the properties that are null when they were not sent: Windows leaves null arrays out
 */
export function readInstance(cursor: XmlCursor, typeOf: TypeOf = untyped, path: InstancePath | null = null, propertiesOf?: PropertiesOf): CimInstance {
  const className = cursor.name;
  const properties = readMembers(cursor, className, typeOf);
  for (const name of propertiesOf?.(className) ?? []) if (!properties.has(name)) properties.set(name, null);
  return createInstance({ className, properties, path });
}

/**
 * Reads the members inside the element that the cursor is on: the properties of an instance, or the parameters of a
 * method. A member that comes several times is an array, and so is one whose type says so; `xsi:nil` is `null`.
 *
 * @param owner - the class, or `Class.Method`
 * @returns the values by name, in the order of their first coming
 */
export function readMembers(cursor: XmlCursor, owner: string, typeOf: TypeOf = untyped): Map<string, CimValue> {
  nextElement(cursor);
  return collectMembers(cursor, owner, typeOf);
}

/** As {@link readMembers}, with the cursor on the start of the first member, or on the end of their parent; afterwards on that end. */
export function collectMembers(cursor: XmlCursor, owner: string, typeOf: TypeOf): Map<string, CimValue> {
  const values = new Map<string, (CimScalar | null)[]>();
  while (cursor.event === 'start') {
    const { name } = cursor;
    const value = readValue(cursor, typeOf(owner, name), typeOf);
    const earlier = values.get(name);
    if (earlier === undefined) values.set(name, [value]);
    else earlier.push(value);
    nextElement(cursor);
  }
  return new Map([...values].map(([name, list]) => [name, collected(name, list, typeOf(owner, name))]));
}

function collected(name: string, list: readonly (CimScalar | null)[], type: CimType | null): CimValue {
  const [first = null, ...more] = list;
  if (more.length === 0) return type?.array === true && first !== null ? [first] : first;
  if (type?.array === false) throw new ProtocolError(`${name} holds ${list.length} values where one must be`);
  return list;
}

/** Reads one value; the cursor is on the start of its element, and afterwards on the end. */
function readValue(cursor: XmlCursor, type: CimType | null, typeOf: TypeOf): CimScalar | null {
  const member = cursor.name;
  const isNil = /^(true|1)$/.test(cursor.attribute('nil', XSI)?.trim() ?? '');
  const xsiType = cursor.attribute('type', XSI);
  let text = '';
  while (cursor.next() === 'text') text += cursor.text;
  if (cursor.event === 'start') return readStructured(cursor, member, xsiType, type, typeOf);
  if (isNil) return null;
  return parseText(text, type, member, typeOf);
}

/** A text where an instance belongs holds its CIM-XML; an empty one is null, as in CIM-XML itself. */
function parseText(text: string, type: CimType | null, member: string, typeOf: TypeOf): CimScalar | null {
  if (type === null) return text;
  if (type.type === 'reference') return parseObjectPath(text).path;
  try {
    if (type.embedded === true) return text.trim() === '' ? null : decodeCimXml(text, { typeOf });
    return parseCimScalar(type.type, text);
  } catch (error) {
    if (error instanceof LimitError) throw error;
    throw new ProtocolError(`${member}: ${error instanceof Error ? error.message : String(error)}`, { cause: error, text });
  }
}

/** A value of child elements: a date or an interval, a reference, or an instance. The cursor is on the first child. */
function readStructured(cursor: XmlCursor, member: string, xsiType: string | null, type: CimType | null, typeOf: TypeOf): CimScalar {
  const kind = cursor.namespace === CIM_COMMON ? 'datetime' : cursor.namespace === ADDRESSING ? 'reference' : 'instance';
  if (type !== null && !KINDS[type.type].includes(kind)) throw new ProtocolError(`${member} holds a ${kind} where a ${type.type} must be`);
  if (kind === 'datetime') return readDatetime(cursor, member);
  if (kind === 'reference') return readReferenceChildren(cursor, member);
  const className = embeddedClass(cursor, xsiType);
  if (className === null) throw new ProtocolError(`${member} holds elements that are neither a reference, a date nor an instance: ${cursor.name}`);
  return createInstance({ className, properties: collectMembers(cursor, className, typeOf) });
}

function readDatetime(cursor: XmlCursor, member: string): CimDateTime | CimInterval {
  let text = '';
  while (cursor.next() === 'text') text += cursor.text;
  if (cursor.event !== 'end' || nextElement(cursor) !== 'end') throw new ProtocolError(`${member} holds more than one date`);
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

/** How members are written. */
export type WriteOptions = {
  /** The types of the classes whose instances are embedded; what it does not know follows from the instance. */
  readonly typeOf?: TypeOf;
  /** How references name classes; default `windows`. */
  readonly dialect?: Dialect;
};

/**
 * Writes one member as Windows demands it: null as `xsi:nil`, an array as one element an item, a reference as Address and
 * ReferenceParameters directly inside, an embedded instance as CIM-XML text.
 *
 * @throws UsageError - a value that does not belong to its type
 */
export function memberNodes(name: string, value: CimValue, type: CimType | null = null, options: WriteOptions = {}): readonly XmlNode[] {
  const isArray = Array.isArray(value);
  if (type !== null && value !== null && type.array !== isArray) throw new UsageError(`${name} takes ${type.array ? 'an array' : 'one value, not an array'}`);
  if (isArray) return (value as readonly (CimScalar | null)[]).map((item) => memberNode(name, item, type, options));
  return [memberNode(name, value as CimScalar | null, type, options)];
}

function memberNode(name: string, value: CimScalar | null, type: CimType | null, { typeOf, dialect }: WriteOptions): XmlNode {
  const tag = `p:${name}`;
  if (value === null) return xmlNode(tag, { 'xsi:nil': 'true' });
  const kind = kindOf(name, value, type);
  if (type !== null && !KINDS[type.type].includes(kind)) throw new UsageError(`${name} takes a ${type.type}, not a ${kind}`);
  if (isInstancePath(value)) return xmlNode(tag, {}, ...referenceContent(value, dialect));
  if (isCimInstance(value)) return xmlNode(tag, {}, encodeCimXml(value, typeOf === undefined ? {} : { typeOf }));
  if (value instanceof CimDateTime || value instanceof CimInterval) return xmlNode(tag, {}, datetimeNode(value.toXml()));
  return xmlNode(tag, {}, type === null ? String(value) : formatCimScalar(type.type, value));
}

/** @throws UsageError - no CIM value: it would go to the host as `undefined` or `[object Object]`; NaN and the infinities are, of a real alone */
function kindOf(name: string, value: CimScalar, type: CimType | null): Kind {
  if (isInstancePath(value)) return 'reference';
  if (isCimInstance(value)) return 'instance';
  if (value instanceof CimDateTime || value instanceof CimInterval) return 'datetime';
  const isReal = type?.type === 'real32' || type?.type === 'real64';
  if (['string', 'boolean', 'bigint'].includes(typeof value) || (typeof value === 'number' && (isReal || Number.isFinite(value)))) return 'text';
  throw new UsageError(`${name} is no CIM value but ${typeof value === 'object' ? 'an object; make an instance of it with createInstance' : `a ${typeof value}`}`);
}

/** The element that DSP0230 has for each form of a date: whole, a day, a time of day, with unknown fields, or an interval. */
function datetimeNode(text: string): XmlNode {
  if (text.startsWith('P')) return xmlNode('cim:Interval', {}, text);
  if (text.includes('T')) return xmlNode('cim:Datetime', {}, text);
  if (/^\d{4}-/.test(text)) return xmlNode('cim:Date', {}, text);
  return xmlNode(/^\d\d:/.test(text) ? 'cim:Time' : 'cim:CIM_DateTime', {}, text);
}

/**
 * Writes an instance as Windows answers a Get, and as a Put or Create sends it: null scalars as `xsi:nil`, null arrays
 * left out (DSP0230 §7, as seen).
 *
 * @param namespace - of the class; in DMTF's dialect it does not show
 * @param options - types are those of `typeOf`, else those the instance itself knows
 */
export function instanceNode(instance: CimInstance, namespace: string, options: WriteOptions = {}): XmlNode {
  const className = classOf(instance);
  const types = typesOf(instance);
  const members = Object.entries(instance).flatMap(([name, value]) => {
    const type = options.typeOf?.(className, name) ?? types[name] ?? null;
    return value === null && type?.array === true ? [] : memberNodes(name, value, type, options);
  });
  const uri = classUri({ namespace, className }, options.dialect);
  return xmlNode(`p:${className}`, { ...memberNamespaces(uri), 'xsi:type': `p:${className}_Type` }, members);
}

/** The declarations that {@link memberNodes} relies on: `p` is the class. */
export function memberNamespaces(classUri: string): Readonly<Record<string, string>> {
  return { 'xmlns:xsi': XSI, 'xmlns:p': classUri, 'xmlns:cim': CIM_COMMON };
}
