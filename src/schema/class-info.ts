import type { CimType, CimTypeName } from '../cim/types.js';
import { READ_ONLY_METHODS } from './read-only-methods.js';
import { type ValueMap, valueMap } from './value-map.js';

/** What the schema says of a property. An instance by value, or as text in a string, is of type string with `embedded`. */
export type MemberInfo = CimType & {
  readonly key: boolean;
  /** The names of its values; `null` when they have none, and for texts, which name themselves. */
  readonly values: ValueMap | null;
  /** The class of the instance that it holds, or the base of that class. */
  readonly embeddedClass: string | null;
  /** The class of the instance that it refers to, or the base of that class. */
  readonly referenceClass: string | null;
  /** Whether a property may be written; `false` for a parameter. */
  readonly writable: boolean;
};

/** What the schema says of a parameter of a method; it may go both ways. */
export type ParameterInfo = MemberInfo & { readonly name: string; readonly in: boolean; readonly out: boolean };

/** What the schema says of a method. */
export type MethodInfo = {
  readonly name: string;
  /** In the order of the schema. */
  readonly parameters: readonly ParameterInfo[];
  /** The names of what it returns, a uint32; `null` when none is known. */
  readonly returnValues: ValueMap | null;
  /** Whether Hyper-V implements it, or only inherits the declaration. */
  readonly implemented: boolean;
  /** Whether it changes nothing on the host. */
  readonly readOnly: boolean;
};

/** What the schema says of a class. */
export type ClassInfo = {
  readonly name: string;
  /** May be a class that the schema only names, such as `__ExtrinsicEvent`. */
  readonly superclass: string | null;
  readonly namespace: string;
  /** The names of its keys, sorted; none for a class that is passed by value or has one instance only. */
  readonly keys: readonly string[];
  /** By name, inherited ones included, sorted as Hyper-V writes them: by letter, whatever its case. */
  readonly properties: ReadonlyMap<string, MemberInfo>;
  /** By name, inherited ones included, sorted alike. */
  readonly methods: ReadonlyMap<string, MethodInfo>;
  readonly abstract: boolean;
  readonly association: boolean;
  /** The first Windows build seen to have it, 9200 (Windows Server 2012) or later. */
  readonly sinceBuild: number;
};

/** The classes of Hyper-V. Names of classes and members are found in any letter case. */
export type Schema = {
  /** Every class, sorted. */
  readonly classNames: readonly string[];
  /** What is known of a class; `null` when it is not one of the schema. */
  readonly classInfo: (name: string) => ClassInfo | null;
  /** Whether a class is another one or derives from it. */
  readonly isA: (className: string, base: string) => boolean;
  /** All classes that derive from a class, sorted, without the class itself. */
  readonly subclasses: (base: string) => readonly string[];
  /**
   * The type of a property of a class, or of a parameter when the owner is `Class.Method`; `null` for what the schema does
   * not know, and for ReturnValue, which is no parameter.
   */
  readonly typeOf: (owner: string, member: string) => CimType | null;
};

type Metadata = typeof import('./generated/metadata.js');

/** A class as the metadata holds it: what it declares itself. */
type Declared = {
  readonly superclass?: string;
  readonly abstract?: boolean;
  readonly association?: boolean;
  readonly namespace?: string;
  readonly since?: number;
  readonly properties?: Readonly<Record<string, string>>;
  readonly methods?: Readonly<Record<string, DeclaredMethod>>;
};
type DeclaredMethod = { readonly returns?: number; readonly implemented?: boolean; readonly parameters?: Readonly<Record<string, string>> };

const NOTHING: ReadonlyMap<string, CimType> = new Map();

let loading: Promise<Schema> | null = null;

/**
 * Loads the schema, once; nothing of it is in memory before. A class is read from it when it is first asked for.
 *
 * @example
 * ```ts
 * import { loadSchema } from 'hyperv-wsman';
 * const schema = await loadSchema();
 * schema.classInfo('Msvm_MigrationJob')?.properties.get('JobState')?.values?.name(10);   // 'Exception'
 * ```
 */
export function loadSchema(): Promise<Schema> {
  loading ??= import('./generated/metadata.js').then(schemaOf);
  return loading;
}

