import type { CallOptions } from '../client/options.js';
import { FaultError, HyperVWsmanError, type MsvmError, ProtocolError, ReturnValueError } from '../errors.js';
import type { Clock } from './clock.js';
import { errorOf } from './error-list.js';
import type { JobStatus } from './job-status.js';
import { hasWarnings } from './outcome.js';
import { isAccessDenied, isPassing } from './passing.js';

/** The time and the signal of one try, or of all of them: in milliseconds. */
export type Patience = Pick<CallOptions, 'signal'> & { readonly timeoutMs: number };

/** One way to ask why a job failed. */
export type ErrorSource = (call: Patience) => Promise<readonly MsvmError[]>;

/** What sources said. */
export type Explanation = {
  readonly errors: readonly MsvmError[];
  /** Why not every source that was needed could be heard; `null` when all were. */
  readonly failure: Error | null;
  /** Nothing more can be asked of this job, because of the failure. */
  readonly isOver: boolean;
};

/** The longest that one try may take: a host that was cut off does not answer at all, and the next try has a new connection. */
const TRY_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const SLOWEST_PAUSE_MS = 5000;

/**
 * Asks one source after the other until there is an error with a message; those without one are kept behind it. A lost
 * connection is borne as long as there is time; a source that fails otherwise is passed over. Ends early where the next
 * source would fail alike: the job is gone, the logon is refused, the time is over.
 *
 * @param options - `timeoutMs` is for all of it
 * @throws the signal's reason - it was aborted
 */
export async function explain(sources: readonly ErrorSource[], { timeoutMs, ...options }: Patience, clock: Clock): Promise<Explanation> {
  const { signal } = options;
  const end = clock.now() + timeoutMs;
  let errors: readonly MsvmError[] = [];
  let failure: Error | null = null;
  for (const source of sources) {
    try {
      const found = await patiently(source, { ...options, timeoutMs: end - clock.now() }, clock);
      if (found.some(hasMessage)) return { errors: errors.length === 0 ? found : [...found.filter(hasMessage), ...errors], failure, isOver: false };
      if (errors.length === 0) errors = found;
    } catch (error) {
      signal?.throwIfAborted();
      const isItsOwn = isPassing(error) || error instanceof ReturnValueError || isAccessDenied(error);
      if (!isItsOwn || clock.now() >= end) return { errors, failure: error as Error, isOver: true };
      failure ??= error;
    }
  }
  return { errors, failure, isOver: false };
}

/**
 * Asks again while the connection is lost, as long as there is time; an answer that is garbled is asked for once more.
 *
 * @param options - `timeoutMs` is for all tries
 * @throws the last failure, or the signal's reason
 */
export async function patiently<T>(ask: (call: Patience) => Promise<T>, { timeoutMs, ...options }: Patience, clock: Clock): Promise<T> {
  const end = clock.now() + timeoutMs;
  let garbled = 0;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, SLOWEST_PAUSE_MS)) {
    try {
      return await ask({ ...options, timeoutMs: Math.ceil(Math.max(1, Math.min(TRY_MS, end - clock.now()))) });
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof ProtocolError) garbled++;
      if (!isPassing(error) || error instanceof FaultError || garbled > 1 || clock.now() + pause >= end) throw error;
      await clock.sleep(pause, options.signal);
    }
  }
}

/**
 * Adds what the instance of a job says of its failure, where the errors have no message; of a job that failed at least
 * that there is no reason, or that it could not be asked for. A job that runs, or succeeded without warnings, has nothing to explain.
 *
 * @param failure - why the errors could not be asked for; `null` when they could
 */
export function withDescription(errors: readonly MsvmError[], status: JobStatus, failure: Error | null = null): readonly MsvmError[] {
  if (errors.some(hasMessage) || status.phase === 'running' || (status.phase === 'succeeded' && !hasWarnings(status))) return errors;
  const described = describedErrors(status);
  return [...(described.length === 0 && status.phase === 'failed' ? [unexplained(status, failure)] : described), ...errors];
}

/** The summary first; the ErrorCode is told beside. */
function describedErrors({ instance }: JobStatus): readonly MsvmError[] {
  const texts = [instance.ErrorSummaryDescription, instance.ErrorDescription].filter((text): text is string => typeof text === 'string' && text.trim() !== '');
  return [...new Set(texts)].map((Message) => errorOf({ Message, CIMStatusCodeDescription: errorCodeOf(instance.ErrorCode) }));
}

/**
 * Stands for the reason that is not known. The failure's own words stay out of it: a code in them would be taken for one
 * of the job.
 */
function unexplained({ state, instance }: JobStatus, failure: Error | null): MsvmError {
  const code = errorCodeOf(instance.ErrorCode);
  const why = failure === null ? 'The host gives no reason' : `The reason could not be asked for (${failure instanceof HyperVWsmanError ? failure.code : failure.name})`;
  return errorOf({ Message: `${why}: the job ended in state ${state}${code === null ? '' : ` with ${code}`}`, CIMStatusCodeDescription: code });
}

/** Whether an error has a text for people. */
export function hasMessage({ Message }: MsvmError): boolean {
  return Message !== null && Message.trim() !== '';
}

function errorCodeOf(value: unknown): string | null {
  return typeof value === 'number' ? `ErrorCode ${value}` : null;
}
