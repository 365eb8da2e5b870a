import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentsOf, readBitString, readElement, readElements, readFields, readGeneralizedTime, readInteger, readOid, readText } from '../../../src/auth/der/read.js';
import { TAG } from '../../../src/auth/der/tag.js';
import { fromHex, toHex, utf8 } from '../../../src/bytes.js';
import { LimitError, ProtocolError } from '../../../src/errors.js';
import { BIT_STRING_EXAMPLE, INTEGERS, OBJECT_IDENTIFIERS } from './vectors.js';

test('elements side by side, each with its identifier octet and contents', () => {
  const elements = readElements(fromHex('0101ff 0400 a003020102'));
  expect(elements.map(({ tag, contents }) => [tag, toHex(contents)])).toEqual([[0x01, 'ff'], [0x04, ''], [0xa0, '020102']]);
  expect(readElements(new Uint8Array())).toEqual([]);
});

test.each([
  ['short', '047f', 127],
  ['one octet', '048180', 128],
  ['one octet, X.690 §8.1.3.5', '0481c9', 201],
  ['two octets', '04820100', 256],
  ['three octets', '0483010000', 65_536],
])('a length in its %s form', (_name, header, length) => {
  const bytes = new Uint8Array([...fromHex(header), ...new Uint8Array(length)]);
  expect(readElement(bytes, TAG.octetString)).toHaveLength(length);
});

test.each([
  ['no length', '30', 'no length at offset 1'],
  ['a cut length', '3082ff', 'ends beyond the 3 bytes'],
  ['an indefinite length', '30800000', 'indefinite or not in its shortest form'],
  ['a length longer than its shortest form', '04810161', 'indefinite or not in its shortest form'],
  ['a length with a leading zero', `04820080${'00'.repeat(128)}`, 'indefinite or not in its shortest form'],
  ['a length of as many octets as can be', `04ff${'ff'.repeat(127)}`, 'ends beyond the 129 bytes'],
  ['contents cut short', '30020500 0402ff', 'the element at offset 4 ends beyond the 7 bytes'],
  ['a tag number above 30', '05001f8100', 'a tag number above 30 at offset 2'],
])('%s is malformed', (_name, hex, message) => {
  expect(() => readElements(fromHex(hex))).toThrow(ProtocolError);
  expect(() => readElements(fromHex(hex))).toThrow(message);
});

test.each([
  ['nothing', ''],
  ['another tag', '3100'],
  ['the same number in another class', '9000'],
  ['more than one element', '30003000'],
])('one SEQUENCE demanded, %s found', (_name, hex) => {
  expect(() => readElement(fromHex(hex), TAG.sequence)).toThrow(ProtocolError);
});

test('an element that is not there, or has another tag, says what was expected and found', () => {
  expect(toHex(contentsOf({ tag: 0x04, contents: fromHex('61') }, TAG.octetString))).toBe('61');
  expect(() => contentsOf(undefined, TAG.oid)).toThrow('expected tag 0x06, found nothing');
  expect(() => contentsOf({ tag: 0xa1, contents: fromHex('61') }, TAG.oid)).toThrow('expected tag 0x06, found 0xa1');
});

test.each(OBJECT_IDENTIFIERS)('OBJECT IDENTIFIER %s', (dotted, hex) => {
  expect(readOid(fromHex(hex))).toBe(dotted);
});

test.each([
  ['empty', ''],
  ['cut within a number', '2a86'],
  ['padded', '2a8001'],
  ['with a number above 2^53 - 1', `2a${'ff'.repeat(8)}7f`],
])('an OBJECT IDENTIFIER %s is malformed', (_name, hex) => {
  expect(() => readOid(fromHex(hex))).toThrow(ProtocolError);
});

test('ten thousand elements side by side are read, one more is a LimitError', () => {
  expect(readElements(fromHex('0500'.repeat(10_000)))).toHaveLength(10_000);
  expect(() => readElements(fromHex('0500'.repeat(10_001)))).toThrow(LimitError);
});

test.each(INTEGERS)('INTEGER %i', (value, hex) => {
  expect(readInteger(fromHex(hex))).toBe(value);
});

