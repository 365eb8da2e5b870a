import { ProtocolError, UsageError } from '../errors.js';
import { CimDateTime, CimInterval } from './datetime.js';
import { isCimInstance } from './instance-meta.js';
import type { CimValue } from './types.js';

/**
 * Where an instance is: plain data. The namespace has forward slashes and no leading one; an instance without keys is the
 * only one of its class.
 */
export type InstancePath<C extends string = string> = {
  readonly namespace: string;
  readonly className: C;
  readonly keys: Readonly<Record<string, CimValue>>;
};

/** The namespace of Hyper-V, and of a path that names none. */
export const DEFAULT_NAMESPACE = 'root/virtualization/v2';

const IDENTIFIER = /^[A-Za-z_\u0080-\uffef][\w\u0080-\uffef]*$/;
const NAMESPACE = /^[\w\u0080-\uffef-]+(?:\/[\w\u0080-\uffef-]+)*$/;
/** `\\HOST\namespace:Class` up to the keys; host and namespace may be missing, the slashes may lean either way. */
const HEAD = /^(?:(?:[\\/]{2}([^\\/:]+)[\\/])?[\\/]?((?![\\/])[^:".='@]*):)?([^:".=\\/'@]+)(?:=@$|\.(?=.))/s;
const KEY = /([^=",']+)=(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([+-]?\d{1,20}|0x[\da-f]{1,16}|true|false))(?:,(?=.)|$)/gisy;
const REFERENCE_START = /^(?:[\\/]{2}[^\\/]+[\\/]|[\\/]?)root[\\/:]/i;
/** Longer than any key that WMI can hold; longer texts could exhaust the stack of the expressions above. */
const MAX_LENGTH = 65_536;

/**
 * Makes the path of an instance.
 *
 * @param className - `Msvm_MigrationJob`
 * @param keys - the values of the key properties, by name; none for the only instance of a class
 * @param namespace - `root/virtualization/v2` by default; backslashes and a leading slash are normalised
 * @throws UsageError - an empty or illegal class name, key name or namespace
 *
 * @example
 * ```ts
 * import { instancePath } from 'hyperv-wsman';
 * const job = instancePath('Msvm_MigrationJob', { InstanceID: '2D3F1C6A-7E0B-4B5E-9C48-1A6D5F0E7B93' });
 * ```
 */
export function instancePath<C extends string>(
  className: C,
  keys: Readonly<Record<string, CimValue>>,
  namespace: string = DEFAULT_NAMESPACE,
): InstancePath<C> {
  const normal = normalize(namespace);
  const problem = problemOf(className, Object.keys(keys), normal);
  if (problem !== null) throw new UsageError(problem);
  return Object.freeze({ namespace: normal, className, keys: Object.freeze({ ...keys }) });
}

/** Whether a value has the shape of an {@link InstancePath}; a {@link CimInstance} never is one. */
export function isInstancePath(value: unknown): value is InstancePath {
  if (typeof value !== 'object' || value === null || isCimInstance(value)) return false;
  const { namespace, className, keys } = value as Partial<Record<keyof InstancePath, unknown>>;
  return typeof namespace === 'string' && typeof className === 'string' && typeof keys === 'object' && keys !== null && !Array.isArray(keys);
}

/**
 * Reads a WMI object path: `\\HOST\root\virtualization\v2:Class.Key="value",Other=5`, with slashes of either kind, without
 * the host, without host and namespace, or `Class=@` for the only instance of a class.
 *
 * The text does not tell the types of keys: a quoted value is a string, a number a `number` (a `bigint` beyond 2^53), TRUE
 * and FALSE are booleans. A quoted value that is itself a path is a reference, when its namespace is `root` or under it and it
 * names the same host or none. A path on another host stays a string: an {@link InstancePath} has no place for the host.
 *
 * @param namespace - the namespace of a path that names none, `root/virtualization/v2` by default
 * @returns the path, and the host it names or `null`; `.` is the host's own name for itself
 * @throws ProtocolError - not such a path, or a path of a class: one without keys and without `=@`
 *
 * @example
 * ```ts
 * import { parseObjectPath } from './object-path.js';
 * parseObjectPath('\\\\HV01\\root\\cimv2:Win32_Service.Name="vmms"').path.keys;   // { Name: 'vmms' }
 * ```
 */
export function parseObjectPath(text: string, namespace: string = DEFAULT_NAMESPACE): { host: string | null; path: InstancePath } {
  const parsed = text.length > MAX_LENGTH ? null : parse(text, namespace);
  if (parsed === null) {
    throw new ProtocolError(`${JSON.stringify(text.slice(0, 200))} is not the path of an instance, like root\\cimv2:Class.Key="value"`, { text });
  }
  return parsed;
}

/**
 * Writes a WMI object path, with `\` and `"` escaped in the values of keys. A key that is a reference is written as a
 * quoted path with the same host.
 *
 * @param host - without it the path begins with the namespace
 * @throws UsageError - a key that cannot stand in a path: null, an array, an instance, a number that is no integer
 *
 * @example
 * ```ts
 * import { formatObjectPath, instancePath } from './object-path.js';
 * formatObjectPath(instancePath('Msvm_MigrationJob', { InstanceID: 'A1' }), 'HV01');
 * // \\HV01\root\virtualization\v2:Msvm_MigrationJob.InstanceID="A1"
 * ```
 */
export function formatObjectPath(path: InstancePath, host?: string): string {
  const keys = Object.entries(path.keys).map(([name, value]) => `${name}=${formatKey(name, value, host)}`);
  const prefix = host === undefined ? '' : `\\\\${host}\\`;
  return `${prefix}${path.namespace.replaceAll('/', '\\')}:${path.className}${keys.length === 0 ? '=@' : `.${keys.join(',')}`}`;
}

function formatKey(name: string, value: CimValue, host: string | undefined): string {
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return value.toString();
  if (typeof value === 'string') return quote(value);
  if (value instanceof CimDateTime || value instanceof CimInterval) return quote(value.toCim());
  if (isInstancePath(value)) return quote(formatObjectPath(value, host));
  throw new UsageError(`The key ${name} cannot stand in a path: a key is an integer, a string, a boolean, a datetime or a reference`);
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function parse(text: string, namespace: string): { host: string | null; path: InstancePath } | null {
  const head = HEAD.exec(text);
  if (head === null) return null;
  const [prefix, host, named, className] = head as unknown as [string, string | undefined, string | undefined, string];
  const matches = [...text.slice(prefix.length).matchAll(KEY)];
  const names = matches.map((match) => match[1]!);
  const isWhole = matches.reduce((length, match) => length + match[0].length, prefix.length) === text.length;
  const normal = normalize(named ?? namespace);
  if (!isWhole || new Set(names).size < names.length || problemOf(className, names, normal) !== null) return null;
  const keys = Object.fromEntries(matches.map((match) => [match[1]!, keyValue(match[2] ?? match[3], match[4], host)]));
  return { host: host ?? null, path: instancePath(className, keys, normal) };
}

function keyValue(quoted: string | undefined, literal: string | undefined, outerHost: string | undefined): CimValue {
  if (quoted === undefined) return literalValue(literal!);
  const text = quoted.replace(/\\(.)/gs, '$1');
  const reference = REFERENCE_START.test(text) ? parse(text, DEFAULT_NAMESPACE) : null;
  if (reference === null) return text;
  const isHere = reference.host === null || reference.host.toLowerCase() === outerHost?.toLowerCase();
  return isHere ? reference.path : text;
}

function literalValue(literal: string): boolean | number | bigint {
  if (/^[tf]/i.test(literal)) return /^t/i.test(literal);
  const value = Number(literal);
  return Number.isSafeInteger(value) ? value : BigInt(literal);
}

function normalize(namespace: string): string {
  return namespace.replaceAll('\\', '/').replace(/^\//, '');
}

function problemOf(className: string, keys: readonly string[], namespace: string): string | null {
  if (!IDENTIFIER.test(className)) return `${JSON.stringify(className)} is not the name of a class`;
  if (namespace.length > MAX_LENGTH || !NAMESPACE.test(namespace)) return `${JSON.stringify(namespace.slice(0, 200))} is not the name of a namespace`;
  const bad = keys.find((name) => !IDENTIFIER.test(name));
  return bad === undefined ? null : `${JSON.stringify(bad)} is not the name of a key of ${className}`;
}
