import { CimDateTime, CimInterval } from '../../cim/datetime.js';
import { type InstancePath, instancePath } from '../../cim/object-path.js';
import type { SimulatedHost } from '../simulated-host.js';
import type { JobErrors } from './migration-errors.js';
import type { Timers } from './timers.js';

/** What a migration job says of itself from its beginning to its end. */
export type CentreJobInit = {
  readonly host: SimulatedHost;
  /** Msvm_MigrationJob.JobType: 301 a check, 305 to 307 migrations. */
  readonly jobType: number;
  readonly caption: string;
  /** VirtualSystemName: the machine's GUID or name. */
  readonly machine: string;
  readonly destination: string | null;
  readonly migrationType: number;
  /** How long it stays on the host after its end, in milliseconds. */
  readonly lifetimeMs: number;
};

/** JobState. */
export const JOB_STATE = { running: 4, shuttingDown: 6, completed: 7, terminated: 8, killed: 9, exception: 10 } as const;

/** A migration job of a data centre: an instance on its host that goes on, ends, and goes away some time later. */
export class CentreJob {
  /** Where it is on its host. */
  readonly path: InstancePath;
  /** Its InstanceID. */
  readonly id: string;
  readonly #init: CentreJobInit;
  readonly #timers: Timers;
  readonly #startedAt = new Date();
  #state: number = JOB_STATE.running;
  #isGone = false;
  #cancelRemoval: () => void = () => undefined;

  constructor(init: CentreJobInit, timers: Timers) {
    this.#init = init;
    this.#timers = timers;
    const { className, keys } = init.host.addJob({ JobState: this.#state, properties: this.#properties(0, true) });
    this.path = instancePath(className, keys);
    this.id = keys.InstanceID;
  }

  /** Whether its host has it no more. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Shows how far it is. */
  goOn(percent: number, options: { readonly state?: number; readonly cancellable?: boolean } = {}): void {
    this.#state = options.state ?? this.#state;
    this.#show(percent, {}, options.cancellable ?? false);
  }

  /** Ends it. */
  end(state: number, percent: number, errors: JobErrors = {}): void {
    if (this.#isGone) return;
    this.#state = state;
    this.#show(percent, errors, false);
    this.#cancelRemoval = this.#timers.after(this.#init.lifetimeMs, () => {
      this.#isGone = true;
      this.#init.host.removeJob({ host: '', ...this.path, keys: { InstanceID: this.id } });
    });
  }

  /** Its host has forgotten it: it never shows again. */
  lose(): void {
    this.#isGone = true;
    this.#cancelRemoval();
  }

  #show(percent: number, errors: JobErrors, cancellable: boolean): void {
    if (this.#isGone) return;
    this.#init.host.addJob({ InstanceID: this.id, JobState: this.#state, ...errors, properties: this.#properties(percent, cancellable) });
  }

  #properties(percent: number, cancellable: boolean): Readonly<Record<string, string | number | boolean | null | CimDateTime | CimInterval>> {
    const { jobType, caption, machine, destination, migrationType, lifetimeMs } = this.#init;
    const now = new Date();
    const startTime = CimDateTime.fromDate(this.#startedAt);
    return {
      Cancellable: cancellable,
      Caption: caption,
      Description: caption,
      DestinationHost: destination,
      ElapsedTime: CimInterval.fromMilliseconds(Math.max(0, now.getTime() - this.#startedAt.getTime())),
      ElementName: caption,
      JobType: jobType,
      MigrationType: migrationType,
      Name: caption,
      PercentComplete: percent,
      ScheduledStartTime: startTime,
      StartTime: startTime,
      TimeBeforeRemoval: CimInterval.fromMilliseconds(lifetimeMs),
      TimeOfLastStateChange: CimDateTime.fromDate(now),
      TimeSubmitted: startTime,
      VirtualSystemName: machine,
    };
  }
}
