/**
 * The time as the KDCs of a realm have it. Kerberos tolerates five minutes of difference (RFC 4120 §3.2.3, §3.1.3); who is further
 * off is told the right time with KRB_AP_ERR_SKEW. That error comes in the clear, so its time is tried with a clock of its own,
 * see {@link KerberosClock.at}; this one follows only when the KDC has then proven itself, see {@link KerberosClock.follow}.
 */
export class KerberosClock {
  readonly #now: () => Date;
  #offsetMs = 0;
  #note: string | null = null;

  /** @param now - the clock of this machine */
  constructor(now: () => Date) {
    this.#now = now;
  }

  /** That this clock goes by the time of another, as a sentence. */
  get notes(): readonly string[] {
    return this.#note === null ? [] : [this.#note];
  }

  /** The time of this machine, corrected. */
  now(): Date {
    return new Date(this.#now().getTime() + this.#offsetMs);
  }

  /**
   * A clock that goes by a time that came from a KDC or host; this one stays as it is.
   *
   * @param who - whose time it is, for the note
   */
  at(time: Date, who: string): KerberosClock {
    const other = new KerberosClock(this.#now);
    other.#offsetMs = time.getTime() - this.#now().getTime();
    const seconds = Math.round(other.#offsetMs / 1000);
    other.#note = `The clock of this machine is ${Math.abs(seconds)} s ${seconds > 0 ? 'behind' : 'ahead of'} that of ${who}; Kerberos went on with theirs. Set the clock`;
    return other;
  }

  /** Goes as the other clock from now on. */
  follow(other: KerberosClock): void {
    this.#offsetMs = other.#offsetMs;
    this.#note = other.#note;
  }
}
