import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { CimDateTime, parseCimDatetime } from '../../src/cim/datetime.js';
import { isUsualDatetime } from '../../src/cim/usual-datetime.js';

describe('isUsualDatetime', () => {
  test.each([
    '2026-11-22T06:12:34Z',
    '2026-11-22T06:12:34.500000Z',
    '2026-11-22T06:12:34+01:00',
    '2026-11-22T06:12:34.5-14:00',
    '2026-12-31T23:59:59.123456789+14:00',
    '0000-01-01T00:00:00Z',
    '1601-01-01T00:00:00Z',
    '2026-02-28T00:00:00Z',
    '20261122061234.500000+060',
    '20261122061234.000000-840',
  ])('knows %s', (text) => {
    expect(isUsualDatetime(text)).toBe(true);
  });

  test.each([
    '',
    '2024-02-29T00:00:00Z', // possible, and left to the expressions
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-13-10T00:00:00Z',
    '2026-10-00T00:00:00Z',
    '2026-10-05T24:00:00Z',
    '2026-10-05T00:60:00Z',
    '2026-10-05T00:00:60Z',
    '2026-10-05T00:00:00',
    '2026-10-05T00:00:00.Z',
    '2026-10-05T00:00:00z',
    '2026-10-05T00:00:00ZZ',
    '2026-10-05T00:00:00+14:01',
    '2026-10-05T00:00:00+01:60',
    '2026-10-05T00:00:00+0100',
    '2026-10-05T00:00:00+01:00Z',
    '2026-10-05T00:00:00.1234567890+01:00',
    ' 2026-10-05T00:00:00Z',
    '2026-10-05',
    '٢٠٢٦-10-05T00:00:00Z', // digits, but not those
    '20261122061234.500000+841',
    '20261122061234.50000+060',
    '20261122061234.******+060',
    '20261122061234,500000+060',
    '00000001132312.125000:000',
  ])('leaves %j', (text) => {
    expect(isUsualDatetime(text)).toBe(false);
  });

  test('agrees with the forms written as expressions, and what it knows is read as they read it', () => {
    let known = 0;
    fc.assert(
      fc.property(fc.oneof(datetime, damaged), (text) => {
        const cim = reference(text);
        expect(isUsualDatetime(text)).toBe(cim !== null);
        if (cim === null) return;
        known++;
        expect(parseCimDatetime(text)).toBeInstanceOf(CimDateTime);
        expect(CimDateTime.parse(text).toCim()).toBe(cim);
        expect(CimDateTime.parse(text).toString()).toBe(text);
      }),
      { numRuns: 5000 },
    );
    expect(known).toBeGreaterThan(500);
  });
});

/** The CIM form of what is to be known; `null` for all else. */
function reference(text: string): string | null {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text) ??
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d{6})([+-])(\d{3})$/.exec(text);
  if (match === null || text.length > 35) return null;
  const [year, month, day, hour, minute, second, fraction = '', sign = '+', hours = '0', minutes] = match.slice(1) as [string, string, string, string, string, string, ...(string | undefined)[]];
  const offset = minutes === undefined && text.length === 25 && text.charAt(14) === '.' ? Number(hours) : Number(hours) * 60 + Number(minutes ?? 0);
  const date = new Date(Date.UTC(Number(year) + 400, Number(month) - 1, Number(day)));
  const isDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && !(month === '02' && day === '29');
  if (!isDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || Number(minutes ?? 0) > 59 || offset > 840) return null;
  return `${year}${month}${day}${hour}${minute}${second}.${fraction.padEnd(6, '0').slice(0, 6)}${sign}${String(offset).padStart(3, '0')}`;
}

/** Fields in their ranges, and one past them. */
const field = (from: number, to: number, length = 2): fc.Arbitrary<string> => fc.integer({ min: from, max: to }).map((value) => String(value).padStart(length, '0'));
const fields = fc.tuple(field(0, 9999, 4), field(0, 13), field(0, 32), field(0, 24), field(0, 60), field(0, 60), fc.constantFrom('+', '-'));
const datetime = fc.oneof(
  fc.tuple(fields, fc.option(fc.stringMatching(/^[0-9]{0,12}$/)), field(0, 14), field(0, 60), fc.boolean()).map(([[year, month, day, hour, minute, second, sign], fraction, hours, minutes, isUtc]) =>
    `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction === null ? '' : `.${fraction}`}${isUtc ? 'Z' : `${sign}${hours}:${minutes}`}`),
  fc.tuple(fields, fc.stringMatching(/^[0-9]{5,7}$/), field(0, 900, 3)).map(([[year, month, day, hour, minute, second, sign], fraction, offset]) => `${year}${month}${day}${hour}${minute}${second}.${fraction}${sign}${offset}`),
);
const damaged = fc.tuple(datetime, fc.nat(34), fc.constantFrom('', '0', ':', '-', '+', '.', 'T', 'Z', 'z', '*', ' ')).map(([text, at, by]) => text.slice(0, at) + by + text.slice(at + 1));
