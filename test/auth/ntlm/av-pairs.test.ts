import { describe, expect, it } from 'vitest';
import { avFlags, avValue, decodeAvPairs, encodeAvPairs } from '../../../src/auth/ntlm/av-pairs.js';
import { fromHex, toHex } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';
import { NTLM_V2_AV_PAIRS } from './vectors.js';

/** The TargetInfo of MS-NLMP 4.2.4.3. */
const TARGET_INFO = '02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000';

describe('AV_PAIR lists', () => {
  it('are written and read as in the specification', () => {
    expect(toHex(encodeAvPairs(NTLM_V2_AV_PAIRS))).toBe(TARGET_INFO);
    expect(decodeAvPairs(fromHex(TARGET_INFO))).toEqual(NTLM_V2_AV_PAIRS);
  });

  it('may be empty, and may hold an AvId that nobody knows', () => {
    expect(decodeAvPairs(fromHex('00000000'))).toEqual([]);
    expect(decodeAvPairs(fromHex('ff7f0100aa00000000'))).toEqual([{ id: 0x7fff, value: Uint8Array.of(0xaa) }]);
  });

  it('end at MsvAvEOL, whatever follows', () => {
    expect(decodeAvPairs(fromHex('00000000 06000400'))).toEqual([]);
  });

  it.each([
    ['no bytes at all', ''],
    ['no MsvAvEOL', '010002004100'],
    ['half a header', '010002004100000000'.slice(0, 14)],
    ['a value beyond the end', '010003004100'],
    ['a value that swallows MsvAvEOL', '0100080041000000000000'],
    ['MsvAvEOL with a value', '0000010000'],
    ['MsvAvFlags of three bytes', '0600030002000000000000'],
    ['MsvAvTimestamp of four bytes', '070004000000000000000000'],
    ['MsvAvChannelBindings of one byte', '0a0001000000000000'],
  ])('with %s are refused', (_, hex) => {
    expect(() => decodeAvPairs(fromHex(hex))).toThrow(ProtocolError);
  });

  it('give the first value of a name, or null', () => {
    const pairs = [...NTLM_V2_AV_PAIRS, { id: 2, value: Uint8Array.of(1) }];
    expect(avValue(pairs, 'MsvAvNbDomainName')).toEqual(fromHex('44006f006d00610069006e00'));
    expect(avValue(pairs, 'MsvAvTimestamp')).toBeNull();
  });

  it('tell MsvAvFlags, 0 without', () => {
    expect(avFlags([{ id: 6, value: fromHex('03000080') }])).toBe(0x80000003);
    expect(avFlags([])).toBe(0);
  });
});
