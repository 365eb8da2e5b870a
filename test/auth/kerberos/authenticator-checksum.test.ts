import { describe, expect, it } from 'vitest';
import { GSS_FLAG, decodeAuthenticatorChecksum, encodeAuthenticatorChecksum } from '../../../src/auth/kerberos/authenticator-checksum.js';
import { concat, fromHex, toHex } from '../../../src/bytes.js';
import { AuthError, ProtocolError } from '../../../src/errors.js';

const BINDINGS = '000102030405060708090a0b0c0d0e0f';
const NONE = '00'.repeat(16);

/** By hand from the table of RFC 4121 §4.1.1. */
const CHECKSUMS = [
  ['no channel and no delegation', { channelBindings: NONE, flags: 62, delegation: null }, `10000000 ${NONE} 3e000000`],
  ['a channel', { channelBindings: BINDINGS, flags: 0x40000002, delegation: null }, `10000000 ${BINDINGS} 02000040`],
  ['a delegation', { channelBindings: BINDINGS, flags: 63, delegation: '7603020105' }, `10000000 ${BINDINGS} 3f000000 0100 0500 7603020105`],
  ['a long delegation', { channelBindings: NONE, flags: 1, delegation: 'ab'.repeat(0x1234) }, `10000000 ${NONE} 01000000 0100 3412 ${'ab'.repeat(0x1234)}`],
] as const;

describe('the checksum of the Authenticator', () => {
  it.each(CHECKSUMS)('with %s', (_, { channelBindings, flags, delegation }, hex) => {
    const fields = { channelBindings: fromHex(channelBindings), flags, delegation: delegation === null ? null : fromHex(delegation) };
    expect(toHex(encodeAuthenticatorChecksum(fields))).toBe(toHex(fromHex(hex)));
    expect(decodeAuthenticatorChecksum(fromHex(hex))).toEqual(fields);
  });

  it('has the flags of RFC 4121 §4.1.1.1', () => {
    expect(GSS_FLAG).toEqual({ delegate: 1, mutual: 2, replay: 4, sequence: 8, confidentiality: 16, integrity: 32 });
  });

  it('ignores extensions behind its fields', () => {
    const extension = fromHex('00000001 00000002 abcd');
    const plain = fromHex(`10000000 ${NONE} 02000000`);
    expect(decodeAuthenticatorChecksum(concat(plain, extension))).toEqual(decodeAuthenticatorChecksum(plain));
    const delegating = fromHex(`10000000 ${NONE} 01000000 0100 0100 ff`);
    expect(decodeAuthenticatorChecksum(concat(delegating, extension)).delegation).toEqual(fromHex('ff'));
  });

  it('tells of the longest delegation, and refuses a longer one', () => {
    const delegating = (length: number): Uint8Array =>
      encodeAuthenticatorChecksum({ channelBindings: fromHex(NONE), flags: GSS_FLAG.delegate, delegation: new Uint8Array(length) });
    expect(toHex(delegating(0xffff).subarray(24, 28))).toBe('0100ffff');
    expect(() => delegating(0x10000)).toThrow(AuthError);
    expect(() => delegating(0x10000)).toThrow(/takes 65536 bytes/);
  });

  it.each([
    ['nothing', '', /is 0 bytes long/],
    ['one octet too few', `10000000 ${NONE} 3e0000`, /is 23 bytes long/],
    ['bindings of another length', `14000000 ${NONE} 3e000000 00000000`, /bindings of 20 bytes/],
    ['a delegation that is not there', `10000000 ${NONE} 01000000`, /breaks off/],
    ['half a length of the delegation', `10000000 ${NONE} 01000000 0100 05`, /breaks off/],
    ['another delegation option', `10000000 ${NONE} 01000000 0200 0100 ff`, /option 2/],
    ['a delegation cut short', `10000000 ${NONE} 01000000 0100 0300 ffff`, /of 3 bytes, of which 2/],
  ])('is refused with %s', (_, hex, expected) => {
    const decode = (): unknown => decodeAuthenticatorChecksum(fromHex(hex));
    expect(decode).toThrow(ProtocolError);
    expect(decode).toThrow(expected);
  });
});
