import { ProtocolError, UsageError } from '../errors.js';
import { isUsualDatetime } from './usual-datetime.js';

const CIM_DATETIME = /^(\d{4}|\*{4})(\d\d|\*\*)(\d\d|\*\*)(\d\d|\*\*)(\d\d|\*\*)(\d\d|\*\*)\.(?=.{6}[+-])(\d*\**)([+-])(\d{3}|\*{3})$/;
const CIM_INTERVAL = /^(\d{8}|\*{8})(\d\d|\*\*)(\d\d|\*\*)(\d\d|\*\*)\.(?=.{6}:)(\d*\**):000$/;
const XML_DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const XML_TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/;
const XML_ZONE = /(?:Z|([+-])(\d\d):(\d\d))$/;
const XML_DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?$/;

/** No form is longer: 25 characters in CIM; XML Schema lets a fraction run on, which nobody needs. */
const MAX_LENGTH = 100;
/** XML Schema 1.0 Part 2 §3.2.7: an offset is at most 14 hours. */
const MAX_OFFSET = 14 * 60;
const SECONDS_A_DAY = 86_400;

/** What the two kinds of a CIM datetime have in common: the text that came. The CIM form is made of it when it is asked for, which it seldom is. */
abstract class Datetime {
  protected readonly text: string;

  protected constructor(text: string) {
    this.text = text;
    Object.freeze(this);
  }

  /** The text as it came. */
  toString(): string {
    return this.text;
  }

  /** The CIM form, always 25 characters: `20261122061234.000000+060`, or `00000000000500.000000:000` of an interval. */
  abstract toCim(): string;

  /** The CIM form. */
  toJSON(): string {
    return this.toCim();
  }
}

/**
 * A point in time of CIM type datetime (DSP0004 §5.2.4), immutable. It keeps the text it came with, and is exact to the
 * microsecond. Fields may be unknown (`*`). Windows' null date, 1601-01-01T00:00:00Z, is a value like any other;
 * {@link CimDateTime.isNullDate} tells it.
 *
 * @example
 * ```ts
 * import { CimDateTime } from 'hyperv-wsman';
 * const started = CimDateTime.parse('20261122061234.500000+060');
 * started.toXml();           // '2026-11-22T06:12:34.5+01:00'
 * started.toDate();          // the Date 2026-11-22T05:12:34.500Z
 * ```
 */
export class CimDateTime extends Datetime {
  /**
   * Reads the CIM form, or one of XML Schema (DSP0230): dateTime, date (no time: `*`), time (no date: `*`). A text
   * of XML Schema without a zone is taken as UTC; digits of a fraction beyond microseconds are cut off.
   *
   * @param text - `20261122061234.000000+060` or `2026-11-22T06:12:34+01:00`; white space around it is ignored
   * @throws ProtocolError - in no such form, or no such day or time: month 13, second 60, an offset over 14 hours
   */
  static parse(text: string): CimDateTime {
    if (isUsualDatetime(text)) return new CimDateTime(text);
    const trimmed = trim(text);
    const cim = datetimeToCim(trimmed);
    if (cim === null || !isPossibleDatetime(cim)) throw invalid(trimmed, 'datetime');
    return new CimDateTime(trimmed);
  }

  /**
   * The time of a Date, as a clock shows it that is `offsetMinutes` ahead of UTC.
   *
   * @param offsetMinutes - 0 by default, -840 to 840
   * @throws UsageError - an invalid Date, a year outside 0 to 9999, or such an offset
   */
  static fromDate(date: Date, offsetMinutes = 0): CimDateTime {
    const local = new Date(date.getTime() + offsetMinutes * 60_000);
    const digits = Number.isNaN(local.getTime()) ? '' : local.toISOString().replace(/[-T:Z]/g, '');
    if (digits.length !== '20261122061234.000'.length) throw new UsageError(`A datetime has a year from 0 to 9999: ${String(date)}`);
    if (!Number.isInteger(offsetMinutes) || Math.abs(offsetMinutes) > MAX_OFFSET) {
      throw new UsageError(`An offset is a whole number of minutes from -${MAX_OFFSET} to ${MAX_OFFSET}: ${offsetMinutes}`);
    }
    const cim = `${digits}000${offsetMinutes < 0 ? '-' : '+'}${pad(Math.abs(offsetMinutes), 3)}`;
    return new CimDateTime(cim);
  }

  override toCim(): string {
    return datetimeToCim(this.text)!;
  }

