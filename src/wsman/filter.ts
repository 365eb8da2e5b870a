import type { InstancePath } from '../cim/object-path.js';
import { ProtocolError } from '../errors.js';
import { CIM_BINDING, WSMAN } from '../soap/namespaces.js';
import { type XmlElement, attributeOf, childOf, elementsOf, textOf } from '../xml/element.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { childText } from './body.js';
import type { Dialect } from './dialect.js';
import { readReference, readSelectorSet, referenceContent, selectorSet } from './selector-set.js';

/** WQL, WMI's query language (MS-WSMV, wsen:Filter; MS-WMI 2.2.1); the scope of the request is all classes. */
export const WQL_DIALECT = 'http://schemas.microsoft.com/wbem/wsman/1/WQL';
/** Properties and the values they must have (DSP0226 Annex E); the scope is the class. */
export const SELECTOR_DIALECT = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter';
/** Instances that an association leads to, or the associations themselves (DSP0227 §8.2); the scope is all classes. */
export const ASSOCIATION_DIALECT = 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter';

/** A query in WQL. */
export type WqlFilter = { readonly dialect: 'wql'; readonly query: string };

/**
 * The instances whose properties have these values. Windows compares in any letter case, and takes no arrays, no
 * references, no dates and no quotation marks here.
 */
export type SelectorFilter = { readonly dialect: 'selector'; readonly selectors: InstancePath['keys'] };

/** What is associated with an instance (DSP0227 §8.2); a part that is left out does not restrict. */
export type AssociationFilter = {
  readonly dialect: 'association';
  /** Where from. */
  readonly object: InstancePath;
  /** `AssociatedInstances`: the instances at the other end. `AssociationInstances`: the associations. */
  readonly result: 'AssociatedInstances' | 'AssociationInstances';
  /** The class of the association; of AssociatedInstances alone. */
  readonly associationClassName?: string;
  /** The property of the association that refers to `object`. */
  readonly role?: string;
  /** The class of what is wanted. */
  readonly resultClassName?: string;
  /** The property of the association that refers to what is wanted; of AssociatedInstances alone. */
  readonly resultRole?: string;
  /** The properties wanted; all by default. Items then come as XmlFragment. */
  readonly includeResultProperty?: readonly string[];
};

/** Which instances an enumeration gives. */
export type Filter = WqlFilter | SelectorFilter | AssociationFilter;

/**
 * The class that a WQL query asks for, `null` when it cannot be told: an ASSOCIATORS OF or REFERENCES OF query. The items of
 * a query with a list of properties do not name their class.
 */
export function classOfQuery(query: string): string | null {
  return /^\s*select\s[^'"]*?\sfrom\s+([a-z_]\w*)/i.exec(query)?.[1] ?? null;
}

/** The Filter element of an Enumerate or Subscribe (DSP0226 §8.3). */
export function filterNode(filter: Filter, dialect: Dialect = 'windows'): XmlNode {
  switch (filter.dialect) {
    case 'wql':
      return xmlNode('w:Filter', { Dialect: WQL_DIALECT }, filter.query);
    case 'selector': {
      const set = selectorSet(filter.selectors, dialect);
      return xmlNode('w:Filter', { Dialect: SELECTOR_DIALECT }, ...(set === null ? [] : [set]));
    }
    case 'association':
      return xmlNode('w:Filter', { Dialect: ASSOCIATION_DIALECT }, associationNode(filter, dialect));
  }
}

/** In the order of the schema of DSP0227 §8.2. */
function associationNode(filter: AssociationFilter, dialect: Dialect): XmlNode {
  const part = (name: string, value: string | undefined): readonly XmlNode[] => (value === undefined ? [] : [xmlNode(name, {}, value)]);
  return xmlNode(
    `b:${filter.result}`,
    { 'xmlns:b': CIM_BINDING },
    xmlNode('b:Object', {}, ...referenceContent(filter.object, dialect)),
    ...part('b:AssociationClassName', filter.associationClassName),
    ...part('b:Role', filter.role),
    ...part('b:ResultClassName', filter.resultClassName),
    ...part('b:ResultRole', filter.resultRole),
    ...(filter.includeResultProperty ?? []).flatMap((property) => part('b:IncludeResultProperty', property)),
  );
}

/**
 * Reads a Filter element as a service does.
 *
 * @throws ProtocolError - a dialect that is not one of the three, or a filter that its dialect does not allow
 */
export function readFilter(filter: XmlElement): Filter {
  const uri = attributeOf(filter, 'Dialect')?.trim() ?? '';
  if (isUri(uri, WQL_DIALECT)) return { dialect: 'wql', query: textOf(filter).trim() };
  if (isUri(uri, SELECTOR_DIALECT)) {
    const set = childOf(filter, WSMAN, 'SelectorSet');
    return { dialect: 'selector', selectors: set === null ? {} : readSelectorSet(set) };
  }
  if (isUri(uri, ASSOCIATION_DIALECT)) return readAssociation(filter);
  throw new ProtocolError(`The filter's dialect ${JSON.stringify(uri)} is not known`);
}

function readAssociation(filter: XmlElement): AssociationFilter {
  const query = elementsOf(filter, CIM_BINDING).find(({ name }) => name === 'AssociatedInstances' || name === 'AssociationInstances');
  const object = query === undefined ? null : childOf(query, CIM_BINDING, 'Object');
  const path = object === null ? null : readReference(object);
  if (query === undefined || path === null) throw new ProtocolError('The association filter names no Object');
  const part = <K extends string>(key: K, name: string): Partial<Record<K, string>> => {
    const text = childText(query, CIM_BINDING, name);
    return (text === null ? {} : { [key]: text }) as Partial<Record<K, string>>;
  };
  const properties = elementsOf(query, CIM_BINDING, 'IncludeResultProperty').map((property) => textOf(property).trim());
  return {
    dialect: 'association',
    object: path,
    result: query.name as AssociationFilter['result'],
    ...part('associationClassName', 'AssociationClassName'),
    ...part('role', 'Role'),
    ...part('resultClassName', 'ResultClassName'),
    ...part('resultRole', 'ResultRole'),
    ...(properties.length === 0 ? {} : { includeResultProperty: properties }),
  };
}

/** Windows' own tools spell the dialects in different letter cases. */
function isUri(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
