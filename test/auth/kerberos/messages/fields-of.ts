import { readElements, readFields } from '../../../../src/auth/der/read.js';
import { toHex } from '../../../../src/bytes.js';

/** The fields of `[APPLICATION n] SEQUENCE`, each as hexadecimal digits, but for some. */
export function fieldsOf(message: Uint8Array, ...without: readonly number[]): ReadonlyMap<number, string> {
  const [outer] = readElements(message);
  const [inner] = readElements(outer!.contents);
  return new Map([...readFields(inner!.contents)].filter(([number]) => !without.includes(number)).map(([number, { tag, contents }]) => [number, `${tag}:${toHex(contents)}`]));
}
