import type { CallOptions } from '../../client/options.js';
import { Deadline } from '../../transport/deadline.js';
import { SYSTEM_CLOCK } from '../clock.js';
import type { HyperVHost } from '../host.js';
import { MigrationJob } from '../job.js';
import { type MachinePresence, machinePresence } from '../machine-presence.js';
import { Observations } from '../observations.js';
import type { Observation } from '../outcome.js';
import { isPassing } from '../passing.js';
import { type MigrationIntent, checkIntent } from './intent.js';
import { goesTo, isCheck, isOfKind, migrationJobsOf } from './machine-jobs.js';
import { publishPhase } from './phase.js';

/** What became of a migration that was intended, with what that rests on. */
export type MigrationFinding = {
  /** In the order of time. */
  readonly observations: readonly Observation[];
} & (
  | { /** It was started: this is its job, running or ended. */ readonly kind: 'job'; readonly job: MigrationJob }
  | { /** The machine is on the destination, and no longer on the source. */ readonly kind: 'moved' }
  | { /** The machine is where it was and in no migration: it may be started again. */ readonly kind: 'notMoved' }
  | { /** Nothing definite could be seen within the time. */ readonly kind: 'unknown' }
);

/** How to reconcile. */
export type ReconcileOptions = {
  /** The destination; without it nothing is known of what is there. */
  readonly destination?: HyperVHost;
  /** How long the same picture must last before it counts as not moved: a request may still be on its way. In milliseconds; default 30,000. */
  readonly settleMs?: number;
  readonly signal?: AbortSignal;
  /** For everything together, in milliseconds; default 600,000. Then the finding is `unknown`. */
  readonly timeoutMs?: number;
};

/** What one look at the hosts shows: a finding, or that all is still and the machine where it was, or neither. */
type Look = { readonly kind: 'job'; readonly job: MigrationJob } | { readonly kind: 'moved' | 'still' | 'unclear' };

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/** Finds out what became of an intent; see `MigrationService.reconcile`. */
export async function reconcileIntent(host: HyperVHost, intent: MigrationIntent, options: ReconcileOptions = {}): Promise<MigrationFinding> {
  const { destination = null, settleMs = 30_000, signal, timeoutMs = 600_000 } = options;
  const search: Search = { host, destination, intent: checkIntent(intent, host.client.host), observations: new Observations() };
  const deadline = new Deadline(timeoutMs, ...(signal === undefined ? [] : [signal]));
  const finding = (found: { readonly kind: 'job'; readonly job: MigrationJob } | { readonly kind: 'moved' | 'notMoved' | 'unknown' }): MigrationFinding => {
    publishPhase(intent, 'reconciled', found.kind === 'job' ? found.job.reference.keys.InstanceID : null);
    return { ...found, observations: search.observations.list() };
  };
  try {
    let stillSince: number | null = null;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const asked = performance.now();
      const seen = await lookOrNote(search, { signal: deadline.signal });
      if (seen.kind === 'job') return finding(seen);
      if (seen.kind === 'moved') return finding({ kind: 'moved' });
      if (seen.kind === 'still' && stillSince !== null && asked - stillSince >= settleMs) return finding({ kind: 'notMoved' });
      stillSince = seen.kind === 'still' ? (stillSince ?? performance.now()) : null;
      const settlesInMs = stillSince === null ? Infinity : Math.max(1, Math.ceil(stillSince + settleMs - performance.now()));
      await SYSTEM_CLOCK.sleep(Math.min(pauseMs, settlesInMs), deadline.signal);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!deadline.signal.aborted) throw error;
    return finding({ kind: 'unknown' });
  } finally {
    deadline.dispose();
  }
}

type Search = {
  readonly host: HyperVHost;
  readonly destination: HyperVHost | null;
  readonly intent: MigrationIntent;
  readonly observations: Observations;
};

/** A host that cannot be asked now may answer later. */
async function lookOrNote(search: Search, call: CallOptions): Promise<Look> {
  try {
    return await look(search, call);
  } catch (error) {
    if (!isPassing(error) || call.signal?.aborted === true) throw error;
    search.observations.add(search.host.client.host, `Nothing to conclude: ${error.message}`);
    return { kind: 'unclear' };
  }
}

/**
 * The machine is looked for before and after the jobs: while the management service does not run, a host shows no jobs,
 * and nothing is to be concluded from that.
 */
async function look(search: Search, call: CallOptions): Promise<Look> {
  const { host, destination, intent, observations } = search;
  const { machine, to, type, knownJobs } = intent;
  const [here, there] = await Promise.all([presence(search, host, call), destination === null ? null : presence(search, destination, call)]);
  const jobs = (await migrationJobsOf(host, machine, call)).filter(({ reference }) => !knownJobs.includes(reference.keys.InstanceID));
  const ours = jobs.filter((job) => goesTo(job, to) && isOfKind(job, type));
  const found = ours.find(({ phase }) => phase === 'running') ?? ours[0];
  if (found !== undefined) {
    observations.add(host.client.host, `Job ${found.reference.keys.InstanceID} of ${machine.name} is ${found.state}`);
    return { kind: 'job', job: new MigrationJob(host.client, found.reference, intent) };
  }
  const other = jobs.find((job) => job.phase === 'running' && !isCheck(job));
  observations.add(host.client.host, other === undefined ? `${machine.name} is in no migration` : `${machine.name} is in another migration, job ${other.reference.keys.InstanceID}`);
  if (here === 'absent' && there === 'realized') return { kind: 'moved' };
  const isStill = here === 'realized' && (there === null || there === 'absent') && other === undefined && (await presence(search, host, call)) === here;
  return { kind: isStill ? 'still' : 'unclear' };
}

const SEEN: Readonly<Record<MachinePresence, string>> = { realized: 'is here', planned: 'is planned here, and has not arrived', absent: 'is not here' };

async function presence({ intent: { machine }, observations }: Search, { client }: HyperVHost, call: CallOptions): Promise<MachinePresence> {
  const seen = await machinePresence(client, machine.id, call);
  observations.add(client.host, `${machine.name} ${SEEN[seen]}`);
  return seen;
}
