import { type CimInstance, createInstance } from '../cim/instance.js';
import type { JsonValue } from '../cim/json.js';
import { type CimScalar, type CimType, type CimValue, parseCimScalar } from '../cim/types.js';
import { ProtocolError, UsageError } from '../errors.js';
import type { Assignment } from './assignment.js';
import { readInput } from './input.js';
import type { Io } from './io.js';
import { type Namespaces, classPath, readObjectPath } from './paths.js';

/** What the reading of values needs. */
export type Context = Namespaces & { readonly io: Io };

/** The declared types of properties, keys or parameters; what is not in it stays text. */
export type Members = ReadonlyMap<string, CimType>;

/** What was given: values as text, and values as JSON. */
export type Given = { readonly texts?: readonly Assignment[] | undefined; readonly jsons?: readonly Assignment[] | undefined };

/**
 * Reads what was given as `Name=value`, typed by the schema, which also spells the names.
 *
 * - Text: `null` is a CIM null. A reference is a WMI object path. An instance by value is `{...}` in JSON, or `@file` with
 *   its CIM-XML. An array is `[...]` in JSON, or one item for each time that the name is given.
 * - JSON: as `toJson` writes it, integers of 64 bits as strings; an instance is `{ className, properties }`.
 *
 * @throws UsageError - a value that is not of its type, or a name given twice
 */
export async function readValues(context: Context, members: Members, { texts = [], jsons = [] }: Given): Promise<Record<string, CimValue>> {
  const values = new Map<string, CimValue>();
  for (const { name, text } of texts) {
    const [spelling, type] = findMember(members, name);
    add(values, spelling, await fromText(context, spelling, text, type), type);
  }
  for (const { name, text } of jsons) {
    const [spelling, type] = findMember(members, name);
    add(values, spelling, fromJson(context, spelling, parseJson(spelling, text), type), null);
  }
  return Object.fromEntries(values);
}

/** A member in any letter case, with the name that the schema has for it. */
export function findMember<T>(members: ReadonlyMap<string, T>, name: string): readonly [name: string, member: T | null] {
  const lower = name.toLowerCase();
  return [...members].find(([candidate]) => candidate.toLowerCase() === lower) ?? [name, null];
}

function add(values: Map<string, CimValue>, name: string, value: CimValue, type: CimType | null): void {
  const before = values.get(name);
  const isList = type?.array === true && Array.isArray(before) && Array.isArray(value);
  if (before !== undefined && !isList) throw new UsageError(`${name} is given twice`);
  values.set(name, isList ? [...(before as readonly CimScalar[]), ...(value as readonly CimScalar[])] : value);
}

async function fromText(context: Context, name: string, text: string, type: CimType | null): Promise<CimValue> {
  if (text === 'null') return null;
  if (type === null) return text;
  if (type.array && text.startsWith('[')) return fromJson(context, name, parseJson(name, text), type);
  const item = await itemFromText(context, name, text, type);
  return type.array ? [item] : item;
}

async function itemFromText(context: Context, name: string, text: string, type: CimType): Promise<CimScalar> {
  if (type.embedded === true && text.startsWith('{')) return scalarFromJson(context, name, parseJson(name, text)!, type);
  if (type.embedded === true && text.startsWith('@')) return fromFile(context, name, text.slice(1));
  return scalar(context, name, text, type);
}

async function fromFile({ io, schema }: Context, name: string, file: string): Promise<CimInstance> {
  const [{ decodeCimXml }, text] = await Promise.all([import('../cim/cim-xml.js'), readInput(io, file)]);
  return asUsage(name, () => decodeCimXml(text, { typeOf: schema.typeOf }));
}

function scalar(context: Context, name: string, text: string, { type }: CimType): CimScalar {
  return type === 'reference' ? readObjectPath(text, context) : asUsage(name, () => parseCimScalar(type, text));
}

function fromJson(context: Context, name: string, json: JsonValue, type: CimType | null): CimValue {
  if (json === null) return null;
  if (type !== null && type.array !== Array.isArray(json)) throw new UsageError(`${name} takes ${type.array ? 'an array' : 'one value, not an array'}`);
  if (!Array.isArray(json)) return scalarFromJson(context, name, json, type);
  return (json as readonly JsonValue[]).map((item) => (item === null ? null : scalarFromJson(context, name, item, type)));
}

function scalarFromJson(context: Context, name: string, json: Exclude<JsonValue, null>, type: CimType | null): CimScalar {
  if (typeof json === 'object') return objectFromJson(context, name, json);
  if (Number.isInteger(json) && !Number.isSafeInteger(json) && type?.type.startsWith('real') !== true) {
    throw new UsageError(`${name}: JSON holds no integer beyond 2^53 exactly; write it as a string`);
  }
  return type === null ? json : scalar(context, name, String(json), type);
}

/** An instance, or a path as `toJson` writes it. */
function objectFromJson(context: Context, name: string, json: object): CimScalar {
  const { className, namespace, properties, keys } = json as Partial<Record<string, JsonValue>>;
  const spelled = (record: JsonValue | undefined): Record<string, CimValue> | null => {
    if (typeof className !== 'string' || typeof record !== 'object' || record === null || Array.isArray(record)) return null;
    const members: Members = context.schema.classInfo(className)?.properties ?? new Map<string, CimType>();
    const entries = Object.entries(record).map(([member, value]) => {
      const [spelling, type] = findMember(members, member);
      return [spelling, fromJson(context, `${className}.${spelling}`, value, type)] as const;
    });
    return Object.fromEntries(entries);
  };
  const instance = spelled(properties);
  if (instance !== null) return createInstance({ className: className as string, properties: instance });
  const path = spelled(keys);
  if (path === null) throw new UsageError(`${name}: an object is an instance { className, properties } or a path { className, keys }`);
  return classPath(className as string, path, typeof namespace === 'string' ? { ...context, namespace } : context);
}

function parseJson(name: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new UsageError(`${name}: the value is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** What a person gave is no fault of a peer. */
function asUsage<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) throw new UsageError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}
