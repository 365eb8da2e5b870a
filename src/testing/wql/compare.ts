import { CimDateTime, CimInterval, parseCimDatetime } from '../../cim/datetime.js';
import { type CimInstance, isCimInstance } from '../../cim/instance.js';
import { type InstancePath, isInstancePath, parseObjectPath } from '../../cim/object-path.js';
import { type CimScalar, type CimValue, parseCimScalar, parseInteger } from '../../cim/types.js';
import { ProtocolError } from '../../errors.js';
import { fold } from '../repository/fold.js';
import { pathIdentity } from '../repository/identity.js';

type Comparable = Exclude<CimScalar, CimInstance> | InstancePath;

/**
 * Compares two values as WMI does: strings in any letter case; numbers by value, exactly, whatever their widths; datetimes
 * by the time they mean; references as paths. A text beside something else is read as that; booleans are 1 and 0.
 *
 * @returns negative, zero or positive; NaN when they differ but have no order (references, unknown fields of a datetime);
 *   `null` when they cannot be compared: null, arrays, instances, a text that is no such value
 */
export function compareValues(left: CimValue, right: CimValue): number | null {
  if (!isComparable(left) || !isComparable(right)) return null;
  if (typeof left !== 'string') return compareTo(left, right);
  if (typeof right === 'string') return order(fold(left), fold(right));
  const reversed = compareTo(right, left);
  return reversed === null ? null : -reversed;
}

function isComparable(value: CimValue): value is Comparable {
  return value !== null && !Array.isArray(value) && !isCimInstance(value);
}

function compareTo(left: Exclude<Comparable, string>, right: Comparable): number | null {
  if (left instanceof CimDateTime || left instanceof CimInterval) {
    const other = typeof right === 'string' ? parsed(parseCimDatetime, right) : right;
    return other instanceof CimDateTime || other instanceof CimInterval ? compareDatetimes(left, other) : null;
  }
  if (typeof left === 'object') {
    const other = typeof right === 'string' ? parsed((text) => parseObjectPath(text).path, right) : right;
    if (!isInstancePath(other)) return null;
    return pathIdentity(left) === pathIdentity(other) ? 0 : NaN;
  }
  const other = typeof right === 'string' ? parsed((text) => numberIn(text, typeof left === 'boolean'), right) : right;
  return other === null || typeof other === 'object' ? null : order(numberOf(left), numberOf(other));
}

/** A point in time and a length of time cannot be compared. Within a kind the CIM forms, all of one length, are in order. */
function compareDatetimes(left: CimDateTime | CimInterval, right: CimDateTime | CimInterval): number | null {
  if (left instanceof CimDateTime !== right instanceof CimDateTime) return null;
  if (left.toCim() === right.toCim()) return 0;
  if (`${left.toCim()}${right.toCim()}`.includes('*')) return NaN;
  return order(sortable(left), sortable(right));
}

/** A datetime in UTC, with the microseconds that a Date drops. */
function sortable(value: CimDateTime | CimInterval): string {
  if (value instanceof CimInterval) return value.toCim();
  const date = value.toDate()!;
  return `${String(date.getTime() + 1e15).padStart(17, '0')}${value.toCim().slice(18, 21)}`;
}

function numberIn(text: string, isBoolean: boolean): boolean | number | bigint {
  if (isBoolean) return parseCimScalar('boolean', text) as boolean;
  return parseInteger(text) ?? (parseCimScalar('real64', text) as number);
}

function numberOf(value: boolean | number | bigint): number | bigint {
  return typeof value === 'boolean' ? Number(value) : value;
}

/** JavaScript orders numbers and bigints among each other exactly. */
function order<T extends string | number | bigint>(left: T, right: T): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number.isNaN(left) || Number.isNaN(right) ? NaN : 0;
}

function parsed<T>(parse: (text: string) => T, text: string): T | null {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
