import { entryOf, errorEntryOf } from './catalogue.js';
import type { CatalogueEntry, CodeKind } from './entry.js';
import { hresultFromWin32 } from './hresult.js';

/** A code that stands in a text. */
export type FoundCode = {
  /** As it is written there, without what encloses it. */
  readonly written: string;
  /** As it is looked up: unsigned; a Win32 error as its HRESULT. */
  readonly code: number;
  readonly kind: CodeKind;
  readonly entry: CatalogueEntry | null;
};

/** What looks like a code and is none. */
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

type Form = {
  readonly pattern: RegExp;
  readonly read: (digits: string) => Omit<FoundCode, 'written'> | null;
  /** The number of a Win32 error: any other small number may look the same. */
  readonly isWin32?: true;
};

/** A text without any of these has no code in it; most lines of a log have none. */
const MAY_HOLD_CODE = /0x[0-9a-f]|%%\d|\d{5}|[8c][0-9a-f]{7}/i;

/** Where the number of an error stands: alone, after a bracket, a quote, a colon or an equals sign, or after a word that says what it is. */
const AFTER_SIGN = String.raw`^|[:=('"：＝（] ?|(?:code|error|status|hresult) `;

/** How errors are written in messages, in every language. Every pattern has the digits in its one group. */
const FORMS: readonly Form[] = [
  // 0x8009030E, with or without parentheses, and with the sign of 64 bits; longer numbers (addresses of memory) are none.
  { pattern: /(?<!\w)(0x(?:f{8})?(?!0000)[0-9a-f]{8})(?!\w)/gi, read: (digits) => errorCode(Number(`0x${digits.slice(-8)}`)) },
  // (0x000013AB), '0x32', code 0x13AB: a Win32 error as it is.
  { pattern: new RegExp(String.raw`(?<=${AFTER_SIGN})(0x(?:0000)?[0-9a-f]{1,4})(?!\w)`, 'gim'), read: (digits) => knownError(Number(digits)), isWin32: true },
  // HRESULT: 8009030E
  { pattern: /(?<=\b(?:hresult|hr) ?[:=]? ?)([8c][0-9a-f]{7})(?!\w)/gi, read: (digits) => knownError(Number(`0x${digits}`)) },
  // %%2147942405 and %%5: a reference to the text of a code.
  { pattern: /(?<=%%)(\d{1,10})(?!\d)/g, read: (digits) => errorCode(Number(digits)) },
  // -2146893042: an HRESULT as a signed number.
  { pattern: /(?<![\w.-])(-\d{10})(?![\w.-])/g, read: (digits) => errorCode(Number(digits)) },
  // 2150858752: unsigned; only what is known, because other numbers have ten digits too.
  { pattern: new RegExp(String.raw`(?<=${AFTER_SIGN})(\d{10})(?![\w-]|\.\d)`, 'gim'), read: (digits) => knownError(Number(digits)) },
];

/** How logs and scripts write numbers of events and return values: in a column, or after the name of what they are. */
const LOG_FORMS: readonly Form[] = [
  ...FORMS,
  { pattern: /(?<=^|\t| {2}|(?:event(?:id)?|messageid|\bid)[ "'=:>]{1,16})(\d{5})(?![\w-]|[.:]\d)/gi, read: (digits) => known('event', Number(digits)) },
  { pattern: /(?<=(?:err|error|code|rv|rc|return|returned|returnvalue) ?[=:] ?)(\d{5})(?![\w-]|[.:]\d)/gi, read: (digits) => known('returnValue', Number(digits)) },
];

/**
 * Finds the codes in a text: the numbers of Win32 errors, then the whole codes, each in their order. No word is needed to
 * find them, so the language does not matter. GUIDs are passed over; so is a number that is no error by its severity and
 * not known either.
 */
export function findCodes(text: string): readonly FoundCode[] {
  return find(text, FORMS);
}

/** The same for lines of a log or of a script's output, where also numbers of known events and return values count. */
export function findLoggedCodes(text: string): readonly FoundCode[] {
  return find(text, LOG_FORMS);
}

function find(text: string, forms: readonly Form[]): readonly FoundCode[] {
  if (!MAY_HOLD_CODE.test(text)) return [];
  const masked = text.replace(GUID, (guid) => ' '.repeat(guid.length));
  const found = forms.flatMap(({ pattern, read, isWin32 = false }) =>
    [...masked.matchAll(pattern)].flatMap((match) => {
      const code = read(match[1]!);
      return code === null ? [] : [{ at: match.index, isWin32, found: { written: match[1]!, ...code } }];
    }),
  );
  return found.sort((a, b) => Number(b.isWin32) - Number(a.isWin32) || a.at - b.at).map((one) => one.found);
}

const KINDS: Readonly<Record<number, CodeKind>> = { 0x8: 'hresult', 0xc: 'ntstatus' };

/** A code that is written as an error; `null` for what is no error and not known, and for what is no code. */
function errorCode(value: number): Omit<FoundCode, 'written'> | null {
  if (value < -0x8000_0000 || value > 0xffff_ffff) return null;
  const code = hresultFromWin32(value);
  const entry = errorEntryOf(code);
  if (entry !== null) return { code: entry.code, kind: entry.kind, entry };
  // Without customer or reserved bits an HRESULT begins with 8, an NTSTATUS with C (MS-ERREF 2.1, 2.3): 0xDEADBEEF is neither.
  const kind = KINDS[code >>> 28];
  return kind === undefined ? null : { code, kind, entry };
}

function knownError(value: number): Omit<FoundCode, 'written'> | null {
  const found = errorCode(value);
  return found?.entry === null ? null : found;
}

function known(kind: CodeKind, code: number): Omit<FoundCode, 'written'> | null {
  const entry = entryOf(kind, code);
  return entry === null ? null : { code, kind, entry };
}
