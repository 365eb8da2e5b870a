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
import { OutputError, formatJson, write, writeLine } from './output.js';
import type { DestinationOptions } from './with-host.js';

/** Why a job is not followed any more whose reader went away. */
const READER_LEFT = Symbol('the reader left');

/** How a job is followed; both times in milliseconds. With `intent` the command that is running goes on when it is given again. */
export type FollowOptions = ConnectionOptions &
  DestinationOptions & { readonly deadline?: number; readonly stall?: number; readonly json?: true; readonly intent?: string };

/** Declares the times and the form of {@link FollowOptions} on a command. */
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
 * @returns `null` when the reader of standard output has left: the job goes on
 */
export async function follow(io: Io, job: Job, options: FollowOptions, destination?: HyperVHost): Promise<JobOutcome | null> {
  const outcome = await waitFor(io, job, options, destination);
  if (outcome !== null) await writeOutcome(io, outcome, options);
  return outcome;
}

async function waitFor(io: Io, job: Job, options: FollowOptions, destination?: HyperVHost): Promise<JobOutcome | null> {
  const { deadline, stall } = options;
  const { formatStatus, statusToJson } = await import('./outcome-output.js');
  const stop = new AbortController();
  const print = (text: string): unknown =>
    write(io.stdout, text).then(
      (isWanted) => {
        if (!isWanted) stop.abort(READER_LEFT);
      },
      (error: unknown) => stop.abort(error),
    );
  const onStatus = (status: JobStatus): void => {
    if (options.json === true) print(`${formatJson(statusToJson(status))}\n`);
    else io.stderr.write(`${formatStatus(status)}\n`);
  };
  try {
    return await job.wait({
      signal: AbortSignal.any([io.signal, stop.signal]),
      onStatus,
      ...(deadline === undefined ? {} : { timeoutMs: deadline }),
      ...(stall === undefined ? {} : { stallMs: stall }),
      ...(destination === undefined ? {} : { destination }),
    });
  } catch (error) {
    if (error === READER_LEFT) return null;
    if (io.signal.aborted || error instanceof TimeoutError || error instanceof OutputError) await writeLine(io.stderr, howToGoOn(job, options));
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

/** What to type to follow a job that goes on without this program, and to cancel it. */
export function howToGoOn({ reference }: Job, options: FollowOptions): string {
  const { to, toUrl, intent } = options;
  const destination = [...(to === undefined ? [] : ['--to', to]), ...(toUrl === undefined ? [] : ['--to-url', toUrl])];
  const words = jobWords(reference);
  const cancel = `  ${commandLine(['cancel', ...words], options)}`;
  if (intent !== undefined) return ['It goes on on the host. To follow it, give the same command again; to cancel it:', cancel].join('\n');
  return ['It goes on on the host. To follow it, and to cancel it:', `  ${commandLine(['watch', ...words, ...destination], options)}`, cancel].join('\n');
}
