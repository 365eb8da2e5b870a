import type { CimInstance } from '../cim/instance.js';
import { Lookahead } from './lookahead.js';
import { type Change, instanceEvent } from './repository/events.js';
import type { Repository } from './repository.js';
import { Wake } from './wake.js';
import { matches, project } from './wql/evaluate.js';
import type { SelectQuery } from './wql/query.js';

/** As many events are remembered for bookmarks, and wait in a subscription that is not pulled; older ones are lost. */
const MAX_EVENTS = 10_000;

/** An event, by its place among all events of the host. */
export type NumberedEvent = { readonly number: number; readonly event: CimInstance };

/** What a subscription was granted with. */
export type SubscriptionInit = {
  readonly user: string;
  readonly namespace: string;
  readonly query: SelectQuery;
  readonly sendBookmarks: boolean;
  readonly expiresMs: number;
};

/** A subscription. */
export type Subscription = SubscriptionInit & {
  /** Wakes when an event has come. */
  readonly wake: Wake;
  /** The events to pull, oldest first. */
  readonly queue: NumberedEvent[];
};

/** The subscriptions of a host to what changes in its repository. The context of a subscription is its identifier, too. */
export class Subscriptions {
  readonly #repository: Repository;
  readonly #now: () => number;
  readonly #open = new Map<string, { readonly subscription: Subscription; until: number }>();
  readonly #past: NumberedEvent[] = [];
  #number = 0;

  /** @param now - milliseconds of any clock that only goes on */
  constructor(repository: Repository, now: () => number) {
    this.#repository = repository;
    this.#now = now;
    repository.onChange((change) => this.#happened(change));
  }

  /** How many are open. */
  get count(): number {
    this.#expire();
    return this.#open.size;
  }

  /**
   * Begins a subscription.
   *
   * @param after - the number of the event after which it begins; from now on when it is `null`
   */
  open(id: string, init: SubscriptionInit, after: number | null): void {
    const subscription: Subscription = { ...init, wake: new Wake(), queue: [] };
    this.#open.set(id, { subscription, until: this.#now() + init.expiresMs });
    for (const past of after === null ? [] : this.#past) if (past.number > after!) this.#offer(subscription, past);
  }

  /** A subscription of the user; `null` when there is none, or it has expired. */
  find(id: string, user: string): Subscription | null {
    this.#expire();
    const open = this.#open.get(id);
    return open?.subscription.user === user ? open.subscription : null;
  }

  /** Lets a subscription last for so long from now on. */
  renew(id: string, expiresMs: number): void {
    const open = this.#open.get(id);
    if (open !== undefined) open.until = this.#now() + expiresMs;
  }

  /** Ends a subscription, and every Pull that waits on it. */
  close(id: string): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.subscription.wake.wake();
  }

  /** Ends every subscription and forgets what happened, as a reboot does. */
  clear(): void {
    for (const id of this.#open.keys()) this.close(id);
    this.#past.length = 0;
  }

  #happened(change: Change): void {
    const numbered = { number: ++this.#number, event: instanceEvent(change, new Date()) };
    append(this.#past, numbered);
    this.#expire();
    for (const { subscription } of this.#open.values()) this.#offer(subscription, numbered);
  }

  #offer(subscription: Subscription, { number, event }: NumberedEvent): void {
    const { query, queue, wake } = subscription;
    if (!matches(query, event, this.#repository.context)) return;
    append(queue, { number, event: project(query, event, this.#repository.context) });
    wake.wake();
  }

  #expire(): void {
    const now = this.#now();
    for (const [id, { until }] of this.#open) if (until <= now) this.close(id);
  }
}

/** The events of a queue, taken out of it as a page takes them. */
export function queued(queue: NumberedEvent[]): Lookahead<NumberedEvent> {
  return new Lookahead(
    (function* () {
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        yield next;
        queue.shift();
      }
    })(),
  );
}

function append(events: NumberedEvent[], event: NumberedEvent): void {
  events.push(event);
  if (events.length > MAX_EVENTS) events.shift();
}
