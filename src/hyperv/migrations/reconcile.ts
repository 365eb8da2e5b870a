import { type CallOptions, whole } from '../../client/options.js';
import type { WsmanClient } from '../../client/wsman-client.js';
import { Deadline } from '../../transport/deadline.js';
import { SYSTEM_CLOCK } from '../clock.js';
import type { HyperVHost } from '../host.js';
import { MigrationJob } from '../job.js';
import type { MigrationJobStatus } from '../job-status.js';
import { type MachinePresence, machinePresence } from '../machine-presence.js';
import { Observations } from '../observations.js';
import type { Observation } from '../outcome.js';
import { isPassing } from '../passing.js';
import { keptMs } from '../watch.js';
import { type MigrationIntent, checkIntent } from './intent.js';
import { fits, isMigrating, jobText, migrationJobsOf } from './machine-jobs.js';
import { movesMachine } from './options.js';
import { publishPhase } from './phase.js';

/** What became of a migration that was intended, with what that rests on. */
export type MigrationFinding = {
  /** In the order of time. */
  readonly observations: readonly Observation[];
} & (
  | { /** It was started: this is its job, running or ended. */ readonly kind: 'job'; readonly job: MigrationJob }
  | { /** The machine is on the destination, and no longer on the source; of a Staged migration, the planned machine is on the destination. */ readonly kind: 'moved' }
  | {
      /** The machine is where it was and in no migration. Only said where that shows that nothing of it goes on. */
      readonly kind: 'notMoved';
      /**
       * Whether it certainly never began, so that it may be started again. That rests on its job, which the host keeps for five minutes after its end: `true`
       * only for an intent that this service itself sent less than five minutes ago. Otherwise it may have begun, failed and been forgotten.
       */
      readonly mayStart: boolean;
    }
  | { /** Nothing definite could be seen within the time, or what there is to see tells nothing. */ readonly kind: 'unknown' }
);

/** How to reconcile. */
export type ReconcileOptions = {
  /** The destination; without it nothing is known of what is there. */
  readonly destination?: HyperVHost;
  /**
   * How long the same picture must last before it counts: a request may still be on its way, and the host works on it for
   * as long as its OperationTimeout. In milliseconds; default 30,000, and 5,000 more than the `operationTimeoutMs` of the
   * client at least, with its own default 65,000.
   */
  readonly settleMs?: number;
  readonly signal?: AbortSignal;
  /** For everything together, in milliseconds; default 600,000. Then the finding is `unknown`. */
  readonly timeoutMs?: number;
};

/** A picture that counts when it lasts: all is still and the machine where it was, or that and the planned machine on the destination. */
type Picture = 'still' | 'staged';

/** What one look at the hosts shows: a finding, a picture, or neither. */
type Look = { readonly kind: 'job'; readonly job: MigrationJob } | { readonly kind: 'moved' | Picture | 'unclear' };

type Found = { readonly kind: 'job'; readonly job: MigrationJob } | { readonly kind: 'moved' | 'unknown' } | { readonly kind: 'notMoved' };

const LEAST_SETTLE_MS = 30_000;
const SETTLE_MARGIN_MS = 5000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/**
 * Finds out what became of an intent; see `MigrationService.reconcile`.
 *
 * @param sentAt - when this process sent it, by `performance.now()`; `null` when it did not
 */
export async function reconcileIntent(host: HyperVHost, intent: MigrationIntent, options: ReconcileOptions = {}, sentAt: number | null = null): Promise<MigrationFinding> {
  const search: Search = { host, destination: options.destination ?? null, intent: checkIntent(intent, host.client.host), observations: new Observations() };
  const settleMs = whole('settleMs', options.settleMs ?? Math.max(LEAST_SETTLE_MS, host.client.operationTimeoutMs + SETTLE_MARGIN_MS), 0);
  const timeoutMs = whole('timeoutMs', options.timeoutMs ?? 600_000, 1);
  const found = await settle(search, settleMs, timeoutMs, options.signal);
  publishPhase(intent, 'reconciled', { finding: found.kind, instanceId: found.kind === 'job' ? found.job.reference.keys.InstanceID : null });
  const observations = search.observations.list();
  if (found.kind !== 'notMoved') return { ...found, observations };
  return { kind: 'notMoved', mayStart: sentAt !== null && performance.now() - sentAt < keptMs(null), observations };
}

