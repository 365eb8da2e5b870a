import { whole } from '../../client/options.js';
import { UsageError } from '../../errors.js';
import { isPassing } from '../passing.js';
import type { WaitOptions } from '../wait.js';
import { UNREACHABLE_MS } from '../watch.js';
import { attempt } from './attempt.js';
import { type DrainPlan, type DrainPlanOptions, makeDrainPlan } from './drain-plan.js';
import { DrainRun, type DrainTargets } from './drain-run.js';
import { EventFeed } from './event-feed.js';
import type { QueueHost } from './queue-host.js';
import type { QueueEvent } from './queue-outcome.js';
import { Entry, QueuedMigration, type QueueRequest } from './queued-migration.js';
import { type HostLoad, HostSlots, NEEDS, type Need, readHostLoad } from './slots.js';
import { type QueueSnapshot, requestOf, save } from './snapshot.js';
import { SnapshotStore } from './snapshot-store.js';
import { type Verdict, cancelled, notAsked } from './verdict.js';

/** How a queue works; every field has a default. */
export type MigrationQueueOptions = {
  /** How often a migration is tried again that is known not to have begun. Default 3. */
  readonly retries?: number;
  /** How long it then waits, in milliseconds; twice as long each time, up to 32 times. Default 10,000. */
  readonly retryDelayMs?: number;
  /**
   * How the jobs are followed. `unreachableMs` (default ten minutes) is also how long a host may give no answer before what waits for it
   * fails. `destination` and `machine` are known from the migration.
   */
  readonly wait?: Omit<WaitOptions, 'destination' | 'machine'>;
  /** What a host allows, and what is active there. Default {@link readHostLoad}: what the host says. */
  readonly limits?: (host: QueueHost) => Promise<HostLoad>;
  /** How often the hosts are asked for their limits and counts again while something waits for them, in milliseconds. Default 5,000. */
  readonly refreshMs?: number;
  /**
   * Is called, and awaited, before each migration is asked for. Store the snapshot here: should the process be killed, a queue that is restored from
   * it finds out what became of what was asked for. When it rejects, the migration fails without having begun. One snapshot is handed over at a time,
   * here and to `onSnapshot`, so that an older one never comes after a newer one.
   */
  readonly beforeStart?: (snapshot: QueueSnapshot) => void | Promise<void>;
  /**
   * Is called when the snapshot has changed, as by a migration that has begun, ended or is to be cancelled. Store it here too, or a queue that is restored
   * long after looks for what has ended already. What it rejects with is ignored: the next snapshot holds the same. `close()` waits for it, and hands over what it leaves.
   */
  readonly onSnapshot?: (snapshot: QueueSnapshot) => void | Promise<void>;
};

const LONGEST_DELAY = 32;

/**
 * Migrations of a fleet, as many at a time as both hosts of each allow. What is known not to have begun is tried again, nothing else is, and a machine
 * is never in flight twice. Between the same two hosts what was added first goes first, and others do not wait for it; of the same machine, once its
 * GUID is known, too.
 *
 * @example
 * ```ts
 * import { HyperVHost, MigrationQueue } from 'hyperv-wsman';
 * const auth = { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } as const;
 * const hv01 = new HyperVHost({ url: 'https://hv01.example', auth });
 * const hv02 = new HyperVHost({ url: 'https://hv02.example', auth });
 * const queue = new MigrationQueue();
 * try {
 *   const migrations = ['web01', 'db01'].map((machine) => queue.add({ machine, from: hv01, to: hv02 }));
 *   for (const { outcome } of migrations) console.log(await outcome);
 * } finally {
 *   await queue.close();
 *   await hv01.close();
 *   await hv02.close();
 * }
 * ```
 */
