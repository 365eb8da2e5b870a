import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { createInstance } from '../../src/cim/instance.js';
import { instancePath } from '../../src/cim/object-path.js';
import { type CimScalar, type CimTypeName, formatCimScalar, isCimTypeName, parseCimScalar } from '../../src/cim/types.js';
import { ProtocolError, UsageError } from '../../src/errors.js';

// Least and greatest value of each integer (DSP0004 §5.2), as text.
const RANGES: readonly (readonly [CimTypeName, string, string])[] = [
  ['uint8', '0', '255'],
  ['sint8', '-128', '127'],
  ['uint16', '0', '65535'],
  ['sint16', '-32768', '32767'],
  ['uint32', '0', '4294967295'],
  ['sint32', '-2147483648', '2147483647'],
  ['uint64', '0', '18446744073709551615'],
  ['sint64', '-9223372036854775808', '9223372036854775807'],
];

describe.each(RANGES)('%s', (type, min, max) => {
  const value = (text: string): CimScalar => (type.endsWith('64') ? BigInt(text) : Number(text));

  test.each([min, max, '7'])('holds %s', (text) => {
    expect(parseCimScalar(type, text)).toBe(value(text));
    expect(formatCimScalar(type, value(text))).toBe(text);
  });

  test('ends at its limits', () => {
    for (const outside of [BigInt(min) - 1n, BigInt(max) + 1n]) {
      expect(() => parseCimScalar(type, outside.toString())).toThrow(ProtocolError);
      expect(() => formatCimScalar(type, outside)).toThrow(UsageError);
    }
  });
});

// DSP0201 VALUE: decimal and hexadecimal integers, reals with a point; XML Schema Part 2: leading zeros, 1 and 0, INF.
const READ: readonly (readonly [CimTypeName, string, CimScalar])[] = [
  ['boolean', 'TRUE', true],
  ['boolean', 'true', true],
  ['boolean', 'False', false],
  ['boolean', ' 1\n', true],
  ['boolean', '0', false],
  ['uint16', ' 4\n', 4],
  ['uint16', '+4', 4],
  ['uint16', '010', 10],
  ['uint16', '0x1F', 31],
  ['uint16', '0Xff', 255],
  ['sint16', '-0x10', -16],
  ['uint8', '101b', 5],
  ['uint8', '11111111B', 255],
  ['sint8', '-0', 0],
  ['uint64', '0xFFFFFFFFFFFFFFFF', 18446744073709551615n],
  ['uint64', '9007199254740993', 9007199254740993n],
  // Up to fifteen digits are read without an expression.
  ['uint64', '5', 5n],
  ['uint64', '999999999999999', 999_999_999_999_999n],
  ['uint64', '1000000000000000', 1_000_000_000_000_000n],
  ['uint32', '000000000000007', 7],
  ['uint32', '0000000000000007', 7],
  ['real32', '1.5', 1.5],
  ['real32', '-.5E-1', -0.05],
  ['real32', '3.4028234663852886e38', 3.4028234663852886e38],
  // The greatest real32 in the shortest digits that tell it from its neighbours, and in nine; both lie above it.
  ['real32', '3.4028235E38', 3.4028235e38],
  ['real32', '-3.40282347e+38', -3.40282347e38],
  ['real64', '1', 1],
  ['real64', '1.7976931348623157E308', Number.MAX_VALUE],
  ['real64', 'INF', Infinity],
  ['real64', '-INF', -Infinity],
  ['real64', '+Infinity', Infinity],
  ['real64', 'NaN', NaN],
  ['real64', 'NAN', NaN],
  ['string', ' as it is\r\n', ' as it is\r\n'],
  ['string', '', ''],
  ['char16', 'x', 'x'],
  ['char16', ' ', ' '],
  ['char16', '7', '7'],
  ['char16', '88', 'X'],
  ['char16', '8364', '€'],
  ['datetime', '00000000000500.000000:000', CimInterval.parse('00000000000500.000000:000')],
  ['datetime', '20261122061234.000000+060', CimDateTime.parse('20261122061234.000000+060')],
  ['reference', 'root\\cimv2:Win32_Service.Name="vmms"', instancePath('Win32_Service', { Name: 'vmms' }, 'root/cimv2')],
];