function schemaOf({ CLASSES, VALUE_MAPS, NAMESPACE, OLDEST_BUILD }: Metadata): Schema {
  const classNames = Object.keys(CLASSES);
  const spelled = new Map(classNames.flatMap((name) => [[name, name], [name.toLowerCase(), name]]));
  const declared = cached((name): Declared => JSON.parse(CLASSES[name]!) as Declared);
  const namesOf = cached((index) => valueMap(JSON.parse(VALUE_MAPS[Number(index)]!) as Record<string, string>));

  const read = cached((name): ClassInfo => {
    const { superclass = null, abstract = false, association = false, namespace = NAMESPACE, since = OLDEST_BUILD, ...own } = declared(name);
    const base = superclass === null ? null : classInfo(superclass);
    const ownProperties = Object.entries(own.properties ?? {}).map(([property, text]) => [property, memberInfo(text, namesOf)] as const);
    const ownMethods = Object.entries(own.methods ?? {}).map(([method, declaration]) => [method, methodInfo(method, declaration, namesOf)] as const);
    const properties = sorted([...(base?.properties ?? []), ...ownProperties]);
    const methods = sorted([...(base?.methods ?? []), ...ownMethods]);
    const keys = [...properties].filter(([, { key }]) => key).map(([key]) => key);
    return { name, superclass, namespace, keys, properties, methods, abstract, association, sinceBuild: since };
  });

  function classInfo(name: string): ClassInfo | null {
    const known = spelled.get(name) ?? spelled.get(name.toLowerCase());
    return known === undefined ? null : read(known);
  }

  function isA(className: string, base: string): boolean {
    if (className.toLowerCase() === base.toLowerCase()) return true;
    const known = spelled.get(className.toLowerCase());
    const superclass = known === undefined ? undefined : declared(known).superclass;
    return superclass !== undefined && isA(superclass, base);
  }

  const types = new Map<string, ReadonlyMap<string, CimType>>();

  function typeOf(owner: string, member: string): CimType | null {
    const known = types.get(owner) ?? typesOf(owner);
    return known.get(member) ?? known.get(member.toLowerCase()) ?? null;
  }

  /** By name, and by name in lower case. Kept under the schema's own spelling of the owner alone, so that no peer can make it grow. */
  function typesOf(owner: string): ReadonlyMap<string, CimType> {
    const [className = '', method] = owner.split('.');
    const info = classInfo(className);
    const found = method === undefined || info === null ? null : find(info.methods, method);
    if (info === null || (method !== undefined && found === null)) return NOTHING;
    const name = found === null ? info.name : `${info.name}.${found.name}`;
    const before = types.get(name);
    if (before !== undefined) return before;
    const members = found === null ? [...info.properties] : found.parameters.map((parameter) => [parameter.name, parameter] as const);
    const byName = new Map<string, CimType>(members.flatMap(([member, type]) => [[member.toLowerCase(), type], [member, type]] as const));
    types.set(name, byName);
    return byName;
  }

  function subclasses(base: string): readonly string[] {
    return classNames.filter((name) => name.toLowerCase() !== base.toLowerCase() && isA(name, base));
  }

  return { classNames, classInfo, isA, subclasses, typeOf };
}

function memberInfo(text: string, namesOf: (index: string) => ValueMap): MemberInfo {
  const [declaredType = '', ...words] = text.split(' ');
  const valueOf = (word: string): string | null => words.find((candidate) => candidate.startsWith(`${word}=`))?.slice(word.length + 1) ?? null;
  const type = declaredType.replace('[]', '');
  const className = valueOf('class');
  const values = valueOf('values');
  const isReference = type === 'reference';
  const isEmbedded = type === 'object' || (className !== null && !isReference);
  return {
    type: type === 'object' ? 'string' : (type as CimTypeName),
    array: declaredType.endsWith('[]'),
    ...(isEmbedded ? { embedded: true } : {}),
    key: words.includes('key'),
    values: values === null ? null : namesOf(values),
    embeddedClass: isReference ? null : className,
    referenceClass: isReference ? className : null,
    writable: words.includes('write'),
  };
}

function methodInfo(name: string, { returns, implemented = true, parameters = {} }: DeclaredMethod, namesOf: (index: string) => ValueMap): MethodInfo {
  return {
    name,
    parameters: Object.entries(parameters).map(([parameter, text]) => {
      const words = text.split(' ');
      return { ...memberInfo(text, namesOf), name: parameter, in: words.includes('in'), out: words.includes('out') };
    }),
    returnValues: returns === undefined ? null : namesOf(String(returns)),
    implemented,
    readOnly: READ_ONLY_METHODS.has(name),
  };
}

/** A member by its name as it is, else in any letter case. */
function find<T>(members: ReadonlyMap<string, T>, name: string): T | null {
  const exact = members.get(name);
  if (exact !== undefined) return exact;
  const lower = name.toLowerCase();
  return [...members].find(([candidate]) => candidate.toLowerCase() === lower)?.[1] ?? null;
}

/** A later entry of a name takes the place of an earlier one: what a class declares, of what it inherits. */
function sorted<T>(entries: readonly (readonly [name: string, value: T])[]): ReadonlyMap<string, T> {
  const order = (name: string): string => name.toLowerCase();
  return new Map([...new Map(entries)].sort(([left], [right]) => (order(left) < order(right) ? -1 : 1)));
}

/** Makes each value once. The keys come from the schema alone, so that no peer can make it grow. */
function cached<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const before = made.get(key);
    if (before !== undefined) return before;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
