/** The naming elements of CIM-XML (DSP0201, "Naming and location elements"), both ways. */
import { ProtocolError, UsageError } from '../errors.js';
import type { XmlCursor } from '../xml/parse.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { readContent, requiredAttribute, toNextChild } from './cim-xml-cursor.js';
import { CimDateTime, CimInterval } from './datetime.js';
import { DEFAULT_NAMESPACE, type InstancePath, instancePath, isInstancePath, parseObjectPath } from './object-path.js';
import { type CimScalar, type CimValue, formatCimScalar, isCimTypeName, parseCimScalar, parseInteger } from './types.js';

/** The elements that lead to an INSTANCENAME; its own name is among them. */
export const PATH_ELEMENTS: ReadonlySet<string> = new Set([
  'VALUE.REFERENCE',
  'OBJECTPATH',
  'INSTANCEPATH',
  'LOCALINSTANCEPATH',
  'NAMESPACEPATH',
  'LOCALNAMESPACEPATH',
  'INSTANCENAME',
]);

type InstanceName = { readonly className: string; readonly keys: Record<string, CimValue> };

/**
 * Reads one of {@link PATH_ELEMENTS}; the cursor is on its start, and afterwards on its end. The HOST is passed over. An
 * INSTANCENAME alone is taken to be in `root/virtualization/v2`. A VALUE.REFERENCE may hold a WMI object path as text.
 *
 * @throws ProtocolError - it does not name exactly one instance, or a name in it is illegal
 */
export function readPath(cursor: XmlCursor): InstancePath {
  const element = cursor.name;
  const segments: string[] = [];
  const names: InstanceName[] = [];
  let text = '';
  visit(element);
  if (names.length === 0 && text.trim() !== '') return parseObjectPath(text.trim()).path;
  if (names.length !== 1) throw new ProtocolError(`${element} names ${names.length} instances instead of one`);
  return received(names[0]!, segments.length === 0 ? DEFAULT_NAMESPACE : segments.join('/'));

  function visit(name: string): void {
    if (name === 'INSTANCENAME') {
      names.push(readInstanceName(cursor));
    } else if (PATH_ELEMENTS.has(name)) {
      text += readContent(cursor, visit);
    } else {
      if (name === 'NAMESPACE') segments.push(requiredAttribute(cursor, 'NAME'));
      cursor.skip();
    }
  }
}

function received({ className, keys }: InstanceName, namespace: string): InstancePath {
  try {
    return instancePath(className, keys, namespace);
  } catch (error) {
    if (error instanceof UsageError) throw new ProtocolError(error.message, { cause: error });
    throw error;
  }
}

function readInstanceName(cursor: XmlCursor): InstanceName {
  const className = requiredAttribute(cursor, 'CLASSNAME');
  const keys = new Map<string, CimScalar>();
  while (toNextChild(cursor)) {
    const element = cursor.name;
    if (element === 'KEYVALUE' || element === 'VALUE.REFERENCE') throw new ProtocolError(`INSTANCENAME of ${className} has a key without a name`);
    if (element !== 'KEYBINDING') {
      cursor.skip();
      continue;
    }
    const name = requiredAttribute(cursor, 'NAME');
    if (keys.has(name)) throw new ProtocolError(`INSTANCENAME of ${className} has the key ${name} twice`);
    keys.set(name, readKey(cursor, name));
  }
  return { className, keys: Object.fromEntries(keys) };
}

function readKey(cursor: XmlCursor, name: string): CimScalar {
  const values: CimScalar[] = [];
  while (toNextChild(cursor)) {
    if (cursor.name === 'VALUE.REFERENCE') values.push(readPath(cursor));
    else if (cursor.name === 'KEYVALUE') values.push(readKeyValue(cursor));
    else cursor.skip();
  }
  if (values.length !== 1) throw new ProtocolError(`KEYBINDING ${name} has ${values.length} values instead of one`);
  return values[0]!;
}

/** TYPE says it exactly; without it VALUETYPE tells string, boolean and numeric apart. */
function readKeyValue(cursor: XmlCursor): CimScalar {
  const type = cursor.attribute('TYPE');
  const valueType = cursor.attribute('VALUETYPE');
  const text = readContent(cursor, () => cursor.skip());
  if (type !== null && isCimTypeName(type)) return parseCimScalar(type, text);
  if (valueType === 'boolean') return parseCimScalar('boolean', text);
  return valueType === 'numeric' ? numericKey(text) : text;
}

function numericKey(text: string): number | bigint {
  const value = parseInteger(text);
  if (value === null) throw new ProtocolError(`${JSON.stringify(text.slice(0, 80))} is not a numeric key`, { text });
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/**
 * The VALUE.REFERENCE of a path, with a LOCALINSTANCEPATH in it: an {@link InstancePath} knows no host.
 *
 * @throws UsageError - a key that cannot stand in a path: null, an array, an instance, a number that is no integer
 */
export function referenceNode(path: InstancePath): XmlNode {
  const segments = path.namespace.split('/').map((segment) => xmlNode('NAMESPACE', { NAME: segment }));
  const bindings = Object.entries(path.keys).map(([name, value]) => xmlNode('KEYBINDING', { NAME: name }, keyNode(name, value)));
  const name = xmlNode('INSTANCENAME', { CLASSNAME: path.className }, bindings);
  return xmlNode('VALUE.REFERENCE', {}, xmlNode('LOCALINSTANCEPATH', {}, xmlNode('LOCALNAMESPACEPATH', {}, segments), name));
}

function keyNode(name: string, value: CimValue): XmlNode {
  if (typeof value === 'boolean') return xmlNode('KEYVALUE', { VALUETYPE: 'boolean' }, String(value).toUpperCase());
  if (typeof value === 'string') return xmlNode('KEYVALUE', { VALUETYPE: 'string' }, value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return xmlNode('KEYVALUE', { VALUETYPE: 'numeric' }, String(value));
  if (typeof value === 'bigint') {
    const type = value < 0n ? 'sint64' : 'uint64';
    return xmlNode('KEYVALUE', { VALUETYPE: 'numeric', TYPE: type }, formatCimScalar(type, value));
  }
  if (value instanceof CimDateTime || value instanceof CimInterval) {
    return xmlNode('KEYVALUE', { VALUETYPE: 'string', TYPE: 'datetime' }, value.toCim());
  }
  if (isInstancePath(value)) return referenceNode(value);
  throw new UsageError(`The key ${name} cannot stand in a path: a key is an integer, a string, a boolean, a datetime or a reference`);
}
