import { LimitError, ProtocolError } from '../errors.js';
import { type XmlCursor, openXml } from '../xml/parse.js';
import { readContent, requiredAttribute, toNextChild } from './cim-xml-cursor.js';
import { PATH_ELEMENTS, readPath } from './cim-xml-path.js';
import { type CimInstance, classOf, isCimInstance, receivedInstance, typesOf } from './instance.js';
import type { InstancePath } from './object-path.js';
import { type CimScalar, type CimType, type CimValue, isCimTypeName, parseCimScalar, plainType } from './types.js';

/** What is known of a class's properties from elsewhere; `null` for what is not known. */
export type CimTypeOf = (className: string, property: string) => CimType | null;

/** What the text does not tell. */
export type DecodeOptions = {
  /** Asked which strings hold the text of an instance, beside those whose EmbeddedObject attribute says so. None by default. */
  readonly typeOf?: CimTypeOf;
};

/** Elements of DSP0201 that lie around an INSTANCE. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'CIM',
  'DECLARATION',
  'DECLGROUP',
  'DECLGROUP.WITHNAME',
  'DECLGROUP.WITHPATH',
  'VALUE.OBJECT',
  'VALUE.OBJECTWITHPATH',
  'VALUE.OBJECTWITHLOCALPATH',
  'VALUE.NAMEDINSTANCE',
  'VALUE.NAMEDOBJECT',
  'VALUE.INSTANCEWITHPATH',
]);

/** What the element of a property says of its type; `null` where its attributes do. */
type PropertyElement = { readonly array: boolean; readonly type: 'reference' | 'object' | null };

/**
 * The elements of a property. The last three are not in DSP0201, which gives an array of references to PROPERTY.ARRAY and
 * marks embedded instances with an attribute; both are read as well.
 */
const PROPERTIES: ReadonlyMap<string, PropertyElement> = new Map<string, PropertyElement>([
  ['PROPERTY', { array: false, type: null }],
  ['PROPERTY.ARRAY', { array: true, type: null }],
  ['PROPERTY.REFERENCE', { array: false, type: 'reference' }],
  ['PROPERTY.REFARRAY', { array: true, type: 'reference' }],
  ['PROPERTY.OBJECT', { array: false, type: 'object' }],
  ['PROPERTY.OBJECTARRAY', { array: true, type: 'object' }],
]);

const ARRAYS: ReadonlySet<string> = new Set(['VALUE.ARRAY', 'VALUE.REFARRAY', 'VALUE.OBJECTARRAY']);

/** How many texts of instances may lie inside one another. */
const MAX_EMBEDDING = 16;

type Context = { readonly typeOf: CimTypeOf; readonly embedding: number };

/**
 * Decodes the text of one instance (DSP0201): an INSTANCE, or a CIM, DECLGROUP or VALUE.* element around exactly one.
 *
 * - null is a property without a value or with VALUE.NULL; `<VALUE></VALUE>` is the empty string, and
 *   `<VALUE.ARRAY></VALUE.ARRAY>` the empty array. White space counts inside VALUE alone.
 * - A property without TYPE is a string. Qualifiers, CLASSORIGIN, PROPAGATED and whatever is unknown are passed over;
 *   the system properties that Windows adds (`__PATH`, `__GENUS`) are properties like any other.
 * - An instance inside an instance is decoded when it stands there as elements, or as text in a property that is marked
 *   with EmbeddedObject or that `typeOf` calls embedded; other text stays a string, whatever it looks like. An empty
 *   text where an instance belongs is null; the text of a class, which EmbeddedObject="object" allows, stays a string.
 * - A property that comes twice is refused: which of the two is true cannot be known.
 *
 * @param text - in any encoding that XML tells of; an XML declaration may come first
 * @throws ProtocolError - no such instance; the message names the property, and `text` is the whole text
 * @throws LimitError - more than 16 texts inside one another, or beyond the limits of the XML reader; `text` is the whole text
 *
 * @example
 * ```ts
 * import { decodeCimXml } from './cim-xml-decode.js';
 * import { classOf } from './instance.js';
 * const error = decodeCimXml('<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="ErrorType" TYPE="uint16"><VALUE>4</VALUE></PROPERTY></INSTANCE>');
 * classOf(error);     // 'Msvm_Error'
 * error['ErrorType']; // 4
 * ```
 */
