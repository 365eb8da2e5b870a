import { type CallOptions, whole } from '../client/options.js';
import { AuthError, TimeoutError } from '../errors.js';
import { publish } from '../signals.js';
import { type Clock, SYSTEM_CLOCK } from './clock.js';
import type { JobReference } from './job-reference.js';
import type { JobStatus } from './job-status.js';
import { Observations } from './observations.js';
import { isPassing } from './passing.js';

/** How a job is followed; all times in milliseconds. */
export type WatchOptions = {
  /** Ends it at once; it then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** The deadline of all of it. Default 24 hours. */
  readonly timeoutMs?: number;
  /** How long the job may show the same state and percentage. Default: as long as it likes. */
  readonly stallMs?: number;
  /** How long there may be no answer at all. Default ten minutes, enough for a host to start again. */
  readonly unreachableMs?: number;
  /** The pause after the first answer, and after each change. Default 250. */
  readonly firstPollMs?: number;
  /** The longest pause between two answers. Default 5,000; never more than a quarter of the time that the host keeps a job after its end, five minutes where it does not say. */
  readonly slowestPollMs?: number;
};

/** The deadline of a watch passed, or the job does not move; it goes on on the host. Code `TIMEOUT`. */
export class WatchTimeoutError extends TimeoutError {
  /** The job as it was seen last; `null` when it never was. */
  readonly status: JobStatus | null;

  constructor(message: string, timeoutMs: number, status: JobStatus | null, options?: { cause?: unknown }) {
    super(message, timeoutMs, options);
    this.status = status;
  }
}

/** What can be watched: a job. */
export type Watched = { readonly reference: JobReference; status(call?: CallOptions): Promise<JobStatus> };

/** What a watch stands on. */
export type WatchTools = {
  readonly clock?: Clock;
  /** Where lost connections are noted. */
  readonly observations?: Observations;
  /** When the time of `timeoutMs` began to run, by the clock. Default: now. */
  readonly startedAt?: number;
  /** The job as the signal `hyperv-wsman:job` told of it last; the first status is then told only when it is a move from that. */
  readonly told?: JobStatus | null;
};

/** A host that was cut off does not answer at all: the next try has a new connection. */
const POLL_MS = 30_000;
/** The last try before the host is given up must have a chance. */
const LEAST_POLL_MS = 1000;
const GROWTH = 1.5;
/** How many logons in a row may be refused after one was accepted: a domain controller may be away for a moment. More could lock the account. */
const MAX_REFUSED_LOGONS = 2;
/** How long a job is followed unless it is said otherwise, in milliseconds. */
export const DAY_MS = 86_400_000;
/** How long a host may give no answer at all, unless it is said otherwise: ten minutes, enough for it to start again. */
export const UNREACHABLE_MS = 600_000;
const FIVE_MINUTES_MS = 300_000;

/**
 * Follows a job to its end: its status at once, then each that shows another state, percentage or description.
 *
 * @throws UsageError - an option that is no whole number of milliseconds
 * @throws JobGoneError - the host has no such job any more
 * @throws WatchTimeoutError - the deadline passed, or the job did not move for `stallMs`
 * @throws AuthError - the logon is refused: at once, or three times in a row after one that was accepted
 * @throws TlsError, FaultError - at once when access is refused; another failure when it lasted for `unreachableMs`
 */
