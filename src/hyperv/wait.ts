import type { WsmanClient } from '../client/wsman-client.js';
import { FaultError, JobGoneError, type MsvmError, UsageError } from '../errors.js';
import { MigrationType } from '../schema/generated/value-maps.js';
import { type Clock, SYSTEM_CLOCK } from './clock.js';
import type { Explanation, Patience } from './explain.js';
import { findGuid } from './guid.js';
import { isMigrationJob } from './job-reference.js';
import type { JobStatus } from './job-status.js';
import { machinesNamed } from './machine-presence.js';
import { isMigrationKind, movesMachine } from './migrations/options.js';
import { Observations } from './observations.js';
import { type JobOutcome, hasWarnings, toOutcome } from './outcome.js';
import { DAY_MS, UNREACHABLE_MS, type WatchOptions, WatchTimeoutError, type Watched, keptMs, watchJob } from './watch.js';
import { whereabouts } from './whereabouts.js';

/** How the end of a job is awaited; beside it all of {@link WatchOptions}. */
export type WaitOptions = WatchOptions & {
  /** The host that a migration goes to, as a HyperVHost: asked when the job is gone, so that `moved` can be told. */
  readonly destination?: { readonly client: WsmanClient };
  /**
   * The machine that is looked for when the job is gone: its GUID or name. Default: that of the migration's intent, else the one that the job named.
   * A name is exchanged for the GUID while the job runs; where several machines of the host have it, where the machine is stays unknown.
   * Where the job was seen to move storage alone, or to make a planned machine, it is not looked for, as that would tell nothing.
   */
  readonly machine?: string;
  /** Is told of every status that `watch()` would give. What it throws ends the waiting. */
  readonly onStatus?: (status: JobStatus) => void;
};

/** What can be waited for: a job, and what only the job knows. */
export type Waited = Watched & {
  readonly client: WsmanClient;
  /** Why it ended so, asked for as long as it is told; never fails, but for the signal. */
  explain(status: JobStatus, patience: Patience): Promise<Explanation>;
};

/** One question is asked no longer than this. */
const QUESTION_MS = 30_000;

/**
 * Waits for the end of a job.
 *
 * @throws WatchTimeoutError, UsageError, the signal's reason - and nothing else: what became of the job is in the outcome
 */
export async function waitForJob(job: Waited, options: WaitOptions = {}, clock: Clock = SYSTEM_CLOCK): Promise<JobOutcome> {
  const { reference } = job;
  const { signal, timeoutMs = DAY_MS, unreachableMs = UNREACHABLE_MS } = options;
  const end = clock.now() + timeoutMs;
  const observations = new Observations();
  const statuses = watchJob(job, options, { clock, observations });
  const call = signal === undefined ? {} : { signal };
  let status: JobStatus | null = null;
  // `undefined`: not known yet; `null`: one of several.
  let machineId: string | null | undefined;
  const evidence = () => ({ reference, status, observations: observations.list() });

  for (;;) {
    let next: IteratorResult<JobStatus, void>;
    try {
      next = await statuses.next();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof WatchTimeoutError || error instanceof UsageError) throw error;
      return error instanceof JobGoneError ? await gone(error) : unknown(error);
    }
    if (next.done === true) return await ended(status!);
    status = next.value;
    if (machineId === undefined && status.phase === 'running') machineId = await identify(status);
    options.onStatus?.(status);
  }

  async function ended(last: JobStatus): Promise<JobOutcome> {
    observations.add(reference.host, `The job is ${last.state}`);
    const errors = last.phase === 'succeeded' && !hasWarnings(last) ? [] : await reasons(last);
    if (last.phase === 'succeeded') return toOutcome({ kind: 'succeeded', evidence: evidence(), warnings: errors });
    return toOutcome({ kind: last.phase === 'cancelled' ? 'cancelled' : 'failed', evidence: evidence(), errors });
  }

  /** For as long as the host keeps the job, within the deadline. That the deadline passes does not make it less ended. */
  async function reasons(last: JobStatus): Promise<readonly MsvmError[]> {
    const patience = { ...call, timeoutMs: Math.max(1, Math.min(keptMs(last), unreachableMs, end - clock.now())) };
    const { errors, failure } = await job.explain(last, patience);
    if (failure !== null) observations.add(reference.host, `Why it ended so could not be asked in every way: ${failure.message}`);
    return errors;
  }

  /** The machine that is looked for when the job is gone. */
  function machineOf(last: JobStatus | null): string | null {
    return isMigrationJob(reference.className) && mayMove(last) ? (options.machine ?? nameIn(last)) : null;
  }

  /** While the job runs its machine is on the source: the GUID behind a name is known then, and not later, when a namesake may be left. */
  async function identify(last: JobStatus): Promise<string | null | undefined> {
    const machine = machineOf(last);
    if (machine === null || findGuid(machine) !== null) return undefined;
    try {
      const ids = await machinesNamed(job.client, machine, { ...call, timeoutMs: Math.ceil(Math.max(1, Math.min(QUESTION_MS, end - clock.now()))) });
      if (ids.length < 2) return ids[0] ?? machine;
      observations.add(reference.host, `${ids.length} machines here have the name ${machine}: which one the job moves is not known`);
      return null;
    } catch {
      signal?.throwIfAborted();
      return undefined;
    }
  }

  async function gone(error: JobGoneError): Promise<JobOutcome> {
    observations.add(reference.host, 'The host answers, and has no such job any more');
    const fault = error.cause instanceof FaultError ? error.cause : error;
    const named = machineOf(status);
    const machine = named === null || machineId === undefined ? named : machineId;
    if (machine === null) return toOutcome({ kind: 'gone', evidence: evidence(), machine: 'unknown', fault });
    const search = { source: job.client, destination: options.destination?.client ?? null, machine };
    const limits = { ...call, timeoutMs: Math.max(1, end - clock.now()), unreachableMs };
    const sighting = await whereabouts(search, limits, clock);
    const seen = evidence();
    return toOutcome({ kind: 'gone', evidence: { ...seen, observations: [...seen.observations, ...sighting.observations] }, machine: sighting.machine, fault });
  }

  function unknown(cause: unknown): JobOutcome {
    return toOutcome({ kind: 'unknown', evidence: evidence(), cause });
  }
}

/** Whether the machine goes to another host; a job that was not seen, or does not say, may be of that kind. */
function mayMove(status: JobStatus | null): boolean {
  const type = status?.instance.MigrationType;
  const kind = typeof type === 'number' ? MigrationType.name(type) : null;
  return !isMigrationKind(kind) || movesMachine(kind);
}

/** The machine that a migration job names; what it names may be a GUID or a name. */
function nameIn(status: JobStatus | null): string | null {
  const name = status?.instance.VirtualSystemName;
  return typeof name === 'string' && name !== '' ? name : null;
}
