import { CimDateTime, CimInterval } from '../../cim/datetime.js';
import { type InstancePath, isInstancePath } from '../../cim/object-path.js';
import type { CimValue } from '../../cim/types.js';
import { fold } from './fold.js';
import { WmiError } from './wmi-error.js';

/** A namespace, equal for every way to write it: `\root\CIMV2`, `root/cimv2`. */
export function namespaceIdentity(namespace: string): string {
  return fold(namespace.replaceAll('\\', '/').replace(/^\//, ''));
}

/**
 * A text that is equal for keys that WMI takes for the same: names and strings in any letter case, numbers by value,
 * references as paths, in any order. A number and its text are the same too, as selectors and paths do not tell them apart.
 *
 * @throws WmiError - `invalidParameter`: a value that no key can have: null, an array, an instance
 */
export function keysIdentity(keys: InstancePath['keys']): string {
  const pairs = Object.entries(keys).map(([name, value]) => [fold(name), valueIdentity(name, value)] as const);
  return JSON.stringify(pairs.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** {@link keysIdentity} within the namespace. The class is left out: a path may name a base of the instance's class. */
export function targetIdentity(path: InstancePath): string {
  return `${namespaceIdentity(path.namespace)}:${keysIdentity(path.keys)}`;
}

/** A text that is equal for paths of the same instance, by the same class. */
export function pathIdentity(path: InstancePath): string {
  return `${fold(path.className)} ${targetIdentity(path)}`;
}

function valueIdentity(name: string, value: CimValue): string {
  if (typeof value === 'string') return fold(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return fold(String(value));
  if (value instanceof CimDateTime || value instanceof CimInterval) return value.toCim();
  if (isInstancePath(value)) return pathIdentity(value);
  throw new WmiError('invalidParameter', `The key ${name} is a number, a string, a boolean, a datetime or a reference, and not null`);
}
