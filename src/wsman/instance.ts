import { encodeCimXml } from '../cim/cim-xml.js';
import { CimDateTime, CimInterval, parseCimDatetime } from '../cim/datetime.js';
import { type CimInstance, classOf, createInstance, isCimInstance, typesOf } from '../cim/instance.js';
import { type InstancePath, isInstancePath, parseObjectPath } from '../cim/object-path.js';
import { type CimScalar, type CimType, type CimValue, formatCimScalar, parseCimScalar } from '../cim/types.js';
import { ProtocolError } from '../errors.js';
import { nextElement } from '../soap/envelope.js';
import { ADDRESSING, CIM_COMMON, XSI } from '../soap/namespaces.js';
import { type XmlElement, readElement } from '../xml/element.js';
import type { XmlCursor } from '../xml/parse.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { parseResourceUri, resourceUri } from './resource-uri.js';
import { readReference, referenceContent } from './selector-set.js';

/**
 * What is known of the members of a class, or of a method (then the owner is `Class.Method`); `null` for a member it does
 * not know, which then stays text.
 */
export type TypeOf = (owner: string, member: string) => CimType | null;

/** For classes of which nothing is known. */
export const untyped: TypeOf = () => null;

/**
 * Reads an instance from a body (DSP0230 §7): the cursor is on its element, and afterwards on the element's end.
 *
 * @param path - where the instance is, when the caller knows
 */
export function readInstance(cursor: XmlCursor, typeOf: TypeOf = untyped, path: InstancePath | null = null): CimInstance {
  const className = cursor.name;
  return createInstance({ className, properties: readMembers(cursor, className, typeOf), path });
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

/** The cursor is on the start of the first member, or on the end of their parent; afterwards on that end. */
function collectMembers(cursor: XmlCursor, owner: string, typeOf: TypeOf): Map<string, CimValue> {
  const values = new Map<string, (CimScalar | null)[]>();
  while (cursor.event === 'start') {
    const { name } = cursor;
    const value = readValue(cursor, typeOf(owner, name), typeOf);
    const earlier = values.get(name);
    if (earlier === undefined) values.set(name, [value]);
    else earlier.push(value);
    nextElement(cursor);
  }
  return new Map([...values].map(([name, list]) => [name, list.length > 1 ? list : single(list[0] ?? null, typeOf(owner, name))]));
}

function single(value: CimScalar | null, type: CimType | null): CimValue {
  return type?.array === true && value !== null ? [value] : value;
}

/** Reads one value; the cursor is on the start of its element, and afterwards on the end. */
function readValue(cursor: XmlCursor, type: CimType | null, typeOf: TypeOf): CimScalar | null {
  const member = cursor.name;
  const isNil = /^(true|1)$/.test(cursor.attribute('nil', XSI)?.trim() ?? '');
  const xsiType = cursor.attribute('type', XSI);
  let text = '';
  while (cursor.next() === 'text') text += cursor.text;
  if (cursor.event === 'start') return readStructured(cursor, member, xsiType, typeOf);
  if (isNil) return null;
  return parseText(text, type, member);
}

function parseText(text: string, type: CimType | null, member: string): CimScalar {
  if (type === null) return text;
  if (type.type === 'reference') return parseObjectPath(text).path;
  try {
    return parseCimScalar(type.type, text);
  } catch (error) {
    throw new ProtocolError(`${member}: ${error instanceof Error ? error.message : String(error)}`, { cause: error, text });
  }
}

/** A value of child elements: a date or an interval, a reference, or an instance. The cursor is on the first child. */
function readStructured(cursor: XmlCursor, member: string, xsiType: string | null, typeOf: TypeOf): CimScalar {
  if (cursor.namespace === CIM_COMMON) return readDatetime(cursor);
  if (cursor.namespace === ADDRESSING) return readReferenceChildren(cursor, member);
  const className = embeddedClass(cursor, xsiType);
  if (className === null) throw new ProtocolError(`${member} holds elements that are neither a reference, a date nor an instance: ${cursor.name}`);
  return createInstance({ className, properties: collectMembers(cursor, className, typeOf) });
}

function readDatetime(cursor: XmlCursor): CimDateTime | CimInterval {
  let text = '';
  while (cursor.next() === 'text') text += cursor.text;
  const value = parseCimDatetime(text.trim());
  while (cursor.event !== 'end') cursor.next();
  nextElement(cursor);
  return value;
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
  return parseResourceUri(cursor.namespace)?.className ?? (/\/([A-Za-z_]\w*)$/.exec(cursor.namespace)?.[1] ?? null);
}

/**
 * Writes one member as Windows demands it: null as `xsi:nil`, an array as one element an item, a reference as Address and
 * ReferenceParameters directly inside, an embedded instance as CIM-XML text.
 */
export function memberNodes(name: string, value: CimValue, type: CimType | null = null): readonly XmlNode[] {
  if (Array.isArray(value)) return (value as readonly (CimScalar | null)[]).map((item) => memberNode(name, item, type));
  return [memberNode(name, value as CimScalar | null, type)];
}

function memberNode(name: string, value: CimScalar | null, type: CimType | null): XmlNode {
  const tag = `p:${name}`;
  if (value === null) return xmlNode(tag, { 'xsi:nil': 'true' });
  if (isInstancePath(value)) return xmlNode(tag, {}, ...referenceContent(value));
  if (isCimInstance(value)) return xmlNode(tag, {}, encodeCimXml(value));
  if (value instanceof CimDateTime) return xmlNode(tag, {}, xmlNode('cim:Datetime', {}, value.toXml()));
  if (value instanceof CimInterval) return xmlNode(tag, {}, xmlNode('cim:Interval', {}, value.toXml()));
  return xmlNode(tag, {}, type === null ? String(value) : formatCimScalar(type.type, value));
}

/** Writes an instance as Windows answers a Get: null scalars as `xsi:nil`, null arrays left out (facts of DSP0230 §7 as seen). */
export function instanceNode(instance: CimInstance, namespace: string): XmlNode {
  const className = classOf(instance);
  const types = typesOf(instance);
  const members = Object.entries(instance).flatMap(([name, value]) =>
    value === null && types[name]?.array === true ? [] : memberNodes(name, value, types[name] ?? null),
  );
  return xmlNode(`p:${className}`, { ...memberNamespaces(resourceUri(namespace, className)), 'xsi:type': `p:${className}_Type` }, ...members);
}

/** The declarations that {@link memberNodes} relies on: `p` is the class. */
export function memberNamespaces(classUri: string): Readonly<Record<string, string>> {
  return { 'xmlns:xsi': XSI, 'xmlns:p': classUri, 'xmlns:cim': CIM_COMMON };
}
