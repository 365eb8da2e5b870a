import { describe, expect, it } from 'vitest';
import { etypeOf } from '../../../../src/auth/kerberos/crypto/etypes.js';
import { cipherOf, encryptSndSeq, frame, sequenceOctets, sgnCksumOf } from '../../../../src/auth/kerberos/per-message/rc4-token.js';
import { concat, fromHex, utf8 } from '../../../../src/bytes.js';
import { keyOf, newSession } from './sessions.js';

const PROTECTION = { etype: etypeOf(23), key: keyOf(23), sender: 'acceptor', acceptorSubkey: false } as const;
const WRAP_HEADER = '0201 1100 1000 ffff';
const MIC_HEADER = '0101 1100 ffff ffff';

/** A token of the acceptor with sequence number 9, whose checksum is right whatever it holds (RFC 4757 §7.3). */
function wrapToken(header: string, plaintext: Uint8Array): Uint8Array {
  const sgnCksum = sgnCksumOf(PROTECTION, 13, fromHex(header), plaintext);
  const rest = cipherOf(PROTECTION.key.map((octet) => octet ^ 0xf0), sequenceOctets(9n)).process(plaintext);
  return frame({ header: fromHex(header), sndSeq: encryptSndSeq(PROTECTION, 9n, sgnCksum), sgnCksum, rest });
}

const unwrap = (token: Uint8Array): string => new TextDecoder().decode(newSession(23).unwrap({ signature: token, data: new Uint8Array() }));
const CONFOUNDER = '1112131415161718';

describe('a Wrap token of rc4-hmac', () => {
  it('opens', () => {
    expect(unwrap(wrapToken(WRAP_HEADER, concat(fromHex(CONFOUNDER), utf8('opened'), Uint8Array.of(1))))).toBe('opened');
  });

  it.each([
    ['a pad of none', `${CONFOUNDER} 00`],
    ['a pad of two octets', `${CONFOUNDER} 02 02`],
    ['no pad', CONFOUNDER],
    ['half a confounder', '11121301'],
    ['nothing', ''],
  ])('is refused with %s', (_, plaintext) => {
    expect(() => unwrap(wrapToken(WRAP_HEADER, fromHex(plaintext)))).toThrow(/does not end with the pad/);
  });

  it.each([
    ['of a MIC token', MIC_HEADER],
    ['that says it is not sealed', '0201 1100 ffff ffff'],
    ['with the checksum of DES', '0201 0000 1000 ffff'],
    ['with other filler', '0201 1100 1000 0000'],
  ])('is refused with a header %s', (_, header) => {
    expect(() => unwrap(wrapToken(header, fromHex(`${CONFOUNDER} 01`)))).toThrow(/another kind/);
  });

  it('is refused when it is of another mechanism', () => {
    const token = wrapToken(WRAP_HEADER, fromHex(`${CONFOUNDER} 01`));
    // The last arc of 1.2.840.113554.1.2.2 stands behind tag and length of framing and OID.
    token[2 + 2 + 8] = 3;
    expect(() => unwrap(token)).toThrow(/not framed/);
  });

  it.each([0, 11, 30])('is refused when its framing holds only %i octets', (length) => {
    const token = wrapToken(WRAP_HEADER, fromHex(`${CONFOUNDER} 01`)).slice(0, 2 + length);
    token[1] = length;
    expect(() => unwrap(token)).toThrow(/not framed|another kind|cut short/);
  });
});

it('a MIC token of rc4-hmac ends with its checksum', () => {
  const message = utf8('signed');
  const sgnCksum = sgnCksumOf(PROTECTION, 15, fromHex(MIC_HEADER), message);
  const mic = (rest: Uint8Array) => frame({ header: fromHex(MIC_HEADER), sndSeq: encryptSndSeq(PROTECTION, 9n, sgnCksum), sgnCksum, rest });
  expect(() => newSession(23).verify(message, mic(new Uint8Array()))).not.toThrow();
  expect(() => newSession(23).verify(message, mic(Uint8Array.of(0)))).toThrow(/does not verify/);
});
