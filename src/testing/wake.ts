/** Lets several wait, each for a time at most, until something has happened. */
export class Wake {
  readonly #waiting = new Set<() => void>();

  /** Ends every wait. */
  wake(): void {
    for (const end of [...this.#waiting]) end();
  }

  /** Resolves with the next {@link wake}, after `ms`, or when `signal` aborts, and leaves no timer behind. Never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
      this.#waiting.add(end);
    });
  }
}
