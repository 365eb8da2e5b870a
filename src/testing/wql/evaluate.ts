import { type CimInstance, classOf, createInstance, isCimInstance, pathOf, typesOf } from '../../cim/instance.js';
import type { CimType, CimValue } from '../../cim/types.js';
import { findByName } from '../repository/fold.js';
import { compareValues } from './compare.js';
import { matchLike } from './like.js';
import type { Comparison, Condition, Operand, PropertyPath, SelectQuery } from './query.js';
import { systemProperty } from './system-properties.js';

/** What a query needs to know beside the instance. */
export type QueryContext = {
  /** Whether a class is another one or derives from it. */
  readonly isA: (className: string, base: string) => boolean;
  /** The name of the host in `__PATH` and `__SERVER`. */
  readonly host: string;
};

const STRING: CimType = { type: 'string', array: false };

/** NaN differs from everything and has no order. */
const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};

/**
 * Whether an instance, or an event, is of the query's class and fulfils its condition. A comparison with null is false,
 * so NOT of it is true; a property that the instance does not have is null.
 */
export function matches(query: SelectQuery, instance: CimInstance, context: QueryContext): boolean {
  return context.isA(classOf(instance), query.className) && (query.where === null || holds(query.where, instance, context));
}

/** The instance with the properties that a query asks for, in its order; the path stays. With `*` it is the instance itself. */
export function project(query: SelectQuery, instance: CimInstance, context: QueryContext): CimInstance {
  return query.properties === null ? instance : pick(query.properties, instance, context.host);
}

/** The instance with its keys alone, and its path. */
export function projectKeys(instance: CimInstance): CimInstance {
  return pick(Object.keys(pathOf(instance)?.keys ?? {}), instance, '');
}

function pick(names: readonly string[], instance: CimInstance, host: string): CimInstance {
  const types = typesOf(instance);
  const picked = names.map((name) => {
    const [own, value] = findByName(instance, name) ?? [name, systemProperty(instance, name, host)];
    return { own, value, type: Object.hasOwn(instance, own) ? types[own] : STRING };
  });
  return createInstance({
    className: classOf(instance),
    properties: picked.map(({ own, value }) => [own, value] as const),
    types: Object.fromEntries(picked.flatMap(({ own, type }) => (type === undefined ? [] : [[own, type] as const]))),
    path: pathOf(instance),
  });
}

function holds(condition: Condition, instance: CimInstance, context: QueryContext): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every((each) => holds(each, instance, context));
    case 'or':
      return condition.conditions.some((each) => holds(each, instance, context));
    case 'not':
      return !holds(condition.condition, instance, context);
    case 'compare': {
      const order = compareValues(operandOf(condition.left, instance, context), operandOf(condition.right, instance, context));
      return order !== null && HOLDS[condition.comparison](order);
    }
    case 'like': {
      const value = valueAt(condition.path, instance, context);
      return typeof value === 'string' && matchLike(condition.pattern, value);
    }
    case 'isNull':
      return valueAt(condition.path, instance, context) === null;
    case 'isA': {
      const value = valueAt(condition.path, instance, context);
      return isCimInstance(value) && context.isA(classOf(value), condition.className);
    }
  }
}

function operandOf(operand: Operand, instance: CimInstance, context: QueryContext): CimValue {
  return operand.kind === 'literal' ? operand.value : valueAt(operand.path, instance, context);
}

function valueAt(path: PropertyPath, instance: CimInstance, { host }: QueryContext): CimValue {
  return path.reduce<CimValue>(
    (value, name) => (isCimInstance(value) ? (findByName(value, name)?.[1] ?? systemProperty(value, name, host)) : null),
    instance,
  );
}
