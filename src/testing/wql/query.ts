import type { InstancePath } from '../../cim/object-path.js';
import type { AssociatorsFilter, ReferencesFilter } from '../repository/associations.js';
import type { LikePattern } from './like.js';
import { isSystemProperty } from './system-properties.js';

/** A WQL query, read: plain data. Names are as they were written. */
export type Query = SelectQuery | AssociatorsQuery | ReferencesQuery;

/** `SELECT properties FROM class WITHIN seconds WHERE condition`: for data, or with a class of events for events. */
export type SelectQuery = {
  readonly kind: 'select';
  /** `null` for `*`. */
  readonly properties: readonly string[] | null;
  readonly className: string;
  /** The polling interval of an event query in seconds, `null` without WITHIN. */
  readonly within: number | null;
  readonly where: Condition | null;
};

/** `ASSOCIATORS OF {path} WHERE ...`. */
export type AssociatorsQuery = { readonly kind: 'associators'; readonly path: InstancePath; readonly filter: AssociatorsFilter } & AssociationFlags;

/** `REFERENCES OF {path} WHERE ...`. */
export type ReferencesQuery = { readonly kind: 'references'; readonly path: InstancePath; readonly filter: ReferencesFilter } & AssociationFlags;

type AssociationFlags = {
  /** Only the classes of the results are wanted. */
  readonly classDefsOnly: boolean;
  /** Only the keys of the results are wanted. */
  readonly keysOnly: boolean;
};

/** A property, `['JobState']`, or one of an embedded instance, `['TargetInstance', 'JobState']`. */
export type PropertyPath = readonly string[];

/** A constant; a whole number is a `bigint`, so that those of 64 bits are exact. */
export type Literal = string | bigint | number | boolean;

/** One side of a comparison. */
export type Operand = { readonly kind: 'property'; readonly path: PropertyPath } | { readonly kind: 'literal'; readonly value: Literal };

/** `!=` is read as `<>`. */
export type Comparison = '=' | '<>' | '<' | '>' | '<=' | '>=';

/** What follows WHERE. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly left: Operand; readonly comparison: Comparison; readonly right: Operand }
  | { readonly kind: 'like'; readonly path: PropertyPath; readonly pattern: LikePattern }
  | { readonly kind: 'isNull'; readonly path: PropertyPath }
  | { readonly kind: 'isA'; readonly path: PropertyPath; readonly className: string };

/** The names of the properties that a query uses of its class, system properties aside; one may come several times. */
export function propertiesOf({ properties, where }: SelectQuery): readonly string[] {
  const used = [...(properties ?? []), ...(where === null ? [] : usedIn(where))];
  return used.filter((name) => !isSystemProperty(name));
}

function usedIn(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.conditions.flatMap(usedIn);
    case 'not':
      return usedIn(condition.condition);
    case 'compare':
      return [condition.left, condition.right].flatMap((operand) => (operand.kind === 'property' ? [operand.path[0]!] : []));
    default:
      return [condition.path[0]!];
  }
}