test.each(READ)('reads %s %j', (type, text, value) => {
  expect(parseCimScalar(type, text)).toEqual(value);
});

test.each<readonly [CimTypeName, string]>([
  ['boolean', ''],
  ['boolean', 'yes'],
  ['boolean', '2'],
  ['boolean', 'true false'],
  ['uint16', ''],
  ['uint16', '4.0'],
  ['uint16', '1e3'],
  ['uint16', '4 5'],
  ['uint16', '4/'],
  ['uint16', ':4'],
  ['uint32', '999999999999999'],
  ['uint16', '0x'],
  ['uint16', '0xG'],
  ['uint16', '12b'],
  ['uint16', '٤'],
  ['uint16', `${'0'.repeat(80)}4`],
  ['uint64', '9'.repeat(1_000_000)],
  ['real32', '3.5e38'],
  ['real32', '3.4028235677973366e38'], // halfway to 2^128: rounds to infinity (IEEE 754 §4.3.1)
  ['real64', '1e309'],
  ['real64', ''],
  ['real64', '.'],
  ['real64', '1.2.3'],
  ['real64', '0x10'],
  ['char16', ''],
  ['char16', 'xy'],
  ['char16', '65536'],
  ['char16', '😀!'],
  ['datetime', '20261322061234.000000+060'],
  ['reference', 'no path'],
])('refuses %s %.20s', (type, text) => {
  expect(() => parseCimScalar(type, text)).toThrow(ProtocolError);
});

test.each<readonly [CimTypeName, CimScalar, string]>([
  ['boolean', true, 'true'],
  ['uint32', 5n, '5'],
  ['uint64', 5, '5'],
  ['real64', 5, '5.0'],
  ['real64', 0.1, '0.1'],
  ['real64', -0, '-0.0'],
  ['real64', 1e21, '1.0e+21'],
  ['real64', 1.5e-7, '1.5e-7'],
  ['real64', NaN, 'NaN'],
  ['real32', 3.4028235e38, '3.4028235e+38'],
  ['real32', Infinity, 'INF'],
  ['real32', -Infinity, '-INF'],
  ['string', '', ''],
  ['char16', '7', '7'],
  ['datetime', CimInterval.parse('PT5M'), '00000000000500.000000:000'],
  ['datetime', CimDateTime.parse('2026-10-05T04:23:50Z'), '20261005042350.000000+000'],
  ['reference', instancePath('C', { K: 'a"b' }, 'root/x'), 'root\\x:C.K="a\\"b"'],
])('writes %s %s', (type, value, text) => {
  expect(formatCimScalar(type, value)).toBe(text);
});

test.each<readonly [CimTypeName, CimScalar]>([
  ['boolean', 'true'],
  ['uint16', '4'],
  ['uint16', 4.5],
  ['uint16', NaN],
  ['uint64', 2 ** 53],
  ['real64', 5n],
  ['real32', 1e39],
  ['real32', -3.4028235677973366e38],
  ['string', 4],
  ['char16', ''],
  ['char16', '10'],
  ['datetime', '20261122061234.000000+060'],
  ['reference', 'root\\cimv2:C.K=1'],
  ['string', createInstance({ className: 'C', properties: {} })],
])('refuses to write as %s the value %o', (type, value) => {
  expect(() => formatCimScalar(type, value)).toThrow(UsageError);
});

test('every double comes back', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      expect(parseCimScalar('real64', formatCimScalar('real64', value))).toBe(value);
    }),
  );
});

test('knows the names of types by their own case alone', () => {
  expect(['uint8', 'real64', 'reference'].every(isCimTypeName)).toBe(true);
  expect(['UINT8', 'object', 'constructor', '__proto__', ''].some(isCimTypeName)).toBe(false);
});
