import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { CimDateTime, CimInterval, parseCimDatetime } from '../../src/cim/datetime.js';
import { ProtocolError, UsageError } from '../../src/errors.js';

// Each row: the text, its CIM form (DSP0004 §5.2.4), its XML Schema form (DSP0230), and the instant it is.
const DATETIMES: readonly (readonly [text: string, cim: string, xml: string, iso: string | null])[] = [
  ['20261122061234.000000+060', '20261122061234.000000+060', '2026-11-22T06:12:34+01:00', '2026-11-22T05:12:34.000Z'],
  ['20261122061234.123456-330', '20261122061234.123456-330', '2026-11-22T06:12:34.123456-05:30', '2026-11-22T11:42:34.123Z'],
  ['2026-10-05T04:23:50Z', '20261005042350.000000+000', '2026-10-05T04:23:50Z', '2026-10-05T04:23:50.000Z'],
  [' 2026-10-05T04:23:50.5Z ', '20261005042350.500000+000', '2026-10-05T04:23:50.5Z', '2026-10-05T04:23:50.500Z'],
  ['2026-10-05T04:23:50.1234567+02:00', '20261005042350.123456+120', '2026-10-05T04:23:50.123456+02:00', '2026-10-05T02:23:50.123Z'],
  ['2026-10-05T04:23:50', '20261005042350.000000+000', '2026-10-05T04:23:50Z', '2026-10-05T04:23:50.000Z'],
  ['2024-02-29T23:59:59-00:00', '20240229235959.000000-000', '2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
  ['1601-01-01T00:00:00Z', '16010101000000.000000+000', '1601-01-01T00:00:00Z', '1601-01-01T00:00:00.000Z'],
  ['00000101000000.000000+000', '00000101000000.000000+000', '0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
  ['00000229120000.000000+000', '00000229120000.000000+000', '0000-02-29T12:00:00Z', '0000-02-29T12:00:00.000Z'], // year 0 is a leap year, 1900 is none
  ['2026-10-05', '20261005******.******+000', '2026-10-05Z', null],
  ['2026-10-05-05:00', '20261005******.******-300', '2026-10-05-05:00', null],
  ['04:23:50.25+01:00', '********042350.250000+060', '04:23:50.25+01:00', null],
  ['20261122******.******+060', '20261122******.******+060', '2026-11-22+01:00', null],
  ['2026**********.******+000', '2026**********.******+000', '2026**********.******+000', null],
  ['20261122061234.123***+000', '20261122061234.123***+000', '20261122061234.123***+000', null],
  ['20261122061234.000000+***', '20261122061234.000000+***', '20261122061234.000000+***', null],
];

const INTERVALS: readonly (readonly [text: string, cim: string, xml: string, milliseconds: number])[] = [
  ['00000000000500.000000:000', '00000000000500.000000:000', 'P0DT0H5M0S', 300_000],
  ['00000001132312.125000:000', '00000001132312.125000:000', 'P1DT13H23M12.125S', 134_592_125],
  ['P0DT0H5M0S', '00000000000500.000000:000', 'P0DT0H5M0S', 300_000],
  ['PT1.00417S', '00000000000001.004170:000', 'P0DT0H0M1.00417S', 1004.17],
  ['PT36H', '00000001120000.000000:000', 'P1DT12H0M0S', 129_600_000],
  ['PT0.0000019S', '00000000000000.000001:000', 'P0DT0H0M0.000001S', 0.001],
  ['P', '00000000000000.000000:000', 'P0DT0H0M0S', 0],
  ['P0Y0M2D', '00000002000000.000000:000', 'P2DT0H0M0S', 172_800_000],
  ['99999999235959.999999:000', '99999999235959.999999:000', 'P99999999DT23H59M59.999999S', 8_640_000_000_000_000], // the nearest double
  ['00000000000012.******:000', '00000000000012.******:000', '00000000000012.******:000', 12_000],
];

describe('CimDateTime', () => {
  test.each(DATETIMES)('reads %j', (text, cim, xml, iso) => {
    const value = CimDateTime.parse(text);
    expect(value.toString()).toBe(text.trim());
    expect(value.toCim()).toBe(cim);
    expect(value.toXml()).toBe(xml);
    expect(value.toDate()?.toISOString() ?? null).toBe(iso);
    expect(JSON.stringify({ value })).toBe(`{"value":"${cim}"}`);
    expect(parseCimDatetime(text)).toEqual(value);
  });

  test.each([
    '20261322061234.000000+060', // month 13
    '20260022061234.000000+060',
    '20260230061234.000000+060',
    '2026-02-29T00:00:00Z', // no leap year
    '1900-02-29T00:00:00Z', // nor is this
    '20261122246100.000000+060',
    '20261122066000.000000+060',
    '20261122061261.000000+060', // second 61
    '2026-10-05T04:23:60Z',
    '2026-10-05T24:00:00Z',
    '20261122061234.000000+841', // over 14 hours
    '2026-10-05T04:23:50+15:00',
    '2026-10-05T04:23:50+01:60',
    '20261122061234.00000+0600',
    '20261122061234.0*0000+060',
    '2026112206123*.000000+060',
    '12026-10-05T04:23:50Z',
    '-2026-10-05T04:23:50Z',
    '2026-10-05T',
    'T04:23:50',
    '2026-10-05 04:23:50',
    '2026-10-05T04:23:50.Z',
    'Z',
    '',
    'yesterday',
    `2026-10-05T04:23:50.${'1'.repeat(100)}Z`,
    '00000000000500.000000:000',
  ])('refuses %j', (text) => {
    expect(() => CimDateTime.parse(text)).toThrow(ProtocolError);
  });

  test.each([
    ['2026-11-22T05:12:34.500Z', 60, '20261122061234.500000+060'],
    ['2026-11-22T05:12:34.000Z', -330, '20261121234234.000000-330'],
    ['0005-01-01T00:00:00.000Z', 0, '00050101000000.000000+000'],
  ])('is made of the Date %s at offset %i', (iso, offset, cim) => {
    const value = CimDateTime.fromDate(new Date(iso), offset);
    expect(value.toCim()).toBe(cim);
    expect(value.toDate()?.toISOString()).toBe(iso);
  });

  test.each([
    [new Date(NaN), 0],
    [new Date('+010000-01-01T00:00:00Z'), 0],
    [new Date('-000001-12-31T23:59:59Z'), 0],
    [new Date(8.64e15), 60],
    [new Date(0), 841],
    [new Date(0), 0.5],
  ])('is not made of %s at offset %d', (date, offset) => {
    expect(() => CimDateTime.fromDate(date, offset)).toThrow(UsageError);
  });

  test('differs from another one, for equality of structure too', () => {
    expect(CimDateTime.parse('2026-10-05T04:23:50Z')).not.toEqual(CimDateTime.parse('2026-10-05T04:23:51Z'));
    expect(Object.isFrozen(CimDateTime.parse('2026-10-05T04:23:50Z'))).toBe(true);
  });

  test('keeps a Date and every offset through both forms', () => {
    const dates = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, fc.integer({ min: -840, max: 840 }), (date, offset) => {
        const value = CimDateTime.fromDate(date, offset);
        expect(CimDateTime.parse(value.toXml()).toDate()).toEqual(date);
        expect(CimDateTime.parse(value.toCim()).toDate()).toEqual(date);
      }),
    );
  });
});

