import type { JsonValue } from '../../cim/json.js';
import type { InstancePath } from '../../cim/object-path.js';
import type { CimValue } from '../../cim/types.js';
import { ProtocolError } from '../../errors.js';
import { nextElement } from '../../soap/envelope.js';
import { ADDRESSING, ENUMERATION, IDENTITY, WSMAN } from '../../soap/namespaces.js';
import { readInstance, readMembers } from '../../wsman/instance-read.js';
import { readReference } from '../../wsman/selector-set.js';
import { type XmlElement, readElement, textOf } from '../../xml/element.js';
import type { XmlCursor } from '../../xml/parse.js';
import { describeElement } from './element.js';
import { type Properties, describeEntries, describeInstance, describeValue, typeOfKnown } from './value.js';

const METHOD = /^(.+)_(INPUT|OUTPUT)$/;

/** Whether the element that the cursor is on is one that {@link describeBody} knows more of than its elements. */
export function isKnownBody(cursor: XmlCursor): boolean {
  return METHOD.test(cursor.name) || isEnumeration(cursor) || isIdentity(cursor) || isInstance(cursor);
}

/**
 * Describes the content of a SOAP body; the cursor is on its start, and afterwards on its end.
 *
 * - a method: `method` and `parameters`, or `method`, `out` and `returnValue`
 * - an instance: `className` and `properties`
 * - the answer to Enumerate or Pull: `items`, `enumerationContext` (`null` for none), `endOfSequence`
 * - the answer to Identify: `identity`
 * - anything else: the element with its namespace, attributes and what is in it
 *
 * @throws ProtocolError - a value outside the type of its property
 */
export function describeBody(cursor: XmlCursor): Properties {
  const [, method, direction] = METHOD.exec(cursor.name) ?? [];
  if (method !== undefined) return direction === 'INPUT' ? describeInput(cursor, method) : describeOutput(cursor, method);
  if (isEnumeration(cursor)) return describeEnumeration(cursor);
  if (isIdentity(cursor)) return { identity: describeMembers(cursor) };
  return describeObject(cursor);
}

function describeInput(cursor: XmlCursor, method: string): Properties {
  return { method, parameters: describeMembers(cursor) };
}

function describeOutput(cursor: XmlCursor, method: string): Properties {
  const { ReturnValue: returnValue = null, ...out } = readMembers(cursor, method, typeOfKnown);
  return { method, out: describeEntries(Object.entries(out)), returnValue: describeReturnValue(returnValue) };
}

function describeReturnValue(value: CimValue): JsonValue {
  return typeof value === 'string' && /^\s*\d{1,10}\s*$/.test(value) ? Number(value) : describeValue(value);
}

function describeMembers(cursor: XmlCursor): Properties {
  return describeEntries(Object.entries(readMembers(cursor, cursor.name, typeOfKnown)));
}

function isIdentity({ namespace, name }: XmlCursor): boolean {
  return namespace === IDENTITY && name === 'IdentifyResponse';
}

function isEnumeration({ namespace, name }: XmlCursor): boolean {
  return namespace === ENUMERATION && (name === 'EnumerateResponse' || name === 'PullResponse');
}

/** The items stand in WS-Enumeration's own element, or in WS-Management's when the answer to Enumerate holds some already (DSP0226 §8.2.3). */
function describeEnumeration(cursor: XmlCursor): Properties {
  const items: JsonValue[] = [];
  let enumerationContext: string | null = null;
  let endOfSequence = false;
  while (nextElement(cursor) === 'start') {
    if (cursor.name === 'Items') {
      while (nextElement(cursor) === 'start') items.push(isItem(cursor) ? describeItem(cursor) : describeObject(cursor));
      continue;
    }
    const { name } = cursor;
    const text = textOf(readElement(cursor)).trim();
    if (name === 'EnumerationContext' && text !== '') enumerationContext = text;
    if (name === 'EndOfSequence') endOfSequence = true;
  }
  return { items, enumerationContext, endOfSequence };
}

/** WS-CIM gives the element of an instance the namespace of its class, which ends with the class's name (DSP0230 §7). */
function isInstance({ namespace, name }: XmlCursor): boolean {
  return namespace.endsWith(`/${name}`);
}

/** An instance, a part of one (DSP0226 §7.7, `XmlFragment`), its reference, or any element. */
function describeObject(cursor: XmlCursor): Properties {
  const { namespace, name } = cursor;
  if (isInstance(cursor)) return describeInstance(readInstance(cursor, typeOfKnown));
  if (namespace === WSMAN && name === 'XmlFragment') return { properties: describeMembers(cursor) };
  const element = readElement(cursor);
  const path = namespace === ADDRESSING && name === 'EndpointReference' ? readPath(element) : null;
  return path === null ? describeElement(element) : { path: describeValue(path) };
}

/** References to what is no WMI class, a listener of the service's configuration for one, are `null` here. */
function readPath(reference: XmlElement): InstancePath | null {
  try {
    return readReference(reference);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

function isItem({ namespace, name }: XmlCursor): boolean {
  return namespace === WSMAN && name === 'Item';
}

/** An object and its reference as one (DSP0226 §8.7); parts that do not go into one as a list. */
function describeItem(cursor: XmlCursor): JsonValue {
  const parts: Properties[] = [];
  while (nextElement(cursor) === 'start') parts.push(describeObject(cursor));
  const names = parts.flatMap((part) => Object.keys(part));
  return new Set(names).size === names.length ? (Object.assign({}, ...parts) as Properties) : parts;
}