/** Looks until something is definite, or a picture lasts. */
async function settle(search: Search, settleMs: number, timeoutMs: number, signal?: AbortSignal): Promise<Found> {
  const deadline = new Deadline(timeoutMs, ...(signal === undefined ? [] : [signal]));
  try {
    let last: Look['kind'] = 'unclear';
    let since = performance.now();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const asked = performance.now();
      const seen = await lookOrWait(search, { signal: deadline.signal });
      if (seen?.kind === 'job' || seen?.kind === 'moved') return seen as Found;
      // A look that failed shows nothing, and so nothing else.
      const kind: Look['kind'] = seen?.kind ?? last;
      const lasts = kind === last && kind !== 'unclear';
      if (seen !== null && lasts && asked - since >= settleMs) return { kind: meaningOf(kind, search) };
      if (!lasts) since = performance.now();
      last = kind;
      const settlesInMs = last === 'unclear' ? Infinity : Math.max(1, Math.ceil(since + settleMs - performance.now()));
      await SYSTEM_CLOCK.sleep(Math.min(pauseMs, settlesInMs), deadline.signal);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!deadline.signal.aborted) throw error;
    return { kind: 'unknown' };
  } finally {
    deadline.dispose();
  }
}

/** Of storage nothing but its job tells, and of a planned machine nothing but the destination: that job may have come and gone. */
function meaningOf(picture: Picture, { intent: { type }, destination }: Search): 'moved' | 'notMoved' | 'unknown' {
  if (picture === 'staged') return 'moved';
  return movesMachine(type) || (type === 'Staged' && destination !== null) ? 'notMoved' : 'unknown';
}

type Search = {
  readonly host: HyperVHost;
  readonly destination: HyperVHost | null;
  readonly intent: MigrationIntent;
  readonly observations: Observations;
};

/** A host that cannot be asked now may answer later: `null`. */
async function lookOrWait(search: Search, call: CallOptions): Promise<Look | null> {
  try {
    return await look(search, call);
  } catch (error) {
    if (!isPassing(error) || call.signal?.aborted === true) throw error;
    return null;
  }
}

/**
 * The machine is looked for before and after the jobs: while the management service does not run, a host shows no jobs,
 * and nothing is to be concluded from that.
 */
async function look(search: Search, call: CallOptions): Promise<Look> {
  const { host, destination, intent, observations } = search;
  const { machine, type, knownJobs } = intent;
  const [here, there] = await Promise.all([presence(search, host, call), destination === null ? null : presence(search, destination, call)]);
  const { own, unclear } = await noted(search, host.client, migrationJobsOf({ source: host, destination }, machine, knownJobs, call));
  const ours = own.filter((job) => fits(job, intent) === 'yes');
  const found = ours.find(({ phase }) => phase === 'running') ?? ours[0];
  if (found !== undefined) {
    observations.add(host.client.host, `Job ${found.reference.keys.InstanceID} of ${machine.name} is ${found.state}`);
    return { kind: 'job', job: new MigrationJob(host.client, found.reference, intent) };
  }
  const other = own.find(isMigrating);
  // What runs may be the migration of the machine, what has ended may be what was asked for.
  const doubtful = own.find((job) => fits(job, intent) === 'unclear') ?? unclear.find((job) => isMigrating(job) || fits(job, intent) !== 'no');
  observations.add(host.client.host, pictureOf(machine.name, other, doubtful));
  if (here === 'absent' && there === 'realized') return { kind: 'moved' };
  if (here !== 'realized' || other !== undefined || doubtful !== undefined) return { kind: 'unclear' };
  const isStaged = type === 'Staged' && there === 'planned';
  if (!isStaged && there !== null && there !== 'absent') return { kind: 'unclear' };
  if ((await presence(search, host, call)) !== here) return { kind: 'unclear' };
  return { kind: isStaged ? 'staged' : 'still' };
}

function pictureOf(name: string, other: MigrationJobStatus | undefined, doubtful: MigrationJobStatus | undefined): string {
  if (other !== undefined) return `${name} is in another migration, ${jobText(other)}`;
  if (doubtful !== undefined) return `Whether ${jobText(doubtful)} is that of ${name} cannot be told: it is ${doubtful.state}`;
  return `${name} is in no migration`;
}

const SEEN: Readonly<Record<MachinePresence, string>> = { realized: 'is here', planned: 'is planned here, and has not arrived', absent: 'is not here' };

async function presence(search: Search, { client }: HyperVHost, call: CallOptions): Promise<MachinePresence> {
  const { intent: { machine }, observations } = search;
  const seen = await noted(search, client, machinePresence(client, machine.id, call));
  observations.add(client.host, `${machine.name} ${SEEN[seen]}`);
  return seen;
}

/** Notes on which host a look has failed. */
async function noted<T>({ observations }: Search, { host }: WsmanClient, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isPassing(error)) observations.add(host, `Nothing to conclude: ${error.message}`);
    throw error;
  }
}
