import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bitString, boolean, contentsOf, contextTag, element, octetString, oid, readElement, readElements, readOid, sequence, TAG, time,
  unsignedInteger, utf8String,
} from '../../src/auth/der.js';
import { fromHex, toHex } from '../../src/bytes.js';
import { ProtocolError } from '../../src/errors.js';

/** X.690 §8.6.4.2: the bit string of 44 bits. */
const BIT_STRING_EXAMPLE = { value: '0a3b5f291cd0', unusedBits: 4, encoded: '0307040a3b5f291cd0' };

/** Dotted form and contents: X.690 §8.19.5, the arc for examples 2.999, RFC 8017 Appendix C, RFC 5280 Appendix A.1. */
const OBJECT_IDENTIFIERS: readonly (readonly [string, string])[] = [
  ['2.100.3', '813403'],
  ['2.999', '8837'],
  ['1.2.840.113549.1.1.11', '2a864886f70d01010b'],
  ['2.5.29.19', '551d13'],
  ['0.9', '09'],
  ['1.39.1', '4f01'],
  ['2.0', '50'],
];

describe('reading', () => {
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

  test('any bytes at all give a result or a ProtocolError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      for (const read of [readElements, readOid]) {
        try {
          read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }
    }));
  });
});

describe('writing', () => {
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
});
