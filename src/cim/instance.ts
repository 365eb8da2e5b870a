import { UsageError } from '../errors.js';
import { type CimInstance, META, type Meta } from './instance-meta.js';
import type { InstancePath } from './object-path.js';
import { type CimType, type CimValue, checkCimValue } from './types.js';

export { type CimInstance, isCimInstance } from './instance-meta.js';

const NO_TYPES: Readonly<Record<string, CimType>> = Object.freeze(record<CimType>({}));

/**
 * Makes an instance.
 *
 * @param init.className - the class, `Msvm_Error`
 * @param init.properties - names and values, in order
 * @param init.types - the types of the properties, as far as known; needed to encode numbers
 * @param init.path - where the instance is; `null` by default
 * @throws UsageError - an empty class name, a property given twice, or one whose value is no CIM value: `undefined`, a Date,
 *   a plain object
 *
 * @example
 * ```ts
 * import { createInstance } from 'hyperv-wsman';
 * const settings = createInstance({
 *   className: 'Msvm_VirtualSystemMigrationSettingData',
 *   properties: { MigrationType: 32768 },
 *   types: { MigrationType: { type: 'uint16', array: false } },
 * });
 * ```
 */
export function createInstance(init: {
  className: string;
  properties: Iterable<readonly [name: string, value: CimValue]> | Readonly<Record<string, CimValue>>;
  types?: ReadonlyMap<string, CimType> | Readonly<Record<string, CimType>>;
  path?: InstancePath | null;
}): CimInstance {
  if (init.className === '') throw new UsageError('An instance needs the name of its class');
  const properties = record(init.properties);
  for (const [name, value] of Object.entries(properties)) checkCimValue(value, `${init.className}.${name}`);
  return receivedInstance(init.className, properties, init.types === undefined ? NO_TYPES : record(init.types), init.path);
}

/**
 * Makes an instance of what a decoder read: as {@link createInstance}, but nothing is copied and nothing is checked, because
 * a decoder makes CIM values alone.
 *
 * @param className - not empty
 * @param properties - an object without a prototype; it becomes the instance, and is frozen
 * @param types - an object without a prototype, which nobody changes; empty by default
 */
export function receivedInstance(
  className: string,
  properties: Record<string, CimValue>,
  types: Readonly<Record<string, CimType>> = NO_TYPES,
  path: InstancePath | null = null,
): CimInstance {
  const meta: Meta = { className, types, path };
  return Object.freeze(Object.defineProperty(properties, META, { value: meta }));
}

/** The name of the class an instance belongs to, as the peer spelled it. */
export function classOf(instance: CimInstance): string {
  return metaOf(instance).className;
}

/** Where an instance is, or `null` when that was not told. */
export function pathOf(instance: CimInstance): InstancePath | null {
  return metaOf(instance).path;
}

/** The types of an instance's properties as they were sent or given; empty when nothing is known. */
export function typesOf(instance: CimInstance): Readonly<Record<string, CimType>> {
  return metaOf(instance).types;
}

function metaOf(instance: CimInstance): Meta {
  const meta = instance[META];
  if (meta === undefined) throw new UsageError('This object is not a CIM instance: make one with createInstance');
  return meta;
}

/** An object without a prototype, in which `__proto__` and `constructor` are names like any other. */
function record<V>(entries: Iterable<readonly [string, V]> | Readonly<Record<string, V>>): Record<string, V> {
  const result = Object.create(null) as Record<string, V>;
  for (const [name, value] of isIterable(entries) ? entries : Object.entries(entries)) {
    if (Object.hasOwn(result, name)) throw new UsageError(`The property ${name} is given twice`);
    result[name] = value;
  }
  return result;
}

function isIterable<V>(entries: Iterable<readonly [string, V]> | Readonly<Record<string, V>>): entries is Iterable<readonly [string, V]> {
  return Symbol.iterator in entries;
}
