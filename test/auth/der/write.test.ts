import { expect, test } from 'vitest';
import { readElement } from '../../../src/auth/der/read.js';
import { TAG, applicationTag, contextTag } from '../../../src/auth/der/tag.js';
import { bitString, boolean, element, field, generalString, generalizedTime, integer, octetString, oid, sequence, time, unsignedInteger, utf8String } from '../../../src/auth/der/write.js';
import { fromHex, toHex, utf8 } from '../../../src/bytes.js';
import { BIT_STRING_EXAMPLE, INTEGERS, OBJECT_IDENTIFIERS } from './vectors.js';

test.each(INTEGERS)('INTEGER %i', (value, hex) => {
  expect(toHex(readElement(integer(value), TAG.integer))).toBe(hex);
});

test.each(OBJECT_IDENTIFIERS)('OBJECT IDENTIFIER %s', (dotted, hex) => {
  expect(toHex(readElement(oid(dotted), TAG.oid))).toBe(hex);
});

test.each<[string, Uint8Array, string]>([
  ['true', boolean(true), '0101ff'],
  ['false', boolean(false), '010100'],
  ['INTEGER 0', unsignedInteger(fromHex('0000')), '020100'],
  ['INTEGER 127', unsignedInteger(fromHex('7f')), '02017f'],
  ['INTEGER 128, not negative', unsignedInteger(fromHex('80')), '02020080'],
  ['INTEGER 256, without leading zeros', unsignedInteger(fromHex('00000100')), '02020100'],
  ['BIT STRING', bitString(fromHex('86')), '03020086'],
  ['BIT STRING of X.690 §8.6.4.2', bitString(fromHex(BIT_STRING_EXAMPLE.value), BIT_STRING_EXAMPLE.unusedBits), BIT_STRING_EXAMPLE.encoded],
  ['OCTET STRING', octetString(fromHex('0102')), '04020102'],
  ['UTF8String', utf8String('é'), '0c02c3a9'],
  ['SEQUENCE', sequence(boolean(true), octetString(new Uint8Array())), '30050101ff0400'],
  ['[3]', element(contextTag(3), boolean(false)), 'a303010100'],
  ['[3] as a field', field(3, boolean(false)), 'a303010100'],
  ['[APPLICATION 14]', element(applicationTag(14)), '6e00'],
  ['GeneralString', generalString('ü'), '1b02c3bc'],
  ['GeneralizedTime, its fraction cut off', generalizedTime(new Date('2026-11-22T14:42:34.999Z')), `180f${toHex(utf8('20261122144234Z'))}`],
])('%s', (_name, encoded, hex) => {
  expect(toHex(encoded)).toBe(hex);
});

test.each([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [201, '0481c9'],
  [256, '04820100'],
  [65_536, '0483010000'],
])('the length %i in its shortest form', (length, header) => {
  const encoded = octetString(new Uint8Array(length));
  expect(toHex(encoded.subarray(0, encoded.length - length))).toBe(header);
});

test.each([
  ['1999-12-31T23:59:59.999Z', TAG.utcTime, '991231235959Z'],
  ['2026-01-02T03:04:05Z', TAG.utcTime, '260102030405Z'],
  ['2049-12-31T23:59:59Z', TAG.utcTime, '491231235959Z'],
  ['2050-01-01T00:00:00Z', TAG.generalizedTime, '20500101000000Z'],
])('%s (RFC 5280 §4.1.2.5)', (instant, tag, text) => {
  expect(new TextDecoder().decode(readElement(time(new Date(instant)), tag))).toBe(text);
});
