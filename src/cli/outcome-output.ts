import type { JsonValue } from '../cim/json.js';
import type { MsvmError } from '../errors.js';
import type { Diagnosis } from '../hyperv/diagnosis/diagnosis.js';
import type { JobStatus } from '../hyperv/job-status.js';
import type { JobOutcome, Observation } from '../hyperv/outcome.js';
import { formatDiagnosis } from './diagnosis-output.js';
import { formatMsvmError, msvmErrorToJson } from './msvm-error-output.js';
import { oneLine } from './output.js';

/** What the host says beside how the job ended. */
function errorsOf(outcome: JobOutcome): readonly MsvmError[] {
  if (outcome.kind === 'failed' || outcome.kind === 'cancelled') return outcome.errors;
  return outcome.kind === 'succeeded' ? outcome.warnings : [];
}

/** An outcome for people: how it ended, the errors, what they mean together; where the job cannot tell, what was seen. */
export function formatOutcome(outcome: JobOutcome, diagnosis: Diagnosis | null): string {
  const errors = errorsOf(outcome).map(formatMsvmError);
  const seen = outcome.kind === 'gone' || outcome.kind === 'unknown' ? formatObservations(outcome.evidence.observations) : [];
  return [[headline(outcome), ...seen].join('\n'), ...errors, ...(diagnosis === null ? [] : [formatDiagnosis(diagnosis)])].join('\n\n');
}

/** What was seen, one line each. */
export function formatObservations(observations: readonly Observation[]): readonly string[] {
  return observations.map(({ at, host, seen }) => `  ${at}  ${host}  ${oneLine(seen)}`);
}

/** An outcome for programs. */
export function outcomeToJson(outcome: JobOutcome, diagnosis: Diagnosis | null): JsonValue {
  const { kind, evidence } = outcome;
  return {
    event: 'outcome',
    kind,
    job: evidence.reference,
    state: evidence.status?.state ?? null,
    percent: evidence.status?.percent ?? null,
    errors: errorsOf(outcome).map(msvmErrorToJson),
    diagnosis,
    machine: kind === 'gone' ? outcome.machine : null,
    reason: kind === 'succeeded' ? null : reasonOf(outcome),
    observations: evidence.observations,
  };
}

/** A status for people: ` 42 %  Running  Virtual machine migration in progress`. */
export function formatStatus({ percent, state, description }: JobStatus): string {
  return [`${String(percent ?? '?').padStart(3)} %`, state, ...(description === null || description === state ? [] : [oneLine(description)])].join('  ');
}

/** A status for programs. */
export function statusToJson({ reference, state, percent, elapsedMs, cancellable, description, seenAt }: JobStatus): JsonValue {
  return { event: 'status', job: reference, state, percent, elapsedMs, cancellable, description, seenAt };
}

function headline(outcome: JobOutcome): string {
  const { status } = outcome.evidence;
  const elapsedMs = status?.elapsedMs ?? null;
  const after = elapsedMs === null ? '' : ` after ${Math.round(elapsedMs / 1000)} s`;
  if (outcome.kind === 'succeeded') return `succeeded${after}: ${status?.state ?? ''}`;
  return outcome.kind === 'gone' || outcome.kind === 'unknown' ? reasonOf(outcome) : `${outcome.kind}${after}`;
}

/** Why it did not succeed, in one line. */
function reasonOf(outcome: JobOutcome): string {
  try {
    return outcome.orThrow().kind;
  } catch (error) {
    return oneLine((error as Error).message);
  }
}
