import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { etypeOf } from '../../../../src/auth/kerberos/crypto/etypes.js';
import { concat, equalConstantTime, fromHex, toHex, utf8 } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';
import { ETYPE_NUMBERS, SIDES, keyOf, newPair, newSession, peerOf, wrapTokenOf } from './sessions.js';
import { MESSAGES, MIT_TOKENS } from './vectors.js';

const NOTHING = new Uint8Array();
const LONGER = utf8(MESSAGES.longer);
const SHORTER = utf8(MESSAGES.shorter);
const AES = ETYPE_NUMBERS.filter((etype) => etype !== 23);
const text = (octets: Uint8Array): string => new TextDecoder().decode(octets);

describe.each(MIT_TOKENS.flatMap((one) => SIDES.map((side) => ({ ...one, side, token: one[side] }))))('the $side of MIT Kerberos with $name', (vector) => {
  const { key, acceptorSubkey, side, token } = vector;
  const receiver = (sequence: number) => newSession(key.etype, { key, acceptorSubkey, side: peerOf(side), receiveSequence: sequence });
  const sender = (sequence: number) => newSession(key.etype, { key, acceptorSubkey, side, sendSequence: sequence, random: () => fromHex(token.confounder) });

  it('is understood: its three tokens in a row', () => {
    const session = receiver(token.sequence);
    expect(text(session.unwrap({ signature: fromHex(token.signature), data: fromHex(token.data) }))).toBe(MESSAGES.longer);
    expect(text(session.unwrap({ signature: fromHex(token.wrap), data: NOTHING }))).toBe(MESSAGES.shorter);
    expect(() => session.verify(SHORTER, fromHex(token.mic))).not.toThrow();
  });

  it('is understood, wherever the token is cut in two', () => {
    const whole = concat(fromHex(token.signature), fromHex(token.data));
    for (const at of [0, 1, 16, 60, whole.length]) {
      expect(text(receiver(token.sequence).unwrap({ signature: whole.subarray(0, at), data: whole.subarray(at) }))).toBe(MESSAGES.longer);
    }
  });

  it('makes the tokens that this package makes', () => {
    const sealed = sender(token.sequence).wrap(LONGER);
    expect({ signature: toHex(sealed.signature), data: toHex(sealed.data) }).toEqual({ signature: token.signature, data: token.data });
    expect(toHex(sender(token.sequence + 2).sign(SHORTER))).toBe(token.mic);
  });

  it('is refused when it signs what it should seal', () => {
    expect(() => receiver(token.sequence + 3).unwrap({ signature: fromHex(token.signedOnly), data: NOTHING })).toThrow(/sealed/);
  });
});

