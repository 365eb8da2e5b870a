import { type InstancePath, instancePath } from '../cim/object-path.js';
import { UsageError } from '../errors.js';
import { findGuid } from './guid.js';

/**
 * Where a job is: plain JSON without credentials, so that another process can pick the job up with it.
 *
 * @example
 * ```ts
 * import type { JobReference } from 'hyperv-wsman';
 * const reference: JobReference = {
 *   host: 'hv01.example:5986',
 *   namespace: 'root/virtualization/v2',
 *   className: 'Msvm_MigrationJob',
 *   keys: { InstanceID: '6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11' },
 * };
 * ```
 */
export type JobReference = {
  /** `host:port` of the URL that the job was found with. */
  readonly host: string;
  readonly namespace: string;
  readonly className: string;
  readonly keys: { readonly InstanceID: string };
};

const MIGRATION_JOB = 'Msvm_MigrationJob';

/**
 * Makes a reference of what a caller has: the InstanceID of a migration job in any letter case, braces allowed, or a
 * reference. The InstanceID of a job of another class is taken as it is, unless it is a GUID.
 *
 * @throws UsageError - a migration job whose InstanceID is no GUID, not a whole reference, or that of another host
 */
export function resolveJobReference(given: string | JobReference, host: string): JobReference {
  if (typeof given === 'string') {
    return { host, namespace: 'root/virtualization/v2', className: MIGRATION_JOB, keys: { InstanceID: normalizeInstanceId(given, MIGRATION_JOB) } };
  }
  const { host: itsHost, namespace, className, keys } = given as Partial<JobReference>;
  if (![itsHost, namespace, className, keys?.InstanceID].every((field) => typeof field === 'string' && field !== '')) {
    throw new UsageError('A job reference has host, namespace, className and keys.InstanceID, all of them texts');
  }
  if (given.host.toLowerCase() !== host.toLowerCase()) {
    throw new UsageError(`The job reference is of ${given.host}; this client is connected to ${host}. Make a HyperVHost for ${given.host}`);
  }
  return { host, namespace: given.namespace, className: given.className, keys: { InstanceID: normalizeInstanceId(given.keys.InstanceID, given.className) } };
}

/** Hyper-V writes the InstanceID of a job as an upper-case GUID without braces. */
function normalizeInstanceId(text: string, className: string): string {
  const guid = findGuid(text);
  if (guid === null && isMigrationJob(className)) throw new UsageError(`"${text}" is not the InstanceID of a migration job: it must be a GUID`);
  return guid ?? text;
}

/** The reference of a job that its host named: an InstanceID that is no GUID stays as it is, for the caller is not to blame for it. */
export function receivedReference(host: string, namespace: string, className: string, id: string): JobReference {
  return { host, namespace, className, keys: { InstanceID: findGuid(id) ?? id } };
}

/** Whether a class is that of live migrations, in any letter case. */
export function isMigrationJob(className: string): boolean {
  return className.toLowerCase() === MIGRATION_JOB.toLowerCase();
}

/** The path that the reference names on its host. */
export function jobPath({ namespace, className, keys }: JobReference): InstancePath {
  return instancePath(className, keys, namespace);
}
