import { type InstancePath, instancePath } from '../cim/object-path.js';
import { UsageError } from '../errors.js';

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

/**
 * Makes a reference of what a caller has: an InstanceID in any letter case, braces allowed, or a reference.
 *
 * @throws UsageError - not a GUID, not a whole reference, or that of another host
 */
export function resolveJobReference(given: string | JobReference, host: string): JobReference {
  if (typeof given === 'string') {
    return { host, namespace: 'root/virtualization/v2', className: 'Msvm_MigrationJob', keys: { InstanceID: normalizeInstanceId(given) } };
  }
  const { host: itsHost, namespace, className, keys } = given as Partial<JobReference>;
  if (![itsHost, namespace, className, keys?.InstanceID].every((field) => typeof field === 'string' && field !== '')) {
    throw new UsageError('A job reference has host, namespace, className and keys.InstanceID, all of them texts');
  }
  if (given.host.toLowerCase() !== host.toLowerCase()) {
    throw new UsageError(`The job reference is of ${given.host}; this client is connected to ${host}. Make a HyperVHost for ${given.host}`);
  }
  return { host, namespace: given.namespace, className: given.className, keys: { InstanceID: normalizeInstanceId(given.keys.InstanceID) } };
}

/** Hyper-V writes the InstanceID of a job as an upper-case GUID without braces. */
function normalizeInstanceId(text: string): string {
  const guid = /^\s*\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?\s*$/i.exec(text)?.[1];
  if (guid === undefined) throw new UsageError(`"${text}" is not the InstanceID of a job: it must be a GUID`);
  return guid.toUpperCase();
}

/** The path that the reference names on its host. */
export function jobPath({ namespace, className, keys }: JobReference): InstancePath {
  return instancePath(className, keys, namespace);
}
