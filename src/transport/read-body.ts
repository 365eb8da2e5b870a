import { LimitError } from '../errors.js';
import type { Target } from './connection.js';

/**
 * The whole body of an answer. It is copied together as it comes: an answer in chunks of one byte, each an object of
 * its own, would else take some hundred times the memory of its bytes.
 *
 * @throws LimitError - it is larger than the target's maxResponseBytes; what is left of it was not read
 */
export async function readBody(stream: AsyncIterable<Uint8Array>, { url, maxResponseBytes }: Target): Promise<Uint8Array> {
  let body: Uint8Array = new Uint8Array();
  let length = 0;
  for await (const chunk of stream) {
    const end = length + chunk.length;
    if (end > maxResponseBytes) throw new LimitError(`The answer of ${url.host} is larger than ${maxResponseBytes} bytes`);
    if (end > body.length) {
      const larger = new Uint8Array(Math.max(end, 2 * length));
      larger.set(body.subarray(0, length));
      body = larger;
    }
    body.set(chunk, length);
    length = end;
  }
  return body.subarray(0, length);
}
