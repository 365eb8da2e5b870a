/**
 * The time as the KDCs and hosts of a realm have it. Kerberos tolerates five minutes of difference (RFC 4120 §3.2.3, §3.1.3); who is
 * further off is told the right time with KRB_AP_ERR_SKEW, and this clock then follows it, once.
 */
export class KerberosClock {
  readonly #now: () => Date;
  readonly #notes: string[] = [];
  #offsetMs = 0;

  /** @param now - the clock of this machine */
  constructor(now: () => Date) {
    this.#now = now;
  }

  /** What was corrected, as a sentence. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /**
   * Whether it was corrected. Who is told of a skew asks once more only if it was not when the request was made; several may
   * be under way with one clock.
   */
  get corrected(): boolean {
    return this.#notes.length > 0;
  }

  /** The time of this machine, corrected. */
  now(): Date {
    return new Date(this.#now().getTime() + this.#offsetMs);
  }

  /**
   * Follows the time that came with KRB_AP_ERR_SKEW, or in an AS-REP.
   *
   * @param who - whose time it is, for the note
   * @returns false when the clock was corrected before: then the difference is not the reason
   */
  correct(time: Date, who: string): boolean {
    if (this.corrected) return false;
    this.#offsetMs = time.getTime() - this.#now().getTime();
    const seconds = Math.round(this.#offsetMs / 1000);
    this.#notes.push(`The clock of this machine is ${Math.abs(seconds)} s ${seconds > 0 ? 'behind' : 'ahead of'} that of ${who}; Kerberos went on with theirs. Set the clock`);
    return true;
  }
}
