import { Command, Option } from 'commander';
import { UsageError } from '../../errors.js';
import type { HyperVHost } from '../../hyperv/host.js';
import type { DrainPlan, DrainPlanOptions } from '../../hyperv/queue/drain-plan.js';
import type { DrainReport } from '../../hyperv/queue/drain-run.js';
import type { MigrationQueue } from '../../hyperv/queue/migration-queue.js';
import { commandLine } from '../again.js';
import type { ConnectionOptions } from '../connection-options.js';
import { ANSWERED, NOT_DONE, OUTCOME_UNKNOWN } from '../exit-status.js';
import type { Io } from '../io.js';
import { type MoveOptions, addMoveOptions, readMoveOptions } from '../migration-options.js';
import { formatJson, writeLine } from '../output.js';
import { type OtherHost, addHostOptions, withHosts } from '../with-host.js';

const KINDS = ['VirtualSystem', 'VirtualSystemAndStorage'] as const;

type Options = ConnectionOptions &
  MoveOptions<(typeof KINDS)[number]> & {
    readonly toUrl: readonly string[];
    readonly toName?: readonly string[];
    readonly exclude?: readonly string[];
    readonly skipOff?: true;
    readonly precheck?: true;
    readonly plan?: true;
    readonly json?: true;
  };

const HELP = `
Progress goes to standard error, the plan and the report to standard output. Ctrl-C starts nothing more, and leaves what runs
to the hosts.

The exit status is 0 when every machine that was to leave has left, 1 when one stays that was not told to, 3 when what became
of one is not known.`;

/**
 * `drain`: moves the machines of a host to others.
 *
 * @param finish - is told the exit status
 */
export function drainCommand(io: Io, finish: (status: number) => void): Command {
  const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
  const command = new Command('drain')
    .description('move the virtual machines of a host to others, as many at a time as the hosts allow')
    .addOption(new Option('--to-url <url>', 'a host that they can go to; once for each').argParser(collect).makeOptionMandatory())
    .addOption(new Option('--to-name <name>', 'how the source calls that host; once for each --to-url, in the same order').argParser(collect))
    .option('--plan', 'print what would go where, and do nothing')
    .addOption(new Option('--exclude <vm>', 'a machine that stays, by name or GUID; once for each').argParser(collect))
    .option('--skip-off', 'leave machines that are off')
    .option('--precheck', 'ask the hosts of every move first, and leave what cannot be migrated');
  return addMoveOptions(addHostOptions(command), KINDS)
    .option('--json', 'print one JSON object a line: the plan, the progress, and each outcome')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await withHosts(io, options, destinations(options), (host, to) => drain(io, options, host, to))));
}

function destinations({ toUrl, toName }: Options): readonly OtherHost[] {
  if (toName !== undefined && toName.length !== toUrl.length) throw new UsageError(`${toUrl.length} hosts are given as --to-url, and ${toName.length} names as --to-name`);
  return toUrl.map((url, index) => ({ url, name: toName?.[index] ?? null }));
}

async function drain(io: Io, options: Options, host: HyperVHost, to: readonly HyperVHost[]): Promise<number> {
  const [{ MigrationQueue: Queue }, { formatPlan, planToJson }] = await Promise.all([import('../../hyperv/queue/migration-queue.js'), import('../drain-output.js')]);
  await using queue = new Queue();
  const plan = await queue.planDrain(host, await planOptions(io, options, to));
  io.signal.throwIfAborted();
  if (options.json === true) await writeLine(io.stdout, formatJson(planToJson(plan)));
  else await writeLine(options.plan === true ? io.stdout : io.stderr, formatPlan(plan));
  return options.plan === true ? ANSWERED : await run(io, options, queue, plan);
}

async function planOptions(io: Io, options: Options, to: readonly HyperVHost[]): Promise<DrainPlanOptions> {
  const { type, exclude, skipOff, precheck } = options;
  return {
    to,
    type,
    options: await readMoveOptions(io, options),
    includeOff: skipOff === undefined,
    precheck: precheck === true,
    signal: io.signal,
    ...(exclude === undefined ? {} : { exclude }),
  };
}

async function run(io: Io, options: Options, queue: MigrationQueue, plan: DrainPlan): Promise<number> {
  const { formatProgress, formatReport, queueOutcomeToJson } = await import('../drain-output.js');
  const close = (): void => void queue.close();
  io.signal.addEventListener('abort', close, { once: true });
  try {
    const running = queue.drain(plan);
    for await (const progress of running) {
      if (options.json === true) await writeLine(io.stdout, formatJson({ event: 'progress', ...progress }));
      else await writeLine(io.stderr, formatProgress(progress));
    }
    const report = await running.done;
    if (options.json !== true) await writeLine(io.stdout, formatReport(report));
    else for (const outcome of report.outcomes) await writeLine(io.stdout, formatJson(queueOutcomeToJson(outcome)));
    if (io.signal.aborted) await writeLine(io.stderr, `What runs goes on on the host:\n  ${commandLine(['jobs', '--running'], options)}`);
    io.signal.throwIfAborted();
    return statusOf(report);
  } finally {
    io.signal.removeEventListener('abort', close);
  }
}

/** What was left on request is no failure. */
function statusOf({ outcomes, skipped }: DrainReport): number {
  if (outcomes.some(({ kind }) => kind === 'unknown')) return OUTCOME_UNKNOWN;
  const isDone = outcomes.every(({ kind }) => kind === 'succeeded') && skipped.every(({ reason }) => reason === 'excluded' || reason === 'off');
  return isDone ? ANSWERED : NOT_DONE;
}