export function decodeCimXml(text: string | Uint8Array, options: DecodeOptions = {}): CimInstance {
  try {
    return readDocument(openXml(text), contextOf(options));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const options = { cause: error, text: typeof text === 'string' ? text : new TextDecoder().decode(text) };
    throw error instanceof LimitError ? new LimitError(error.message, options) : new ProtocolError(`Not a CIM-XML instance: ${error.message}`, options);
  }
}

/**
 * Reads an INSTANCE as {@link decodeCimXml} does, out of a larger document. The cursor is on its start, and afterwards on
 * its end.
 *
 * @throws ProtocolError - not an INSTANCE, or not a valid one
 */
export function readInstance(cursor: XmlCursor, options: DecodeOptions = {}): CimInstance {
  if (cursor.name !== 'INSTANCE') throw new ProtocolError(`${cursor.name} stands where an INSTANCE belongs`);
  return readObject(cursor, contextOf(options));
}

function contextOf(options: DecodeOptions): Context {
  return { typeOf: options.typeOf ?? (() => null), embedding: 0 };
}

function readDocument(cursor: XmlCursor, context: Context): CimInstance {
  if (!isObject(cursor.name)) throw new ProtocolError(`the element ${cursor.name} holds no INSTANCE`);
  return readObject(cursor, context);
}

function isObject(element: string): boolean {
  return element === 'INSTANCE' || WRAPPERS.has(element);
}

/** Reads an INSTANCE, or a wrapper with one in it and perhaps its path beside it. */
function readObject(cursor: XmlCursor, context: Context): CimInstance {
  const element = cursor.name;
  if (element === 'INSTANCE') return readProperties(cursor, context);
  const instances: CimInstance[] = [];
  const paths: InstancePath[] = [];
  while (toNextChild(cursor)) {
    if (isObject(cursor.name)) instances.push(readObject(cursor, context));
    else if (PATH_ELEMENTS.has(cursor.name)) paths.push(readPath(cursor));
    else cursor.skip();
  }
  const [instance, path] = [instances[0], paths[0]];
  if (instance === undefined || instances.length > 1) throw new ProtocolError(`${element} holds ${instances.length} instances instead of one`);
  return path === undefined ? instance : receivedInstance(classOf(instance), Object.assign(emptyRecord<CimValue>(), instance), typesOf(instance), path);
}

function readProperties(cursor: XmlCursor, context: Context): CimInstance {
  const className = requiredAttribute(cursor, 'CLASSNAME');
  const properties = emptyRecord<CimValue>();
  const types = emptyRecord<CimType>();
  while (toNextChild(cursor)) {
    const element = PROPERTIES.get(cursor.name);
    if (element === undefined) {
      cursor.skip();
      continue;
    }
    const name = requiredAttribute(cursor, 'NAME');
    if (name in properties) throw new ProtocolError(`${className} has the property ${name} twice`);
    try {
      const type = declaredType(cursor, element, context, className);
      const value = readProperty(cursor, type, context);
      properties[name] = value;
      types[name] = typeOfValue(value, type);
    } catch (error) {
      if (error instanceof ProtocolError) error.message = `${className}.${name}: ${error.message}`;
      throw error;
    }
  }
  return receivedInstance(className, properties, types);
}

/** A property may have any name: `__proto__` is one like any other. */
function emptyRecord<V>(): Record<string, V> {
  return Object.create(null) as Record<string, V>;
}

/** The type that a property's element and attributes declare. PROPERTY.OBJECT and `TYPE="object"` mark an embedded instance too. */
function declaredType(cursor: XmlCursor, element: PropertyElement, context: Context, className: string): CimType {
  const { array } = element;
  if (element.type === 'reference') return plainType('reference', array);
  const type = element.type ?? cursor.attribute('TYPE') ?? 'string';
  if (type === 'object' || (type === 'string' && (isMarked(cursor) || context.typeOf(className, requiredAttribute(cursor, 'NAME'))?.embedded === true))) return { type: 'string', array, embedded: true };
  if (!isCimTypeName(type)) throw new ProtocolError(`${JSON.stringify(type)} is not a CIM type`);
  return plainType(type, array);
}

