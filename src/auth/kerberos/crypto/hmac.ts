import { createHmac } from 'node:crypto';

/** HMAC (RFC 2104) of the parts in a row, cut to its first octets. */
export function hmac(hash: 'sha1' | 'sha256' | 'sha384', key: Uint8Array, length: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac(hash, key);
  for (const part of parts) mac.update(part);
  return new Uint8Array(mac.digest().subarray(0, length));
}
