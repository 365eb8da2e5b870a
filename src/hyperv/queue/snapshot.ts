import { decodeCimXml, encodeCimXml } from '../../cim/cim-xml.js';
import { CimDateTime, CimInterval, parseCimDatetime } from '../../cim/datetime.js';
import { isCimInstance } from '../../cim/instance.js';
import type { JsonValue } from '../../cim/json.js';
import { UsageError } from '../../errors.js';
import type { JobReference } from '../job-reference.js';
import type { MigrationIntent } from '../migrations/intent.js';
import type { QueueHost } from './queue-host.js';
import { type Entry, type QueueRequest, checkDestination } from './queued-migration.js';

/** What waits in a queue and what runs, as plain JSON without credentials, so that another process can go on with it. */
export type QueueSnapshot = {
  readonly version: 1;
  /** In the order of the queue; what has ended is not among them. */
  readonly migrations: readonly SavedMigration[];
};

/** A migration in a snapshot. */
export type SavedMigration = {
  /** GUID once it is known, else what was given. */
  readonly machine: string;
  /** `host:port`. */
  readonly from: string;
  readonly to: string | null;
  /** The options it was added with; what JSON does not have is written as `{ $bigint }`, `{ $datetime }`, `{ $instance }`. */
  readonly options: JsonValue;
  readonly attempts: number;
  /** What was asked for, or was about to be. */
  readonly intent: MigrationIntent | null;
  /** Its job, once it is known. */
  readonly reference: JobReference | null;
  /** Whether it was asked to be cancelled, and has not ended. */
  readonly cancelled: boolean;
};

/** @throws UsageError - an instance in its options has values of unknown type */
export function save({ machineId, name, from, to, request, attempts, intent, reference, isCancelled }: Entry): SavedMigration {
  return { machine: machineId ?? name, from: from.client.host, to: to?.client.host ?? null, options: freeze(request.options ?? {}), attempts, intent, reference, cancelled: isCancelled };
}

/**
 * What a saved migration asked for.
 *
 * @throws UsageError - a host that was not given, options that are damaged, or a destination that cannot be
 */
export function requestOf({ machine, from, to, options }: SavedMigration, hosts: ReadonlyMap<string, QueueHost>): QueueRequest {
  const hostOf = (key: string): QueueHost => {
    const host = hosts.get(key);
    if (host === undefined) throw new UsageError(`The snapshot names the host ${key}: give it in hosts`);
    return host;
  };
  const request = { machine, from: hostOf(from), ...(to === null ? {} : { to: hostOf(to) }), options: thaw(options) as NonNullable<QueueRequest['options']> };
  checkDestination(request);
  return request;
}

function freeze(value: unknown): JsonValue {
  if (typeof value === 'bigint') return { $bigint: value.toString() };
  if (value instanceof CimDateTime || value instanceof CimInterval) return { $datetime: value.toCim() };
  if (isCimInstance(value)) return { $instance: encodeCimXml(value) };
  if (Array.isArray(value)) return value.map(freeze);
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined).map(([name, one]) => [name, freeze(one)]));
}

function thaw(value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(thaw);
  if (typeof value.$bigint === 'string') return BigInt(value.$bigint);
  if (typeof value.$datetime === 'string') return parseCimDatetime(value.$datetime);
  if (typeof value.$instance === 'string') return decodeCimXml(value.$instance);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, thaw(one)]));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
