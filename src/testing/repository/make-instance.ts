import { type CimInstance, classOf, createInstance, isCimInstance, pathOf, typesOf } from '../../cim/instance.js';
import { DEFAULT_NAMESPACE, type InstancePath, instancePath } from '../../cim/object-path.js';
import type { CimType, CimValue } from '../../cim/types.js';
import type { Classes, PropertyInfo, RepositoryClass } from './classes.js';
import { findByName, fold } from './fold.js';
import { type SeedObject, type SeedValue, inferType, typedValue } from './typed-value.js';
import { WmiError } from './wmi-error.js';

/** An instance to put into a repository, as JSON can hold it. */
export type SeedInstance = {
  readonly className: string;
  /** Where it is; that of its class in the schema, or `root/virtualization/v2`, when not given. */
  readonly namespace?: string;
  /** Its keys. Needed when the schema does not know the class; else they may stand among the properties. */
  readonly keys?: Readonly<Record<string, SeedValue>>;
  /** Its properties; those of its class that are not given are null. */
  readonly properties?: Readonly<Record<string, SeedValue>>;
  /** The types of properties that the schema does not know; what is not given follows from the value. */
  readonly types?: Readonly<Record<string, CimType>>;
};

/** A property with its value in its type; `type` is `null` for a null of which nothing is known. */
export type TypedProperty = { readonly name: string; readonly value: CimValue; readonly type: CimType | null };

/**
 * Makes a whole instance: with every property of its class, typed, and with its path.
 *
 * @throws WmiError - `invalidParameter`: a property that the class does not have, or a key without a value;
 *   `typeMismatch`: a value that is not of its property's type
 */
export function makeInstance(classes: Classes, seed: SeedInstance | CimInstance): CimInstance {
  const { className, namespace, keys = {}, properties = {}, types = {} } = isCimInstance(seed) ? seedOf(seed) : checked(seed);
  const where = namespace ?? classes.namespaceOf(className) ?? DEFAULT_NAMESPACE;
  const info = classes.find(where, className);
  const name = info?.name ?? className;
  const given = [...Object.entries(properties), ...Object.entries(keys)];
  const typed = readProperties(classes, given, { className: name, namespace: where, info, types });
  const keyNames = info?.keys ?? Object.keys(keys);
  if (info === null && keyNames.length === 0) throw new WmiError('invalidParameter', `${className} is not a class of the schema: give the keys of its instances`);
  const pathKeys = keyNames.map((key) => {
    const value = typed.get(fold(key))?.value ?? null;
    if (value === null) throw new WmiError('invalidParameter', `${name} needs a value for its key ${key}`);
    return [key, value] as const;
  });
  return instanceOf(name, typed, instancePath(name, Object.fromEntries(pathKeys), where));
}

/**
 * The instance with some properties changed.
 *
 * @throws WmiError - as {@link makeInstance}
 */
export function changeInstance(instance: CimInstance, changes: readonly TypedProperty[]): CimInstance {
  const changed = new Map(changes.map((change) => [change.name, change]));
  const types = { ...typesOf(instance), ...Object.fromEntries(changes.filter(({ type }) => type !== null).map(({ name, type }) => [name, type!])) };
  const properties = Object.entries(instance).map(([name, value]) => {
    const change = changed.get(name);
    return [name, change === undefined ? value : change.value] as const;
  });
  return createInstance({ className: classOf(instance), properties, types, path: pathOf(instance) });
}

/**
 * Reads a change of an instance's property.
 *
 * @throws WmiError - as {@link makeInstance}
 */
export function readChange(classes: Classes, instance: CimInstance, name: string, value: SeedValue): TypedProperty {
  const { namespace, className } = pathOf(instance)!;
  const own = findByName(instance, name)?.[0];
  if (own === undefined) throw noProperty(className, name);
  return readProperty(classes, own, value, { className, namespace, info: classes.find(namespace, className), types: typesOf(instance) });
}

