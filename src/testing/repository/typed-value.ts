import { decodeCimXml } from '../../cim/cim-xml.js';
import { CimDateTime, CimInterval } from '../../cim/datetime.js';
import { type CimInstance, isCimInstance } from '../../cim/instance.js';
import type { JsonValue } from '../../cim/json.js';
import { instancePath, isInstancePath, parseObjectPath } from '../../cim/object-path.js';
import { type CimScalar, type CimType, type CimTypeName, type CimValue, parseCimScalar } from '../../cim/types.js';
import { ProtocolError, UsageError } from '../../errors.js';
import { WmiError } from './wmi-error.js';

/**
 * A value to put into a repository: a CIM value, or its JSON in the form of `toJson`. An embedded instance may be an object
 * of its properties, or `{ className, properties }` where the schema does not tell its class.
 */
export type SeedValue = CimValue | JsonValue;

/** An object of JSON where a reference or an instance belongs. */
export type SeedObject = Readonly<Record<string, JsonValue>>;

type SeedItem = CimScalar | SeedObject;

/** How {@link typedValue} reads what the value alone does not tell. */
export type Typing = {
  /** The namespace of references that name none. */
  readonly namespace: string;
  /** What is known of the properties of embedded instances that are given as CIM-XML text. */
  readonly typeOf: (className: string, property: string) => CimType | null;
  /** Makes an embedded instance of JSON. */
  readonly embed: (object: SeedObject) => CimInstance;
};

/**
 * The value in its declared type: integers of 64 bits from decimal strings, datetimes from the CIM form, references from
 * `{ namespace, className, keys }` or a path as text, embedded instances from objects or from CIM-XML text.
 *
 * @throws WmiError - `typeMismatch`: it is no value of the type, or outside its range
 */
export function typedValue(value: SeedValue, type: CimType, typing: Typing): CimValue {
  try {
    if (value === null) return null;
    if (Array.isArray(value) !== type.array) throw new UsageError(type.array ? 'an array belongs here' : 'one value belongs here, not an array');
    if (!type.array) return typedScalar(value as SeedItem, type, typing);
    return (value as readonly (SeedItem | null)[]).map((item) => (item === null ? null : typedScalar(item, type, typing)));
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ProtocolError)) throw error;
    throw error instanceof WmiError ? error : new WmiError('typeMismatch', error.message, { cause: error });
  }
}

/**
 * The type of a value of which nothing else is known, `null` for null and for an array of nothing. A whole number is a
 * uint32, a sint32, or of 64 bits when it does not fit; any other number is a real64.
 */
export function inferType(value: SeedValue): CimType | null {
  const array = Array.isArray(value);
  const item = array ? (value as readonly (SeedItem | null)[]).find((each) => each !== null) : value;
  if (item === null || item === undefined) return null;
  if (typeof item !== 'object') return { type: inferScalar(item), array };
  if (item instanceof CimDateTime || item instanceof CimInterval) return { type: 'datetime', array };
  return isInstancePath(item) ? { type: 'reference', array } : { type: 'string', array, embedded: true };
}

function typedScalar(value: SeedItem, type: CimType, typing: Typing): CimScalar | null {
  if (type.embedded === true) return embeddedInstance(value, typing);
  if (type.type === 'reference') return reference(value, typing.namespace);
  if (value instanceof CimDateTime || value instanceof CimInterval) {
    if (type.type === 'datetime') return value;
    throw new UsageError(`a datetime is not a value of type ${type.type}`);
  }
  if (typeof value === 'object') throw new UsageError(`an object is not a value of type ${type.type}`);
  const isText = type.type === 'string' || type.type === 'char16';
  if (isText && typeof value !== 'string') throw new UsageError(`the ${typeof value} ${String(value)} is not a value of type ${type.type}`);
  return parseCimScalar(type.type, String(value));
}

/** An empty text where an instance belongs is null, as CIM-XML has it. */
function embeddedInstance(value: SeedItem, typing: Typing): CimInstance | null {
  if (isCimInstance(value)) return value;
  if (typeof value === 'string') return value.trim() === '' ? null : decodeCimXml(value, { typeOf: typing.typeOf });
  if (!isSeedObject(value)) throw new UsageError('an embedded instance is an object, or CIM-XML text');
  return typing.embed(value);
}

function reference(value: SeedItem, namespace: string): CimScalar {
  if (isInstancePath(value)) return instancePath(value.className, value.keys, value.namespace);
  if (typeof value === 'string') return parseObjectPath(value, namespace).path;
  throw new UsageError('a reference is an object with namespace, className and keys, or a path as text');
}

function isSeedObject(value: SeedItem): value is SeedObject {
  return typeof value === 'object' && !(value instanceof CimDateTime) && !(value instanceof CimInterval) && !Array.isArray(value);
}

function inferScalar(value: boolean | number | bigint | string): CimTypeName {
  if (typeof value === 'boolean' || typeof value === 'string') return typeof value as 'boolean' | 'string';
  const sign = value < 0 ? 'sint' : 'uint';
  if (typeof value === 'bigint') return `${sign}64`;
  if (!Number.isSafeInteger(value)) return 'real64';
  return value >= -(2 ** 31) && value < 2 ** 32 ? `${sign}32` : `${sign}64`;
}
