import { UsageError } from '../errors.js';
import type { XmlReferences } from '../xml/escape.js';
import { type XmlNode, writeXml, xmlNode } from '../xml/write.js';
import { type CimTypeOf, decodeCimXml } from './cim-xml-decode.js';
import { referenceNode } from './cim-xml-path.js';
import { CimDateTime, CimInterval } from './datetime.js';
import { type CimInstance, classOf, isCimInstance, typesOf } from './instance.js';
import { isInstancePath } from './object-path.js';
import { type CimScalar, type CimType, type CimValue, formatCimScalar } from './types.js';

/** How to encode. */
export type EncodeOptions = {
  /**
   * How `&`, `<`, `>` and quotes are written, `&#38;` or `&amp;`. `numeric` by default: a Hyper-V host was seen to refuse
   * values with named references, and to accept the same values with numeric ones.
   */
  readonly references?: XmlReferences;
  /** Asked for the type of each property, before {@link typesOf}. */
  readonly typeOf?: CimTypeOf;
};

/**
 * Encodes an instance as Hyper-V writes it (DSP0201, INSTANCE): on one line, without a declaration, NAME before TYPE, a
 * null as a property without a value, booleans in upper case, datetimes in the CIM form. An embedded instance becomes the
 * text of a string, marked with EmbeddedObject.
 *
 * The type of a property is what `typeOf` says, else what {@link typesOf} says, else it follows from the value: a string,
 * a boolean, a datetime, a reference, an instance, or a bigint (uint64, sint64 when negative) tells its type.
 *
 * @throws UsageError - a number, a null or an empty array without a known type; a value that does not belong to its type;
 *   a string for an embedded instance that is not the text of one; a character that XML cannot carry
 *
 * @example
 * ```ts
 * import { encodeCimXml } from './cim-xml-encode.js';
 * import { createInstance } from './instance.js';
 * encodeCimXml(createInstance({ className: 'Msvm_VirtualSystemSettingData', properties: { ElementName: 'web01' } }));
 * // <INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string"><VALUE>web01</VALUE></PROPERTY></INSTANCE>
 * ```
 */
export function encodeCimXml(instance: CimInstance, options: EncodeOptions = {}): string {
  const className = classOf(instance);
  const types = typesOf(instance);
  const properties = Object.entries(instance).map(([name, value]) => {
    try {
      return propertyNode(name, value, options.typeOf?.(className, name) ?? types[name] ?? inferType(value), options);
    } catch (error) {
      if (error instanceof UsageError) error.message = `${className}.${name}: ${error.message}`;
      throw error;
    }
  });
  return writeXml(xmlNode('INSTANCE', { CLASSNAME: className }, properties, ''), { references: options.references ?? 'numeric' });
}

function propertyNode(name: string, value: CimValue, type: CimType, options: EncodeOptions): XmlNode {
  const items = Array.isArray(value) ? (value as readonly (CimScalar | null)[]) : [value as CimScalar | null];
  if (value !== null && Array.isArray(value) !== type.array) throw new UsageError(type.array ? 'one value for an array' : 'an array for one value');
  if (type.type === 'reference') return referencePropertyNode(name, value, items, type);
  const nodes = items.map((item) => (item === null ? xmlNode('VALUE.NULL') : xmlNode('VALUE', {}, valueText(item, type, options))));
  const isEmbedded = type.embedded === true || items.some(isCimInstance);
  const attributes = { NAME: name, TYPE: type.type, ...(isEmbedded ? { EmbeddedObject: 'instance' } : {}) };
  return xmlNode(type.array ? 'PROPERTY.ARRAY' : 'PROPERTY', attributes, content(value, type, nodes, 'VALUE.ARRAY'));
}

function referencePropertyNode(name: string, value: CimValue, items: readonly (CimScalar | null)[], type: CimType): XmlNode {
  const nodes = items.map((item) => {
    if (item === null) return xmlNode('VALUE.NULL');
    if (isInstancePath(item)) return referenceNode(item);
    throw new UsageError('not a reference: make one with instancePath');
  });
  const inside = content(value, type, nodes, 'VALUE.REFARRAY');
  return type.array ? xmlNode('PROPERTY.ARRAY', { NAME: name, TYPE: 'reference' }, inside) : xmlNode('PROPERTY.REFERENCE', { NAME: name }, inside);
}

/** What a property holds. The empty text makes an element without children end with a tag of its own, as Hyper-V writes it. */
function content(value: CimValue, type: CimType, nodes: readonly XmlNode[], array: string): readonly (XmlNode | string)[] {
  if (value === null) return [''];
  return type.array ? [xmlNode(array, {}, nodes, '')] : nodes;
}

function valueText(value: CimScalar, type: CimType, options: EncodeOptions): string {
  if (isCimInstance(value) && type.type === 'string') return encodeCimXml(value, options);
  const text = formatCimScalar(type.type, value);
  if (type.embedded === true) checkInstanceText(text);
  return type.type === 'boolean' ? text.toUpperCase() : text;
}

function checkInstanceText(text: string): void {
  try {
    decodeCimXml(text);
  } catch (cause) {
    throw new UsageError('a string that is not the text of an instance, for an embedded instance', { cause });
  }
}

function inferType(value: CimValue): CimType {
  const array = Array.isArray(value);
  const item = array ? ((value as readonly (CimScalar | null)[]).find((each) => each !== null) ?? null) : (value as CimScalar | null);
  if (typeof item === 'boolean') return { type: 'boolean', array };
  if (typeof item === 'string') return { type: 'string', array };
  if (typeof item === 'bigint') return { type: item < 0n ? 'sint64' : 'uint64', array };
  if (item instanceof CimDateTime || item instanceof CimInterval) return { type: 'datetime', array };
  if (isInstancePath(item)) return { type: 'reference', array };
  if (isCimInstance(item)) return { type: 'string', array, embedded: true };
  throw new UsageError(`the type of ${item === null ? 'a null' : 'a number'} has to be given, in types of createInstance or by typeOf`);
}
