import { EnumerationExpiredError, FaultError } from '../errors.js';
import type { Scope } from '../wsman/dialect.js';
import { type EnumerateOptions, enumerateRequest, readEnumerateResponse } from '../wsman/enumerate.js';
import type { EnumerationItem, EnumerationPage, ReadPageOptions } from '../wsman/enumeration-page.js';
import { pullRequest, readPullResponse, releaseRequest } from '../wsman/pull.js';
import type { Caller, Operation } from './caller.js';
import type { Limits } from './limits.js';
import type { CallOptions } from './options.js';

/** One enumeration: what is asked, and how it is read. */
export type Enumeration = {
  readonly asked: string;
  readonly scope: Scope;
  readonly options: EnumerateOptions;
  readonly read: ReadPageOptions;
  readonly limits: Limits;
};

/** Releasing is a courtesy to the host: it must not hold up who leaves. */
const RELEASE_TIMEOUT_MS = 5_000;

/** A page that came. */
export type FetchedPage = {
  readonly items: readonly EnumerationItem[];
  /** Has the next page fetched, if there is one and it is not yet under way: most of this one is used up. */
  readonly prefetch: () => void;
};

/**
 * Enumerates page by page (DSP0226 §8). A page is fetched when the consumer says that it has most of the one before, or asks
 * for it, so that never more than two are in memory; a consumer that leaves early sends one Release and no further Pull.
 *
 * A Pull is never sent twice, because the second would miss the items of the first: a connection that is lost in between
 * ends the enumeration with a TransportError.
 *
 * @throws EnumerationExpiredError - the host gave the enumeration up, because the consumer took too long
 */
export async function* enumerate(caller: Caller, enumeration: Enumeration, call: CallOptions): AsyncGenerator<FetchedPage, void, undefined> {
  const pages = new Pages(caller, enumeration, call);
  try {
    for (let page: EnumerationPage | null = await pages.first(); page !== null; page = await pages.next()) {
      yield { items: page.items, prefetch: () => pages.prefetch() };
    }
  } finally {
    await pages.release();
  }
}

/** The pages of one enumeration, and its context, which changes with each. */
class Pages {
  readonly #caller: Caller;
  readonly #enumeration: Enumeration;
  readonly #call: CallOptions;
  #pageSize: number;
  #context: string | null = null;
  #next: Promise<EnumerationPage> | null = null;

  constructor(caller: Caller, enumeration: Enumeration, call: CallOptions) {
    this.#caller = caller;
    this.#enumeration = enumeration;
    this.#call = call;
    this.#pageSize = enumeration.limits.pageSize;
  }

  first(): Promise<EnumerationPage> {
    const { scope, options, read, limits } = this.#enumeration;
    return this.#ask((maxElements) => ({
      asked: this.#enumeration.asked,
      effect: 'none',
      maxEnvelopeSize: limits.maxEnvelopeSize,
      request: enumerateRequest(scope, { ...options, maxElements }, this.#caller.options.dialect),
      read: (envelope) => readEnumerateResponse(envelope, read),
    }));
  }

  /** `null` at the end of the sequence. */
  next(): Promise<EnumerationPage> | null {
    if (this.#context === null) return null;
    this.prefetch();
    const next = this.#next;
    this.#next = null;
    return next;
  }

  /** Fetches the next page if there is one and it is not yet under way. */
  prefetch(): void {
    const context = this.#context;
    if (context === null || this.#next !== null) return;
    const { asked, scope, read, limits } = this.#enumeration;
    this.#next = this.#ask((maxElements) => ({
      asked: `Pull of ${asked}`,
      effect: 'cursor',
      maxEnvelopeSize: limits.maxEnvelopeSize,
      request: pullRequest(scope, context, { maxElements }, this.#caller.options.dialect),
      read: (envelope) => readPullResponse(envelope, read),
    }));
    // It fails for whoever asks for it; when nobody does, it must not bring the process down.
    this.#next.catch(() => undefined);
  }

  /** Tells the host that no more is wanted, unless the sequence has ended. */
  async release(): Promise<void> {
    await this.#next?.catch(() => undefined);
    const context = this.#context;
    if (context === null) return;
    this.#context = null;
    const { asked, scope } = this.#enumeration;
    await this.#caller
      .call(
        { asked: `Release of ${asked}`, effect: 'none', request: releaseRequest(scope, context, this.#caller.options.dialect), read: () => undefined },
        { timeoutMs: RELEASE_TIMEOUT_MS },
      )
      .catch(() => undefined);
  }

  /** A page that does not fit into an envelope is asked for again with half the items (DSP0226 §8.2.3, EncodingLimit). */
  async #ask(operationOf: (maxElements: number) => Operation<EnumerationPage>): Promise<EnumerationPage> {
    for (;;) {
      try {
        const page = await this.#caller.call(operationOf(this.#pageSize), this.#call);
        this.#context = page.endOfSequence ? null : (page.context ?? this.#context);
        return page;
      } catch (error) {
        if (error instanceof FaultError && error.subcode === 'EncodingLimit' && this.#pageSize > 1) {
          this.#pageSize = Math.ceil(this.#pageSize / 2);
          continue;
        }
        if (error instanceof FaultError && error.subcode === 'InvalidEnumerationContext') {
          this.#context = null;
          throw new EnumerationExpiredError(`The host gave up the enumeration between two pages: ${error.message}`, error, { cause: error });
        }
        throw error;
      }
    }
  }
}
