import { type CimInstance, classOf, isCimInstance, pathOf } from '../cim/instance.js';
import { toJson } from '../cim/json.js';
import { DEFAULT_NAMESPACE, type InstancePath, formatObjectPath, instancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import { Associations, type AssociatorsFilter, type ReferencesFilter } from './repository/associations.js';
import { Classes, type PropertyInfo, type RepositoryClass, type RepositorySchema } from './repository/classes.js';
import type { Change } from './repository/events.js';
import { findByName, sameName } from './repository/fold.js';
import { InstanceStore } from './repository/instance-store.js';
import { type SeedInstance, changeInstance, makeInstance, readChange } from './repository/make-instance.js';
import { readInstances } from './repository/read-instances.js';
import { type SeedValue, typedValue } from './repository/typed-value.js';
import { WmiError } from './repository/wmi-error.js';
import { COMPUTER_NAME } from './user-store.js';
import { type QueryContext, matches, project, projectKeys } from './wql/evaluate.js';
import { parseWql } from './wql/parse.js';
import { type Query, type SelectQuery, propertiesOf } from './wql/query.js';

/** Values of properties by name, in any letter case. */
export type Properties = Readonly<Record<string, SeedValue>>;

/** How {@link Repository.enumerate} treats the classes that derive from the one asked for. */
export type EnumerateOptions = {
  /** `deep`, the default: their instances come too, whole. `none`: they do not come (DSP0227, PolymorphismMode). */
  readonly polymorphism?: 'deep' | 'none';
};

/**
 * What a simulated host holds: instances by namespace, class and keys, in memory, served as WMI serves them. Every instance
 * is whole: with all properties of its class, in their types, and with its path. Names, keys and texts are compared in any
 * letter case.
 *
 * Classes are those of the schema; an instance of another class can be seeded, and its keys then are those of its path.
 *
 * @example
 * ```ts
 * import { loadSchema } from '../schema/class-info.js';
 * import { Repository } from './repository.js';
 *
 * const repository = new Repository(await loadSchema());
 * repository.seed([{ className: 'Msvm_MigrationJob', properties: { InstanceID: 'A1', JobState: 10 } }]);
 * [...repository.query("SELECT * FROM CIM_ConcreteJob WHERE JobState = 10")].length;   // 1
 * ```
 */
export class Repository {
  /** What queries are matched in: {@link matches} with `instanceEvent` tells which indications a change causes. */
  readonly context: QueryContext;
  readonly #classes: Classes;
  readonly #store: InstanceStore;
  readonly #associations: Associations;
  readonly #listeners = new Set<(change: Change) => void>();

  /** @param options.host - the name of the host in `__PATH` and `__SERVER`; `SIMHOST` by default */
  constructor(schema: RepositorySchema, options: { readonly host?: string } = {}) {
    this.#classes = new Classes(schema);
    this.#store = new InstanceStore(this.#classes.isA);
    this.#associations = new Associations(this.#classes.isA);
    this.context = { isA: this.#classes.isA, host: options.host ?? COMPUTER_NAME };
  }

  /**
   * Puts instances in, in place of those with the same path. What stands before one that is refused stays in.
   *
   * @param instances - as objects of JSON, as instances, or as one CIM-XML text with any number of instances in it
   * @throws WmiError - `invalidParameter`, `typeMismatch`: an instance that its class does not allow, or without keys
   * @throws ProtocolError - a text that is no CIM-XML
   */
  seed(instances: Iterable<SeedInstance | CimInstance> | string): void {
    for (const seed of typeof instances === 'string' ? readInstances(instances, this.#classes.typeOf) : instances) {
      const instance = makeInstance(this.#classes, seed);
      const { namespace, className } = pathOf(instance)!;
      if (this.#classes.find(namespace, className) === null) this.#classes.learn(instance);
      const previous = this.#store.find(pathOf(instance)!);
      this.#replace(previous !== null && sameName(classOf(previous), className) ? previous : null, instance);
    }
  }

  /**
   * The instance of a path, which may name a base of its class. The keys may be given as text, as selectors are.
   *
   * @throws WmiError - `notFound`, `invalidClass`, `invalidNamespace`; `invalidParameter`, `typeMismatch`: not the keys of the class
   */
  get(path: InstancePath): CimInstance {
    const instance = this.#store.find(this.#typedPath(path));
    if (instance === null) throw new WmiError('notFound', `There is no instance ${formatObjectPath(path)}`);
    return instance;
  }

  /**
   * Changes properties as a client may. A property that is not given, or that is given as it is, stays; so the whole
   * instance can be put back with one property changed.
   *
   * @returns the instance as it is now
   * @throws WmiError - as {@link get}; `readOnly`: a change of a key or of a property that is not writable;
   *   `invalidParameter`, `typeMismatch`: no such property, or no such value
   */
  put(path: InstancePath, properties: Properties): CimInstance {
    return this.#change(path, properties, (property) => property?.writable ?? true);
  }

  /**
   * Changes properties as the host itself does, read-only ones too; keys stay.
   *
   * @returns the instance as it is now
   * @throws WmiError - as {@link put}
   */
  update(path: InstancePath, changes: Properties): CimInstance {
    return this.#change(path, changes, () => true);
  }

  /**
   * Makes an instance of a class that is known.
   *
   * @param namespace - that of the class in the schema by default
   * @throws WmiError - `alreadyExists`, `invalidClass`, `invalidNamespace`; `invalidParameter`, `typeMismatch`: a key
   *   without a value, no such property, or no such value
   */
  create(className: string, properties: Properties, namespace: string = this.#classes.namespaceOf(className) ?? DEFAULT_NAMESPACE): InstancePath {
    const { name } = this.#classes.require(namespace, className);
    const instance = makeInstance(this.#classes, { className: name, namespace, properties });
    const path = pathOf(instance)!;
    if (this.#store.find(path) !== null) throw new WmiError('alreadyExists', `There is already an instance ${formatObjectPath(path)}`);
    this.#replace(null, instance);
    return path;
  }

  /**
   * Takes an instance away. Associations that refer to it stay.
   *
   * @throws WmiError - as {@link get}
   */
  delete(path: InstancePath): void {
    const instance = this.get(path);
    this.#store.delete(instance);
    this.#associations.remove(instance);
    this.#tell({ kind: 'deleted', instance });
  }

  /**
   * The instances of a class, then those of the classes that derive from it; within a class in the order they came. They
   * are fetched one by one as the caller goes on, and what changes in between shows.
   *
   * @throws WmiError - `invalidClass`, `invalidNamespace`
   */
  enumerate(namespace: string, className: string, options: EnumerateOptions = {}): Iterable<CimInstance> {
    const info = this.#classes.require(namespace, className);
    return this.#store.enumerate(namespace, info.name, options.polymorphism !== 'none');
  }

  /**
   * The instances that associations connect with one, each once. An end that does not exist is passed over.
   *
   * @throws WmiError - as {@link get}; `invalidClass`: a class of the filter is not known
   */
  associators(path: InstancePath, filter: AssociatorsFilter = {}): Iterable<CimInstance> {
    this.#checkClasses(path.namespace, filter.associationClass, filter.resultClass);
    return this.#associations.associators(pathOf(this.get(path))!, filter, this.#store);
  }

  /**
   * The association instances that refer to an instance.
   *
   * @throws WmiError - as {@link associators}
   */
  references(path: InstancePath, filter: ReferencesFilter = {}): Iterable<CimInstance> {
    this.#checkClasses(path.namespace, filter.resultClass);
    return this.#associations.references(pathOf(this.get(path))!, filter);
  }

  /**
   * What a data query finds, fetched one by one as {@link enumerate} does.
   *
   * @param namespace - of the class, and of a path in the query that names none; `root/virtualization/v2` by default
   * @throws WqlError - the text is not WQL
   * @throws WmiError - `invalidQuery`: an event query, or a property that the class does not have; `notSupported`:
   *   ClassDefsOnly; else as {@link enumerate}, {@link associators} and {@link references}
   */
  query(query: string | Query, namespace: string = DEFAULT_NAMESPACE): Iterable<CimInstance> {
    const parsed = typeof query === 'string' ? parseWql(query, namespace) : query;
    if (parsed.kind === 'select') return this.#select(parsed, namespace);
    if (parsed.classDefsOnly) throw new WmiError('notSupported', 'ClassDefsOnly asks for classes; this repository serves instances');
    const found = parsed.kind === 'associators' ? this.associators(parsed.path, parsed.filter) : this.references(parsed.path, parsed.filter);
    return parsed.keysOnly ? mapped(found, projectKeys) : found;
  }

  /**
   * Tells a listener of every change from now on: of seed, create, put, update and delete, when it has been made.
   *
   * @returns ends it
   */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #select(query: SelectQuery, namespace: string): Iterable<CimInstance> {
    if (query.within !== null) throw new WmiError('invalidQuery', 'WITHIN belongs to event queries; this is a query for data');
    const info = this.#classes.require(namespace, query.className);
    const unknown = this.#classes.isLearned(info) ? undefined : propertiesOf(query).find((name) => findByName(info.properties, name) === null);
    if (unknown !== undefined) throw new WmiError('invalidQuery', `${info.name} has no property ${unknown}`);
    return mapped(
      filtered(this.enumerate(namespace, info.name), (instance) => matches(query, instance, this.context)),
      (instance) => project(query, instance, this.context),
    );
  }

  #change(path: InstancePath, properties: Properties, isWritable: (property: PropertyInfo | null) => boolean): CimInstance {
    const instance = this.get(path);
    const { namespace, className, keys } = pathOf(instance)!;
    const info = this.#classes.require(namespace, className);
    const changes = Object.entries(properties)
      .map(([name, value]) => readChange(this.#classes, instance, name, value))
      .filter(({ name, value }) => !sameValue(value, instance[name] ?? null));
    for (const { name } of changes) {
      if (Object.hasOwn(keys, name)) throw new WmiError('readOnly', `${className}.${name} is a key: it cannot be changed`);
      if (!isWritable(findByName(info.properties, name)?.[1] ?? null)) throw new WmiError('readOnly', `${className}.${name} is read-only`);
    }
    if (changes.length === 0) return instance;
    const changed = changeInstance(instance, changes);
    this.#replace(instance, changed);
    return changed;
  }

  #replace(previous: CimInstance | null, instance: CimInstance): void {
    this.#store.set(instance);
    if (previous !== null) this.#associations.remove(previous);
    if (this.#classes.isAssociation(instance)) this.#associations.add(instance);
    this.#tell(previous === null ? { kind: 'created', instance } : { kind: 'modified', instance, previous });
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** The path with its keys in their types and by their own names. */
  #typedPath(path: InstancePath): InstancePath {
    const info = this.#classes.require(path.namespace, path.className);
    const given = Object.keys(path.keys);
    const keys = info.keys.map((name) => [name, this.#typedKey(info, name, path)] as const);
    if (given.length !== keys.length) throw wrongKeys(info, given);
    return instancePath(info.name, Object.fromEntries(keys), path.namespace);
  }

  #typedKey(info: RepositoryClass, name: string, { namespace, keys }: InstancePath): CimValue {
    const value = findByName(keys, name)?.[1];
    if (value === undefined) throw wrongKeys(info, Object.keys(keys));
    const type = info.properties.get(name);
    const embed = (): never => {
      throw new WmiError('invalidParameter', `The key ${name} cannot be an instance`);
    };
    return type === undefined ? value : typedValue(value, type, { namespace, typeOf: this.#classes.typeOf, embed });
  }

  #checkClasses(namespace: string, ...classNames: readonly (string | undefined)[]): void {
    for (const className of classNames) if (className !== undefined) this.#classes.require(namespace, className);
  }
}

function wrongKeys({ name, keys }: RepositoryClass, given: readonly string[]): WmiError {
  const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
  return new WmiError('invalidParameter', `The keys of ${name} are ${list(keys)}; given are ${list(given)}`);
}

function sameValue(left: CimValue, right: CimValue): boolean {
  const text = (value: CimValue): string => JSON.stringify([isCimInstance(value) ? classOf(value) : null, toJson(value)]);
  return text(left) === text(right);
}

function* filtered<T>(items: Iterable<T>, accept: (item: T) => boolean): Generator<T, void, undefined> {
  for (const item of items) if (accept(item)) yield item;
}

function* mapped<T, R>(items: Iterable<T>, change: (item: T) => R): Generator<R, void, undefined> {
  for (const item of items) yield change(item);
}