describe('CimInterval', () => {
  test.each(INTERVALS)('reads %j', (text, cim, xml, milliseconds) => {
    const value = CimInterval.parse(text);
    expect(value.toString()).toBe(text);
    expect(value.toCim()).toBe(cim);
    expect(value.toXml()).toBe(xml);
    expect(value.toMilliseconds()).toBe(milliseconds);
    expect(JSON.stringify({ value })).toBe(`{"value":"${cim}"}`);
    expect(parseCimDatetime(text)).toEqual(value);
  });

  test.each([
    'P1Y',
    'P1M',
    '-PT1S',
    'PT',
    'P1DT',
    'P1H',
    'PT1.S',
    'PT.5S',
    'P100000000D',
    `PT${'9'.repeat(40)}H`,
    '00000000240000.000000:000',
    '00000000006000.000000:000',
    '00000000000060.000000:000',
    '00000000000500.000000:001',
    '0000000000500.000000:000',
    '',
    '20261122061234.000000+060',
  ])('refuses %j', (text) => {
    expect(() => CimInterval.parse(text)).toThrow(ProtocolError);
  });

  test.each([
    [0, '00000000000000.000000:000'],
    [1.5, '00000000000000.001500:000'],
    [999.9999, '00000000000001.000000:000'],
    [90_061_001, '00000001010101.001000:000'],
    [8_639_999_999_999_000, '99999999235959.000000:000'],
  ])('is made of %d milliseconds', (milliseconds, cim) => {
    expect(CimInterval.fromMilliseconds(milliseconds).toCim()).toBe(cim);
  });

  test.each([-1, NaN, Infinity, 8_640_000_000_000_000])('is not made of %d milliseconds', (milliseconds) => {
    expect(() => CimInterval.fromMilliseconds(milliseconds)).toThrow(UsageError);
  });

  test('loses no microsecond between the forms', () => {
    fc.assert(
      fc.property(fc.nat(99_999_999), fc.nat(86_399), fc.nat(999_999), (days, seconds, microseconds) => {
        const xml = `P${days}DT${seconds}.${String(microseconds).padStart(6, '0')}S`;
        const value = CimInterval.parse(xml);
        expect(CimInterval.parse(value.toCim()).toXml()).toBe(value.toXml());
        expect(value.toCim().slice(15, 21)).toBe(String(microseconds).padStart(6, '0'));
      }),
    );
  });
});

test.each(['-P1D', 'P1Y', '********000000.000000:001'])('an interval that is none is refused as such: %s', (text) => {
  expect(() => parseCimDatetime(text)).toThrow(/interval/);
});

test.each([
  ['1601-01-01T00:00:00Z', true],
  ['16010101000000.000000+000', true],
  ['1601-01-01T01:00:00+01:00', true],
  ['1601-01-01T00:00:01Z', false],
  ['16010101******.******+000', false],
])('%s is the null date of Windows: %s', (text, expected) => {
  expect(CimDateTime.parse(text).isNullDate).toBe(expected);
});
