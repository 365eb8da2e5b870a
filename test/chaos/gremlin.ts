/** Breaks connections, answers and hosts of a data centre at moments and in ways that follow from a seed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedDataCentre, SimulatedHost, Trouble } from '../../src/testing/index.js';
import { Random } from './random.js';
import { LONGEST_DELAY_MS } from './script.js';

/** Something that was done to a host. */
export type Mischief = { readonly at: number; readonly host: string; readonly kind: string; readonly what: string };

/**
 * After a request was carried out only such statuses come as may come from behind the service: 401, 403, 404 and 413 come from
 * in front of it, and are a promise that it was not carried out.
 */
const TROUBLES: readonly ((random: Random) => Trouble)[] = [
  (random) => ({ when: 'request', kind: 'delay', ms: random.between(1, 100) }),
  () => ({ when: 'request', kind: 'drop' }),
  () => ({ when: 'request', kind: 'status', status: 401 }),
  (random) => ({ when: 'request', kind: 'status', status: random.pick([500, 503]) }),
  (random) => ({ when: 'response', kind: 'delay', ms: random.between(1, 100) }),
  () => ({ when: 'response', kind: 'drop' }),
  (random) => ({ when: 'response', kind: 'status', status: random.pick([500, 503]) }),
  () => ({ when: 'response', kind: 'plain' }),
  () => ({ when: 'response', kind: 'badSignature' }),
  () => ({ when: 'response', kind: 'badRelatesTo' }),
  () => ({ when: 'response', kind: 'truncate' }),
  (random) => ({ when: 'handshake', kind: 'delay', ms: random.between(1, 100) }),
  () => ({ when: 'handshake', kind: 'drop' }),
  () => ({ when: 'handshake', kind: 'status', status: 503 }),
];
/** A delay beyond the patience of the client, and a logon that is refused. */
const RARE_TROUBLES: readonly Trouble[] = [
  { when: 'request', kind: 'delay', ms: LONGEST_DELAY_MS },
  { when: 'handshake', kind: 'status', status: 401 },
];
const RARELY = 0.04;
const LOOK_MS = 5;

export class Gremlin {
  readonly mischief: Mischief[] = [];
  readonly #centre: SimulatedDataCentre;
  readonly #seed: number;
  readonly #stopping = new AbortController();

  constructor(centre: SimulatedDataCentre, seed: number) {
    this.#centre = centre;
    this.#seed = seed;
  }

  /**
   * Works until it is stopped; resolves when every host is up again.
   *
   * @param troubleEvery - how many requests a host gets on average between two troubles
   * @param rebootEveryMs - how much time passes on average between two reboots of any host
   */
  async work(troubleEvery: number, rebootEveryMs: number): Promise<void> {
    const reboots = new Random(`${this.#seed} reboots`);
    await Promise.all([
      ...this.#centre.hosts.map((host) => this.#annoy(host, troubleEvery, new Random(`${this.#seed} troubles of ${host.name}`))),
      this.#every(
        () => reboots.between(1, 2 * rebootEveryMs),
        () => this.#reboot(reboots),
      ),
    ]);
  }

  stop(): void {
    this.#stopping.abort();
  }

  trouble(host: string, trouble: Trouble): void {
    const { when, kind, ms, status } = trouble;
    const name = `${when} ${kind}${status === undefined ? '' : ` ${status}`}`;
    this.mischief.push({ at: Date.now(), host, kind: name, what: ms === undefined ? name : `${name} ${ms} ms` });
    this.#centre.host(host).trouble(trouble);
  }

  /** Does something again and again, until it is stopped. */
  async #every(nextMs: () => number, act: () => unknown): Promise<void> {
    const { signal } = this.#stopping;
    const isTime = (): Promise<boolean> => sleep(nextMs(), true, { signal }).catch(() => false);
    while (await isTime()) await act();
  }

  /** A trouble after so many requests: a host that nobody asks would only save them up. */
  async #annoy(host: SimulatedHost, every: number, random: Random): Promise<void> {
    let next = random.between(1, 2 * every);
    await this.#every(
      () => LOOK_MS,
      () => {
        if (host.requests.length < next) return;
        next = host.requests.length + random.between(1, 2 * every);
        this.trouble(host.name, random.chance(RARELY) ? random.pick(RARE_TROUBLES) : random.pick(TROUBLES)(random));
      },
    );
  }

  async #reboot(random: Random): Promise<void> {
    const { name } = random.pick(this.#centre.hosts);
    const options = { downMs: random.between(0, 150), vmmsDelayMs: random.between(0, 150) };
    const what = `down for ${options.downMs} ms, its management service for ${options.vmmsDelayMs} more`;
    this.mischief.push({ at: Date.now(), host: name, kind: 'reboot', what });
    await this.#centre.reboot(name, options);
  }
}
