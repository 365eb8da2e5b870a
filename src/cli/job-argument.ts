import { UsageError } from '../errors.js';
import type { HyperVHost } from '../hyperv/host.js';
import { findGuid } from '../hyperv/guid.js';
import type { Job } from '../hyperv/job.js';
import type { JobReference } from '../hyperv/job-reference.js';
import { readText } from './input.js';
import type { Io } from './io.js';

/** How a job is given on the command line. */
export const JOB_ARGUMENT = '<job>';
export const JOB_DESCRIPTION = 'the InstanceID of an Msvm_MigrationJob, or a file with the reference of a job in JSON; - is standard input';

/** A job as it was given: the GUID of a migration, or a reference. */
export type GivenJob = string | JobReference;

/**
 * Reads which job is meant. A reference is what `migrate --detach` prints, alone or as `{ "job": ... }`.
 *
 * @throws UsageError - neither a GUID nor a file with a reference
 */
export async function readJobArgument(io: Io, text: string): Promise<GivenJob> {
  if (findGuid(text) !== null) return text;
  const content = await readText(io, text);
  try {
    const json = JSON.parse(content) as JobReference | { readonly job: JobReference } | null;
    if (typeof json === 'object' && json !== null) return 'job' in json ? json.job : json;
  } catch {
    // Told below.
  }
  throw new UsageError(`${text === '-' ? 'Standard input' : text} holds no reference of a job in JSON`);
}

/**
 * The job on its host.
 *
 * @throws UsageError - not a whole reference, or that of another host
 */
export function jobOn(host: HyperVHost, given: GivenJob): Job {
  return typeof given === 'string' ? host.migrationJob(given) : host.job(given);
}
