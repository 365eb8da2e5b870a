import type { QueueSnapshot } from './snapshot.js';

/** Where the snapshots of a queue go. */
export type SnapshotSinks = {
  readonly beforeStart: (snapshot: QueueSnapshot) => void | Promise<void>;
  /** What it rejects with is ignored: the next snapshot holds the same. */
  readonly onSnapshot: (snapshot: QueueSnapshot) => void | Promise<void>;
};

/** Hands the snapshots of a queue over, one at a time. Each is taken when its turn comes, so that an older one never comes after a newer one. */
export class SnapshotStore {
  readonly #take: () => QueueSnapshot;
  readonly #sinks: SnapshotSinks;
  #settled: Promise<void> = Promise.resolve();
  #hasNews = false;

  /** @param take - makes the snapshot of now */
  constructor(take: () => QueueSnapshot, sinks: SnapshotSinks) {
    this.#take = take;
    this.#sinks = sinks;
  }

  /** Resolves when nothing is being handed over any more; never rejects. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** Hands one over before a migration is asked for; rejects with what `beforeStart` rejects with. */
  beforeStart(): Promise<void> {
    return this.#inTurn(() => this.#sinks.beforeStart(this.#take()));
  }

  /** The snapshot has changed: what changes before it is handed over is in it too. */
  changed(): void {
    if (this.#hasNews) return;
    this.#hasNews = true;
    this.#inTurn(() => {
      this.#hasNews = false;
      return this.#sinks.onSnapshot(this.#take());
    }).catch(() => undefined);
  }

  #inTurn(store: () => void | Promise<void>): Promise<void> {
    const turn = this.#settled.then(store);
    this.#settled = turn.catch(() => undefined);
    return turn;
  }
}