test.each([
  ['of no octets', ''],
  ['padded with zeros', '007f'],
  ['padded with ones', 'ff80'],
  ['of 2^53', '20000000000000'],
  ['of -2^53', 'e0000000000000'],
  ['of a thousand octets', `7f${'00'.repeat(999)}`],
  ['of a thousand octets, negative', `80${'00'.repeat(999)}`],
])('an INTEGER %s is malformed', (_name, hex) => {
  expect(() => readInteger(fromHex(hex))).toThrow(ProtocolError);
});

test('the fields of a SEQUENCE, by their numbers', () => {
  const fields = readFields(fromHex('a003020105 a2040402abcd be020500'));
  expect([...fields].map(([number, { tag, contents }]) => [number, tag, toHex(contents)])).toEqual([[0, 0x02, '05'], [2, 0x04, 'abcd'], [30, 0x05, '']]);
  expect(readFields(fromHex('')).size).toBe(0);
});

test.each([
  ['a component without a context-specific tag', '020105', 'expected a context-specific tag, found 0x02'],
  ['a primitive context-specific tag', '800105', 'expected a context-specific tag, found 0x80'],
  ['an application tag', '6003020105', 'expected a context-specific tag, found 0x60'],
  ['fields out of order', 'a103020105 a003020105', 'field [0] stands behind field [1]'],
  ['a field twice', 'a103020105 a103020105', 'field [1] stands behind field [1]'],
  ['an empty field', 'a000', 'field [0] does not hold one element'],
  ['a field of two elements', 'a006020105020105', 'field [0] does not hold one element'],
  ['a field cut short', 'a0020201', 'ends beyond'],
])('%s is malformed', (_name, hex, message) => {
  expect(() => readFields(fromHex(hex))).toThrow(ProtocolError);
  expect(() => readFields(fromHex(hex))).toThrow(message);
});

test('BIT STRING: the octets behind the number of unused bits', () => {
  expect(toHex(readBitString(fromHex(`04${BIT_STRING_EXAMPLE.value}`)))).toBe(BIT_STRING_EXAMPLE.value);
  expect(toHex(readBitString(fromHex('00')))).toBe('');
  expect(() => readBitString(fromHex(''))).toThrow(ProtocolError);
  expect(() => readBitString(fromHex('0800'))).toThrow(ProtocolError);
});

test('a text is UTF-8 to the octet', () => {
  expect(readText(fromHex('c3bc'))).toBe('ü');
  expect(readText(fromHex('efbbbf61'))).toBe('\ufeffa');
  expect(() => readText(fromHex('fc'))).toThrow(ProtocolError);
  expect(() => readText(fromHex('c3'))).toThrow(ProtocolError);
});

test.each([
  ['20261122144234Z', '2026-11-22T14:42:34.000Z'],
  ['19700101000000Z', '1970-01-01T00:00:00.000Z'],
  ['20240229235959Z', '2024-02-29T23:59:59.000Z'],
  ['99991231235959Z', '9999-12-31T23:59:59.000Z'],
  ['00010101000000Z', '0001-01-01T00:00:00.000Z'],
])('GeneralizedTime %s', (text, instant) => {
  expect(readGeneralizedTime(utf8(text)).toISOString()).toBe(instant);
});

test.each([
  ['with a fraction', '20261122144234.5Z'],
  ['without seconds', '202611221442Z'],
  ['local', '20261122144234'],
  ['of another zone', '20261122144234+0100'],
  ['in the form of ISO 8601', '2026-11-22T14:42:34Z'],
  ['of a month that does not exist', '20261322144234Z'],
  ['of a day that does not exist', '20260230000000Z'],
  ['of the hour 24', '20261122240000Z'],
  ['of a leap second, which Kerberos does not have', '20161231235960Z'],
  ['of nothing', ''],
])('a GeneralizedTime %s is malformed', (_name, text) => {
  expect(() => readGeneralizedTime(utf8(text))).toThrow(ProtocolError);
});

test('any bytes at all give a result or a ProtocolError', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
    for (const read of [readElements, readOid, readFields, readInteger, readBitString, readText, readGeneralizedTime]) {
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }
  }));
});
