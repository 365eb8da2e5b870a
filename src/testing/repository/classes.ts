import { type CimInstance, classOf, pathOf } from '../../cim/instance.js';
import { isInstancePath } from '../../cim/object-path.js';
import type { CimType } from '../../cim/types.js';
import type { ClassInfo, MemberInfo, Schema } from '../../schema/class-info.js';
import { isEventClass } from './events.js';
import { findByName, fold } from './fold.js';
import { namespaceIdentity } from './identity.js';
import { WmiError } from './wmi-error.js';

/** What a repository has to know of a property. */
export type PropertyInfo = CimType & Pick<MemberInfo, 'embeddedClass' | 'writable'>;

/** What a repository has to know of a class. */
export type RepositoryClass = Pick<ClassInfo, 'name' | 'namespace' | 'keys' | 'association'> & {
  /** By name, inherited ones included. */
  readonly properties: ReadonlyMap<string, PropertyInfo>;
};

/** The part of a `Schema` that a repository uses. Names are found in any letter case. */
export type RepositorySchema = Pick<Schema, 'classNames' | 'isA'> & { readonly classInfo: (name: string) => RepositoryClass | null };

/** The classes of a repository: those of its schema, and those it has learned from instances. */
export class Classes {
  readonly #schema: RepositorySchema;
  readonly #learned = new Map<string, RepositoryClass>();
  readonly #namespaces = new Set<string>();

  constructor(schema: RepositorySchema) {
    this.#schema = schema;
  }

  /** The class of a namespace, `null` when it has none of that name. */
  find(namespace: string, className: string): RepositoryClass | null {
    const info = this.#schema.classInfo(className);
    const isHere = info !== null && namespaceIdentity(info.namespace) === namespaceIdentity(namespace);
    return isHere ? info : (this.#learned.get(classIdentity(namespace, className)) ?? null);
  }

  /**
   * The class of a namespace.
   *
   * @throws WmiError - `invalidNamespace`, `invalidClass`: there is none
   */
  require(namespace: string, className: string): RepositoryClass {
    const info = this.find(namespace, className);
    if (info !== null) return info;
    const reason = 'neither the schema nor a seeded instance names it';
    if (!this.#hasNamespace(namespace)) throw new WmiError('invalidNamespace', `There is no namespace ${namespace}: ${reason}`);
    throw new WmiError('invalidClass', `${namespace} has no class ${className}: ${reason}`);
  }

  /** Where a class is that no namespace was given for, `null` when the schema does not know it. */
  namespaceOf(className: string): string | null {
    return this.#schema.classInfo(className)?.namespace ?? null;
  }

  /** Learns the class of an instance that has a path: its keys, and that it associates when two of its properties refer. */
  learn(instance: CimInstance): RepositoryClass {
    const { namespace, className, keys } = pathOf(instance)!;
    const references = Object.values(instance).filter((value) => isInstancePath(value));
    const info = { name: className, namespace, keys: Object.keys(keys), association: references.length >= 2, properties: new Map<string, PropertyInfo>() };
    this.#learned.set(classIdentity(namespace, className), info);
    this.#namespaces.add(namespaceIdentity(namespace));
    return info;
  }

  /** Whether a class was learned from instances. What properties it has, only its instances tell. */
  isLearned(info: RepositoryClass): boolean {
    return this.#learned.get(classIdentity(info.namespace, info.name)) === info;
  }

  /** Whether a class is another one or derives from it; the classes of WMI's own events are known too. */
  readonly isA = (className: string, base: string): boolean => this.#schema.isA(className, base) || isEventClass(className, base);

  /** Whether an instance associates others: its references count for associators and references. */
  isAssociation(instance: CimInstance): boolean {
    return this.find(pathOf(instance)!.namespace, classOf(instance))?.association === true;
  }

  /** What the schema says of a property, for the instances embedded in others. */
  readonly typeOf = (className: string, property: string): CimType | null => {
    const info = this.#schema.classInfo(className);
    return info === null ? null : (findByName(info.properties, property)?.[1] ?? null);
  };

  /** The namespaces of the schema are gathered when they are first needed: that reads all of its classes. */
  #hasNamespace(namespace: string): boolean {
    const wanted = namespaceIdentity(namespace);
    return this.#namespaces.has(wanted) || this.#schema.classNames.some((name) => namespaceIdentity(this.#schema.classInfo(name)!.namespace) === wanted);
  }
}

function classIdentity(namespace: string, className: string): string {
  return `${namespaceIdentity(namespace)}:${fold(className)}`;
}
