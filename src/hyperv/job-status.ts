import type { CimInstance } from '../cim/instance.js';
import { CimInterval } from '../cim/datetime.js';
import { JobState } from '../schema/generated/value-maps.js';
import type { JobReference } from './job-reference.js';

/** The classes of jobs of root/virtualization/v2. */
export type JobClassName =
  | 'Msvm_MigrationJob'
  | 'Msvm_ConcreteJob'
  | 'Msvm_StorageJob'
  | 'Msvm_CopyFileToGuestJob'
  | 'Msvm_CollectionReferencePointExportJob'
  | 'Msvm_VirtualSystemReferencePointExportJob';

/** What the state of a job comes to. */
export type JobPhase = 'running' | 'succeeded' | 'failed' | 'cancelled';

/** A job as its host showed it. */
export type JobStatus = {
  readonly reference: JobReference;
  readonly phase: JobPhase;
  /** The name of its JobState: `Running`, `Exception`. */
  readonly state: string;
  /** PercentComplete; `null` when the host did not send it. */
  readonly percent: number | null;
  /** ElapsedTime, in milliseconds. */
  readonly elapsedMs: number | null;
  /** Whether the host lets it be cancelled; `null` when it does not say. */
  readonly cancellable: boolean | null;
  /** What it is doing, in the host's words. */
  readonly description: string | null;
  /** How long the host keeps it after its end, in milliseconds (TimeBeforeRemoval); Hyper-V says five minutes. */
  readonly removalMs: number | null;
  /** When this was seen, by the clock of this machine: ISO 8601. */
  readonly seenAt: string;
  /** The whole instance as the host sent it. */
  readonly instance: CimInstance;
};

/** An {@link JobStatus} of a live migration, an instance of Msvm_MigrationJob. */
export type MigrationJobStatus = JobStatus;

/** The states a job does not leave any more; 32768 is "completed with warnings". All others are taken for running. */
const ENDED: Readonly<Record<number, JobPhase>> = { 7: 'succeeded', 8: 'cancelled', 9: 'cancelled', 10: 'failed', 32768: 'succeeded' };

/** Whether a job succeeded with warnings. */
export const COMPLETED_WITH_WARNINGS = 32768;

/** Reads what an instance of a class of jobs says. */
export function toJobStatus(reference: JobReference, instance: CimInstance, seenAt: Date): JobStatus {
  const state = numberOf(instance.JobState);
  const description = textOf(instance.StatusDescriptions) ?? textOf(instance.JobStatus);
  return {
    reference,
    phase: (state === null ? undefined : ENDED[state]) ?? 'running',
    state: state === null ? 'Unknown' : (JobState.name(state) ?? `State ${state}`),
    percent: numberOf(instance.PercentComplete),
    elapsedMs: millisecondsOf(instance.ElapsedTime),
    cancellable: typeof instance.Cancellable === 'boolean' ? instance.Cancellable : null,
    description,
    removalMs: millisecondsOf(instance.TimeBeforeRemoval),
    seenAt: seenAt.toISOString(),
    instance,
  };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** A text, or the first of several. */
function textOf(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : null;
}

function millisecondsOf(value: unknown): number | null {
  return value instanceof CimInterval ? value.toMilliseconds() : null;
}
