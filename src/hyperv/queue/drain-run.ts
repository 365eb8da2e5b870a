import { UsageError } from '../../errors.js';
import type { DrainMove, DrainPlan, DrainSkip } from './drain-plan.js';
import type { MigrationQueue } from './migration-queue.js';
import type { QueueHost } from './queue-host.js';
import { type QueueOutcome, type QueuedMigrationStatus, isEnd } from './queue-outcome.js';
import { type QueueRequest, type QueuedMigration, checkDestination } from './queued-migration.js';

/** The hosts of a plan. */
export type DrainTargets = {
  /** The host that is emptied. */
  readonly from?: QueueHost;
  readonly to?: readonly QueueHost[];
};

/** A machine of the drain entered another state, or is further on. */
export type DrainProgress = {
  /** By the clock of this machine: ISO 8601. */
  readonly at: string;
  readonly migration: QueuedMigrationStatus;
  /** How many migrations have ended. */
  readonly ended: number;
  /** How many there are. */
  readonly total: number;
};

/** What became of a drain. */
export type DrainReport = {
  readonly plan: DrainPlan;
  /** In the order of the plan. */
  readonly outcomes: readonly QueueOutcome[];
  /** What the plan left where it is. */
  readonly skipped: readonly DrainSkip[];
  /** Whether every machine that was found on the host when the plan was made has left it: what was taken out of the plan has not. */
  readonly isDrained: boolean;
};

/** A drain on its way: iterate it for its progress, wait for `done`. Neither is needed for it to go on. */
export class DrainRun implements AsyncIterable<DrainProgress> {
  /** What is done; rejects when it could not be made. */
  readonly plan: Promise<DrainPlan>;
  /** Resolves when every migration has ended, however; rejects, and moves nothing, when there is no plan, or one that cannot be carried out. */
  readonly done: Promise<DrainReport>;
  readonly #queue: Pick<MigrationQueue, 'add' | 'watch'>;
  readonly #added: Promise<readonly QueuedMigration[]>;

  /** Made by {@link MigrationQueue.drain}. */
  constructor(plan: DrainPlan | Promise<DrainPlan>, hostOf: (key: string) => QueueHost, queue: Pick<MigrationQueue, 'add' | 'watch'>) {
    this.plan = Promise.resolve(plan);
    this.#queue = queue;
    this.#added = this.plan.then((made) => requestsOf(made, hostOf).map((request) => queue.add(request)));
    this.done = this.#report();
    // Whoever only iterates is told there.
    this.done.catch(() => undefined);
  }

  /** Cancels what has not ended, where its host lets it; resolves when all have ended. */
  async cancel(): Promise<void> {
    const added = await this.#added;
    await Promise.allSettled(added.map((migration) => migration.cancel()));
    await Promise.all(added.map((migration) => migration.outcome));
  }

  /** First how each migration stands, in the order of the plan, then every change, to the end of the last. */
  async *[Symbol.asyncIterator](): AsyncGenerator<DrainProgress> {
    const [{ moves }, added] = await Promise.all([this.plan, this.#added]);
    const events = this.#queue.watch();
    try {
      const names = namesOf(moves);
      const hasEnded = new Map<number, boolean>();
      const progress = (at: string, status: QueuedMigrationStatus): DrainProgress => {
        hasEnded.set(status.number, isEnd(status.state));
        return { at, migration: named(status, names), ended: [...hasEnded.values()].filter(Boolean).length, total: added.length };
      };
      for (const status of added.map((migration) => migration.status())) yield progress(new Date().toISOString(), status);
      while ([...hasEnded.values()].includes(false)) {
        const event = await events.next();
        if (event.done === true) return;
        if (hasEnded.get(event.value.migration.number) === false) yield progress(event.value.at, event.value.migration);
      }
    } finally {
      await events.return?.();
    }
  }

  async #report(): Promise<DrainReport> {
    const [plan, added] = await Promise.all([this.plan, this.#added]);
    const names = namesOf(plan.moves);
    const outcomes = await Promise.all(added.map(async (migration) => named(await migration.outcome, names)));
    return { plan, outcomes, skipped: plan.skipped, isDrained: outcomes.length === plan.hosts[0]?.machines && outcomes.every((outcome) => outcome.kind === 'succeeded') };
  }
}

const TYPES: readonly unknown[] = ['VirtualSystem', 'VirtualSystemAndStorage', undefined];

/**
 * What a plan asks for, all of it checked before anything begins: a plan may have been edited.
 *
 * @throws UsageError - a type that leaves the machines where they are, a machine that is in it twice, a host that is not known, or a move to the source
 */
function requestsOf({ from, moves, options }: DrainPlan, hostOf: (key: string) => QueueHost): readonly QueueRequest[] {
  if (!TYPES.includes(options.type)) throw new UsageError(`A drain is of type VirtualSystem or VirtualSystemAndStorage; ${options.type} leaves the machines where they are`);
  const ids = new Set<string>();
  return moves.map(({ machine, to }) => {
    if (ids.size === ids.add(machine.id.toLowerCase()).size) throw new UsageError(`${machine.name} (${machine.id}) is in the plan twice`);
    const request = { machine: machine.id, from: hostOf(from), to: hostOf(to), options };
    checkDestination(request);
    return request;
  });
}

function namesOf(moves: readonly DrainMove[]): ReadonlyMap<string, string> {
  return new Map(moves.map(({ machine }) => [machine.id, machine.name]));
}

/** The queue learns the name of a machine that is given by its GUID only when it is asked for. */
function named<T extends Pick<QueuedMigrationStatus, 'machine'>>(known: T, names: ReadonlyMap<string, string>): T {
  const { machine } = known;
  return { ...known, machine: { ...machine, name: names.get(machine.name) ?? machine.name } };
}
