import { classOf } from '../cim/instance.js';
import { DEFAULT_NAMESPACE } from '../cim/object-path.js';
import type { EnumerationOptions, WsmanClient } from '../client/wsman-client.js';
import { ProtocolError } from '../errors.js';
import { receivedReference } from './job-reference.js';
import { type JobStatus, toJobStatus } from './job-status.js';

/** Which jobs of a host; `timeoutMs` is that of each page. */
export type JobListOptions = EnumerationOptions & {
  /** `true` only those that run, `false` only those that have ended. Default: both. */
  readonly running?: boolean;
};

/**
 * The jobs of a class and of those that derive from it, as the host shows them: those that run, and those that ended in
 * the last minutes.
 */
export async function* listJobs(client: WsmanClient, baseClass: string, { running, ...options }: JobListOptions = {}): AsyncGenerator<JobStatus, void, undefined> {
  const namespace = options.namespace ?? DEFAULT_NAMESPACE;
  for await (const instance of client.enumerate(baseClass, { ...options, namespace })) {
    const { InstanceID } = instance;
    if (typeof InstanceID !== 'string') throw new ProtocolError(`The host sent an instance of ${classOf(instance)} without an InstanceID`);
    const status = toJobStatus(receivedReference(client.host, namespace, classOf(instance), InstanceID), instance, new Date());
    if (running === undefined || running === (status.phase === 'running')) yield status;
  }
}
