import { joined } from '../../../bytes.js';
import { ProtocolError } from '../../../errors.js';
import type { SealedMessage } from '../../security-context.js';
import type { EncryptionKey } from '../credential.js';
import { etypeOf } from '../crypto/etypes.js';
import { makeMicToken, verifyMicToken } from './mic-token.js';
import type { Opened, Protection, Side } from './protection.js';
import { makeRc4MicToken, verifyRc4MicToken } from './rc4-mic-token.js';
import { openRc4WrapToken, sealRc4WrapToken } from './rc4-wrap-token.js';
import { openWrapToken, sealWrapToken } from './wrap-token.js';

/** What the handshake leaves behind for the messages after it. */
export type SessionOptions = {
  /** The acceptor's subkey; else the initiator's; else the session key of the ticket. */
  readonly key: EncryptionKey;
  /** Which end this is. */
  readonly side: Side;
  /** Whether `key` is the acceptor's subkey. */
  readonly acceptorSubkey: boolean;
  /** The sequence number of this side's first token: what its AP-REQ or AP-REP said, as an unsigned 32-bit number. */
  readonly sendSequence: number;
  /** The same of the peer. */
  readonly receiveSequence: number;
  readonly random: (length: number) => Uint8Array;
};

/** The two tokens of one mechanism version. */
type TokenFormat = {
  /** The sequence numbers begin again after so many. */
  readonly sequences: bigint;
  seal(protection: Protection, sequence: bigint, message: Uint8Array, confounder: Uint8Array): SealedMessage;
  open(protection: Protection, token: Uint8Array): Opened;
  sign(protection: Protection, sequence: bigint, message: Uint8Array): Uint8Array;
  verify(protection: Protection, message: Uint8Array, token: Uint8Array): bigint;
};

/** RFC 4121 §4.2.6. */
const AES_TOKENS: TokenFormat = { sequences: 2n ** 64n, seal: sealWrapToken, open: openWrapToken, sign: makeMicToken, verify: verifyMicToken };

/** RFC 4757 §7. */
const RC4_TOKENS: TokenFormat = { sequences: 2n ** 32n, seal: sealRc4WrapToken, open: openRc4WrapToken, sign: makeRc4MicToken, verify: verifyRc4MicToken };

/**
 * The messages of one Kerberos context in both directions. The tokens of a side are numbered in the order in which it makes
 * them, Wrap and MIC tokens together; HTTP keeps the order, so the number must always be the next one.
 */
export class KerberosSession {
  readonly #tokens: TokenFormat;
  readonly #outgoing: Protection;
  readonly #incoming: Protection;
  readonly #random: (length: number) => Uint8Array;
  #sendSequence: bigint;
  #receiveSequence: bigint;
  #broken = false;

  /** @throws ProtocolError - the key is of an encryption type that is not supported */
  constructor({ key, side, acceptorSubkey, sendSequence, receiveSequence, random }: SessionOptions) {
    const etype = etypeOf(key.etype);
    this.#tokens = etype.name === 'rc4-hmac' ? RC4_TOKENS : AES_TOKENS;
    this.#outgoing = { etype, key: key.value, acceptorSubkey, sender: side };
    this.#incoming = { etype, key: key.value, acceptorSubkey, sender: side === 'initiator' ? 'acceptor' : 'initiator' };
    this.#sendSequence = BigInt(sendSequence);
    this.#receiveSequence = BigInt(receiveSequence);
    this.#random = random;
  }

  /**
   * Seals the next message. With AES the data is as long as the message and the signature 60, 64 or 72 octets long; with
   * rc4-hmac the data is one octet longer.
   */
  wrap(message: Uint8Array): SealedMessage {
    this.#refuseIfBroken();
    return this.#tokens.seal(this.#outgoing, this.#nextToSend(), message, this.#random(this.#outgoing.etype.confounderLength));
  }

  /**
   * Opens the peer's next message. After a failure every further call fails.
   *
   * @throws ProtocolError - it is not sealed by the peer with this key, was changed, or is not the next one
   */
  unwrap({ signature, data }: SealedMessage): Uint8Array {
    return this.#receive(() => this.#tokens.open(this.#incoming, joined(signature, data))).message;
  }

  /** The signature of a message that is sent in the clear (GSS_GetMIC); it has a sequence number as `wrap` has. */
  sign(message: Uint8Array): Uint8Array {
    this.#refuseIfBroken();
    return this.#tokens.sign(this.#outgoing, this.#nextToSend(), message);
  }

  /**
   * Verifies the peer's signature of a message. After a failure every further call fails.
   *
   * @throws ProtocolError - it is not the peer's, not for this message, or not the next one
   */
  verify(message: Uint8Array, mic: Uint8Array): void {
    this.#receive(() => ({ sequence: this.#tokens.verify(this.#incoming, message, mic), message }));
  }

  #receive(open: () => Opened): Opened {
    this.#refuseIfBroken();
    this.#broken = true;
    const opened = open();
    const expected = this.#receiveSequence;
    if (opened.sequence !== expected) {
      throw new ProtocolError(`The Kerberos message has sequence number ${opened.sequence}, but ${expected} is next: a message was lost, repeated or reordered`);
    }
    this.#receiveSequence = (expected + 1n) % this.#tokens.sequences;
    this.#broken = false;
    return opened;
  }

  #nextToSend(): bigint {
    const sequence = this.#sendSequence;
    this.#sendSequence = (sequence + 1n) % this.#tokens.sequences;
    return sequence;
  }

  #refuseIfBroken(): void {
    if (this.#broken) throw new ProtocolError('The Kerberos session is broken: an earlier message did not verify; open a new connection');
  }
}
