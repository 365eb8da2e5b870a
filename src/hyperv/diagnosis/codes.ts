import { entryOf, errorEntryOf } from './catalogue.js';
import type { CatalogueEntry, CodeKind } from './entry.js';
import { hresultFromWin32, isError } from './hresult.js';

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

type Form = { readonly pattern: RegExp; readonly read: (digits: string) => Omit<FoundCode, 'written'> | null };

/** How errors are written in messages, in every language. Every pattern has the digits in its one group. */
const FORMS: readonly Form[] = [
  // 0x8009030E, with or without parentheses; eight digits, so that longer numbers (addresses of memory) are none.
  { pattern: /(?<![\w.])(0x[0-9a-f]{8})(?!\w)/gi, read: (digits) => errorCode(Number(digits)) },
  // ('0x32'): the cluster service quotes Win32 errors so.
  { pattern: /(?<=[('"])(0x[0-9a-f]{1,4})(?=[)'"])/gi, read: (digits) => knownError(Number(digits)) },
  // %%2147942405 and %%5: a reference to the text of a code.
  { pattern: /(?<=%%)(\d{1,10})(?!\d)/g, read: (digits) => errorCode(Number(digits)) },
  // -2146893042: an HRESULT as a signed number.
  { pattern: /(?<![\w.-])(-\d{10})(?![\w.-])/g, read: (digits) => errorCode(Number(digits)) },
  // 2150858752: unsigned; only what is known, because other numbers have ten digits too.
  { pattern: /(?<![\w.%-])(\d{10})(?![\w-]|\.\d)/g, read: (digits) => knownError(Number(digits)) },
];

/** How logs and scripts write numbers of events and return values. */
const LOG_FORMS: readonly Form[] = [
  ...FORMS,
  { pattern: /(?<![\w.:%-])(\d{5})(?![\w-]|[.:]\d)/g, read: (digits) => known('event', Number(digits)) },
  { pattern: /(?<=\w ?= ?)(\d{5})(?![\w-]|[.:]\d)/g, read: (digits) => known('returnValue', Number(digits)) },
];

/**
 * Finds the codes in a text, in their order. The words around them do not matter, so the language does not.
 * GUIDs are passed over; so is a number that is no error by its severity and not known either.
 */
export function findCodes(text: string): readonly FoundCode[] {
  return find(text, FORMS);
}

/** The same for lines of a log or of a script's output, where also numbers of known events and return values count. */
export function findLoggedCodes(text: string): readonly FoundCode[] {
  return find(text, LOG_FORMS);
}

function find(text: string, forms: readonly Form[]): readonly FoundCode[] {
  const masked = text.replace(GUID, (guid) => ' '.repeat(guid.length));
  const found = forms.flatMap(({ pattern, read }) =>
    [...masked.matchAll(pattern)].flatMap((match) => {
      const code = read(match[1]!);
      return code === null ? [] : [{ at: match.index, found: { written: match[1]!, ...code } }];
    }),
  );
  return found.sort((a, b) => a.at - b.at).map((one) => one.found);
}

/** A code that is written as an error; `null` for what is no error and not known, and for what is no code. */
function errorCode(value: number): Omit<FoundCode, 'written'> | null {
  if (value < -0x8000_0000 || value > 0xffff_ffff) return null;
  const code = hresultFromWin32(value);
  const entry = errorEntryOf(code);
  if (entry !== null) return { code: entry.code, kind: entry.kind, entry };
  // An HRESULT without a customer or reserved bit begins with 8; C is the severity of an NTSTATUS (MS-ERREF 2.1, 2.3).
  return isError(value >>> 0) ? { code, kind: code >>> 30 === 2 ? 'hresult' : 'ntstatus', entry } : null;
}

function knownError(value: number): Omit<FoundCode, 'written'> | null {
  const found = errorCode(value);
  return found?.entry === null ? null : found;
}

function known(kind: CodeKind, code: number): Omit<FoundCode, 'written'> | null {
  const entry = entryOf(kind, code);
  return entry === null ? null : { code, kind, entry };
}
