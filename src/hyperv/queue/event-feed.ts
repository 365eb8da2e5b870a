/** Events for any number of readers, each at its own pace. */
export class EventFeed<E> {
  readonly #readers = new Set<Reader<E>>();
  readonly #replaces: (later: E, earlier: E) => boolean;
  #ended = false;

  /** @param replaces - whether an event makes an earlier one, that a slow reader has not taken yet, worthless */
  constructor(replaces: (later: E, earlier: E) => boolean) {
    this.#replaces = replaces;
  }

  push(event: E): void {
    for (const reader of this.#readers) {
      const worthless = reader.events.findIndex((earlier) => this.#replaces(event, earlier));
      if (worthless !== -1) reader.events.splice(worthless, 1);
      reader.events.push(event);
      wake(reader);
    }
  }

  /** Readers take what is there, and then end. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#readers) wake(reader);
  }

  /** What is pushed from this call on. */
  read(): AsyncIterableIterator<E> {
    const reader: Reader<E> = { events: [], sleepers: [] };
    this.#readers.add(reader);
    const next = async (): Promise<IteratorResult<E, undefined>> => {
      while (reader.events.length === 0 && !this.#ended && this.#readers.has(reader)) {
        await new Promise<void>((resolve) => reader.sleepers.push(resolve));
      }
      const [event] = reader.events.splice(0, 1);
      if (event !== undefined) return { value: event, done: false };
      this.#readers.delete(reader);
      return { value: undefined, done: true };
    };
    const leave = (): Promise<IteratorResult<E, undefined>> => {
      this.#readers.delete(reader);
      reader.events.length = 0;
      wake(reader);
      return Promise.resolve({ value: undefined, done: true });
    };
    const iterator: AsyncIterableIterator<E> = { next, return: leave, [Symbol.asyncIterator]: () => iterator };
    return iterator;
  }
}

/** `sleepers` are the calls of `next()` that wait: there may be several. */
type Reader<E> = { readonly events: E[]; readonly sleepers: (() => void)[] };

function wake({ sleepers }: Reader<unknown>): void {
  for (const resolve of sleepers.splice(0)) resolve();
}
