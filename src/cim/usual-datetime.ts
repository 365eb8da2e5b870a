/**
 * Whether a text is a possible datetime in one of the forms that hosts send: `2026-11-22T06:12:34.500000Z` with or without
 * a fraction, with `Z` or an offset, or the CIM form `20261122061234.500000+060`. Their digits are looked at where they must
 * stand, at a tenth of the cost of expressions.
 *
 * @returns `false` says nothing: other forms, a leap day and what is wrong are for the expressions of datetime.ts
 */
export function isUsualDatetime(text: string): boolean {
  return text.charCodeAt(10) === T ? isXmlDateTime(text) : isCimDatetime(text);
}

const [PLUS, MINUS, POINT, ZERO, NINE, COLON, T, Z] = [0x2b, 0x2d, 0x2e, 0x30, 0x39, 0x3a, 0x54, 0x5a] as const;
/** XML Schema lets a fraction run on: with nine digits and an offset it is so long. */
const LONGEST = '2026-11-22T06:12:34.500000000+01:00'.length;
const MAX_OFFSET = 14 * 60;
/** Of each month, from 1, in a year that is no leap year. */
const DAYS: readonly number[] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isXmlDateTime(text: string): boolean {
  if (text.length > LONGEST || text.charCodeAt(4) !== MINUS || text.charCodeAt(7) !== MINUS || text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return false;
  if (digitsAt(text, 0, 4) < 0 || !isDay(text, 5, 8) || !isClock(text, 11, 14, 17)) return false;
  const zone = text.charCodeAt(19) === POINT ? afterDigits(text, 20) : 19;
  if (zone === 20) return false;
  if (text.charCodeAt(zone) === Z) return text.length === zone + 1;
  const [hours, minutes] = [digitsAt(text, zone + 1, 2), digitsAt(text, zone + 4, 2)];
  return isSign(text.charCodeAt(zone)) && text.charCodeAt(zone + 3) === COLON && text.length === zone + 6 && isOffset(hours, minutes);
}

function isCimDatetime(text: string): boolean {
  if (text.length !== 25 || text.charCodeAt(14) !== POINT || !isSign(text.charCodeAt(21))) return false;
  const offset = digitsAt(text, 22, 3);
  return digitsAt(text, 0, 4) >= 0 && isDay(text, 4, 6) && isClock(text, 8, 10, 12) && digitsAt(text, 15, 6) >= 0 && offset >= 0 && offset <= MAX_OFFSET;
}

function isDay(text: string, monthAt: number, dayAt: number): boolean {
  const month = digitsAt(text, monthAt, 2);
  const day = digitsAt(text, dayAt, 2);
  return month >= 1 && month <= 12 && day >= 1 && day <= DAYS[month]!;
}

function isClock(text: string, hourAt: number, minuteAt: number, secondAt: number): boolean {
  const hour = digitsAt(text, hourAt, 2);
  const minute = digitsAt(text, minuteAt, 2);
  const second = digitsAt(text, secondAt, 2);
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
}

function isOffset(hours: number, minutes: number): boolean {
  return hours >= 0 && minutes >= 0 && minutes <= 59 && hours * 60 + minutes <= MAX_OFFSET;
}

function isSign(code: number): boolean {
  return code === PLUS || code === MINUS;
}

/** The number that so many digits are, -1 when they are not all digits. */
function digitsAt(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const code = text.charCodeAt(index);
    // What is past the end is NaN, and not in the range.
    if (!(code >= ZERO && code <= NINE)) return -1;
    value = value * 10 + code - ZERO;
  }
  return value;
}

function afterDigits(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) >= ZERO && text.charCodeAt(at) <= NINE) at++;
  return at;
}