function isMarked(cursor: XmlCursor): boolean {
  return (cursor.attribute('EmbeddedObject') ?? cursor.attribute('EMBEDDEDOBJECT') ?? '') !== '';
}

function readProperty(cursor: XmlCursor, type: CimType, context: Context): CimValue {
  let value: CimValue = null;
  let count = 0;
  while (toNextChild(cursor)) {
    const isArray = ARRAYS.has(cursor.name);
    if (!isArray && !isItem(cursor.name)) {
      cursor.skip();
      continue;
    }
    value = isArray ? readArray(cursor, type, context) : readItem(cursor, type, context);
    count++;
  }
  if (count > 1) throw new ProtocolError(`${count} values instead of one`);
  if (value !== null && Array.isArray(value) !== type.array) {
    throw new ProtocolError(type.array ? 'an array without VALUE.ARRAY' : 'an array of values, declared as one value');
  }
  return value;
}

function readArray(cursor: XmlCursor, type: CimType, context: Context): readonly (CimScalar | null)[] {
  const items: (CimScalar | null)[] = [];
  while (toNextChild(cursor)) {
    if (isItem(cursor.name)) items.push(readItem(cursor, type, context));
    else cursor.skip();
  }
  return items;
}

function isItem(element: string): boolean {
  return element === 'VALUE' || element === 'VALUE.NULL' || element === 'VALUE.REFERENCE' || isObject(element);
}

/** Reads one value, the only one of a property or one of an array. */
function readItem(cursor: XmlCursor, type: CimType, context: Context): CimScalar | null {
  switch (cursor.name) {
    case 'VALUE.NULL':
      cursor.skip();
      return null;
    case 'VALUE.REFERENCE':
      if (type.type !== 'reference') throw new ProtocolError(`a reference, declared as ${type.type}`);
      return readPath(cursor);
    case 'VALUE':
      return readValue(cursor, type, context);
    default:
      return readElementInstance(cursor, type, context);
  }
}

function readValue(cursor: XmlCursor, type: CimType, context: Context): CimScalar | null {
  const leaf = cursor.leafText();
  if (leaf !== null) return readText(leaf, type, context);
  const instances: CimInstance[] = [];
  const text = readContent(cursor, (element) => {
    if (isObject(element)) instances.push(readElementInstance(cursor, type, context));
    else cursor.skip();
  });
  if (instances.length > 1) throw new ProtocolError(`VALUE holds ${instances.length} instances instead of one`);
  return instances[0] ?? readText(text, type, context);
}

function readText(text: string, type: CimType, context: Context): CimScalar | null {
  if (type.embedded !== true) return parseCimScalar(type.type, text);
  return text.trim() === '' ? null : readEmbeddedText(text, { ...context, embedding: context.embedding + 1 });
}

function readEmbeddedText(text: string, context: Context): CimInstance | string {
  if (context.embedding > MAX_EMBEDDING) throw new LimitError(`More than ${MAX_EMBEDDING} texts of instances inside one another`);
  const cursor = openXml(text);
  return cursor.name === 'CLASS' ? text : readDocument(cursor, context);
}

function readElementInstance(cursor: XmlCursor, type: CimType, context: Context): CimInstance {
  if (type.type !== 'string') throw new ProtocolError(`an instance, declared as ${type.type}`);
  return readObject(cursor, context);
}

/** The declared type, but embedded when an instance is there, marked or not, and not when what is there is the text of a class. */
function typeOfValue(value: CimValue, declared: CimType): CimType {
  const { type, array, embedded = false } = declared;
  if (type !== 'string' || typeof value === 'string') return embedded ? plainType(type, array) : declared;
  const items = Array.isArray(value) ? (value as readonly (CimScalar | null)[]) : [value];
  const isEmbedded = items.some(isCimInstance) || (embedded && !items.some((item) => typeof item === 'string'));
  return isEmbedded ? { type, array, embedded: true } : plainType(type, array);
}
