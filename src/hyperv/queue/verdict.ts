import { FaultError, OutcomeUnknownError, ReturnValueError } from '../../errors.js';
import { type Diagnosis, diagnose } from '../diagnosis/diagnosis.js';
import { leavesOpen } from '../migrations/leaves-open.js';
import { movesMachine } from '../migrations/options.js';
import type { FailedOutcome, JobOutcome, Observation } from '../outcome.js';
import { isPassing } from '../passing.js';
import type { QueueOutcome } from './queue-outcome.js';
import type { Entry } from './queued-migration.js';

/** What one attempt comes to. */
export type Verdict = Pick<QueueOutcome, 'kind' | 'job' | 'observations' | 'error' | 'diagnosis' | 'reason'> & {
  /** It certainly did not begin, and may succeed when it is tried again. */
  readonly mayRetry: boolean;
};

const NOTHING: Omit<Verdict, 'kind'> = { job: null, observations: [], error: null, diagnosis: null, reason: null, mayRetry: false };

/** What it means that a migration could not be asked for: nothing had been sent. */
export function notAsked(error: unknown): Verdict {
  return { ...failed(error), mayRetry: isPassing(error) };
}

/** What it means that the request to migrate was rejected: `null` when it may have begun all the same. */
export function rejected(error: unknown): Verdict | null {
  if (leavesOpen(error)) return null;
  if (!isRefusal(error)) return notAsked(error);
  const diagnosis = diagnose(error);
  return { ...failed(error), diagnosis, mayRetry: isWorthRetry(diagnosis) };
}

/** Whether the host said no. */
function isRefusal(error: unknown): error is FaultError | ReturnValueError {
  return error instanceof FaultError || error instanceof ReturnValueError;
}

/** Whether it certainly did not begin, and may begin later without anybody doing anything. */
function isWorthRetry({ begun, retry }: Diagnosis): boolean {
  return begun === false && retry === 'later';
}

/** What it means that a request of which nobody knew whether it was carried out turned out to have had no effect. A refusal comes again, unless it was for the moment. */
export function notBegun(error: unknown, observations: readonly Observation[]): Verdict {
  const answer = error instanceof OutcomeUnknownError ? error.cause : error;
  const mayRetry = !isRefusal(answer) || diagnose(answer).retry === 'later';
  return { ...failed(error), observations, reason: `It did not begin: ${messageOf(error)}`, mayRetry };
}

/** What it means that no migration of the machine is left, and that one may have begun and ended: it is never tried again. */
export function stillThere(error: unknown, observations: readonly Observation[]): Verdict {
  return { ...failed(error), observations, reason: `Whether it began is not known, and the machine is still on the source: ${messageOf(error)}` };
}

/** What it means how the job ended. */
export function judge(job: JobOutcome, { type, name }: Pick<Entry, 'type' | 'name'>): Verdict {
  switch (job.kind) {
    case 'succeeded':
      return { ...NOTHING, kind: 'succeeded', job };
    case 'cancelled':
      return { ...NOTHING, kind: 'cancelled', job, reason: 'Its job was cancelled' };
    case 'failed': {
      const diagnosis = diagnose(job.errors);
      return { ...NOTHING, kind: 'failed', job, diagnosis, reason: diagnosis.summary, mayRetry: hasMetLimit(job, diagnosis, name) };
    }
    case 'gone':
      return judgeGone(job, type);
    case 'unknown':
      return { ...unknown(job.cause, job.evidence.observations), job };
  }
}

/** Tells among other things that as many migrations run as are allowed. */
const LIMIT_REACHED = '21501';

/** A number that stands by itself, as the limit does, and is part of no name, address or code. */
const NUMBER = /(?<![\w.:-])\d{1,4}(?![\w:-]|\.\d)/;

/**
 * Whether somebody else took the slot: of a job that failed nothing else is known not to have begun. The event has no code for it and tells of other
 * failures too, so it counts only where nothing more specific is said, where it names the limit, and where the job never came to its first percent.
 */
function hasMetLimit({ errors, evidence }: FailedOutcome, { cause }: Diagnosis, name: string): boolean {
  const event = errors.find((error) => error.MessageID === LIMIT_REACHED);
  if (cause !== null || evidence.status?.percent !== 0 || event === undefined) return false;
  return [event.Message, ...(event.MessageArguments ?? [])].some((text) => text !== null && NUMBER.test(text.replaceAll(name, '')));
}

/** A job that is gone is told by its machine, where that one was to go to another host. It had begun: it is never tried again. */
function judgeGone(job: Extract<JobOutcome, { kind: 'gone' }>, type: Entry['type']): Verdict {
  const where = movesMachine(type) ? job.machine : 'unknown';
  if (where === 'moved') return { ...NOTHING, kind: 'succeeded', job };
  if (where === 'notMoved') return { ...NOTHING, kind: 'failed', job, reason: 'Its job is gone before its end was seen, and the machine is still on the source' };
  return { ...NOTHING, kind: 'unknown', job, reason: 'Its job is gone before its end was seen' };
}

/** The machine was found where it was to go. */
export function moved(observations: readonly Observation[]): Verdict {
  return { ...NOTHING, kind: 'succeeded', observations };
}

export function cancelled(): Verdict {
  return { ...NOTHING, kind: 'cancelled', reason: 'It was cancelled before it began' };
}

export function unknown(error: unknown, observations: readonly Observation[]): Verdict {
  return { ...NOTHING, kind: 'unknown', error, observations, reason: `What became of it is not known: ${messageOf(error)}` };
}

function failed(error: unknown): Verdict {
  return { ...NOTHING, kind: 'failed', error, reason: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
