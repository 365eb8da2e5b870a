import { type CimInstance, classOf, createInstance, isCimInstance, pathOf, typesOf } from '../cim/instance.js';
import { DEFAULT_NAMESPACE } from '../cim/object-path.js';
import type { AssociationFilter, Filter, SelectorFilter } from '../wsman/filter.js';
import { Classes, type RepositorySchema } from './repository/classes.js';
import { findByName, fold } from './repository/fold.js';
import { keysIdentity, namespaceIdentity } from './repository/identity.js';
import { type SeedInstance, makeInstance } from './repository/make-instance.js';
import type { Repository } from './repository.js';
import type { Vmms } from './service.js';
import { matches, project } from './wql/evaluate.js';
import { parseWql } from './wql/parse.js';
import type { Query } from './wql/query.js';

/** What an enumeration goes through. */
export type Found = {
  readonly instances: Iterable<CimInstance>;
  /** Whether they are parts of instances, as a query with a list of properties gives them. */
  readonly fragments: boolean;
};

type Many = { readonly namespace: string; readonly className: string; readonly count: number; readonly make: (index: number) => SeedInstance };

/** All instances that enumerations and queries can find: those of the repository, and those that are made on the way. */
export class InstanceSource {
  readonly #repository: Repository;
  readonly #classes: Classes;
  readonly #vmms: Vmms;
  readonly #many: Many[] = [];

  constructor(repository: Repository, schema: RepositorySchema, vmms: Vmms) {
    this.#repository = repository;
    this.#vmms = vmms;
    this.#classes = new Classes(schema);
  }

  /**
   * Adds instances that are made one by one when an enumeration comes to them, and are kept nowhere. The first one goes
   * into the repository, so that it is certain now that they can be made.
   *
   * @throws WmiError - as `Repository.seed`
   */
  addMany(count: number, make: (index: number) => SeedInstance): void {
    if (count === 0) return;
    const first = makeInstance(this.#classes, make(0));
    this.#repository.seed([first]);
    const { namespace, className } = pathOf(first)!;
    this.#many.push({ namespace, className, count, make });
  }

  /**
   * The instances of a class and of those that derive from it.
   *
   * @throws WmiError - `invalidClass`, `invalidNamespace`
   */
  enumerate(namespace: string, className: string): Iterable<CimInstance> {
    const instances = this.#repository.enumerate(namespace, className);
    return this.#isSilent(namespace) ? [] : chained(instances, this.#made(namespace, className));
  }

  /**
   * What a filter finds.
   *
   * @throws WmiError - there is no such class, property or instance, or the query is none
   */
  find(namespace: string, className: string, filter: Filter | undefined): Found {
    const found = this.#find(namespace, className, filter);
    return this.#isSilent(namespace) ? { ...found, instances: [] } : found;
  }

  #find(namespace: string, className: string, filter: Filter | undefined): Found {
    if (filter === undefined) return { instances: this.enumerate(namespace, className), fragments: false };
    switch (filter.dialect) {
      case 'wql':
        return this.#query(parseWql(filter.query, namespace), namespace);
      case 'selector':
        return { instances: filtered(this.enumerate(namespace, className), (instance) => hasValues(instance, filter.selectors)), fragments: false };
      case 'association':
        return this.#associated(filter);
    }
  }

  /** Queries of the provider's namespace find nothing, and are no faults, while the management service does not run. */
  #isSilent(namespace: string): boolean {
    return !this.#vmms.isRunning && namespaceIdentity(namespace) === namespaceIdentity(DEFAULT_NAMESPACE);
  }

  #query(query: Query, namespace: string): Found {
    const instances = this.#repository.query(query, namespace);
    if (query.kind !== 'select') return { instances, fragments: query.keysOnly };
    const { context } = this.#repository;
    const made = filtered(this.#made(namespace, query.className), (instance) => matches(query, instance, context));
    return { instances: chained(instances, mapped(made, (instance) => project(query, instance, context))), fragments: query.properties !== null };
  }

  #associated({ object, result, associationClassName, role, resultClassName, resultRole, includeResultProperty }: AssociationFilter): Found {
    const common = { ...(role === undefined ? {} : { role }), ...(resultClassName === undefined ? {} : { resultClass: resultClassName }) };
    const instances =
      result === 'AssociationInstances'
        ? this.#repository.references(object, common)
        : this.#repository.associators(object, {
            ...common,
            ...(associationClassName === undefined ? {} : { associationClass: associationClassName }),
            ...(resultRole === undefined ? {} : { resultRole }),
          });
    if (includeResultProperty === undefined) return { instances, fragments: false };
    return { instances: mapped(instances, (instance) => withProperties(instance, includeResultProperty)), fragments: true };
  }

  *#made(namespace: string, className: string): Generator<CimInstance, void, undefined> {
    for (const many of this.#many) {
      const isWanted = namespaceIdentity(many.namespace) === namespaceIdentity(namespace) && this.#classes.isA(many.className, className);
      for (let index = 1; isWanted && index < many.count; index++) yield makeInstance(this.#classes, many.make(index));
    }
  }
}

/** Values are compared as WMI compares keys: texts in any letter case, numbers by value. An array is equal to nothing. */
function hasValues(instance: CimInstance, selectors: SelectorFilter['selectors']): boolean {
  return Object.entries(selectors).every(([name, wanted]) => {
    const value = findByName(instance, name)?.[1] ?? null;
    return value !== null && !Array.isArray(value) && !isCimInstance(value) && keysIdentity({ name: value }) === keysIdentity({ name: wanted });
  });
}

function withProperties(instance: CimInstance, names: readonly string[]): CimInstance {
  const properties = Object.entries(instance).filter(([name]) => names.some((wanted) => fold(wanted) === fold(name)));
  return createInstance({ className: classOf(instance), properties, types: typesOf(instance), path: pathOf(instance) });
}

function* chained<T>(...sequences: readonly Iterable<T>[]): Generator<T, void, undefined> {
  for (const sequence of sequences) yield* sequence;
}

function* filtered<T>(items: Iterable<T>, accept: (item: T) => boolean): Generator<T, void, undefined> {
  for (const item of items) if (accept(item)) yield item;
}

function* mapped<T, R>(items: Iterable<T>, change: (item: T) => R): Generator<R, void, undefined> {
  for (const item of items) yield change(item);
}
