import type { Diagnosis } from '../diagnosis/diagnosis.js';
import type { JobReference } from '../job-reference.js';
import type { JobOutcome, Observation } from '../outcome.js';

/**
 * Where a migration of a queue stands. `waiting`: for a slot, for its machine, for its turn, or to be tried again; `starting`: it is
 * asked for; `running`: its job is followed; `reconciling`: whether it began is being found out. The others are ends.
 */
export type QueueState = 'waiting' | 'starting' | 'running' | 'reconciling' | QueueOutcome['kind'];

/** A migration of a queue as plain JSON. */
export type QueuedMigrationStatus = {
  /** Tells the migrations of one queue apart: a number that counts up. */
  readonly number: number;
  /** `id` is `null` until the machine was looked up; `name` is what was given until then. */
  readonly machine: { readonly id: string | null; readonly name: string };
  /** `host:port` of the source. */
  readonly from: string;
  /** `host:port` of the destination; `null` when only storage moves. */
  readonly to: string | null;
  readonly state: QueueState;
  /** How often it was asked for. */
  readonly attempts: number;
  /** PercentComplete of its job as it was seen last. */
  readonly percent: number | null;
  /** The job of the last attempt. */
  readonly reference: JobReference | null;
  /** Why the last attempt did not succeed, in one line. */
  readonly reason: string | null;
};

/** A migration of a queue entered another state, or its job shows another percentage. */
export type QueueEvent = {
  /** By the clock of this machine: ISO 8601. */
  readonly at: string;
  readonly kind: 'state' | 'progress';
  readonly migration: QueuedMigrationStatus;
};

/**
 * How a migration of a queue ended.
 *
 * `succeeded`: its job says so, or its job is gone and the machine was found on the destination and no longer on the source. `failed`: it was
 * refused, or its job failed, or no job of it is left and the machine was found on the source alone. `cancelled`: its job was cancelled, or it was
 * cancelled before it began. `unknown`: none of that can be told; it may still run.
 */
export type QueueOutcome = {
  readonly kind: 'succeeded' | 'failed' | 'cancelled' | 'unknown';
  readonly machine: { readonly id: string | null; readonly name: string };
  /** `host:port` of the source. */
  readonly from: string;
  /** `host:port` of the destination; `null` when only storage moves. */
  readonly to: string | null;
  readonly attempts: number;
  /** The job of the last attempt. */
  readonly reference: JobReference | null;
  /** What became of that job; `null` when there was none, or it was not followed to its end. */
  readonly job: JobOutcome | null;
  /** What was seen while it was found out whether it had begun. */
  readonly observations: readonly Observation[];
  /** What it rejected with, when no job tells. */
  readonly error: unknown;
  /** What the errors mean, when it failed with some. */
  readonly diagnosis: Diagnosis | null;
  /** Why it did not succeed, in one line; `null` when it did. */
  readonly reason: string | null;
};

const ENDS: readonly string[] = ['succeeded', 'failed', 'cancelled', 'unknown'] satisfies readonly QueueOutcome['kind'][];

/** Whether a migration has ended that is in this state. */
export function isEnd(state: QueueState): boolean {
  return ENDS.includes(state);
}
