import { dataView, equalConstantTime, utf8 } from '../../../bytes.js';
import { LimitError, ProtocolError } from '../../../errors.js';

/** The name of an encryption type as the IANA registry has it. */
export type EtypeName = 'aes256-cts-hmac-sha1-96' | 'aes128-cts-hmac-sha1-96' | 'aes256-cts-hmac-sha384-192' | 'aes128-cts-hmac-sha256-128' | 'rc4-hmac';

/** An encryption type with its mandatory checksum (RFC 3961 §3 and §4). All lengths are in octets. */
export interface Etype {
  readonly number: number;
  readonly name: EtypeName;
  readonly keyLength: number;
  readonly confounderLength: number;
  /** Of the checksum in a ciphertext, and of {@link Etype.checksum}. */
  readonly macLength: number;
  /** The number of the checksum type that belongs to it. */
  readonly checksumType: number;
  /**
   * The long-term key of a password (string-to-key).
   *
   * @param salt - from ETYPE-INFO2, or the realm and the parts of the principal's name in a row; a KDC may choose octets that are no text (RFC 8009 §4)
   * @param parameters - the s2kparams of ETYPE-INFO2: the iteration count in four octets; `null` for the default
   * @throws ProtocolError - the parameters are none of this encryption type
   * @throws LimitError - the iteration count would keep this process busy for long
   */
  stringToKey(password: string, salt: string | Uint8Array, parameters: Uint8Array | null): Uint8Array;
  /**
   * Encrypts, so that the peer notices a change.
   *
   * @param usage - see `KEY_USAGE`
   * @param confounder - as many random octets as `confounderLength` says
   * @throws ProtocolError - the key is not of this encryption type's length
   */
  encrypt(key: Uint8Array, usage: number, plaintext: Uint8Array, confounder: Uint8Array): Uint8Array;
  /**
   * Decrypts what {@link Etype.encrypt} made with the same key and usage.
   *
   * @throws ProtocolError - the checksum is wrong: another key, another usage, or a change on the way; or it is too short to be one
   */
  decrypt(key: Uint8Array, usage: number, ciphertext: Uint8Array): Uint8Array;
  /**
   * The keyed checksum of a message (get_mic of RFC 3961 §4). Compare in constant time.
   *
   * @throws ProtocolError - the key is not of this encryption type's length
   */
  checksum(key: Uint8Array, usage: number, message: Uint8Array): Uint8Array;
}

/** More iterations than this (a second or so of work) and a KDC, or who plays one, could hold up the whole process. */
const MAX_ITERATIONS = 1_000_000;

/** Refuses a key that the peer sent with a wrong length. */
export function requireKeyLength({ name, keyLength }: Pick<Etype, 'name' | 'keyLength'>, key: Uint8Array): void {
  if (key.length === keyLength) return;
  throw new ProtocolError(`A key of ${name} has ${keyLength} octets, but this one has ${key.length}`);
}

/** Refuses a ciphertext that has no room for what it must hold. */
export function requireLength(name: EtypeName, ciphertext: Uint8Array, least: number): void {
  if (ciphertext.length >= least) return;
  throw new ProtocolError(`A ciphertext of ${name} has at least ${least} octets, but this one has ${ciphertext.length}`);
}

/** Refuses a checksum that is not the right one. */
export function requireChecksum(name: EtypeName, actual: Uint8Array, expected: Uint8Array): void {
  if (equalConstantTime(actual, expected)) return;
  throw new ProtocolError(`The checksum of a ciphertext of ${name} does not verify: it was made with another key, or changed on its way`);
}

/** The iteration count of PBKDF2 in the parameters of string-to-key (RFC 3962 §4, RFC 8009 §4), where 0 stands for 2^32. */
export function iterationCount(parameters: Uint8Array | null, fallback: number): number {
  if (parameters === null) return fallback;
  if (parameters.length !== 4) throw new ProtocolError(`The string-to-key parameters of AES have 4 octets, but these have ${parameters.length}`);
  const count = dataView(parameters).getUint32(0) || 2 ** 32;
  if (count <= MAX_ITERATIONS) return count;
  throw new LimitError(`The KDC asks for ${count} iterations to make the key of a password; ${MAX_ITERATIONS} are allowed`);
}

/** Text goes into hashes as UTF-8 (RFC 4120 §5.2.1). */
export function octetsOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? utf8(text) : text;
}
