import type { CallOptions } from '../client/options.js';
import { FaultError, JobGoneError, OutcomeUnknownError, ReturnValueError, UsageError } from '../errors.js';
import { isNotFound } from '../wsman/wsman-fault.js';
import { type Clock, SYSTEM_CLOCK } from './clock.js';
import type { JobStatus } from './job-status.js';
import { isPassing } from './passing.js';
import { DAY_MS, type WatchOptions, type Watched, watchJob } from './watch.js';

/** How a job is cancelled; beside it all of {@link WatchOptions}, for the whole of it. */
export type CancelOptions = WatchOptions & {
  /** Asks for Kill (5) instead of Terminate (4). Default `false`. */
  readonly kill?: boolean;
};

/** What can be cancelled: a job. */
export type Cancelled = Watched & { requestStateChange(state: number, timeout: null, call: CallOptions): Promise<void> };

const TERMINATE = 4;
const KILL = 5;
const INVALID_STATE = 32775;
/** The name of JobState 6: somebody has asked for the end already. */
const SHUTTING_DOWN = 'Shutting Down';
const REQUEST_MS = 30_000;
const SLOWEST_PAUSE_MS = 5000;

/**
 * Asks the host to end a job, and waits until it has ended, however that is. A request whose answer is lost is repeated
 * while the job shows no sign of it: ending it twice is ending it. A job that is ending already is only waited for.
 *
 * @throws UsageError - the job has ended already, or cannot be cancelled
 * @throws ReturnValueError - the host refuses
 * @throws as {@link watchJob} - but a job that is gone after it was asked to end has ended
 */
export async function cancelJob(job: Cancelled, options: CancelOptions = {}, clock: Clock = SYSTEM_CLOCK): Promise<void> {
  const { signal, timeoutMs = DAY_MS, kill = false } = options;
  const startedAt = clock.now();
  let seen: JobStatus | null = null;
  const watch = (): AsyncGenerator<JobStatus, void, undefined> => watchJob(job, options, { clock, startedAt, told: seen });
  /** The status now, asked for as patiently as a watch does. */
  const look = async (): Promise<JobStatus> => {
    const { value } = await watch().next();
    return (seen = value as JobStatus);
  };
  const before = await look();
  const isEnding = before.state === SHUTTING_DOWN && !kill;
  if (!isEnding) checkCancellable(before);
  try {
    for (let pause = options.firstPollMs ?? 250; !isEnding; pause = Math.min(pause * 2, SLOWEST_PAUSE_MS)) {
      const left = Math.ceil(startedAt + timeoutMs - clock.now());
      const call = { timeoutMs: Math.max(1, Math.min(REQUEST_MS, left)), ...(signal === undefined ? {} : { signal }) };
      if (await isAccepted(job.requestStateChange(kill ? KILL : TERMINATE, null, call), signal)) break;
      // What was asked may be on its way, or never have arrived.
      await clock.sleep(pause, signal);
      const { phase, cancellable } = await look();
      if (phase !== 'running' || cancellable === false) break;
    }
    for await (const { phase } of watch()) if (phase !== 'running') return;
  } catch (error) {
    if (error instanceof JobGoneError || (isInvalidState(error) && (await hasEnded(look())))) return;
    throw error;
  }
}

function checkCancellable({ phase, state, cancellable, reference }: JobStatus): void {
  const job = `The job ${reference.keys.InstanceID} on ${reference.host}`;
  if (phase !== 'running') throw new UsageError(`${job} has ended already: ${state}`);
  if (cancellable === false) throw new UsageError(`${job} cannot be cancelled: its property Cancellable is false, as at the end of a migration`);
}

/** Whether the job has ended; one that is gone has. */
async function hasEnded(look: Promise<JobStatus>): Promise<boolean> {
  try {
    return (await look).phase !== 'running';
  } catch (error) {
    if (error instanceof JobGoneError) return true;
    throw error;
  }
}

/** Whether the host has taken the request; `false` when its answer was lost, or it could not be sent. */
async function isAccepted(request: Promise<void>, signal?: AbortSignal): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    const isRefusal = error instanceof FaultError && (error instanceof JobGoneError || !isNotFound(error));
    if (error instanceof OutcomeUnknownError || (isPassing(error) && !isRefusal)) return false;
    throw error;
  }
}

/** A job that has just ended is in no state to be cancelled. */
function isInvalidState(error: unknown): error is ReturnValueError {
  return error instanceof ReturnValueError && error.returnValue === INVALID_STATE;
}
