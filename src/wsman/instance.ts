import { encodeCimXml } from '../cim/cim-xml.js';
import { CimDateTime, CimInterval } from '../cim/datetime.js';
import { type CimInstance, classOf, isCimInstance, typesOf } from '../cim/instance.js';
import { isInstancePath } from '../cim/object-path.js';
import { type CimScalar, type CimType, type CimValue, formatCimScalar } from '../cim/types.js';
import { UsageError } from '../errors.js';
import { CIM_COMMON, XSI } from '../soap/namespaces.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { type Dialect, classUri } from './dialect.js';
import type { TypeOf } from './known-types.js';
import { referenceContent } from './selector-set.js';

export { type PropertiesOf, type TypeOf, untyped } from './known-types.js';

/** What a value is made of on the wire, where it is more than one text. */
type Kind = 'text' | 'datetime' | 'reference' | 'instance';

const TEXT: readonly Kind[] = ['text'];
/** What may stand where a type is declared; a string may hold an instance, since not every one that does is declared so. */
export const KINDS: Readonly<Record<CimType['type'], readonly Kind[]>> = {
  boolean: TEXT, uint8: TEXT, sint8: TEXT, uint16: TEXT, sint16: TEXT, uint32: TEXT, sint32: TEXT, uint64: TEXT, sint64: TEXT,
  real32: TEXT, real64: TEXT, char16: TEXT,
  string: ['text', 'instance'],
  datetime: ['datetime'],
  reference: ['reference'],
};

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
  const tag = `p:${name}`;
  if (isArray) return (value as readonly (CimScalar | null)[]).map((item) => memberNode(tag, name, item, type, options));
  return [memberNode(tag, name, value as CimScalar | null, type, options)];
}

const NIL = { 'xsi:nil': 'true' };

function memberNode(tag: string, name: string, value: CimScalar | null, type: CimType | null, { typeOf, dialect }: WriteOptions): XmlNode {
  if (value === null) return xmlNode(tag, NIL);
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
  const members: XmlNode[] = [];
  for (const [name, value] of Object.entries(instance)) {
    const type = options.typeOf?.(className, name) ?? types[name] ?? null;
    if (value === null && type?.array === true) continue;
    for (const node of memberNodes(name, value, type, options)) members.push(node);
  }
  const uri = classUri({ namespace, className }, options.dialect);
  return xmlNode(`p:${className}`, { ...memberNamespaces(uri), 'xsi:type': `p:${className}_Type` }, members);
}

/** The declarations that {@link memberNodes} relies on: `p` is the class. */
export function memberNamespaces(classUri: string): Readonly<Record<string, string>> {
  return { 'xmlns:xsi': XSI, 'xmlns:p': classUri, 'xmlns:cim': CIM_COMMON };
}
