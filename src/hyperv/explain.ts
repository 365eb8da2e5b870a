import { FaultError, type MsvmError, ProtocolError, ReturnValueError } from '../errors.js';
import type { Clock } from './clock.js';
import { errorOf } from './error-list.js';
import type { JobStatus } from './job-status.js';
import { hasWarnings } from './outcome.js';
import { isAccessDenied, isPassing } from './passing.js';

/** One way to ask why a job failed. */
export type ErrorSource = () => Promise<readonly MsvmError[]>;

/** What sources said, and why one of them failed for good: nothing more can be asked of this job. */
export type Explanation = { readonly errors: readonly MsvmError[]; readonly fatal: unknown };

/** How long a lost connection is borne, in milliseconds. */
export const PATIENCE_MS = 10_000;
const PAUSE_MS = 250;

/**
 * Asks one source after the other until there is an error with a message; those without one are kept behind it. A source
 * that fails is passed over. Ends early where the next source would fail alike: the job is gone, the logon is refused.
 *
 * @throws the signal's reason - it was aborted
 */
export async function explain(sources: readonly ErrorSource[], clock: Clock, signal?: AbortSignal): Promise<Explanation> {
  let errors: readonly MsvmError[] = [];
  for (const source of sources) {
    try {
      const found = await patiently(source, clock, signal);
      if (found.some(hasMessage)) return { errors: errors.length === 0 ? found : [...found.filter(hasMessage), ...errors], fatal: null };
      if (errors.length === 0) errors = found;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error) && !(error instanceof ReturnValueError) && !isAccessDenied(error)) return { errors, fatal: error };
    }
  }
  return { errors, fatal: null };
}

/** Asks again while the connection is lost; an answer that is garbled is asked for once more. */
export async function patiently<T>(ask: () => Promise<T>, clock: Clock, signal?: AbortSignal): Promise<T> {
  const end = clock.now() + PATIENCE_MS;
  for (let garbled = 0; ; ) {
    try {
      return await ask();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ProtocolError) garbled++;
      if (!isPassing(error) || error instanceof FaultError || garbled > 1 || clock.now() >= end) throw error;
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}

/**
 * Adds what the instance of a job says of its failure, where the errors have no message; of a job that failed at least
 * that there is no reason. A job that runs, or succeeded without warnings, has nothing to explain.
 */
export function withDescription(errors: readonly MsvmError[], status: JobStatus): readonly MsvmError[] {
  if (errors.some(hasMessage) || status.phase === 'running' || (status.phase === 'succeeded' && !hasWarnings(status))) return errors;
  const described = describedErrors(status);
  return [...(described.length === 0 && status.phase === 'failed' ? [unexplained(status)] : described), ...errors];
}

/** The summary first; the ErrorCode is told beside. */
function describedErrors({ instance }: JobStatus): readonly MsvmError[] {
  const texts = [instance.ErrorSummaryDescription, instance.ErrorDescription].filter((text): text is string => typeof text === 'string' && text.trim() !== '');
  return [...new Set(texts)].map((Message) => errorOf({ Message, CIMStatusCodeDescription: errorCodeOf(instance.ErrorCode) }));
}

/** Stands for the reason that the host does not give. */
function unexplained({ state, instance }: JobStatus): MsvmError {
  const code = errorCodeOf(instance.ErrorCode);
  return errorOf({ Message: `The host gives no reason: the job ended in state ${state}${code === null ? '' : ` with ${code}`}`, CIMStatusCodeDescription: code });
}

/** Whether an error has a text for people. */
export function hasMessage({ Message }: MsvmError): boolean {
  return Message !== null && Message.trim() !== '';
}

function errorCodeOf(value: unknown): string | null {
  return typeof value === 'number' ? `ErrorCode ${value}` : null;
}
