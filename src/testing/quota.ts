/** Counts what users have under way (MaxConcurrentOperationsPerUser). */
export class Quota {
  /** How many operations and enumerations one user may have at a time. */
  readonly maxOperations: number;
  readonly #running = new Map<string, number>();

  constructor(maxOperations: number) {
    this.maxOperations = maxOperations;
  }

  /**
   * Begins an operation.
   *
   * @param open - how many enumerations the user has open
   * @returns ends it; `null` when the user has as many as he may
   */
  enter(user: string, open: number): (() => void) | null {
    const running = this.#running.get(user) ?? 0;
    if (running + open >= this.maxOperations) return null;
    this.#running.set(user, running + 1);
    return () => this.#running.set(user, this.#running.get(user)! - 1);
  }
}