describe.each(ETYPE_NUMBERS)('a session with encryption type %i', (etype) => {
  it('carries messages of every size in both directions', () => {
    const { initiator, acceptor } = newPair(etype);
    for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 4096, 65_536]) {
      const message = Uint8Array.from({ length }, (_, index) => index % 251);
      expect(equalConstantTime(acceptor.unwrap(initiator.wrap(message)), message)).toBe(true);
      expect(equalConstantTime(initiator.unwrap(acceptor.wrap(message)), message)).toBe(true);
    }
  });

  it('carries 4 MiB and one octet', () => {
    const { initiator, acceptor } = newPair(etype);
    const message = new Uint8Array(4 * 1024 * 1024 + 1).fill(0x3c);
    expect(equalConstantTime(acceptor.unwrap(initiator.wrap(message)), message)).toBe(true);
  });

  it('numbers Wrap and MIC tokens together', () => {
    const { initiator, acceptor } = newPair(etype);
    acceptor.verify(LONGER, initiator.sign(LONGER));
    expect(text(acceptor.unwrap(initiator.wrap(SHORTER)))).toBe(MESSAGES.shorter);
    acceptor.verify(LONGER, initiator.sign(LONGER));
  });

  it('leaves the message as it is', () => {
    const message = SHORTER.slice();
    newSession(etype).wrap(message);
    newSession(etype).sign(message);
    expect(text(message)).toBe(MESSAGES.shorter);
  });

  it('refuses a token that comes again', () => {
    const { initiator, acceptor } = newPair(etype);
    const sealed = initiator.wrap(SHORTER);
    acceptor.unwrap(sealed);
    expect(() => acceptor.unwrap(sealed)).toThrow('sequence number 7, but 8 is next');
  });

  it('refuses a token when one before it is missing', () => {
    const { initiator, acceptor } = newPair(etype);
    initiator.wrap(SHORTER);
    expect(() => acceptor.unwrap(initiator.wrap(SHORTER))).toThrow('sequence number 8, but 7 is next');
  });

  it('refuses a signature when one before it is missing', () => {
    const { initiator, acceptor } = newPair(etype);
    initiator.sign(SHORTER);
    expect(() => acceptor.verify(SHORTER, initiator.sign(SHORTER))).toThrow('sequence number 8, but 7 is next');
  });

  it('refuses its own tokens', () => {
    const own = { side: 'initiator', sendSequence: 7, receiveSequence: 7 } as const;
    expect(() => newSession(etype, own).unwrap(newSession(etype, own).wrap(SHORTER))).toThrow(/made by this side/);
    expect(() => newSession(etype, own).verify(SHORTER, newSession(etype, own).sign(SHORTER))).toThrow(/made by this side/);
  });

  it('refuses the tokens of another connection', () => {
    const other = { key: { etype, value: keyOf(etype).map((octet) => octet ^ 0x80) } };
    expect(() => newPair(etype).acceptor.unwrap(newSession(etype, other).wrap(SHORTER))).toThrow(ProtocolError);
    expect(() => newPair(etype).acceptor.verify(SHORTER, newSession(etype, other).sign(SHORTER))).toThrow(ProtocolError);
  });

  it('refuses a signature of another message, and one for a sealed message or the other way round', () => {
    expect(() => newPair(etype).acceptor.verify(LONGER, newSession(etype).sign(SHORTER))).toThrow(/does not verify/);
    const sealed = newSession(etype).wrap(SHORTER);
    expect(() => newPair(etype).acceptor.verify(SHORTER, concat(sealed.signature, sealed.data))).toThrow(ProtocolError);
    expect(() => newPair(etype).acceptor.unwrap({ signature: newSession(etype).sign(SHORTER), data: NOTHING })).toThrow(ProtocolError);
  });

  it('is broken after a failure, in both directions', () => {
    const { initiator, acceptor } = newPair(etype);
    expect(() => acceptor.unwrap({ signature: NOTHING, data: NOTHING })).toThrow(ProtocolError);
    expect(() => acceptor.unwrap(initiator.wrap(SHORTER))).toThrow(/is broken/);
    expect(() => acceptor.verify(SHORTER, initiator.sign(SHORTER))).toThrow(/is broken/);
    expect(() => acceptor.wrap(SHORTER)).toThrow(/is broken/);
    expect(() => acceptor.sign(SHORTER)).toThrow(/is broken/);
  });

  it('does not show its key', () => {
    const session = newSession(etype, { key: { etype, value: new Uint8Array(etypeOf(etype).keyLength).fill(0xc7) } });
    expect(inspect(session, { depth: 9, showHidden: true })).not.toMatch(/199|c7/);
  });
});

/** 16 octets of header, RRC (the copied header and the checksum) and 16 of confounder (RFC 4121 §4.2.4). */
it.each([
  [18, 28, 60],
  [17, 28, 60],
  [19, 32, 64],
  [20, 40, 72],
])('with encryption type %i RRC is %i and the signature %i octets long', (etype, rrc, length) => {
  const { signature, data } = newSession(etype).wrap(LONGER);
  expect(signature).toHaveLength(length);
  expect(data).toHaveLength(LONGER.length);
  expect(toHex(signature.subarray(0, 16))).toBe(`050406ff0000${rrc.toString(16).padStart(4, '0')}0000000000000007`);
});

it('with rc4-hmac the data is one octet longer than the message', () => {
  expect(newSession(23).wrap(LONGER).data).toHaveLength(LONGER.length + 1);
});

