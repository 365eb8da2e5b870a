import type { Command } from 'commander';
import { UsageError } from '../errors.js';
import type { HyperVHost } from '../hyperv/host.js';
import { findGuid } from '../hyperv/guid.js';
import type { Job } from '../hyperv/job.js';
import { type JobReference, isMigrationJob } from '../hyperv/job-reference.js';
import { readText } from './input.js';
import type { Io } from './io.js';

/** The option that goes with a `<job>`. */
export type JobOptions = { readonly class: string };

/** A job as it was given: where it is on whatever host is asked, or a reference. */
export type GivenJob = Omit<JobReference, 'host'> | JobReference;

const MIGRATION_JOB = 'Msvm_MigrationJob';

/** Declares `<job>` and {@link JobOptions} on a command. */
export function addJobArgument(command: Command): Command {
  return command
    .argument('<job>', 'an InstanceID, or a file with the reference of a job in JSON, as migrate --detach prints it; - is standard input')
    .option('--class <name>', 'the class of the job whose InstanceID is given', MIGRATION_JOB);
}

/**
 * Reads which job is meant. The InstanceID of a migration is a GUID, what else is given without a class names a file.
 *
 * @throws UsageError - a file without a reference, or a class that is none of jobs
 */
export async function readJobArgument(io: Io, text: string, { class: className }: JobOptions): Promise<GivenJob> {
  const { loadSchema } = await import('../schema/class-info.js');
  if (!(await loadSchema()).isA(className, 'CIM_ConcreteJob')) throw new UsageError(`--class ${className} is no class of jobs; "hyperv-wsman jobs" lists every job with its class`);
  if (findGuid(text) !== null || !isMigrationJob(className)) return { namespace: 'root/virtualization/v2', className, keys: { InstanceID: text } };
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
  return host.job({ host: host.client.host, ...given });
}

/** The words after the command that name a job on its host. */
export function jobWords({ className, keys }: JobReference): readonly string[] {
  return [keys.InstanceID, ...(isMigrationJob(className) ? [] : ['--class', className])];
}
