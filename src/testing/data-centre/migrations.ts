import type { InstancePath } from '../../cim/object-path.js';
import type { Parameters } from '../../wsman/invoke.js';
import type { MethodAnswer } from '../methods.js';
import { sameName } from '../repository/fold.js';
import type { Books } from './books.js';
import { CentreJob, type CentreJobInit, JOB_STATE } from './centre-job.js';
import type { FailureQueue } from './failure-queue.js';
import { migrationServicePath } from './host-instances.js';
import type { CentreHost, Inventory } from './inventory.js';
import { ifThere } from './jobs.js';
import { ERROR_CODE, type JobErrors, type Subject, codeErrors, plannedErrors } from './migration-errors.js';
import { MIGRATION_TYPE, type MigrationRequest, readMigrationRequest } from './migration-request.js';
import { type Slot, limitReached, obstacle, serviceSettings, slotsOf } from './obstacles.js';
import { Timers } from './timers.js';
import type { MigrationFailure, MigrationRecord, ResolvedMachine } from './types.js';

/** Return values of the methods of Msvm_VirtualSystemMigrationService and Msvm_MigrationJob. */
const RETURN = { completed: 0, jobStarted: 4096, notSupported: 32770, invalidParameter: 32773, invalidState: 32775 } as const;
/** Msvm_MigrationJob.JobType. */
const CHECK_JOB = 301;
const JOB_TYPES: Readonly<Record<number, number>> = { [MIGRATION_TYPE.storage]: 307, [MIGRATION_TYPE.virtualSystemAndStorage]: 306 };
const MOVING_JOB = 305;
/** The states that a client can ask a job for: CIM_ConcreteJob.RequestStateChange. */
const TERMINATE = 4;
const KILL = 5;
/** From here on the destination is taking over, and there is no way back. */
const POINT_OF_NO_RETURN = 90;
const HAND_OVER_PERCENT = 99;
const FAILURE_PERCENT = 50;
/** A job shows itself so many times while it runs; a check, and the end of a job that is terminated, take one step. */
const STEPS = 40;
const MOVES: readonly number[] = [MIGRATION_TYPE.virtualSystem, MIGRATION_TYPE.virtualSystemAndStorage];
const LEAVES_A_PLANNED_ONE: readonly number[] = [...MOVES, MIGRATION_TYPE.staged];

/** A migration that has begun. */
type Migration = {
  readonly request: MigrationRequest;
  readonly machine: ResolvedMachine;
  readonly source: CentreHost;
  readonly destination: CentreHost;
  readonly job: CentreJob;
  readonly failure: MigrationFailure | null;
  readonly startedAt: number;
  /** The destination had the planned machine before: a staged migration left it there, and a failure does not take it away. */
  readonly wasStaged: boolean;
  percent: number;
  isTerminating: boolean;
  isHandingOver: boolean;
};

/** What the engine is made of. */
export type MigrationsInit = {
  readonly hosts: readonly CentreHost[];
  readonly inventory: Inventory;
  readonly failures: FailureQueue;
  readonly books: Books;
  readonly migrationMs: number;
  readonly handOverMs: number;
  readonly handOverOn: 'both' | 'none';
  readonly jobsName: 'id' | 'name';
  readonly jobLifetimeMs: number;
};

/** Moves machines between the hosts of a data centre: carries out the methods of their migration services and jobs. */
export class Migrations {
  readonly #init: MigrationsInit;
  readonly #timers = new Timers();
  readonly #running = new Map<string, Migration>();
  /** The jobs of each host that are to be forgotten when it goes down. */
  readonly #jobs = new Map<CentreHost, readonly CentreJob[]>();

