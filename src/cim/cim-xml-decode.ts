import { LimitError, ProtocolError } from '../errors.js';
import { type XmlCursor, openXml } from '../xml/parse.js';
import { readContent, requiredAttribute, skip } from './cim-xml-cursor.js';
import { PATH_ELEMENTS, readPath } from './cim-xml-path.js';
import { type CimInstance, classOf, createInstance, isCimInstance, typesOf } from './instance.js';
import type { InstancePath } from './object-path.js';
import { type CimScalar, type CimType, type CimValue, isCimTypeName, parseCimScalar } from './types.js';

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

/**
 * The elements of a property, and whether each is an array. The last three are not in DSP0201, which gives an array of
 * references to PROPERTY.ARRAY and marks embedded instances with an attribute; both are read as well.
 */
const PROPERTIES: ReadonlyMap<string, boolean> = new Map([
  ['PROPERTY', false],
  ['PROPERTY.ARRAY', true],
  ['PROPERTY.REFERENCE', false],
  ['PROPERTY.REFARRAY', true],
  ['PROPERTY.OBJECT', false],
  ['PROPERTY.OBJECTARRAY', true],
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
  readContent(cursor, (name) => {
    if (isObject(name)) instances.push(readObject(cursor, context));
    else if (PATH_ELEMENTS.has(name)) paths.push(readPath(cursor));
    else skip(cursor);
  });
  const [instance, path] = [instances[0], paths[0]];
  if (instance === undefined || instances.length > 1) throw new ProtocolError(`${element} holds ${instances.length} instances instead of one`);
  return path === undefined ? instance : createInstance({ className: classOf(instance), properties: instance, types: typesOf(instance), path });
}

function readProperties(cursor: XmlCursor, context: Context): CimInstance {
  const className = requiredAttribute(cursor, 'CLASSNAME');
  const properties = new Map<string, CimValue>();
  const types = new Map<string, CimType>();
  readContent(cursor, (element) => {
    if (!PROPERTIES.has(element)) {
      skip(cursor);
      return;
    }
    const name = requiredAttribute(cursor, 'NAME');
    if (properties.has(name)) throw new ProtocolError(`${className} has the property ${name} twice`);
    try {
      const type = declaredType(cursor, context.typeOf(className, name));
      const value = readProperty(cursor, type, context);
      properties.set(name, value);
      types.set(name, typeOfValue(value, type));
    } catch (error) {
      if (error instanceof ProtocolError) error.message = `${className}.${name}: ${error.message}`;
      throw error;
    }
  });
  return createInstance({ className, properties, types });
}

/** The type that a property's element and attributes declare. PROPERTY.OBJECT and `TYPE="object"` mark an embedded instance too. */
function declaredType(cursor: XmlCursor, known: CimType | null): CimType {
  const array = PROPERTIES.get(cursor.name)!;
  if (cursor.name.startsWith('PROPERTY.REF')) return { type: 'reference', array };
  const type = cursor.name.startsWith('PROPERTY.OBJECT') ? 'object' : (cursor.attribute('TYPE') ?? 'string');
  const mark = cursor.attribute('EmbeddedObject') ?? cursor.attribute('EMBEDDEDOBJECT') ?? '';
  if (type === 'object' || (type === 'string' && (mark !== '' || known?.embedded === true))) return { type: 'string', array, embedded: true };
  if (!isCimTypeName(type)) throw new ProtocolError(`${JSON.stringify(type)} is not a CIM type`);
  return { type, array };
}

function readProperty(cursor: XmlCursor, type: CimType, context: Context): CimValue {
  const values: CimValue[] = [];
  readContent(cursor, (element) => {
    if (ARRAYS.has(element)) values.push(readArray(cursor, type, context));
    else if (isItem(element)) values.push(readItem(cursor, type, context));
    else skip(cursor);
  });
  const value = values[0] ?? null;
  if (values.length > 1) throw new ProtocolError(`${values.length} values instead of one`);
  if (value !== null && Array.isArray(value) !== type.array) {
    throw new ProtocolError(type.array ? 'an array without VALUE.ARRAY' : 'an array of values, declared as one value');
  }
  return value;
}

function readArray(cursor: XmlCursor, type: CimType, context: Context): readonly (CimScalar | null)[] {
  const items: (CimScalar | null)[] = [];
  readContent(cursor, (element) => {
    if (isItem(element)) items.push(readItem(cursor, type, context));
    else skip(cursor);
  });
  return items;
}

function isItem(element: string): boolean {
  return element === 'VALUE' || element === 'VALUE.NULL' || element === 'VALUE.REFERENCE' || isObject(element);
}

/** Reads one value, the only one of a property or one of an array. */
function readItem(cursor: XmlCursor, type: CimType, context: Context): CimScalar | null {
  switch (cursor.name) {
    case 'VALUE.NULL':
      skip(cursor);
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
  const instances: CimInstance[] = [];
  const text = readContent(cursor, (element) => {
    if (isObject(element)) instances.push(readElementInstance(cursor, type, context));
    else skip(cursor);
  });
  if (instances.length > 1) throw new ProtocolError(`VALUE holds ${instances.length} instances instead of one`);
  if (instances[0] !== undefined) return instances[0];
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
function typeOfValue(value: CimValue, { type, array, embedded }: CimType): CimType {
  const items = Array.isArray(value) ? (value as readonly (CimScalar | null)[]) : [value];
  const isEmbedded = items.some(isCimInstance) || (embedded === true && !items.some((item) => typeof item === 'string'));
  return isEmbedded ? { type, array, embedded: true } : { type, array };
}
