import { Command } from 'commander';
import type { HyperVHost } from '../../hyperv/host.js';
import type { MigrationFinding } from '../../hyperv/migrations/reconcile.js';
import { ANSWERED, NOT_DONE, OUTCOME_UNKNOWN, outcomeStatus } from '../exit-status.js';
import { type FollowOptions, addFollowOptions, follow } from '../follow.js';
import { removeIntent } from '../intent-file.js';
import type { Io } from '../io.js';
import { type MoveOptions, addMoveOptions, readMigrationOptions } from '../migration-options.js';
import { formatJson, writeLine } from '../output.js';
import { startOnce } from '../start-once.js';
import { type DestinationOptions, addDestinationOptions, addHostOptions, otherHosts, withHosts } from '../with-host.js';

type Options = FollowOptions & DestinationOptions & MoveOptions & { readonly detach?: true; readonly intent?: string };

const HELP = `
Progress goes to standard error, the outcome and what it means to standard output. Ctrl-C ends this program and not the
migration. With --intent a run that was killed can be repeated: it goes on with what it finds, and starts nothing twice.
The file stays when the migration succeeded or nobody knows, and is removed when it failed, was cancelled or refused.

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
    .option('--intent <file>', 'where to store what is about to be started; when the file is there, what became of it is found out first')
    .addHelpText('after', HELP)
    .action(async (machine: string, options: Options) => {
      finish(await withHosts(io, options, otherHosts(options), (host, [destination]) => migrate(io, machine, options, host, destination)));
    });
}

async function migrate(io: Io, machine: string, options: Options, host: HyperVHost, destination: HyperVHost | undefined): Promise<number> {
  const { intent: file, detach, json } = options;
  const migration = await readMigrationOptions(io, options, destination);
  const finding = await startOnce(io, host, { machine, migration, destination, file });
  if (finding.kind !== 'job') return writeFinding(io, finding, options);
  const { reference } = finding.job;
  if (json === true) await writeLine(io.stdout, formatJson({ event: 'started', job: reference }));
  else if (detach === true) await writeLine(io.stdout, formatJson(reference));
  else await writeLine(io.stderr, `Job ${reference.keys.InstanceID} on ${reference.host}`);
  if (detach === true) return ANSWERED;
  const outcome = await follow(io, finding.job, options, destination);
  if (file !== undefined && (outcome.kind === 'failed' || outcome.kind === 'cancelled')) await removeIntent(file);
  return outcomeStatus(outcome);
}

type NoJob = Exclude<MigrationFinding, { kind: 'job' }>;

const STATUS: Readonly<Record<NoJob['kind'], number>> = { moved: ANSWERED, notMoved: NOT_DONE, unknown: OUTCOME_UNKNOWN };
const TEXT: Readonly<Record<NoJob['kind'], string>> = {
  moved: 'moved: the destination has the machine',
  notMoved: 'not started: the machine is where it was, and in no migration; it may be started again',
  unknown: 'unknown: whether it was started could not be found out',
};

async function writeFinding(io: Io, { kind, observations }: NoJob, { json }: Options): Promise<number> {
  const { formatObservations } = await import('../outcome-output.js');
  await writeLine(io.stdout, json === true ? formatJson({ event: 'outcome', kind, job: null, observations }) : [TEXT[kind], ...formatObservations(observations)].join('\n'));
  return STATUS[kind];
}