export async function* watchJob(job: Watched, options: WatchOptions = {}, tools: WatchTools = {}): AsyncGenerator<JobStatus, void, undefined> {
  checkOptions(options);
  const { signal, timeoutMs = DAY_MS, stallMs = Infinity, unreachableMs = UNREACHABLE_MS, firstPollMs = 250, slowestPollMs = 5000 } = options;
  const { clock = SYSTEM_CLOCK, observations = new Observations(), startedAt = clock.now() } = tools;
  const { host } = job.reference;
  const end = startedAt + timeoutMs;
  let last: JobStatus | null = null;
  let told: JobStatus | null = tools.told ?? null;
  let movedAt = clock.now();
  let lostAt: number | null = null;
  let pause = firstPollMs;
  let refusedLogons = 0;
  for (;;) {
    signal?.throwIfAborted();
    const asked = clock.now();
    if (asked >= end) throw outOfTime(last, timeoutMs);
    const patience = Math.max(LEAST_POLL_MS, (lostAt ?? asked) + unreachableMs - asked);
    const call = { timeoutMs: Math.ceil(Math.max(1, Math.min(POLL_MS, end - asked, patience))), ...(signal === undefined ? {} : { signal }) };
    try {
      const status = await job.status(call);
      // Not the time after the yield: the consumer may take its own.
      const seenAt = clock.now();
      if (lostAt !== null) observations.add(host, 'The host answers again');
      lostAt = null;
      refusedLogons = 0;
      pause = Math.min(pause * GROWTH, slowestPollMs);
      if (last === null || isChange(last, status)) {
        if (last === null || isMove(last, status)) movedAt = seenAt;
        pause = firstPollMs;
        last = status;
        if (told === null || isMove(told, status)) tell(status);
        told = status;
        yield status;
      }
      if (status.phase !== 'running') return;
      if (seenAt - movedAt >= stallMs) throw stalled(status, stallMs);
    } catch (error) {
      signal?.throwIfAborted();
      const mayLogOn = error instanceof AuthError && last !== null && ++refusedLogons <= MAX_REFUSED_LOGONS;
      if (error instanceof WatchTimeoutError || !(mayLogOn || isPassing(error))) throw error;
      observations.add(host, `No answer about the job: ${error.message}`);
      if (clock.now() >= end) throw outOfTime(last, timeoutMs, error);
      lostAt ??= asked;
      if (clock.now() - lostAt >= unreachableMs) throw error;
      pause = mayLogOn ? slowestPollMs : Math.min(pause * GROWTH, slowestPollMs);
    }
    const now = clock.now();
    const latest = Math.min(end, lostAt === null ? movedAt + stallMs : lostAt + unreachableMs) - now;
    await clock.sleep(Math.max(1, Math.min(pause, keptMs(last) / 4, latest)), signal);
  }
}

function checkOptions(options: WatchOptions): void {
  for (const name of TIMES) if (options[name] !== undefined) whole(name, options[name], 1);
}

const TIMES = ['timeoutMs', 'stallMs', 'unreachableMs', 'firstPollMs', 'slowestPollMs'] as const;

/** How long the host keeps a job after its end, in milliseconds: its TimeBeforeRemoval; where it does not say, Hyper-V's five minutes. */
export function keptMs(status: JobStatus | null): number {
  const removalMs = status?.removalMs ?? 0;
  return removalMs > 0 ? removalMs : FIVE_MINUTES_MS;
}

/** Whether a watcher is to hear of it. */
function isChange(before: JobStatus, after: JobStatus): boolean {
  return isMove(before, after) || before.description !== after.description;
}

/** Whether the job got on. */
function isMove(before: JobStatus, after: JobStatus): boolean {
  return before.state !== after.state || before.percent !== after.percent;
}

function tell({ reference, state, percent }: JobStatus): void {
  const { host, className, keys } = reference;
  publish('hyperv-wsman:job', () => ({ host, className, instanceId: keys.InstanceID, state, percent }));
}

function outOfTime(status: JobStatus | null, timeoutMs: number, cause?: unknown): WatchTimeoutError {
  const seen = status === null ? 'was not seen' : `is ${describe(status)}`;
  return new WatchTimeoutError(`The job ${seen} after ${timeoutMs} ms; it goes on on the host`, timeoutMs, status, { cause });
}

function stalled(status: JobStatus, stallMs: number): WatchTimeoutError {
  return new WatchTimeoutError(`The job does not move: it is ${describe(status)} for ${stallMs} ms or longer; it goes on on the host`, stallMs, status);
}

/** `Running at 42 %`. */
function describe({ state, percent }: JobStatus): string {
  return percent === null ? state : `${state} at ${percent} %`;
}
