/** Drives one migration through the public interface, and says what its client knows of it in the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  HyperVHost,
  HyperVWsmanError,
  type JobOutcome,
  type MigrationFinding,
  type MigrationIntent,
  type MigrationJob,
  type MigrationOptions,
  type MigrationQueue,
  MigrationService,
  MigrationStartUnknownError,
  type QueueOutcome,
  type ReconcileOptions,
} from '../../src/index.js';
import { LONGEST_DELAY_MS, type Script } from './script.js';
import type { Claim } from './verdict.js';

/** Longer than any request is delayed beyond the patience of its client. */
const SETTLE_MS = LONGEST_DELAY_MS + 100;
const RECONCILE_MS = 20_000;
export const PATIENCE = { firstPollMs: 10, slowestPollMs: 60, unreachableMs: 10_000, timeoutMs: 40_000 };

/** Who looks a request up that went missing waits no half minute: nothing here takes so long. */
class QuickMigrationService extends MigrationService {
  override reconcile(intent: MigrationIntent, options?: ReconcileOptions): Promise<MigrationFinding> {
    return super.reconcile(intent, { settleMs: SETTLE_MS, timeoutMs: RECONCILE_MS, ...options });
  }
}

/** A host whose service is the quick one, for the queue, which reconciles by itself. */
export class QuickHost extends HyperVHost {
  readonly #quick = new QuickMigrationService(this);

  override get migrations(): MigrationService {
    return this.#quick;
  }
}

/** A migration that is to be made. */
export type Journey = {
  readonly script: Script;
  readonly machine: { readonly id: string; readonly name: string };
  readonly from: QuickHost;
  readonly to: QuickHost;
  /** Other clients of the same hosts, as of another process. */
  readonly others: { readonly from: QuickHost; readonly to: QuickHost };
  readonly queue: MigrationQueue;
  /** Is called when the migration is about to be asked for. */
  readonly onStart: () => void;
  /** Is called when `cancel()` has said that the job has ended. */
  readonly onEnded: (job: string) => void;
};

/** Makes one migration. Never rejects because of what the hosts do. */
export function drive(journey: Journey): Promise<{ claim: Claim; requests: number }> {
  const { way } = journey.script;
  return way === 'queue' || way === 'queueCancel' ? enqueue(journey) : startAlone(journey).then((claim) => ({ claim, requests: 1 }));
}

function optionsOf({ script }: Journey): Omit<MigrationOptions, 'to'> {
  return script.storageToo ? { type: 'VirtualSystemAndStorage', storage: { path: 'D:\\Machines' } } : {};
}

async function enqueue(journey: Journey): Promise<{ claim: Claim; requests: number }> {
  const { script, machine, from, to, queue, onStart } = journey;
  onStart();
  const migration = queue.add({ machine: script.byName ? machine.name : machine.id, from, to, options: optionsOf(journey) });
  if (script.way === 'queueCancel') await sleep(script.afterMs).then(() => typed(migration.cancel()));
  const outcome = await migration.outcome;
  return { claim: claimOfQueue(outcome), requests: outcome.attempts };
}

async function startAlone(journey: Journey): Promise<Claim> {
  const { script, machine, from, to, others, onStart } = journey;
  const named = script.byName ? machine.name : machine.id;
  const options = { ...optionsOf(journey), to };
  try {
    if (script.way === 'crash') {
      const stored = JSON.stringify(await from.migrations.intend(named, options));
      onStart();
      await from.migrations.start(JSON.parse(stored) as MigrationIntent, { signal: AbortSignal.timeout(script.afterMs + 1) }).catch(() => undefined);
      return await lookInto(others.from.migrations.reconcile(JSON.parse(stored) as MigrationIntent, { destination: others.to }), journey, others.to);
    }
    const intent = await from.migrations.intend(named, options);
    onStart();
    return await follow(await from.migrations.start(intent, { timeoutMs: script.startTimeoutMs }), journey);
  } catch (error) {
    if (!(error instanceof MigrationStartUnknownError)) return { ...unknown(error), kind: 'refused' };
    return await lookInto(error.reconcile({ destination: to }), journey, to);
  }
}

/** What reconciling comes to; a host that does not let anybody in ends it. */
async function lookInto(finding: Promise<MigrationFinding>, journey: Journey, destination: HyperVHost): Promise<Claim> {
  try {
    return await goOn(await finding, journey, destination);
  } catch (error) {
    return unknown(error);
  }
}

async function goOn(finding: MigrationFinding, journey: Journey, destination: HyperVHost): Promise<Claim> {
  if (finding.kind === 'job') return claimOf(await finding.job.wait({ ...PATIENCE, destination }));
  const said = finding.observations.map(({ host, seen }) => `${host}: ${seen}`).join(' | ');
  return { kind: finding.kind, job: null, said: `reconciled (${journey.script.way}): ${said}` };
}

async function follow(job: MigrationJob, { script, machine, to, others, onEnded }: Journey): Promise<Claim> {
  if (script.way === 'handover') {
    const reference = JSON.stringify(job.reference);
    const successor = others.from.migrationJob(JSON.parse(reference) as typeof job.reference);
    return claimOf(await successor.wait({ ...PATIENCE, destination: others.to, machine: machine.name }));
  }
  const waiting = job.wait({ ...PATIENCE, destination: to });
  if (script.way === 'cancel') {
    await sleep(script.afterMs);
    if (await typed(job.cancel({ ...PATIENCE, kill: script.kill }))) onEnded(job.reference.keys.InstanceID);
  }
  return claimOf(await waiting);
}

/** Whether it was done; that it was not may be for the package's reasons only. */
async function typed(done: Promise<void>): Promise<boolean> {
  try {
    await done;
    return true;
  } catch (error) {
    if (error instanceof HyperVWsmanError) return false;
    throw error;
  }
}

function unknown(error: unknown): Claim {
  if (!(error instanceof HyperVWsmanError)) throw error;
  return { kind: 'unknown', job: null, said: `${error.name}: ${error.message}` };
}

function claimOf(outcome: JobOutcome): Claim {
  const { reference, observations } = outcome.evidence;
  const job = reference.keys.InstanceID;
  const kind = outcome.kind === 'gone' ? outcome.machine : outcome.kind;
  const cause = outcome.kind === 'unknown' ? ` because of ${String(outcome.cause)}` : '';
  return { kind, job, said: `${outcome.kind}${cause}: ${observations.map(({ host, seen }) => `${host}: ${seen}`).join(' | ')}` };
}

function claimOfQueue({ kind, job, reason, attempts, observations }: QueueOutcome): Claim {
  const seen = observations.map((one) => `${one.host}: ${one.seen}`).join(' | ');
  const said = `queue, ${kind} after ${attempts}: ${reason ?? ''} ${seen}`;
  if (job !== null) {
    const claim = claimOf(job);
    // What the queue says has to be what its job says.
    const isSame = claim.kind === kind || (kind === 'succeeded' && claim.kind === 'moved') || (kind === 'failed' && claim.kind === 'notMoved');
    if (!isSame) throw new Error(`The queue says ${kind}, its job ${claim.kind}`);
    return { ...claim, said: `${said} ${claim.said}` };
  }
  // Without a job the queue knows only where the machine is.
  const known = { succeeded: 'moved', failed: 'notMoved', cancelled: 'cancelled', unknown: 'unknown' } as const;
  return { kind: known[kind], job: null, said };
}
