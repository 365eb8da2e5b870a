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
  options: { readonly enumerationTimeoutMs?: number; readonly maxOperations?: number },
  closing: AbortSignal,
): HostState {
  const now = (): number => performance.now();
  const { enumerationTimeoutMs = LIMITS.EnumerationTimeoutms, maxOperations = LIMITS.MaxConcurrentOperationsPerUser } = options;
  const repository = new Repository(schema);
  return {
    schema,
    repository,
    instances: new InstanceSource(repository, schema),
    methods: new Methods(schema.isA),
    enumerations: new Enumerations(enumerationTimeoutMs, now, newId),
    subscriptions: new Subscriptions(repository, now),
    shells: new Shells(now),
    quota: new Quota(maxOperations),
    enumerationTimeoutMs,
    closing,
  };
}

/** As Windows writes its contexts. */
function newId(): string {
  return `uuid:${randomUUID().toUpperCase()}`;
}
