/** Breaks connections, answers and hosts of a data centre at moments and in ways that follow from a seed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedDataCentre, Trouble } from '../../src/testing/index.js';
import { Random } from './random.js';
import { LONGEST_DELAY_MS } from './script.js';

/** Something that was done to a host. */
export type Mischief = { readonly at: number; readonly host: string; readonly what: string };

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
/** One in so many troubles is a delay beyond the patience of the client, one in so many a logon that is refused. */
const RARELY = 0.02;

export class Gremlin {
  readonly mischief: Mischief[] = [];
  readonly #centre: SimulatedDataCentre;
  readonly #seed: number;
  readonly #stopping = new AbortController();

  constructor(centre: SimulatedDataCentre, seed: number) {
    this.#centre = centre;
    this.#seed = seed;
  }

  /** Works until it is stopped; resolves when every host is up again. */
  async work(troubleEveryMs: number, rebootEveryMs: number): Promise<void> {
    await Promise.all([
      this.#every(troubleEveryMs, new Random(`${this.#seed} troubles`), (random) => this.#makeTrouble(random)),
      this.#every(rebootEveryMs, new Random(`${this.#seed} reboots`), (random) => this.#reboot(random)),
    ]);
  }

  stop(): void {
    this.#stopping.abort();
  }

  trouble(host: string, trouble: Trouble): void {
    const { when, kind, ms, status } = trouble;
    this.#note(host, [when, kind, ms, status].filter((part) => part !== undefined).join(' '));
    this.#centre.host(host).trouble(trouble);
  }

  async #every(ms: number, random: Random, act: (random: Random) => unknown): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await sleep(random.between(1, 2 * ms), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await act(random);
    }
  }

  #makeTrouble(random: Random): void {
    const { name } = random.pick(this.#centre.hosts);
    if (random.chance(RARELY)) this.trouble(name, { when: 'request', kind: 'delay', ms: LONGEST_DELAY_MS });
    else if (random.chance(RARELY)) this.trouble(name, { when: 'handshake', kind: 'status', status: 401 });
    else this.trouble(name, random.pick(TROUBLES)(random));
  }

  async #reboot(random: Random): Promise<void> {
    const { name } = random.pick(this.#centre.hosts);
    const options = { downMs: random.between(0, 150), vmmsDelayMs: random.between(0, 150) };
    this.#note(name, `reboot, ${options.downMs} ms down, vmms ${options.vmmsDelayMs} ms later`);
    await this.#centre.reboot(name, options);
    this.#note(name, 'up again');
  }

  #note(host: string, what: string): void {
    this.mischief.push({ at: Date.now(), host, what });
  }
}
