import { UsageError } from '../errors.js';

/** Something that goes wrong on a simulated host, see `SimulatedHost.trouble`. */
export type Trouble = {
  /**
   * `handshake`: a request that carries a token or credentials, before they are looked at. `request`: an authenticated
   * request that was understood, before it is carried out. `response`: after it was carried out, before it is answered.
   */
  readonly when: 'handshake' | 'request' | 'response';
  /**
   * - `delay`: wait for `ms`, then go on.
   * - `drop`: the connection is cut, without an answer.
   * - `status`: the answer is `status` and a page of HTML, no envelope; 401 is a refusal as the host itself words it.
   *
   * And of a `response` only:
   * - `plain`: the answer to a sealed request is not sealed.
   * - `badSignature`: one bit of the signature of a sealed answer is wrong.
   * - `badRelatesTo`: the answer names another request. An answer that names none (Identify) is spared.
   * - `truncate`: the second half of the envelope is missing; sealing and lengths are right.
   */
  readonly kind: 'delay' | 'drop' | 'status' | 'plain' | 'badSignature' | 'badRelatesTo' | 'truncate';
  /** How long a `delay` is, in milliseconds; needed there, and allowed nowhere else. */
  readonly ms?: number;
  /** The HTTP status of `status`, 200 to 599; default 503. Allowed nowhere else. */
  readonly status?: number;
  /** How often it happens; default 1. `Infinity` is always. */
  readonly times?: number;
};

/** What of an answer decides which troubles can happen to it. */
export type AnswerTraits = { readonly sealed: boolean; readonly related: boolean };

const BEFORE: readonly Trouble['kind'][] = ['delay', 'drop', 'status'];
const KINDS: Readonly<Record<Trouble['when'], readonly Trouble['kind'][]>> = {
  handshake: BEFORE,
  request: BEFORE,
  response: [...BEFORE, 'plain', 'badSignature', 'badRelatesTo', 'truncate'],
};

/** The troubles that are still to come, in the order they were asked for. */
export class TroubleScript {
  #entries: { readonly trouble: Trouble; left: number }[] = [];

  /** @throws UsageError - a combination that cannot happen */
  add(trouble: Trouble): void {
    checkTrouble(trouble);
    this.#entries.push({ trouble, left: trouble.times ?? 1 });
  }

  /** Takes the first trouble that can happen now; one at most happens at each point of a request. */
  take(when: Trouble['when'], traits: AnswerTraits = { sealed: false, related: false }): Trouble | null {
    const entry = this.#entries.find(({ trouble }) => trouble.when === when && canHappen(trouble, traits));
    if (entry === undefined) return null;
    entry.left--;
    if (entry.left === 0) this.#entries = this.#entries.filter((other) => other !== entry);
    return entry.trouble;
  }
}

function canHappen({ kind }: Trouble, { sealed, related }: AnswerTraits): boolean {
  if (kind === 'plain' || kind === 'badSignature') return sealed;
  return kind === 'badRelatesTo' ? related : true;
}

function checkTrouble({ when, kind, ms, status, times = 1 }: Trouble): void {
  const kinds = (KINDS as Partial<typeof KINDS>)[when];
  if (kinds === undefined) throw new UsageError(`trouble: when is handshake, request or response, not ${JSON.stringify(when)}`);
  if (!kinds.includes(kind)) throw new UsageError(`trouble: ${JSON.stringify(kind)} cannot happen to a ${when}; possible are ${kinds.join(', ')}`);
  if ((kind === 'delay') !== (ms !== undefined)) throw new UsageError('trouble: ms belongs to delay, which needs it');
  if (ms !== undefined && !isWhole(ms, 0, 2 ** 31 - 1)) throw new UsageError(`trouble: ms is a whole number of milliseconds, not ${ms}`);
  if (status !== undefined && kind !== 'status') throw new UsageError('trouble: status belongs to the kind status');
  if (status !== undefined && !isWhole(status, 200, 599)) throw new UsageError(`trouble: status is from 200 to 599, not ${status}`);
  if (times !== Infinity && !isWhole(times, 1, Number.MAX_SAFE_INTEGER)) throw new UsageError(`trouble: times is a whole number from 1, or Infinity, not ${times}`);
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
