import { CimDateTime, CimInterval } from './datetime.js';
import { isInstancePath } from './object-path.js';
import type { CimScalar, CimValue } from './types.js';

/** What `JSON.stringify` writes and `JSON.parse` gives back unchanged. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/**
 * A CIM value as JSON: integers of 64 bits as decimal strings; datetimes and intervals in the CIM form; a reference as
 * `{ namespace, className, keys }`; an embedded instance as an object of its properties; `NaN`, `INF` and `-INF` as strings.
 *
 * @example
 * ```ts
 * import { toJson } from 'hyperv-wsman';
 * toJson([1n, null, NaN]);   // ['1', null, 'NaN']
 * ```
 */
export function toJson(value: CimValue): JsonValue {
  return Array.isArray(value) ? (value as readonly (CimScalar | null)[]).map(toJson) : scalarToJson(value as CimScalar | null);
}

function scalarToJson(value: CimScalar | null): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return numberToJson(value);
  if (value instanceof CimDateTime || value instanceof CimInterval) return value.toCim();
  if (isInstancePath(value)) return { namespace: value.namespace, className: value.className, keys: recordToJson(value.keys) };
  return recordToJson(value);
}

function numberToJson(value: number): JsonValue {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value < 0 ? '-INF' : 'INF';
}

function recordToJson(record: Readonly<Record<string, CimValue>>): JsonValue {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, toJson(value)]));
}
