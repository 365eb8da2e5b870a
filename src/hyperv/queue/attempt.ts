import { UsageError } from '../../errors.js';
import type { WaitOptions } from '../wait.js';
import type { QueueFinding, QueueJob } from './queue-host.js';
import type { Entry } from './queued-migration.js';
import { type Verdict, cancelled, judge, moved, notAsked, notBegun, rejected, stillThere, unknown } from './verdict.js';

/** What an attempt needs of its queue. */
export type AttemptContext = {
  readonly wait: WaitOptions;
  /** Ends the following, not the migration. */
  readonly signal: AbortSignal;
  /** Is awaited before the migration is asked for. */
  readonly beforeStart: () => void | Promise<void>;
  readonly onProgress: (entry: Entry) => void;
};

/** Asks for a migration and follows it to its end; goes on with one that an earlier process asked for. Never rejects. */
export async function attempt(entry: Entry, context: AttemptContext): Promise<Verdict> {
  try {
    if (entry.reference !== null) return await follow(entry, entry.from.migrationJob(entry.reference), context);
    if (entry.intent !== null) return await lookInto(entry, new UsageError('an earlier process asked for it and did not tell what came of it'), context);
    return await begin(entry, context);
  } catch (error) {
    // Only what comes after the request throws: a deadline, or the end of the queue.
    return unknown(error, []);
  }
}

async function begin(entry: Entry, context: AttemptContext): Promise<Verdict> {
  const { request, from, to } = entry;
  entry.attempts++;
  entry.enter('starting');
  try {
    const intent = await from.migrations.intend(entry.machineId ?? entry.name, { ...request.options, ...(to === null ? {} : { to }), signal: context.signal });
    entry.name = intent.machine.name;
    entry.intent = intent;
    await context.beforeStart();
  } catch (error) {
    return notAsked(error);
  }
  if (entry.isCancelled || context.signal.aborted) {
    entry.intent = null;
    return cancelled();
  }
  let job;
  try {
    // Without the signal: an aborted request would leave open whether it was carried out.
    job = await from.migrations.start(entry.intent, {});
  } catch (error) {
    return rejected(error) ?? (await lookInto(entry, error, context));
  }
  return follow(entry, job, context);
}

/** Finds out whether what was asked for has begun, and goes on from there. */
async function lookInto(entry: Entry, cause: unknown, context: AttemptContext): Promise<Verdict> {
  entry.enter('reconciling');
  const { to } = entry;
  const finding: QueueFinding = await entry.from.migrations.reconcile(entry.intent!, { ...(to === null ? {} : { destination: to }), signal: context.signal });
  const { observations } = finding;
  switch (finding.kind) {
    case 'job':
      return follow(entry, finding.job, context);
    case 'moved':
      return moved(observations);
    case 'notMoved':
      return finding.mayStart ? notBegun(cause, observations) : stillThere(cause, observations);
    case 'unknown':
      return unknown(cause, observations);
  }
}

async function follow(entry: Entry, job: QueueJob, { wait, signal, onProgress }: AttemptContext): Promise<Verdict> {
  entry.job = job;
  entry.reference = job.reference;
  entry.enter('running');
  // Cancelled while it was asked for. That it could not be cancelled shows in how it ends.
  if (entry.isCancelled) job.cancel({ signal }).catch(() => undefined);
  const outcome = await job.wait({
    ...wait,
    signal: wait.signal === undefined ? signal : AbortSignal.any([signal, wait.signal]),
    ...(entry.to === null ? {} : { destination: entry.to }),
    machine: entry.machineId ?? entry.name,
    onStatus: (status) => {
      entry.percent = status.percent;
      onProgress(entry);
      wait.onStatus?.(status);
    },
  });
  return judge(outcome, entry);
}