type Owner = { readonly className: string; readonly namespace: string; readonly info: RepositoryClass | null; readonly types: Readonly<Record<string, CimType>> };

/** By folded name: all properties of the class in its order, then those it does not know. */
function readProperties(classes: Classes, given: readonly (readonly [name: string, value: SeedValue])[], owner: Owner): Map<string, TypedProperty> {
  const typed = new Map<string, TypedProperty>();
  for (const [name, property] of owner.info?.properties ?? []) typed.set(fold(name), { name, value: null, type: cimType(property) });
  for (const [name, value] of given) typed.set(fold(name), readProperty(classes, name, value, owner));
  return typed;
}

function readProperty(classes: Classes, name: string, value: SeedValue, { className, namespace, info, types }: Owner): TypedProperty {
  const known = info === null ? null : findByName(info.properties, name);
  const type = known === null ? (findByName(types, name)?.[1] ?? null) : cimType(known[1]);
  const isFixed = info !== null && !classes.isLearned(info);
  if (type === null && isFixed) throw noProperty(className, name);
  const declared = type ?? inferType(value);
  if (declared === null) return { name, value: value === null ? null : [], type: null };
  try {
    const embed = (object: SeedObject): CimInstance => embeddedInstance(classes, object, known?.[1].embeddedClass ?? null, namespace);
    return { name: known?.[0] ?? name, value: typedValue(value, declared, { namespace, typeOf: classes.typeOf, embed }), type: declared };
  } catch (error) {
    if (error instanceof WmiError) error.message = `${className}.${name}: ${error.message}`;
    throw error;
  }
}

/** `{ className, properties }`, or the properties alone where the schema tells the class. */
function embeddedInstance(classes: Classes, object: SeedObject, embeddedClass: string | null, namespace: string): CimInstance {
  const { className, properties } = object;
  const isNamed = typeof className === 'string' && typeof properties === 'object' && properties !== null;
  const name = isNamed ? className : embeddedClass;
  if (name === null) throw new WmiError('invalidParameter', 'an embedded instance needs its class: { className, properties }');
  const info = classes.find(namespace, name);
  const given = Object.entries(isNamed ? (properties as SeedObject) : object);
  return instanceOf(info?.name ?? name, readProperties(classes, given, { className: name, namespace, info, types: {} }), null);
}

function instanceOf(className: string, typed: ReadonlyMap<string, TypedProperty>, path: InstancePath | null): CimInstance {
  const list = [...typed.values()];
  return createInstance({
    className,
    properties: list.map(({ name, value }) => [name, value] as const),
    types: new Map(list.filter(({ type }) => type !== null).map(({ name, type }) => [name, type!])),
    path,
  });
}

/** The system properties that Windows adds to an instance (`__PATH`) are none of its class. */
function seedOf(instance: CimInstance): SeedInstance {
  const path = pathOf(instance);
  const properties = Object.fromEntries(Object.entries(instance).filter(([name]) => !name.startsWith('__')));
  const seed = { className: classOf(instance), properties, types: typesOf(instance) };
  return path === null ? seed : { ...seed, namespace: path.namespace, keys: path.keys };
}

/** JSON tells no types: what the compiler cannot know of it is looked at here. */
function checked(seed: SeedInstance): SeedInstance {
  const { className, keys = {}, properties = {} } = seed as Partial<Record<keyof SeedInstance, unknown>>;
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (typeof className !== 'string' || !isObject(keys) || !isObject(properties)) {
    throw new WmiError('invalidParameter', 'An instance to seed is { className, namespace?, keys?, properties? }');
  }
  return seed;
}

function cimType({ type, array, embedded }: PropertyInfo): CimType {
  return embedded === true ? { type, array, embedded } : { type, array };
}

function noProperty(className: string, name: string): WmiError {
  return new WmiError('invalidParameter', `${className} has no property ${name}`);
}
