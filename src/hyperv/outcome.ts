import { type FaultError, JobError, JobGoneError, type MsvmError, OutcomeUnknownError } from '../errors.js';
import type { JobReference } from './job-reference.js';
import { COMPLETED_WITH_WARNINGS, type JobStatus } from './job-status.js';

/** Something that was seen while a job was followed, and that the outcome rests on. */
export type Observation = {
  /** By the clock of this machine: ISO 8601. */
  readonly at: string;
  /** `host:port` of the host that was asked. */
  readonly host: string;
  /** What was seen there, in one sentence. */
  readonly seen: string;
};

/** What an outcome rests on. */
export type Evidence = {
  readonly reference: JobReference;
  /** The job as it was seen last; `null` when it never was. */
  readonly status: JobStatus | null;
  /** In the order of time. */
  readonly observations: readonly Observation[];
};

/**
 * Where the machine of a migration is, of which the job itself can tell nothing any more: `moved`, it is on the destination and no longer on
 * the source; `notMoved`, it is on the source, and not on the destination if that was asked; `unknown`, anything else: there was nobody to
 * ask, the machine was not to leave its host, or several have its name.
 */
export type Whereabouts = 'moved' | 'notMoved' | 'unknown';

type Ended = {
  readonly evidence: Evidence;
  /** This outcome if the job succeeded; else it throws `JobError`, `JobGoneError` or `OutcomeUnknownError`. Not enumerable. */
  orThrow(): SucceededOutcome;
};

/** The host says that the job completed. */
export type SucceededOutcome = Ended & {
  readonly kind: 'succeeded';
  /** What the host says beside; empty unless its state is "completed with warnings". */
  readonly warnings: readonly MsvmError[];
};

/** The host says that the job failed. */
export type FailedOutcome = Ended & {
  readonly kind: 'failed';
  /** The general error first, the specific cause last; never empty, and never without any message. What could not be asked is in the observations. */
  readonly errors: readonly MsvmError[];
};

/** The host says that the job was terminated. */
export type CancelledOutcome = Ended & { readonly kind: 'cancelled'; readonly errors: readonly MsvmError[] };

/** The host answers, and has no such job any more. */
export type GoneOutcome = Ended & {
  readonly kind: 'gone';
  /** Where the machine of a migration is now. */
  readonly machine: Whereabouts;
  /** How the host said so; `null` when it was concluded otherwise. */
  readonly fault: FaultError | null;
};

/** Nobody could be asked any more. */
export type UnknownOutcome = Ended & { readonly kind: 'unknown'; readonly cause: unknown };

/** How a job ended, as far as it can be known. */
export type JobOutcome = SucceededOutcome | FailedOutcome | CancelledOutcome | GoneOutcome | UnknownOutcome;

/** How a migration ended, as far as it can be known. */
export type MigrationOutcome = JobOutcome;

type Data<O> = O extends JobOutcome ? Omit<O, 'orThrow'> : never;

/** Adds `orThrow`, which is not enumerable so that the outcome stays plain data. */
export function toOutcome(data: Data<JobOutcome>): JobOutcome {
  const outcome = data as JobOutcome;
  return Object.defineProperty(outcome, 'orThrow', {
    value: (): SucceededOutcome => {
      if (outcome.kind === 'succeeded') return outcome;
      throw errorOf(outcome);
    },
  });
}

/** Whether a job that succeeded has warnings to be read. */
export function hasWarnings({ instance }: JobStatus): boolean {
  return instance.JobState === COMPLETED_WITH_WARNINGS;
}

function errorOf(outcome: Exclude<JobOutcome, SucceededOutcome>): JobError | JobGoneError | OutcomeUnknownError {
  const { className, keys, host } = outcome.evidence.reference;
  const job = `${className} ${keys.InstanceID} on ${host}`;
  switch (outcome.kind) {
    case 'failed':
      return new JobError(`The job failed: ${outcome.errors.at(-1)?.Message ?? 'the host gives no reason'} (${job})`, outcome.errors);
    case 'cancelled':
      return new JobError(`The job was cancelled (${job})`, outcome.errors);
    case 'gone':
      return goneError(outcome, job);
    case 'unknown':
      return new OutcomeUnknownError(`What became of the job is not known: ${outcome.cause instanceof Error ? outcome.cause.message : String(outcome.cause)} (${job})`, {
        cause: outcome.cause,
      });
  }
}

const GONE: Readonly<Record<Whereabouts, string>> = {
  moved: 'its machine is on the destination, and no longer on the source',
  notMoved: 'its machine is still on the source',
  unknown: 'what became of it could not be found out',
};

function goneError({ machine, fault }: GoneOutcome, job: string): JobGoneError | OutcomeUnknownError {
  const message = `The job is gone before its end was seen; ${GONE[machine]} (${job})`;
  return fault === null ? new OutcomeUnknownError(message) : new JobGoneError(message, fault, { cause: fault });
}
