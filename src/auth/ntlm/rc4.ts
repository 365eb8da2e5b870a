/** RC4, the stream cipher of NTLM (MS-NLMP 3.1.5.1), which OpenSSL 3 no longer offers. Never use it for anything else. */

/** One key stream. It runs on over all the data it is given: the bytes that two calls process are those of one call with both. */
export class Rc4 {
  readonly #state = Uint8Array.from({ length: 256 }, (_, index) => index);
  #i = 0;
  #j = 0;

  /** @param key - 1 to 256 bytes */
  constructor(key: Uint8Array) {
    const state = this.#state;
    for (let i = 0, j = 0; i < 256; i++) {
      const kept = state[i]!;
      j = (j + kept + key[i % key.length]!) & 0xff;
      state[i] = state[j]!;
      state[j] = kept;
    }
  }

  /**
   * Encrypts or decrypts: both are the exclusive or with the next bytes of the key stream.
   *
   * @param into - where the result goes, as long as the data; it may be the data itself. Default: a new array
   * @returns `into`
   */
  process(data: Uint8Array, into: Uint8Array = new Uint8Array(data.length)): Uint8Array {
    // All in locals: with fields and a callback for each byte this was half of what a sealed call cost.
    const state = this.#state;
    let i = this.#i;
    let j = this.#j;
    for (let index = 0; index < data.length; index++) {
      i = (i + 1) & 0xff;
      const atI = state[i]!;
      j = (j + atI) & 0xff;
      const atJ = state[j]!;
      state[i] = atJ;
      state[j] = atI;
      into[index] = data[index]! ^ state[(atI + atJ) & 0xff]!;
    }
    this.#i = i;
    this.#j = j;
    return into;
  }
}