export class MigrationQueue implements AsyncDisposable {
  readonly #options: Required<Omit<MigrationQueueOptions, 'beforeStart' | 'onSnapshot'>>;
  readonly #snapshots: SnapshotStore;
  readonly #hosts = new Map<string, QueueHost>();
  readonly #slots = new Map<string, HostSlots>();
  /** In the order in which they were added; the keys are those not ended. */
  readonly #entries = new Map<Entry, Promise<void> | null>();
  readonly #feed = new EventFeed<QueueEvent>((later, earlier) => later.kind === 'progress' && earlier.kind === 'progress' && later.migration.number === earlier.migration.number);
  readonly #closing = new AbortController();
  #idle: (() => void)[] = [];
  /** What had not ended when the queue was closed, and goes on without it. */
  #left: readonly Entry[] | null = null;
  #isStopped = false;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @throws UsageError - an option that cannot be */
  constructor(options: MigrationQueueOptions = {}) {
    const { retries = 3, retryDelayMs = 10_000, wait = {}, limits = readHostLoad, refreshMs = 5000, beforeStart, onSnapshot } = options;
    this.#options = { retries: whole('retries', retries, 0), retryDelayMs: whole('retryDelayMs', retryDelayMs, 0), wait, limits, refreshMs: whole('refreshMs', refreshMs, 1) };
    this.#snapshots = new SnapshotStore(() => this.snapshot(), {
      beforeStart: (snapshot) => (this.#closing.signal.aborted ? undefined : beforeStart?.(snapshot)),
      onSnapshot: (snapshot) => onSnapshot?.(snapshot),
    });
  }

  /**
   * Goes on with what another queue left: what ran is followed again by its job, and of what was asked for it is found out whether it began.
   * What has, or may have, begun is not started again: where neither its job nor the machine tells, it ends as `failed` or `unknown`.
   *
   * @param options - as for the constructor, and all hosts that the snapshot names
   * @throws UsageError - no such snapshot, a host of it is missing, or a migration of it cannot be; nothing has begun then
   */
  static restore(snapshot: QueueSnapshot, options: MigrationQueueOptions & { readonly hosts: readonly QueueHost[] }): MigrationQueue {
    if ((snapshot.version as number) !== 1) throw new UsageError(`A snapshot of a queue has version 1, not ${JSON.stringify(snapshot.version)}`);
    const hosts = new Map(options.hosts.map((host) => [host.client.host, host]));
    const requests = snapshot.migrations.map((saved) => ({ saved, request: requestOf(saved, hosts) }));
    const queue = new MigrationQueue(options);
    for (const { saved, request } of requests) {
      const entry = queue.#admit(request);
      entry.attempts = saved.attempts;
      entry.intent = saved.intent;
      entry.reference = saved.reference;
      entry.isCancelled = saved.cancelled;
      // It holds its slots already, whether there is room or not.
      if (saved.intent !== null || saved.reference !== null) queue.#begin(entry);
      else if (saved.cancelled) queue.#end(entry, cancelled());
    }
    queue.#pump();
    return queue;
  }

  /**
   * Adds a migration; it begins when both hosts have a slot for it.
   *
   * @throws UsageError - no destination where one is needed, one where none may be, or the source itself; or the queue is closed
   */
  add(request: QueueRequest): QueuedMigration {
    const entry = this.#admit(request);
    this.#pump();
    return new QueuedMigration(entry, () => this.#cancel(entry));
  }

  /** What has not ended, in the order in which it was added. */
  get migrations(): readonly QueuedMigration[] {
    return [...this.#entries.keys()].map((entry) => new QueuedMigration(entry, () => this.#cancel(entry)));
  }

  /**
   * Looks at a host and at where its machines can go, and changes nothing. The plan is plain data: look at it, edit it, give it to {@link MigrationQueue.drain}.
   *
   * @throws UsageError - no destination, or the host itself among them
   * @throws AnyError - a host could not be read
   */
  planDrain(host: QueueHost, options: DrainPlanOptions): Promise<DrainPlan> {
    for (const one of [host, ...options.to]) this.#hosts.set(one.client.host, one);
    return makeDrainPlan(host, options, this.#options.limits);
  }

  /**
   * Moves the machines of a host to others: as a plan says, or as a plan would that is made now. The run tells its progress, and its `done` the report.
   *
   * @param what - a host, or a plan of this or another queue
   * @param options - for a host what its plan is made with; for a plan its hosts, where this queue has not met them
   * @example
   * ```ts
   * import type { HyperVHost, MigrationQueue } from 'hyperv-wsman';
   * async function drain(queue: MigrationQueue, host: HyperVHost, others: readonly HyperVHost[]): Promise<boolean> {
   *   const plan = await queue.planDrain(host, { to: others, precheck: true });
   *   for (const { machine, reason, why } of plan.skipped) console.log(`${machine.name} stays: ${reason}: ${why}`);
   *   const run = queue.drain(plan);
   *   for await (const { migration, ended, total } of run) console.log(`${ended}/${total}`, migration.machine.name, migration.state, migration.percent);
   *   return (await run.done).isDrained;
   * }
   * ```
   */
  drain(what: QueueHost, options: DrainPlanOptions): DrainRun;
  drain(what: DrainPlan, options?: DrainTargets): DrainRun;
  drain(what: QueueHost | DrainPlan, options: DrainPlanOptions | DrainTargets = {}): DrainRun {
    const plan = 'moves' in what ? what : this.planDrain(what, options as DrainPlanOptions);
    const { from, to = [] } = options as DrainTargets;
    for (const host of [...(from === undefined ? [] : [from]), ...to]) this.#hosts.set(host.client.host, host);
    return new DrainRun(plan, (key) => this.#hostOf(key), this);
  }

  /**
   * Starts nothing more, until {@link MigrationQueue.resume}. Resolves when nothing is in flight any more.
   *
   * @param options - whether what runs may `finish` (the default) or is to be cancelled, where its host lets it
   */
  async stop({ running = 'finish' }: { readonly running?: 'finish' | 'cancel' } = {}): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const inFlight = [...this.#entries].flatMap(([entry, work]) => (work === null ? [] : [{ entry, work }]));
    if (running === 'cancel') await Promise.allSettled(inFlight.map(({ entry }) => this.#cancel(entry)));
    await Promise.all(inFlight.map(({ work }) => work));
    this.#tellIdle();
  }

  /** Goes on after {@link MigrationQueue.stop}. */
  resume(): void {
    this.#isStopped = false;
    this.#wake();
  }

  /** Every change of state and of percentage from this call on, until the queue is closed. Of a migration whose percentages are not taken in time only the last is kept. */
  watch(): AsyncIterableIterator<QueueEvent> {
    return this.#feed.read();
  }

  /**
   * What waits and what runs, as plain JSON; see {@link MigrationQueue.restore}. Of a queue that is closed, what it left.
   *
   * @throws UsageError - an instance in the options of a migration has values of unknown type
   */
  snapshot(): QueueSnapshot {
    return { version: 1, migrations: (this.#left ?? [...this.#entries.keys()]).map(save) };
  }

  /** Resolves when nothing runs and nothing waits; of a queue that is stopped, when nothing runs. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#tellIdle();
    });
  }

  /**
   * Ends the queue, and no migration: what waits ends as `cancelled`; what runs is no longer followed and ends as `unknown`, with its reference, while
   * its job goes on. A {@link MigrationQueue.snapshot} holds both, to go on later. To wait for what runs, `stop()` first. May be called again.
   */
  async close(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#left ??= [...this.#entries.keys()];
    this.#closing.abort(new UsageError('The queue was closed while the migration was followed; its job goes on'));
    for (const [entry, work] of this.#entries) if (work === null) this.#end(entry, cancelled());
    for (const work of [...this.#entries.values()]) await work;
    await this.#snapshots.settled;
    this.#feed.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #hostOf(key: string): QueueHost {
    const host = this.#hosts.get(key);
    if (host === undefined) throw new UsageError(`The queue does not know the host ${key} of the plan: give it in from or to`);
    return host;
  }

  #admit(request: QueueRequest): Entry {
    if (this.#closing.signal.aborted) throw new UsageError('The queue is closed');
    const entry = new Entry(++this.#count, request, (changed) => this.#onState(changed));
    for (const host of entry.hosts) {
      this.#hosts.set(host.client.host, host);
      const slots = this.#slots.get(host.client.host) ?? new HostSlots(host, this.#options.limits);
      slots.host = host;
      slots.outdate();
      this.#slots.set(host.client.host, slots);
    }
    this.#entries.set(entry, null);
    entry.announce();
    return entry;
  }

  /** Begins what can begin, and sees to it that the rest is looked at again. */
  #pump(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    const inFlight = [...this.#entries].filter(([, work]) => work !== null).map(([entry]) => entry);
    /** The machines of what runs, and of what comes earlier in the queue. */
    const taken = new Set(inFlight.map((entry) => entry.machineId));
    const blocked = new Set<string>();
    let nextMs = Infinity;
    for (const [entry, work] of this.#entries) {
      if (work !== null) continue;
      const delayMs = entry.notBefore - performance.now();
      const pair = entry.hosts.map((host) => host.client.host).join(' ');
      const isTaken = entry.machineId !== null && taken.has(entry.machineId);
      if (delayMs > 0) nextMs = Math.min(nextMs, delayMs);
      else if (!isTaken && !blocked.has(pair)) {
        if (this.#isReady(entry)) this.#begin(entry);
        else {
          blocked.add(pair);
          nextMs = Math.min(nextMs, this.#options.refreshMs);
        }
      }
      taken.add(entry.machineId);
    }
    if (nextMs < Infinity) this.#timer = setTimeout(() => this.#wake(), Math.ceil(nextMs));
  }

  /** Time has passed: what waits may be tried again, and others may have taken slots or left them. */
  #wake(): void {
    for (const [entry, work] of this.#entries) if (work === null) for (const [slots] of this.#slotsOf(entry)) slots.outdate();
    this.#pump();
  }

  /** Whether it can begin now; if not for what is not known of its hosts or its machine, that is found out. */
  #isReady(entry: Entry): boolean {
    const slots = this.#slotsOf(entry);
    const outdated = slots.filter(([one]) => !one.isCurrent);
    for (const [one] of outdated) void this.#refresh(one);
    if (outdated.length > 0) return false;
    if (entry.machineId === null) {
      void this.#lookUp(entry);
      return false;
    }
    return slots.every(([one, need]) => one.hasRoom(need));
  }

  #slotsOf(entry: Entry): [HostSlots, Need][] {
    const { source, destination } = NEEDS[entry.type];
    return entry.hosts.map((host, index) => [this.#slots.get(host.client.host)!, index === 0 ? source : destination]);
  }

  /** A host that gives no answer is asked again; what waits for it fails when that lasts, and at once when it refuses, or allows no such migration at all. */
  async #refresh(slots: HostSlots): Promise<void> {
    if (slots.isReading) return;
    const failingMs = slots.failingMs;
    try {
      await slots.refresh();
    } catch (error) {
      if (isPassing(error) && failingMs < (this.#options.wait.unreachableMs ?? UNREACHABLE_MS)) return;
      slots.forgive();
      this.#giveUp(slots, error, () => true);
      return;
    }
    const error = new UsageError(`${slots.host.client.host} allows no such migration: its MaximumActiveVirtualSystemMigration or MaximumActiveStorageMigration is 0`);
    this.#giveUp(slots, error, (need) => !slots.allows(need));
    this.#pump();
  }

  /** Ends what waits for a host in vain. */
  #giveUp(slots: HostSlots, error: unknown, isInVain: (need: Need) => boolean): void {
    for (const [entry, work] of this.#entries) {
      if (work === null && this.#slotsOf(entry).some(([one, need]) => one === slots && isInVain(need))) this.#end(entry, notAsked(error));
    }
  }

  /** The queue must know machines by their GUID, so that none is in flight twice. */
  async #lookUp(entry: Entry): Promise<void> {
    if (entry.isLookedUp) return;
    entry.isLookedUp = true;
    try {
      const { id, name } = await entry.from.virtualMachine(entry.name, { signal: this.#closing.signal });
      entry.machineId = id;
      entry.name = name;
    } catch (error) {
      entry.attempts++;
      if (this.#entries.get(entry) === null) this.#conclude(entry, notAsked(error));
    }
    entry.isLookedUp = false;
    this.#pump();
  }

  #begin(entry: Entry): void {
    for (const [slots, need] of this.#slotsOf(entry)) slots.hold(entry, need);
    const context = { wait: this.#options.wait, signal: this.#closing.signal, beforeStart: () => this.#snapshots.beforeStart(), onProgress: (changed: Entry) => this.#tell('progress', changed) };
    const work = attempt(entry, context).then((verdict) => {
      for (const [slots] of this.#slotsOf(entry)) slots.release(entry);
      this.#conclude(entry, verdict);
      this.#pump();
    });
    this.#entries.set(entry, work);
  }

  #conclude(entry: Entry, verdict: Verdict): void {
    const isClosed = this.#closing.signal.aborted;
    if (!verdict.mayRetry || entry.attempts > this.#options.retries || isClosed) {
      this.#end(entry, isClosed && verdict.error === this.#closing.signal.reason && entry.intent === null ? cancelled() : verdict);
    } else if (entry.isCancelled) {
      this.#end(entry, cancelled());
    } else {
      entry.notBefore = performance.now() + this.#options.retryDelayMs * Math.min(2 ** Math.max(0, entry.attempts - 1), LONGEST_DELAY);
      Object.assign(entry, { intent: null, reference: null, job: null, percent: null, reason: verdict.reason });
      this.#entries.set(entry, null);
      entry.enter('waiting');
      this.#tellIdle();
    }
  }

  #end(entry: Entry, verdict: Verdict): void {
    this.#entries.delete(entry);
    entry.end(verdict);
    this.#tellIdle();
  }

  async #cancel(entry: Entry): Promise<void> {
    if (entry.isEnded) return;
    entry.isCancelled = true;
    if (this.#entries.get(entry) === null) this.#end(entry, cancelled());
    else {
      this.#snapshots.changed();
      if (entry.state === 'running') await entry.job!.cancel({ signal: this.#closing.signal });
    }
    await entry.outcome;
  }

  #onState(entry: Entry): void {
    if (entry.state === 'running') for (const [slots] of this.#slotsOf(entry)) slots.activate(entry);
    this.#tell('state', entry);
    this.#snapshots.changed();
  }

  #tell(kind: QueueEvent['kind'], entry: Entry): void {
    this.#feed.push({ at: new Date().toISOString(), kind, migration: entry.status() });
  }

  #tellIdle(): void {
    const works = [...this.#entries.values()];
    if (works.some((work) => work !== null) || (works.length > 0 && !this.#isStopped)) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