  constructor(init: MigrationsInit) {
    this.#init = init;
    for (const at of init.hosts) {
      this.#jobs.set(at, []);
      const service = 'Msvm_VirtualSystemMigrationService';
      at.host.onInvoke(service, 'MigrateVirtualSystemToHost', (_path, parameters) => this.#migrate(at, parameters));
      at.host.onInvoke(service, 'CheckVirtualSystemIsMigratable', (_path, parameters) => this.#check(at, parameters));
      at.host.onInvoke('Msvm_MigrationJob', 'RequestStateChange', (path, parameters) => ({ returnValue: this.#requestStateChange(path, Number(parameters.RequestedState)) }));
      at.host.onReboot(() => this.#wentDown(at));
    }
  }

  /** Whether a machine is being moved. */
  isMoving(machineId: string): boolean {
    return [...this.#running.values()].some(({ machine }) => machine.id === machineId);
  }

  /** Stops everything where it is. */
  close(): void {
    this.#timers.clear();
    this.#running.clear();
  }

  #migrate(source: CentreHost, parameters: Parameters): MethodAnswer {
    const accepted = this.#accept(source, parameters);
    if (typeof accepted === 'number') return { returnValue: accepted };
    const { request, machine, destination, subject } = accepted;
    const { failures } = this.#init;
    const failure = failures.next(machine);
    if (failure?.reject !== undefined) {
      failures.useUp(failure);
      return { returnValue: failure.reject };
    }
    const job = this.#newJob(source, { request, machine, jobType: JOB_TYPES[request.type] ?? MOVING_JOB, caption: 'Moving Virtual Machine' });
    const ownErrors = obstacle(subject, source, destination) ?? limitReached(subject, request.type, [source, destination!], (at, slot) => this.#count(at, slot));
    if (ownErrors === null) failures.useUp(failure);
    const early = ownErrors ?? (failure?.atPercent === 0 ? plannedErrors(failure, subject) : null);
    if (early === null) this.#begin({ request, machine, source, destination: destination!, job, failure });
    else this.#step(() => job.end(JOB_STATE.exception, 0, early));
    return { returnValue: RETURN.jobStarted, out: { Job: job.path } };
  }

  #check(source: CentreHost, parameters: Parameters): MethodAnswer {
    const accepted = this.#accept(source, parameters);
    if (typeof accepted === 'number') return { returnValue: accepted };
    const { request, machine, destination, subject } = accepted;
    const job = this.#newJob(source, { request, machine, jobType: CHECK_JOB, caption: 'Checking Virtual Machine Compatibility' });
    const failure = this.#init.failures.next(machine);
    const errors = obstacle(subject, source, destination) ?? (failure?.atPercent === 0 ? plannedErrors(failure, subject) : null);
    this.#step(() => (errors === null ? job.end(JOB_STATE.completed, 100) : job.end(JOB_STATE.exception, 0, errors)));
    return { returnValue: RETURN.jobStarted, out: { Job: job.path } };
  }

  /** A request that is not refused at once, or the return value that refuses it. */
  #accept(source: CentreHost, parameters: Parameters): number | { request: MigrationRequest; machine: ResolvedMachine; destination: CentreHost | null; subject: Subject } {
    const request = readMigrationRequest(parameters);
    if (request === null || this.#init.inventory.machineOn(source, request.machine) === null || !this.#init.inventory.hasDisks(request.machine, request.disks.keys())) return RETURN.invalidParameter;
    const destination = request.destination === null ? source : this.#hostNamed(request.destination);
    if (request.destination !== null && destination === source) return RETURN.invalidParameter;
    if (request.destination !== null && !serviceSettings(source).isEnabled) return RETURN.invalidState;
    const machine = this.#init.inventory.current(request.machine);
    if (machine === null || this.isMoving(machine.id)) return RETURN.invalidState;
    return { request, machine, destination, subject: { machine, source: source.host.name } };
  }

  #begin(begun: Pick<Migration, 'request' | 'machine' | 'source' | 'destination' | 'job' | 'failure'>): void {
    const { request, machine, source, destination, job } = begun;
    const { inventory, books } = this.#init;
    const migration: Migration = { ...begun, startedAt: performance.now(), wasStaged: inventory.isPlanned(machine.id, destination), percent: 0, isTerminating: false, isHandingOver: false };
    this.#running.set(job.id, migration);
    books.begin({ id: job.id, machine: machine.id, from: source.host.name, to: destination.host.name, type: request.type });
    if (LEAVES_A_PLANNED_ONE.includes(request.type) && !migration.wasStaged) inventory.plan(machine.id, destination);
    this.#showCounts(migration);
    this.#step(() => this.#advance(migration));
  }

  #advance(migration: Migration): void {
    const { job, failure, machine, source, startedAt } = migration;
    if (this.#running.get(job.id) !== migration || migration.isTerminating) return;
    const { migrationMs } = this.#init;
    const percent = Math.min(100, Math.floor(((performance.now() - startedAt) / Math.max(1, migrationMs)) * 100));
    const failsAt = failure === null ? Infinity : (failure.atPercent ?? FAILURE_PERCENT);
    if (percent >= failsAt) this.#end(migration, 'failed', { percent: failsAt, errors: plannedErrors(failure!, { machine, source: source.host.name }) });
    else if (percent >= 100) this.#arrive(migration);
    else {
      migration.percent = percent;
      job.goOn(percent, { cancellable: percent < POINT_OF_NO_RETURN });
      this.#step(() => this.#advance(migration));
    }
  }

  /** All has been copied. A machine goes over to its destination, at once or in a while; one that somebody has taken away cannot. */
  #arrive(migration: Migration): void {
    const { job, machine, source, destination, request, percent } = migration;
    const { inventory, handOverMs, handOverOn } = this.#init;
    if (!inventory.isThere(machine.id)) {
      inventory.drop(machine.id);
      this.#end(migration, 'failed', { percent, errors: codeErrors({ machine, source: source.host.name }, ERROR_CODE.notFound) });
    } else if (handOverMs === 0 || !MOVES.includes(request.type)) {
      this.#complete(migration);
    } else {
      migration.isHandingOver = true;
      migration.percent = HAND_OVER_PERCENT;
      job.goOn(HAND_OVER_PERCENT);
      if (handOverOn === 'both') inventory.arrive(machine.id, destination);
      else inventory.leave(machine.id);
      this.#timers.after(handOverMs, () => {
        if (this.#running.get(job.id) === migration) this.#complete(migration);
      });
    }
  }

  #complete(migration: Migration): void {
    const { machine, destination, request: { type, disks, folders } } = migration;
    const { inventory } = this.#init;
    if (MOVES.includes(type)) inventory.move(machine.id, destination);
    if (type === MIGRATION_TYPE.storage || type === MIGRATION_TYPE.virtualSystemAndStorage) inventory.relocate(machine.id, disks, folders);
    this.#end(migration, 'completed', { percent: 100 });
  }

  /** The end of a migration and of its job, in the books and on the hosts: nobody sees anything in between. */
  #end(migration: Migration, end: MigrationRecord['end'] & string, { percent, errors = {}, state = JOB_STATE.exception }: { percent: number; errors?: JobErrors; state?: number }): void {
    const { job, machine, request, destination, wasStaged } = migration;
    const { inventory, books } = this.#init;
    this.#running.delete(job.id);
    const keepsPlanned = wasStaged || (end === 'completed' && request.type === MIGRATION_TYPE.staged);
    if (!keepsPlanned) inventory.unplan(machine.id, destination);
    books.end(job.id, end);
    this.#showCounts(migration);
    job.end(end === 'completed' ? JOB_STATE.completed : state, percent, errors);
  }

  #requestStateChange({ keys }: InstancePath, requestedState: number): number {
    if (requestedState !== TERMINATE && requestedState !== KILL) return RETURN.notSupported;
    const migration = this.#running.get(keys.InstanceID as string);
    if (migration === undefined || migration.percent >= POINT_OF_NO_RETURN || migration.isTerminating) return RETURN.invalidState;
    const { job, machine, source, percent } = migration;
    const cancel = (state: number): void => {
      if (this.#running.get(job.id) === migration) this.#end(migration, 'cancelled', { percent, state, errors: codeErrors({ machine, source: source.host.name }, ERROR_CODE.cancelled) });
    };
    if (requestedState === KILL) {
      cancel(JOB_STATE.killed);
    } else {
      migration.isTerminating = true;
      job.goOn(percent, { state: JOB_STATE.shuttingDown });
      this.#step(() => cancel(JOB_STATE.terminated));
    }
    return RETURN.completed;
  }

  /** A host forgets its jobs; what it was moving stays where it was, and what came to it stays at its source. A hand-over goes on. */
  #wentDown(at: CentreHost): void {
    for (const job of this.#jobs.get(at)!) job.lose();
    for (const migration of [...this.#running.values()]) {
      const { source, destination, machine, percent } = migration;
      if (migration.isHandingOver) continue;
      if (source === at) this.#end(migration, 'lost', { percent });
      else if (destination === at) this.#end(migration, 'failed', { percent, errors: codeErrors({ machine, source: source.host.name }, ERROR_CODE.connectionReset) });
    }
  }

  #newJob(at: CentreHost, { request, machine, ...what }: { readonly request: MigrationRequest; readonly machine: ResolvedMachine } & Pick<CentreJobInit, 'jobType' | 'caption'>): CentreJob {
    const { jobsName, jobLifetimeMs: lifetimeMs } = this.#init;
    const { destination, type: migrationType } = request;
    const job = new CentreJob({ ...what, host: at.host, machine: machine[jobsName], destination, migrationType, lifetimeMs }, this.#timers);
    const others = this.#jobs.get(at)!.filter(({ isGone }) => !isGone);
    this.#jobs.set(at, [...others, job]);
    return job;
  }

  /** As a host is called: in any letter case, with its domain behind it or without. */
  #hostNamed(name: string): CentreHost | null {
    const [label = ''] = name.split('.');
    return this.#init.hosts.find(({ host }) => sameName(host.name, label)) ?? null;
  }

  #count(at: CentreHost, slot: Slot): number {
    return [...this.#running.values()].filter(({ source, destination, request }) => (source === at || destination === at) && slotsOf(request.type).includes(slot)).length;
  }

  #showCounts({ source, destination }: Pick<Migration, 'source' | 'destination'>): void {
    for (const at of new Set([source, destination])) {
      const counts = { ActiveStorageMigrationCount: this.#count(at, 'storage'), ActiveVirtualSystemMigrationCount: this.#count(at, 'virtualSystem') };
      ifThere(() => at.host.update(migrationServicePath(at.host.name), counts));
    }
  }

  #step(action: () => void): void {
    this.#timers.after(this.#init.migrationMs / STEPS, action);
  }
}
