/** What either side seals to prove that it sees the same TLS certificate as its peer (MS-CSSP 3.1.5). */
import { createHash } from 'node:crypto';
import { concat, utf8 } from '../../bytes.js';

/** Who proves it. */
export type Side = 'client' | 'server';

/** The first version in which both sides send hashes with a nonce, the answer to CVE-2018-0886. */
const FIRST_HASHED = 5;

/** The length of the client's nonce in bytes. */
export const NONCE_LENGTH = 32;

/** The strings before the nonce; the NUL at their end is hashed too. */
const MAGIC: Readonly<Record<Side, string>> = {
  client: 'CredSSP Client-To-Server Binding Hash\0',
  server: 'CredSSP Server-To-Client Binding Hash\0',
};

/** Whether this version hashes with the client's nonce. */
export function isHashed(version: number): boolean {
  return version >= FIRST_HASHED;
}

/**
 * The plaintext of pubKeyAuth.
 *
 * From version 5 on it is the SHA-256 of a string, the nonce and the key. Before that the client sends the key itself, and the
 * server the same with its first octet raised by one.
 */
export function pubKeyAuth(side: Side, version: number, subjectPublicKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  if (isHashed(version)) {
    return new Uint8Array(createHash('sha256').update(concat(utf8(MAGIC[side]), nonce, subjectPublicKey)).digest());
  }
  const proof = new Uint8Array(subjectPublicKey);
  if (side === 'server') proof[0] = proof[0]! + 1;
  return proof;
}
