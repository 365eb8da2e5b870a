/** RC4, the stream cipher of NTLM (MS-NLMP 3.1.5.1), which OpenSSL 3 no longer offers. Never use it for anything else. */

/** One key stream. It runs on over all the data it is given: the bytes that two calls process are those of one call with both. */
export class Rc4 {
  readonly #state = Uint8Array.from({ length: 256 }, (_, index) => index);
  #i = 0;
  #j = 0;

  /** @param key - 1 to 256 bytes */
  constructor(key: Uint8Array) {
    for (let i = 0, j = 0; i < 256; i++) {
      j = (j + this.#state[i]! + key[i % key.length]!) & 0xff;
      this.#swap(i, j);
    }
  }

  /**
   * Encrypts or decrypts: both are the exclusive or with the next bytes of the key stream.
   *
   * @returns a new array, as long as the data
   */
  process(data: Uint8Array): Uint8Array {
    const state = this.#state;
    return data.map((byte) => {
      this.#i = (this.#i + 1) & 0xff;
      this.#j = (this.#j + state[this.#i]!) & 0xff;
      this.#swap(this.#i, this.#j);
      return byte ^ state[(state[this.#i]! + state[this.#j]!) & 0xff]!;
    });
  }

  #swap(i: number, j: number): void {
    const kept = this.#state[i]!;
    this.#state[i] = this.#state[j]!;
    this.#state[j] = kept;
  }
}
