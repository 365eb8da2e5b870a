/** Compares what a client concluded with the books of the data centre. */
import type { MigrationRecord } from '../../src/testing/index.js';

/**
 * What was concluded of one migration. `succeeded`, `failed` and `cancelled` are what its job said; `moved` and `notMoved` what
 * was found out without it; `refused`: it was certainly not started.
 */
export type Claim = {
  readonly kind: 'succeeded' | 'failed' | 'cancelled' | 'moved' | 'notMoved' | 'refused' | 'unknown';
  /** The InstanceID of the job that it rests on. */
  readonly job: string | null;
  /** In which words. */
  readonly said: string;
};

/** One request for a migration, and what became of it in the eyes of the client. Times are milliseconds since 1970. */
export type Attempt = {
  readonly number: number;
  readonly machine: string;
  readonly begunAt: number;
  readonly claimedAt: number;
  readonly claim: Claim;
  /** How often it was asked for; a queue may do that several times. */
  readonly requests: number;
};

/**
 * What is not true of a claim.
 *
 * @param records - the books of the machine from the beginning of the attempt to that of the next one
 */
export function liesOf({ claim, claimedAt, requests }: Attempt, records: readonly MigrationRecord[]): readonly string[] {
  const { kind, job } = claim;
  const completed = records.filter(({ end }) => end === 'completed');
  const own = records.find(({ id }) => id === job) ?? null;
  const lies: string[] = [];
  if (records.length > requests) lies.push(`asked for ${requests} times, begun ${records.length} times`);
  if (completed.length > 1) lies.push(`moved ${completed.length} times`);
  if (kind === 'unknown') return lies;
  if (records.some(({ startedAt, endedAt }) => startedAt > claimedAt || endedAt === null || endedAt > claimedAt)) lies.push(`${kind} was said before its end`);
  if (kind === 'succeeded' && own?.end !== 'completed') lies.push(`succeeded, but it is ${stateOf(own)} in the books`);
  // A job that fails before anything is moved is not in the books.
  if (kind === 'failed' && own !== null && own.end !== 'failed') lies.push(`failed, but it is ${stateOf(own)} in the books`);
  // A queue cancels what waits, without any job.
  if (kind === 'cancelled' && job !== null && own?.end !== 'cancelled') lies.push(`cancelled, but it is ${stateOf(own)} in the books`);
  if (kind === 'refused' && records.length > 0) lies.push('refused, but it began');
  const isMoved = kind === 'succeeded' || kind === 'moved';
  if (isMoved !== completed.length > 0) lies.push(`${kind}, but the machine was ${isMoved ? 'not ' : ''}moved`);
  return lies;
}

/** What of the books themselves cannot be: a machine in two migrations at a time, or one that leaves a host it is not on. */
export function contradictions(records: readonly MigrationRecord[], startedOn: string, isOn: string | null): readonly string[] {
  const found: string[] = [];
  let at = startedOn;
  let before: MigrationRecord | null = null;
  for (const record of records) {
    if (before !== null && (before.endedAt === null || before.endedAt > record.startedAt)) found.push(`${record.id} began while ${before.id} ran`);
    if (record.from !== at) found.push(`${record.id} leaves ${record.from}, but the machine is on ${at}`);
    if (record.end === 'completed') at = record.to;
    before = record;
  }
  if (isOn !== at) found.push(`the machine is on ${isOn ?? 'no host or several'}, not on ${at}`);
  return found;
}

function stateOf(record: MigrationRecord | null): string {
  return record === null ? 'not' : (record.end ?? 'running');
}
