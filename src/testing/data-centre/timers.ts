/** Timers that are ended together, and that never keep the process alive. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();

  /**
   * Does something after `ms`.
   *
   * @returns keeps it from being done
   */
  after(ms: number, action: () => void): () => void {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      action();
    }, ms).unref();
    this.#running.add(timer);
    return () => {
      clearTimeout(timer);
      this.#running.delete(timer);
    };
  }

  /** Ends them all. */
  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
