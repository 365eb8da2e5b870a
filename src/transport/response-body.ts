import { LimitError } from '../errors.js';
import type { Target } from './connection.js';

/** How many times what has come there is room made for, when the peer says how much there will be: to say a large number costs it nothing. */
const TRUST = 16;

/** Nobody can write to it; to make one for each answer cost more than to gather it. */
const NOTHING = new Uint8Array();

/**
 * The body of an answer, gathered as it comes. One that comes in one chunk, as most do, is that chunk. Others are copied
 * together at once: an answer in chunks of one byte, each an object of its own, would else take some hundred times the
 * memory of its bytes.
 */
export class ResponseBody {
  readonly #target: Target;
  readonly #expected: number;
  #room: Uint8Array = NOTHING;
  #length = 0;

  /** @param contentLength - the header of the answer; it only helps to make room */
  constructor(target: Target, contentLength: string | undefined) {
    this.#target = target;
    this.#expected = Math.min(Number.parseInt(contentLength ?? '', 10) || 0, target.maxResponseBytes);
  }

  /**
   * Takes the next chunk, and its memory: nobody else may write to it any more.
   *
   * @throws LimitError - the body is larger than the target's maxResponseBytes
   */
  add(chunk: Uint8Array): void {
    const { url, maxResponseBytes } = this.#target;
    const before = this.#length;
    const length = before + chunk.length;
    if (length > maxResponseBytes) throw new LimitError(`The answer of ${url.host} is larger than ${maxResponseBytes} bytes`);
    if (before === 0) {
      this.#room = chunk;
    } else {
      if (length > this.#room.length) this.#grow(Math.max(length, 2 * before, Math.min(this.#expected, TRUST * before)));
      this.#room.set(chunk, before);
    }
    this.#length = length;
  }

  /** What has come so far. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#room.buffer, this.#room.byteOffset, this.#length);
  }

  #grow(size: number): void {
    const larger = new Uint8Array(size);
    larger.set(this.bytes);
    this.#room = larger;
  }
}
