/** What the two per-message tokens of rc4-hmac have in common (RFC 4757 §7): framing, SGN_CKSUM and SND_SEQ. */

import { concat, dataView, equalConstantTime, uint32be, uint32le } from '../../../bytes.js';
import { ProtocolError } from '../../../errors.js';
import { readElement } from '../../der/read.js';
import { element, oid } from '../../der/write.js';
import { hmacMd5 } from '../../ntlm/crypto.js';
import { Rc4 } from '../../ntlm/rc4.js';
import { signatureOf } from '../crypto/rc4-hmac.js';
import { INITIAL_CONTEXT_TOKEN, KRB5_OID } from '../gss-token.js';
import type { Protection, Side } from './protection.js';

const MECHANISM = oid(KRB5_OID);
const HEADER_LENGTH = 8;
const SND_SEQ_LENGTH = 8;
const SGN_CKSUM_LENGTH = 8;

/** The fields of a token behind its framing. */
export type Rc4Token = {
  /** TOK_ID, the algorithms and the filler: always the same for one kind of token. */
  readonly header: Uint8Array;
  /** SND_SEQ, encrypted. */
  readonly sndSeq: Uint8Array;
  readonly sgnCksum: Uint8Array;
  /** What follows: confounder and data of a Wrap token. */
  readonly rest: Uint8Array;
};

/** Puts the fields into the framing of RFC 2743 §3.1. */
export function frame({ header, sndSeq, sgnCksum, rest }: Rc4Token): Uint8Array {
  return element(INITIAL_CONTEXT_TOKEN, MECHANISM, header, sndSeq, sgnCksum, rest);
}

/**
 * Takes a token out of its framing.
 *
 * @param header - the one that the token must have
 * @throws ProtocolError - it is not such a token
 */
export function unframe(header: Uint8Array, token: Uint8Array): Rc4Token {
  const contents = readElement(token, INITIAL_CONTEXT_TOKEN);
  const fields = contents.subarray(MECHANISM.length);
  if (!startsWith(contents, MECHANISM)) throw new ProtocolError('A Kerberos per-message token is not framed as one of the Kerberos mechanism');
  if (!startsWith(fields, header)) throw new ProtocolError('A Kerberos per-message token of rc4-hmac is of another kind, is not sealed, or uses other algorithms');
  const sgnCksum = HEADER_LENGTH + SND_SEQ_LENGTH;
  const rest = sgnCksum + SGN_CKSUM_LENGTH;
  if (fields.length < rest) throw new ProtocolError('A Kerberos per-message token of rc4-hmac is cut short');
  return { header, sndSeq: fields.subarray(HEADER_LENGTH, sgnCksum), sgnCksum: fields.subarray(sgnCksum, rest), rest: fields.subarray(rest) };
}

/**
 * SGN_CKSUM.
 *
 * @param type - 13 for a Wrap token, 15 for a MIC token
 */
export function sgnCksumOf({ key }: Protection, type: 13 | 15, ...signed: readonly Uint8Array[]): Uint8Array {
  return signatureOf(key, type, ...signed).subarray(0, SGN_CKSUM_LENGTH);
}

/** SND_SEQ: the number in network byte order and whose it is, encrypted. */
export function encryptSndSeq({ key, sender }: Protection, sequence: bigint, sgnCksum: Uint8Array): Uint8Array {
  return cipherOf(key, sgnCksum).process(concat(sequenceOctets(sequence), direction(sender)));
}

/**
 * The number in SND_SEQ.
 *
 * @throws ProtocolError - the token is not one of the sender
 */
export function decryptSndSeq({ key, sender }: Protection, { sndSeq, sgnCksum }: Rc4Token): bigint {
  const opened = cipherOf(key, sgnCksum).process(sndSeq);
  if (!equalConstantTime(opened.subarray(4), direction(sender))) throw new ProtocolError('A Kerberos per-message token was made by this side or with another key, or was changed on its way');
  return BigInt(dataView(opened).getUint32(0));
}

/** The sequence number as the four octets that go into SND_SEQ and into the key of a Wrap token. */
export function sequenceOctets(sequence: bigint): Uint8Array {
  return uint32be(Number(sequence));
}

/** The cipher under a key that is derived in two steps (Kseq and Kcrypt of RFC 4757 §7). */
export function cipherOf(key: Uint8Array, salt: Uint8Array): Rc4 {
  return new Rc4(hmacMd5(hmacMd5(key, uint32le(0)), salt));
}

function direction(sender: Side): Uint8Array {
  return new Uint8Array(4).fill(sender === 'acceptor' ? 0xff : 0);
}

function startsWith(octets: Uint8Array, start: Uint8Array): boolean {
  return equalConstantTime(octets.subarray(0, start.length), start);
}