it('with rc4-hmac sequence numbers have 32 bits', () => {
  const last = { sendSequence: 0xffffffff, receiveSequence: 0xffffffff };
  const initiator = newSession(23, last);
  const acceptor = newSession(23, { ...last, side: 'acceptor' });
  acceptor.unwrap(initiator.wrap(SHORTER));
  expect(text(acceptor.unwrap(initiator.wrap(SHORTER)))).toBe(MESSAGES.shorter);
  acceptor.verify(LONGER, initiator.sign(LONGER));
  expect(() => newSession(23, { side: 'acceptor', receiveSequence: 1 }).unwrap(initiator.wrap(SHORTER))).toThrow('sequence number 2, but 1 is next');
});

it.each(AES)('with encryption type %i sequence numbers have 64 bits', (etype) => {
  const initiator = newSession(etype, { sendSequence: 0xffffffff });
  initiator.wrap(SHORTER);
  expect(toHex(initiator.wrap(SHORTER).signature.subarray(8, 16))).toBe('0000000100000000');
});

it('refuses a key of an encryption type that it does not know', () => {
  expect(() => newSession(18, { key: { etype: 3, value: new Uint8Array(8) } })).toThrow(ProtocolError);
});

describe.each(AES)('a Wrap token of RFC 4121 with encryption type %i', (etype) => {
  const unwrap = (token: Uint8Array): string => text(newSession(etype).unwrap({ signature: token, data: NOTHING }));
  /** What is rotated: confounder, message, copied header, checksum. */
  const rotatable = 16 + MESSAGES.shorter.length + 16 + etypeOf(etype).macLength;

  it.each([0, 1, 12, 28, rotatable - 1, rotatable, rotatable + 1, 3 * rotatable + 5, 0xffff])('may be rotated by %i', (rrc) => {
    expect(unwrap(wrapTokenOf(etype, MESSAGES.shorter, { rrc }))).toBe(MESSAGES.shorter);
  });

  it.each([1, 15, 16, 17, 0xffff])('may have %i octets of filler', (ec) => {
    expect(unwrap(wrapTokenOf(etype, MESSAGES.shorter, { ec, rrc: 28 }))).toBe(MESSAGES.shorter);
  });

  it('may be all filler', () => {
    expect(unwrap(wrapTokenOf(etype, '', { ec: 16 }))).toBe('');
  });

  it('may have flags that are not known yet (RFC 4121 §4.2.2)', () => {
    expect(unwrap(wrapTokenOf(etype, MESSAGES.shorter, { flags: 0xff }))).toBe(MESSAGES.shorter);
  });

  it.each([
    ['claims more filler than it holds', { ec: MESSAGES.shorter.length + 1, filler: 0 }, /header .* was changed/],
    ['copies its header with the RRC', { rrc: 28, copiedRrc: 28 }, /header .* was changed/],
    ['is not sealed', { flags: 5 }, /not sealed/],
    ['is made without the subkey of the acceptor', { flags: 3 }, /without the subkey/],
    ['is of the initiator', { flags: 6 }, /made by this side/],
  ])('is refused when it %s', (_, fields, message) => {
    expect(() => unwrap(wrapTokenOf(etype, MESSAGES.shorter, fields))).toThrow(message);
  });

  it('is refused when it is made with the subkey of the acceptor, and there is none', () => {
    const session = newSession(etype, { acceptorSubkey: false });
    expect(() => session.unwrap({ signature: wrapTokenOf(etype, MESSAGES.shorter), data: NOTHING })).toThrow(/with a subkey/);
  });

  it.each([0, 1, 15, 16, 17])('is refused when only %i octets of it arrive', (length) => {
    expect(() => unwrap(wrapTokenOf(etype, MESSAGES.shorter).subarray(0, length))).toThrow(/at least/);
  });

  it.each([1, 3])('is refused with another octet %i', (at) => {
    const token = wrapTokenOf(etype, MESSAGES.shorter);
    token[at] = 0x77;
    expect(() => unwrap(token)).toThrow(/TOK_ID|no filler/);
  });
});

describe('a MIC token of RFC 4121', () => {
  it('is refused without its filler', () => {
    const mic = newSession(18, { side: 'acceptor', sendSequence: 9 }).sign(SHORTER);
    mic[5] = 0;
    expect(() => newSession(18).verify(SHORTER, mic)).toThrow(/no filler/);
  });
});
