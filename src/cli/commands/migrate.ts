import { Command } from 'commander';
import type { HyperVHost } from '../../hyperv/host.js';
import type { MigrationJob } from '../../hyperv/job.js';
import type { MigrationIntent } from '../../hyperv/migrations/intent.js';
import { movesMachine } from '../../hyperv/migrations/options.js';
import type { MigrationFinding } from '../../hyperv/migrations/reconcile.js';
import type { JobOutcome } from '../../hyperv/outcome.js';
import { ANSWERED, NOT_DONE, OUTCOME_UNKNOWN, outcomeStatus } from '../exit-status.js';
import { type FollowOptions, addFollowOptions, follow, howToGoOn } from '../follow.js';
import { removeIntent } from '../intent-file.js';
import type { Io } from '../io.js';
import { type MoveOptions, addMoveOptions, readMigrationOptions } from '../migration-options.js';
import { OutputError, formatJson, writeLine } from '../output.js';
import { startOnce } from '../start-once.js';
import { addDestinationOptions, addHostOptions, otherHosts, withHosts } from '../with-host.js';

type Options = FollowOptions & MoveOptions & { readonly detach?: true };

const HELP = `
Progress goes to standard error, the outcome and what it means to standard output. Ctrl-C ends this program and not the
migration. With --intent a run that was killed can be repeated: it goes on with what it finds, and starts nothing twice.
What may have begun is never started again by itself: then it exits with 1, and the next run starts anew. The file stays
when the migration succeeded or nobody knows, and is removed when it failed, was cancelled, refused or did not begin.

The exit status is 0 when the machine is where it was to go, 1 when it is not, 3 when that is not known.`;

/**
 * `migrate`: starts a migration and follows it to its end.
 *
 * @param finish - is told the exit status
 */
export function migrateCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('migrate').description('migrate a virtual machine, and tell how it ended and why').argument('<vm>', 'its name or its GUID');
  return addFollowOptions(addMoveOptions(addDestinationOptions(addHostOptions(command))))
    .option('--detach', 'do not follow it: print the reference of its job as JSON, for watch and cancel')
    .option('--intent <file>', 'where to store what is about to be started, and its job; when the file is there, what became of it is found out instead')
    .addHelpText('after', HELP)
    .action(async (machine: string, options: Options) => {
      finish(await withHosts(io, options, otherHosts(options), (host, [destination]) => migrate(io, machine, options, host, destination)));
    });
}

async function migrate(io: Io, machine: string, options: Options, host: HyperVHost, destination: HyperVHost | undefined): Promise<number> {
  const { intent: file, detach } = options;
  const migration = await readMigrationOptions(io, options, destination);
  const { intent, finding } = await startOnce(io, host, { machine, migration, destination, file });
  if (finding.kind !== 'job') return writeFinding(io, finding, options);
  await announce(io, finding.job, options);
  if (detach === true) return ANSWERED;
  const outcome = await follow(io, finding.job, options, destination);
  if (outcome === null) return ANSWERED;
  if (file !== undefined && hasFailed(outcome, intent)) await removeIntent(file, intent);
  return outcomeStatus(outcome);
}

/** Tells which job it is; where that cannot be written, at least how to go on with it. */
async function announce(io: Io, job: MigrationJob, options: Options): Promise<void> {
  const { reference } = job;
  try {
    if (options.json === true) await writeLine(io.stdout, formatJson({ event: 'started', job: reference }));
    else if (options.detach === true) await writeLine(io.stdout, formatJson(reference));
    else await writeLine(io.stderr, `Job ${reference.keys.InstanceID} on ${reference.host}`);
  } catch (error) {
    if (error instanceof OutputError) await writeLine(io.stderr, howToGoOn(job, options));
    throw error;
  }
}

/** Whether it is over and the machine where it was. Of a job that is gone the machine tells, where that was to go to another host. */
function hasFailed(outcome: JobOutcome, { type }: MigrationIntent): boolean {
  return outcome.kind === 'failed' || outcome.kind === 'cancelled' || (outcome.kind === 'gone' && outcome.machine === 'notMoved' && movesMachine(type));
}

type NoJob = Exclude<MigrationFinding, { kind: 'job' }>;

const STATUS: Readonly<Record<NoJob['kind'], number>> = { moved: ANSWERED, notMoved: NOT_DONE, unknown: OUTCOME_UNKNOWN };
const TEXT: Readonly<Record<Exclude<NoJob['kind'], 'notMoved'>, string>> = {
  moved: 'moved: the destination has the machine',
  unknown: 'unknown: whether it was started could not be found out',
};
const NOT_STARTED = 'not started: the machine is where it was, and in no migration; it may be started again';
const NOT_MOVED = 'not moved: the machine is where it was, and in no migration; it did not begin, or it began and failed, and why is not kept any more';

function textOf(finding: NoJob): string {
  if (finding.kind !== 'notMoved') return TEXT[finding.kind];
  return finding.mayStart ? NOT_STARTED : NOT_MOVED;
}

async function writeFinding(io: Io, finding: NoJob, { json }: Options): Promise<number> {
  const { formatObservations } = await import('../outcome-output.js');
  await writeLine(io.stdout, json === true ? formatJson({ event: 'outcome', job: null, ...finding }) : [textOf(finding), ...formatObservations(finding.observations)].join('\n'));
  return STATUS[finding.kind];
}