  /**
   * An XML Schema dateTime; a date when every field of the time is unknown, a time when every field of the date is, and
   * the CIM form when other fields are, as XML Schema has no word for that.
   */
  toXml(): string {
    const cim = this.toCim();
    const [year, month, day, hour, minute, second, microseconds, sign, offset] = CIM_DATETIME.exec(cim)!.slice(1);
    const date = `${year!}-${month!}-${day!}`;
    const time = `${hour!}:${minute!}:${second!}${xmlFraction(microseconds!)}`;
    const zone = Number(offset) === 0 ? 'Z' : `${sign!}${pad(Math.floor(Number(offset) / 60), 2)}:${pad(Number(offset) % 60, 2)}`;
    const [hasDate, hasTime] = [isKnown(date), isKnown(time)];
    if (!isKnown(offset!)) return cim;
    if (hasDate && hasTime) return `${date}T${time}${zone}`;
    if (hasDate && isUnknown(time + microseconds!)) return date + zone;
    return hasTime && isUnknown(date) ? time + zone : cim;
  }

  /** Whether this is the first moment of 1601, which Windows sends where it has no date: the zero of its clock. */
  get isNullDate(): boolean {
    return this.toDate()?.getTime() === Date.UTC(1601, 0, 1);
  }

  /** The Date, cut to milliseconds; `null` when a field is unknown. */
  toDate(): Date | null {
    const cim = this.toCim();
    if (!isKnown(cim)) return null;
    const [year, month, day, hour, minute, second, microseconds] = CIM_DATETIME.exec(cim)!.slice(1).map(Number);
    const date = new Date(0);
    date.setUTCFullYear(year!, month! - 1, day);
    date.setUTCHours(hour!, minute! - Number(cim.slice(-4)), second, Math.floor(microseconds! / 1000));
    return date;
  }
}

/**
 * A length of time of CIM type datetime (DSP0004 §5.2.4), immutable, exact to the microsecond. It keeps the text it came with.
 *
 * @example
 * ```ts
 * import { CimInterval } from 'hyperv-wsman';
 * CimInterval.parse('P0DT0H5M0S').toMilliseconds();   // 300000
 * CimInterval.fromMilliseconds(300_000).toCim();      // '00000000000500.000000:000'
 * ```
 */
export class CimInterval extends Datetime {
  /**
   * Reads the CIM form or an XML Schema duration (DSP0230). A bare `P` is zero, as one server sends it. Years and
   * months have no fixed length, so any but zero of them are refused; so is a negative duration, which CIM does not have.
   * Digits of a fraction beyond microseconds are cut off.
   *
   * @param text - `00000000000500.000000:000` or `P0DT0H5M0S`; white space around it is ignored
   * @throws ProtocolError - in no such form, a field out of its range, or 100 million days and more
   */
  static parse(text: string): CimInterval {
    const trimmed = trim(text);
    const cim = intervalTextToCim(trimmed);
    if (cim === null || !isPossibleInterval(cim)) throw invalid(trimmed, 'interval');
    return new CimInterval(trimmed);
  }

  /**
   * The interval of so many milliseconds, rounded to whole microseconds.
   *
   * @throws UsageError - a negative number, 100 million days and more, or not a number
   */
  static fromMilliseconds(milliseconds: number): CimInterval {
    const whole = Math.floor(milliseconds / 1000);
    const microseconds = Math.round((milliseconds - whole * 1000) * 1000);
    const cim = intervalToCim(whole + Math.floor(microseconds / 1_000_000), pad(microseconds % 1_000_000, 6));
    if (cim === null) throw new UsageError(`An interval is from 0 to 99999999 days: ${milliseconds} milliseconds`);
    return new CimInterval(cim);
  }

  override toCim(): string {
    return intervalTextToCim(this.text)!;
  }

  /** An XML Schema duration with all of its fields, `P0DT0H5M0S`; the CIM form when a field is not significant (`*`). */
  toXml(): string {
    const cim = this.toCim();
    if (!isKnown(cim)) return cim;
    const [days, hours, minutes, seconds, microseconds] = CIM_INTERVAL.exec(cim)!.slice(1);
    return `P${Number(days)}DT${Number(hours)}H${Number(minutes)}M${Number(seconds)}${xmlFraction(microseconds!)}S`;
  }

  /** The length in milliseconds, with microseconds as a fraction. A field that is not significant (`*`) counts as zero. */
  toMilliseconds(): number {
    const [days, hours, minutes, seconds, microseconds] = CIM_INTERVAL.exec(this.toCim().replaceAll('*', '0'))!.slice(1).map(Number);
    return (wholeSeconds(days!, hours!, minutes!, seconds!) * 1_000_000 + microseconds!) / 1000;
  }
}

