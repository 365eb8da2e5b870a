import { decodeCimXml } from '../../cim/cim-xml.js';
import { type CimInstance, classOf, isCimInstance } from '../../cim/instance.js';
import { type JsonValue, toJson } from '../../cim/json.js';
import type { CimType, CimValue } from '../../cim/types.js';
import { ProtocolError } from '../../errors.js';
import { MSVM_ERROR_PROPERTIES } from '../../schema/msvm-error.js';
import { MSVM_MIGRATION_JOB_PROPERTIES } from '../../schema/msvm-migration-job.js';
import type { TypeOf } from '../../wsman/instance.js';

/** An instance for people: unlike `toJson` it keeps the name of the class. */
export type InstanceDescription = { readonly className: string; readonly properties: Properties };

/** Values by name. */
export type Properties = Readonly<Record<string, JsonValue>>;

const CLASSES: ReadonlyMap<string, ReadonlyMap<string, CimType>> = new Map([
  ['Msvm_Error', new Map<string, CimType>(Object.entries(MSVM_ERROR_PROPERTIES))],
  ['Msvm_MigrationJob', new Map(Object.entries(MSVM_MIGRATION_JOB_PROPERTIES))],
]);

/** How many texts of instances may lie inside one another; one that lies deeper stays text. */
const MAX_EMBEDDING = 16;
const INSTANCE_TEXT = /^\s*<INSTANCE\s/;

/** The types of the classes whose properties are known here. */
export const typeOfKnown: TypeOf = (className, property) => CLASSES.get(className)?.get(property) ?? null;

/**
 * A value as `toJson` gives it, with instances as {@link describeInstance} gives them; a text that holds an instance is
 * one. A text that begins like an instance and is none stays text: a host cuts some off, and anybody can write one into
 * the notes of a virtual machine.
 */
export function describeValue(value: CimValue, embedding = 0): JsonValue {
  if (Array.isArray(value)) return (value as readonly CimValue[]).map((item) => describeValue(item, embedding));
  if (isCimInstance(value)) return describeInstance(value, embedding);
  const embedded = typeof value === 'string' && embedding < MAX_EMBEDDING && INSTANCE_TEXT.test(value) ? readEmbedded(value) : null;
  return embedded === null ? toJson(value) : describeInstance(embedded, embedding + 1);
}

function readEmbedded(text: string): CimInstance | null {
  try {
    return decodeCimXml(text);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

/** An instance with its class; of a class whose properties are known all are there, `null` where nothing was sent. */
export function describeInstance(instance: CimInstance, embedding = 0): InstanceDescription {
  const className = classOf(instance);
  const names = new Set([...(CLASSES.get(className)?.keys() ?? []), ...Object.keys(instance)]);
  return { className, properties: describeEntries([...names].map((name) => [name, instance[name] ?? null]), embedding) };
}

/** Named values: properties, parameters, selectors. */
export function describeEntries(entries: Iterable<readonly [string, CimValue]>, embedding = 0): Properties {
  return Object.fromEntries([...entries].map(([name, value]) => [name, describeValue(value, embedding)]));
}
