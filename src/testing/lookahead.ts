/** Goes through a sequence and knows whether something comes next. Nothing is fetched before it is asked for. */
export class Lookahead<T> {
  readonly #iterator: Iterator<T>;
  #next: IteratorResult<T> | null = null;

  constructor(items: Iterable<T>) {
    this.#iterator = items[Symbol.iterator]();
  }

  /** What comes next, and stays next until {@link take}; `done` at the end. */
  peek(): IteratorResult<T> {
    this.#next ??= this.#iterator.next();
    return this.#next;
  }

  /** Goes past what comes next. */
  take(): void {
    this.peek();
    this.#next = null;
  }
}