/**
 * Reads a value of CIM type datetime and tells by its form what it is: an XML Schema duration, and a CIM form with `:` in
 * front of its last three digits, are intervals; all else is a point in time.
 *
 * @throws ProtocolError - as {@link CimDateTime.parse} and {@link CimInterval.parse}
 */
export function parseCimDatetime(text: string): CimDateTime | CimInterval {
  return /^\s*(?:-?P|[\d*]{14}\.[\d*]{6}:)/.test(text) ? CimInterval.parse(text) : CimDateTime.parse(text);
}

function datetimeToCim(text: string): string | null {
  return CIM_DATETIME.test(text) ? text : xmlToCim(text);
}

function xmlToCim(text: string): string | null {
  const zone = XML_ZONE.exec(text);
  const local = zone === null ? text : text.slice(0, -zone[0].length);
  const parts = /^(?:([\d-]+)(?:T|$))?([\d:.]+)?$/.exec(local);
  if (parts === null || local === '' || local.endsWith('T')) return null;
  const date = parts[1] === undefined ? '********' : XML_DATE.exec(parts[1])?.slice(1).join('');
  const time = parts[2] === undefined ? '******.******' : clock(XML_TIME.exec(parts[2]));
  if (date === undefined || time === null || Number(zone?.[3] ?? 0) > 59) return null;
  return `${date}${time}${zone?.[1] ?? '+'}${pad(Number(zone?.[2] ?? 0) * 60 + Number(zone?.[3] ?? 0), 3)}`;
}

function clock(match: RegExpExecArray | null): string | null {
  return match === null ? null : `${match[1]!}${match[2]!}${match[3]!}.${microsecondsOf(match[4])}`;
}

function intervalTextToCim(text: string): string | null {
  return CIM_INTERVAL.test(text) ? text : durationToCim(text);
}

function durationToCim(text: string): string | null {
  const match = XML_DURATION.exec(text);
  if (match === null || text.endsWith('T')) return null;
  const [years, months, days, hours, minutes, seconds] = match.slice(1, 7).map((digits) => Number((digits as string | undefined) ?? 0));
  if (years !== 0 || months !== 0) return null;
  return intervalToCim(wholeSeconds(days!, hours!, minutes!, seconds!), microsecondsOf(match[7]));
}

/** The CIM form, or `null` for a length that has none. */
function intervalToCim(seconds: number, microseconds: string): string | null {
  if (!(seconds >= 0 && seconds < 100_000_000 * SECONDS_A_DAY)) return null;
  const days = Math.floor(seconds / SECONDS_A_DAY);
  const clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map((field) => pad(Math.floor(field), 2));
  return `${pad(days, 8)}${clock.join('')}.${microseconds}:000`;
}

function wholeSeconds(days: number, hours: number, minutes: number, seconds: number): number {
  return days * SECONDS_A_DAY + hours * 3600 + minutes * 60 + seconds;
}

/** An unknown field is NaN here, and no comparison with NaN is true. */
function isPossibleDatetime(cim: string): boolean {
  const match = CIM_DATETIME.exec(cim);
  if (match === null) return false;
  const [year, month, day, hour, minute, second, , , offset] = match.slice(1).map(Number);
  const isBadDay = month! < 1 || month! > 12 || day! < 1 || day! > 31 || day! > daysIn(year!, month!);
  return !(isBadDay || isBadClock(hour!, minute!, second!) || offset! > MAX_OFFSET);
}

function isPossibleInterval(cim: string): boolean {
  const [, hours, minutes, seconds] = CIM_INTERVAL.exec(cim)!.slice(1).map(Number);
  return !isBadClock(hours!, minutes!, seconds!);
}

function isBadClock(hours: number, minutes: number, seconds: number): boolean {
  return hours > 23 || minutes > 59 || seconds > 59;
}

/** The calendar repeats after 400 years; `Date.UTC` would take a year below 100 for one of the twentieth century. */
function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year + 400, month, 0)).getUTCDate();
}

function microsecondsOf(digits: string | undefined): string {
  return (digits ?? '').slice(0, 6).padEnd(6, '0');
}

function xmlFraction(microseconds: string): string {
  const digits = microseconds.replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
}

function isKnown(fields: string): boolean {
  return !fields.includes('*');
}

function isUnknown(fields: string): boolean {
  return !/\d/.test(fields);
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

function trim(text: string): string {
  if (text.length > MAX_LENGTH) throw invalid(`${text.slice(0, MAX_LENGTH)}...`, 'datetime');
  return text.trim();
}

function invalid(text: string, what: string): ProtocolError {
  return new ProtocolError(`${JSON.stringify(text)} is not a CIM ${what}`, { text });
}
