import { type Command, Option } from 'commander';
import { TimeoutError } from '../errors.js';
import type { HyperVHost } from '../hyperv/host.js';
import type { Job } from '../hyperv/job.js';
import type { JobStatus } from '../hyperv/job-status.js';
import type { JobOutcome } from '../hyperv/outcome.js';
import { commandLine } from './again.js';
import { type ConnectionOptions, parseSeconds } from './connection-options.js';
import type { Io } from './io.js';
import { jobWords } from './job-argument.js';
import { formatJson, writeLine } from './output.js';

/** How a job is followed; both times in milliseconds. */
export type FollowOptions = ConnectionOptions & { readonly deadline?: number; readonly stall?: number; readonly json?: true };

/** Declares {@link FollowOptions} on a command, but for those of the connection. */
export function addFollowOptions(command: Command): Command {
  return command
    .addOption(new Option('--deadline <seconds>', 'how long to follow it at most (default: 24 hours)').argParser(parseSeconds))
    .addOption(new Option('--stall <seconds>', 'how long it may show the same state and percentage (default: as long as it likes)').argParser(parseSeconds))
    .option('--json', 'print one JSON object a line: each status, and the outcome last');
}

/**
 * Follows a job to its end: each change as it comes, for people on standard error, then how it ended. Whoever interrupts it
 * is told how to go on.
 *
 * @param destination - is asked for the machine of a migration whose job is gone
 */
export async function follow(io: Io, job: Job, options: FollowOptions, destination?: HyperVHost): Promise<JobOutcome> {
  const outcome = await waitFor(io, job, options, destination);
  await writeOutcome(io, outcome, options);
  return outcome;
}

async function waitFor(io: Io, job: Job, options: FollowOptions, destination?: HyperVHost): Promise<JobOutcome> {
  const { deadline, stall } = options;
  const { formatStatus, statusToJson } = await import('./outcome-output.js');
  const onStatus = (status: JobStatus): void => {
    if (options.json === true) io.stdout.write(`${formatJson(statusToJson(status))}\n`);
    else io.stderr.write(`${formatStatus(status)}\n`);
  };
  try {
    return await job.wait({
      signal: io.signal,
      onStatus,
      ...(deadline === undefined ? {} : { timeoutMs: deadline }),
      ...(stall === undefined ? {} : { stallMs: stall }),
      ...(destination === undefined ? {} : { destination }),
    });
  } catch (error) {
    if (io.signal.aborted || error instanceof TimeoutError) await writeLine(io.stderr, howToGoOn(job, options));
    throw error;
  }
}

/** Writes how a job ended, and what its errors mean. */
export async function writeOutcome(io: Io, outcome: JobOutcome, { json }: { readonly json?: true }): Promise<void> {
  const [{ diagnose }, { formatOutcome, outcomeToJson }] = await Promise.all([import('../hyperv/diagnosis/diagnosis.js'), import('./outcome-output.js')]);
  const destinationHost = outcome.evidence.status?.instance.DestinationHost;
  const diagnosis = outcome.kind === 'failed' ? diagnose(outcome.errors, typeof destinationHost === 'string' ? { destinationHost } : {}) : null;
  await writeLine(io.stdout, json === true ? formatJson(outcomeToJson(outcome, diagnosis)) : formatOutcome(outcome, diagnosis));
}

function howToGoOn({ reference }: Job, options: ConnectionOptions): string {
  const commands = ['watch', 'cancel'].map((command) => `  ${commandLine([command, ...jobWords(reference)], options)}`);
  return ['It goes on on the host. To follow it, and to cancel it:', ...commands].join('\n');
}
