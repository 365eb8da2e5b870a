/** Whether a request to migrate was put to a host twice without a 401 in between, which proves that the first was not carried out. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type CallSignal, onSignal } from '../../src/index.js';
import type { SimulatedHost } from '../../src/testing/index.js';

const METHOD = 'MigrateVirtualSystemToHost';

export class Resends implements Disposable {
  readonly #calls = new AsyncLocalStorage<CallSignal>();
  readonly #stop: readonly (() => void)[];
  #allowed = 0;

  /** Listens from now on. */
  constructor() {
    this.#stop = [
      onSignal('hyperv-wsman:call:start', ({ call }) => this.#calls.enterWith(call)),
      onSignal('hyperv-wsman:retry', ({ error }) => {
        const isMigration = this.#calls.getStore()?.asked.startsWith(METHOD) === true;
        // Without an error it is a 401.
        if (isMigration && error === null) this.#allowed++;
      }),
    ];
  }

  /** How many requests reached a host once more, and how many of them were in order. */
  count(hosts: readonly SimulatedHost[]): { readonly seen: number; readonly allowed: number } {
    const ids = hosts.flatMap(({ requests }) => requests.filter(({ method }) => method === METHOD).map(({ messageId }) => messageId));
    return { seen: ids.length - new Set(ids).size, allowed: this.#allowed };
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stop) stop();
  }
}
