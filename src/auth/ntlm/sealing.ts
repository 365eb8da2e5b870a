/** Session security: sealing and signing of messages after the handshake (MS-NLMP 3.4), extended, with key exchange and 128 bits. */

import { createSecretKey, type KeyObject } from 'node:crypto';
import { dataView, equalConstantTime, joined, uint32le } from '../../bytes.js';
import { ProtocolError } from '../../errors.js';
import type { SealedMessage } from '../security-context.js';
import type { Side } from './crypto.js';
import { macChecksum, sealKey, signKey } from './crypto.js';
import { Rc4 } from './rc4.js';

const SIGNATURE_VERSION = 1;
/** Of an NTLMSSP_MESSAGE_SIGNATURE (MS-NLMP 2.2.2.9), in bytes. */
const SIGNATURE_LENGTH = 16;

/** The messages of one connection in both directions; each has its keys, its key stream and its sequence numbers from 0. */
export class SessionSecurity {
  readonly #outgoing: Direction;
  readonly #incoming: Direction;
  #broken = false;

  /** @param side - whose messages `wrap` makes */
  constructor(exportedSessionKey: Uint8Array, side: Side) {
    this.#outgoing = new Direction(exportedSessionKey, side);
    this.#incoming = new Direction(exportedSessionKey, side === 'client' ? 'server' : 'client');
  }

  /** Seals the next message (MS-NLMP 3.4.3): RC4 of the message, then a MAC of its plaintext. */
  wrap(message: Uint8Array): SealedMessage {
    this.#refuseIfBroken();
    const data = this.#outgoing.process(message);
    return { data, signature: this.#outgoing.sign(message) };
  }

  /**
   * Opens the peer's next message (MS-NLMP 3.4.7), whose first 16 bytes are the signature wherever signature and data part. After a
   * failure every further call fails: the key streams have parted.
   *
   * @returns the message; where signature and data lie side by side it is decrypted in place, in the memory of the data
   */
  unwrap({ data, signature }: SealedMessage): Uint8Array {
    this.#refuseIfBroken();
    const token = joined(signature, data);
    const message = token.subarray(SIGNATURE_LENGTH);
    this.#incoming.process(message, message);
    this.#compare(token.subarray(0, SIGNATURE_LENGTH), this.#incoming.sign(message));
    return message;
  }

  /** See `MechanismContext`; it uses up none of the key stream. SPNEGO resets the key stream after it (MS-SPNG 3.3.5.1), which comes to the same. */
  signMechList(mechList: Uint8Array): Uint8Array {
    this.#refuseIfBroken();
    return this.#outgoing.signApart(mechList);
  }

  /** See `MechanismContext`. */
  verifyMechList(mechList: Uint8Array, signature: Uint8Array): void {
    this.#refuseIfBroken();
    this.#compare(signature, this.#incoming.signApart(mechList));
  }

  #compare(actual: Uint8Array, expected: Uint8Array): void {
    if (equalConstantTime(actual, expected)) return;
    this.#broken = true;
    const number = actual.length === SIGNATURE_LENGTH ? dataView(actual).getUint32(12, true) : null;
    const wanted = dataView(expected).getUint32(12, true);
    throw new ProtocolError(
      number === null || number === wanted
        ? `The NTLM signature of message ${wanted} does not verify: the message was changed on its way, or is not for this connection`
        : `The NTLM message has sequence number ${number}, but ${wanted} is next: a message was lost, repeated or reordered`,
    );
  }

  #refuseIfBroken(): void {
    if (this.#broken) throw new ProtocolError('The NTLM session is broken: an earlier message did not verify; open a new connection');
  }
}

/** What one side has sent so far. */
class Direction {
  /** A key object: node:crypto would make one of the bytes for every message. */
  readonly #signingKey: KeyObject;
  readonly #sealingKey: Uint8Array;
  readonly #handle: Rc4;
  #seqNum = 0;

  constructor(exportedSessionKey: Uint8Array, side: Side) {
    this.#signingKey = createSecretKey(signKey(exportedSessionKey, side));
    this.#sealingKey = sealKey(exportedSessionKey, side);
    this.#handle = new Rc4(this.#sealingKey);
  }

  process(data: Uint8Array, into?: Uint8Array): Uint8Array {
    return this.#handle.process(data, into);
  }

  sign(message: Uint8Array): Uint8Array {
    return this.#mac(this.#handle, message);
  }

  signApart(message: Uint8Array): Uint8Array {
    return this.#mac(new Rc4(this.#sealingKey), message);
  }

  /** MAC (MS-NLMP 3.4.4.2) with key exchange, as an NTLMSSP_MESSAGE_SIGNATURE (2.2.2.9.2). */
  #mac(handle: Rc4, message: Uint8Array): Uint8Array {
    const seqNum = this.#seqNum++;
    const signature = new Uint8Array(SIGNATURE_LENGTH);
    signature.set(uint32le(SIGNATURE_VERSION));
    handle.process(macChecksum(this.#signingKey, seqNum, message), signature.subarray(4, 12));
    signature.set(uint32le(seqNum), 12);
    return signature;
  }
}
