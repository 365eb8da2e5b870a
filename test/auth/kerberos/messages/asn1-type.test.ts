import { describe, expect, it } from 'vitest';
import { constant, decode, explicit, listOf, mapped, optional, optionalList, raw, required, structure } from '../../../../src/auth/kerberos/messages/asn1-type.js';
import { INT32, KERBEROS_STRING } from '../../../../src/auth/kerberos/messages/basic-types.js';
import { TAG, applicationTag } from '../../../../src/auth/der/tag.js';
import { fromHex, toHex } from '../../../../src/bytes.js';
import { LimitError, ProtocolError } from '../../../../src/errors.js';

type Sample = { readonly a: number; readonly b: string | null; readonly list: readonly number[] };

/** [APPLICATION 1] SEQUENCE { pvno [0] 5, b [1] OPTIONAL, a [2], list [3] SEQUENCE OF OPTIONAL }, its fields given out of order. */
const SAMPLE = explicit(
  applicationTag(1),
  structure<Sample>({ a: required(2, INT32), b: optional(1, KERBEROS_STRING), list: optionalList(3, INT32) }, constant('pvno', 0, 5)),
);

/** X.690 by hand. */
const FULL = '6118 3016 a003020105 a1031b0162 a203020107 a3053003020109';
const BARE = '610c 300a a003020105 a203020107';

describe('a structure', () => {
  it.each([
    ['every field, in the order of the numbers', { a: 7, b: 'b', list: [9] }, FULL],
    ['what is null or empty is left out', { a: 7, b: null, list: [] }, BARE],
  ])('%s', (_name, value, hex) => {
    expect(toHex(SAMPLE.write(value))).toBe(toHex(fromHex(hex)));
    expect(decode('Sample', SAMPLE, fromHex(hex))).toEqual(value);
  });

  it('passes over fields it does not know, behind and between', () => {
    const five = structure<{ readonly five: number }>({ five: required(5, INT32) });
    expect(decode('Five', five, fromHex('300f a403020104 a503020107 a603020106'))).toEqual({ five: 7 });
  });

  it('takes a list that was sent empty', () => {
    expect(decode('Sample', SAMPLE, fromHex('6110 300e a003020105 a203020107 a3023000'))).toEqual({ a: 7, b: null, list: [] });
  });

  it.each([
    ['another application tag', BARE.replace('610c', '620c'), 'expected tag 0x61, found 0x62'],
    ['no SEQUENCE inside', '610c 310a a003020105 a203020107', 'expected tag 0x30, found 0x31'],
    ['another pvno', BARE.replace('020105', '020104'), 'pvno is 4, not 5'],
    ['no pvno', '6107 3005 a203020107', 'expected tag 0x02, found nothing'],
    ['a required field left out', '6107 3005 a003020105', 'Sample: a: '],
    ['a field of another type', '610c 300a a003020105 a203040107', 'Sample: a: '],
    ['an optional field of another type', '6111 300f a003020105 a103020101 a203020107', 'Sample: b: '],
    ['an item of another type', '6113 3011 a003020105 a203020107 a3053003040109', 'Sample: list: '],
    ['fields out of order', '610c 300a a203020107 a003020105', 'field [0] stands behind field [2]'],
    ['a field twice', '6111 300f a003020105 a203020107 a203020107', 'field [2] stands behind field [2]'],
    ['a field with two elements', '610f 300d a003020105 a206020107020107', 'field [2] does not hold one element'],
    ['something behind the message', `${BARE} 0500`, 'expected one element, found 2'],
    ['nothing', '', 'found nothing'],
  ])('%s is a ProtocolError', (_name, hex, message) => {
    expect(() => decode('Sample', SAMPLE, fromHex(hex))).toThrow(ProtocolError);
    expect(() => decode('Sample', SAMPLE, fromHex(hex))).toThrow(message);
  });

  it('an error that is none of the peer passes as it is', () => {
    const broken = mapped(INT32, () => { throw new TypeError('a bug'); }, () => 0);
    expect(() => decode('Broken', structure({ it: required(0, broken) }), fromHex('3005 a003020101'))).toThrow(TypeError);
  });
});

describe('the other types', () => {
  it('SEQUENCE OF', () => {
    const list = listOf(INT32);
    expect(toHex(list.write([1, -1]))).toBe('30060201010201ff');
    expect(decode('List', list, fromHex('3006 020101 0201ff'))).toEqual([1, -1]);
  });

  it('raw keeps the element octet for octet', () => {
    const type = raw(TAG.sequence);
    expect(toHex(decode('Raw', type, fromHex('3003 0201ff')))).toBe('30030201ff');
    expect(toHex(type.write(fromHex('3000')))).toBe('3000');
    expect(() => decode('Raw', type, fromHex('3100'))).toThrow(ProtocolError);
  });

  it('too many items give a LimitError, before they take memory', () => {
    const items = fromHex('020101'.repeat(10_001));
    expect(() => decode('List', listOf(INT32), fromHex(`30827533${toHex(items)}`))).toThrow(LimitError);
  });
});
