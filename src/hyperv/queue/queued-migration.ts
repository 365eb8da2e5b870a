import { UsageError } from '../../errors.js';
import { publish } from '../../signals.js';
import { findGuid } from '../guid.js';
import type { JobReference } from '../job-reference.js';
import type { MigrationIntent } from '../migrations/intent.js';
import type { MigrationKind, MigrationOptions } from '../migrations/options.js';
import type { QueueHost, QueueJob } from './queue-host.js';
import { type QueueOutcome, type QueueState, type QueuedMigrationStatus, isEnd } from './queue-outcome.js';
import type { Verdict } from './verdict.js';

/** A migration that a queue is asked for. */
export type QueueRequest = {
  /** GUID or name on its source. Give the GUID when it gets there only by an earlier migration of the queue. */
  readonly machine: string;
  readonly from: QueueHost;
  /** Needed for all types but Storage and StorageDeepCheck. */
  readonly to?: QueueHost;
  /** As for `host.migrations.start()`. */
  readonly options?: Omit<MigrationOptions, 'to'>;
};

/** What a queue knows of one migration; only the queue changes it. */
export class Entry {
  readonly number: number;
  readonly request: QueueRequest;
  readonly from: QueueHost;
  readonly to: QueueHost | null;
  readonly type: MigrationKind;
  readonly outcome: Promise<QueueOutcome>;
  state: QueueState = 'waiting';
  machineId: string | null;
  name: string;
  attempts = 0;
  /** Not before this time of `performance.now()` it may be tried again. */
  notBefore = 0;
  percent: number | null = null;
  reason: string | null = null;
  intent: MigrationIntent | null = null;
  reference: JobReference | null = null;
  job: QueueJob | null = null;
  /** It was asked to be cancelled: it is not tried again. */
  isCancelled = false;
  /** Its machine is being looked up. */
  isLookedUp = false;
  readonly #settle: (outcome: QueueOutcome) => void;
  readonly #onState: () => void;

  /** @throws UsageError - no destination where one is needed, one where none may be, or the source itself */
  constructor(number: number, request: QueueRequest, onState: (entry: Entry) => void) {
    checkDestination(request);
    const { machine, from, to = null, options = {} } = request;
    this.number = number;
    this.request = request;
    this.from = from;
    this.to = to;
    this.type = options.type ?? 'VirtualSystem';
    this.machineId = findGuid(machine);
    this.name = machine;
    let settle!: (outcome: QueueOutcome) => void;
    this.outcome = new Promise((resolve) => (settle = resolve));
    this.#settle = settle;
    this.#onState = () => onState(this);
  }

  get hosts(): readonly QueueHost[] {
    return this.to === null ? [this.from] : [this.from, this.to];
  }

  get isEnded(): boolean {
    return isEnd(this.state);
  }

  enter(state: QueueState): void {
    if (state === this.state) return;
    this.state = state;
    this.announce();
  }

  /** Tells of the state it is in. */
  announce(): void {
    const { state } = this;
    publish('hyperv-wsman:queue', () => ({ host: this.from.client.host, machine: this.machineId ?? this.name, to: this.to?.client.host ?? null, state }));
    this.#onState();
  }

  end({ kind, job, observations, error, diagnosis, reason }: Verdict): void {
    this.reason = reason;
    this.enter(kind);
    const { machine, from, to, attempts, reference } = this.status();
    this.#settle({ kind, machine, from, to, attempts, reference, job, observations, error, diagnosis, reason });
  }

  status(): QueuedMigrationStatus {
    const { number, machineId, name, state, attempts, percent, reference, reason } = this;
    const to = this.to?.client.host ?? null;
    return { number, machine: { id: machineId, name }, from: this.from.client.host, to, state, attempts, percent, reference, reason };
  }
}

/** @throws UsageError - no destination where one is needed, one where none may be, or the source itself */
export function checkDestination({ machine: name, from, to, options: { type = 'VirtualSystem' } = {} }: QueueRequest): void {
  const needed = type !== 'Storage' && type !== 'StorageDeepCheck';
  if (needed && to === undefined) throw new UsageError(`A migration of type ${type} needs a destination: give "to" for ${name}`);
  if (!needed && to !== undefined) throw new UsageError(`A migration of type ${type} has no destination: leave out "to" for ${name}`);
  if (to?.client.host === from.client.host) throw new UsageError(`${name} cannot be moved from ${from.client.host} to itself`);
}

/** A migration of a queue, from when it was added to its end. */
export class QueuedMigration {
  /** How it ended; never rejects. */
  readonly outcome: Promise<QueueOutcome>;
  readonly #entry: Entry;
  readonly #cancel: () => Promise<void>;

  /** Made by {@link MigrationQueue.add}. */
  constructor(entry: Entry, cancel: () => Promise<void>) {
    this.outcome = entry.outcome;
    this.#entry = entry;
    this.#cancel = cancel;
  }

  get state(): QueueState {
    return this.#entry.state;
  }

  /** How it stands now, as plain JSON. */
  status(): QueuedMigrationStatus {
    return this.#entry.status();
  }

  /**
   * Takes it out of the queue, or cancels its job. Resolves when it has ended, however: it may be too late.
   *
   * @throws UsageError - the host does not let its job be cancelled now
   */
  cancel(): Promise<void> {
    return this.#cancel();
  }
}
