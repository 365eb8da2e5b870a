import { randomUUID } from 'node:crypto';
import type { Schema } from '../schema/class-info.js';
import { Enumerations } from './enumerations.js';
import { InstanceSource } from './instance-source.js';
import { LIMITS } from './limits.js';
import { Methods } from './methods.js';
import { Quota } from './quota.js';
import { Repository } from './repository.js';
import type { HostState } from './service.js';
import { Shells } from './shells.js';
import { Subscriptions } from './subscriptions.js';

/**
 * What a new host is and holds: the classes of the schema, and no instance.
 *
 * @param closing - see {@link HostState.closing}
 */
export function createHostState(
  schema: Schema,
  options: { readonly name: string; readonly enumerationTimeoutMs?: number; readonly maxOperations?: number },
  closing: AbortSignal,
): HostState {
  const now = (): number => performance.now();
  const { name, enumerationTimeoutMs = LIMITS.EnumerationTimeoutms, maxOperations = LIMITS.MaxConcurrentOperationsPerUser } = options;
  const repository = new Repository(schema, { host: name });
  const vmms = { isRunning: true };
  return {
    schema,
    repository,
    instances: new InstanceSource(repository, schema, vmms),
    methods: new Methods(schema.isA),
    enumerations: new Enumerations(enumerationTimeoutMs, now, newId),
    subscriptions: new Subscriptions(repository, now),
    shells: new Shells(now, name),
    quota: new Quota(maxOperations),
    enumerationTimeoutMs,
    vmms,
    closing,
  };
}

/** As Windows writes its contexts. */
function newId(): string {
  return `uuid:${randomUUID().toUpperCase()}`;
}
