import { facilityOf, hresultFromWin32 } from './hresult.js';

/** Where the cause of a failure lies; `unknown` for codes that any part of Windows returns. */
export type Layer = 'VMMS' | 'authentication' | 'network' | 'storage' | 'cluster' | 'compatibility' | 'unknown';

/** What number a code is: an HRESULT, an NTSTATUS, the number of a Hyper-V event, or the ReturnValue of a method. */
export type CodeKind = 'hresult' | 'ntstatus' | 'event' | 'returnValue';

/** Whether trying again can help: `no`, as it is; `later`, without doing anything; `afterFix`, when what the advice says is done. */
export type Retry = 'no' | 'later' | 'afterFix';

/** What is known of one code. */
export type CatalogueEntry = {
  /** Unsigned 32-bit for an HRESULT and an NTSTATUS; a Win32 error stands here as its HRESULT (MS-ERREF 2.1.2). */
  readonly code: number;
  readonly kind: CodeKind;
  /** The symbolic name in the header or the schema; of an event what it says in short. */
  readonly name: string;
  /** The facility of an HRESULT (MS-ERREF 2.1) or NTSTATUS (MS-ERREF 2.3); `null` for facility 0 and for other kinds. */
  readonly facility: string | null;
  readonly layer: Layer;
  readonly retry: Retry;
  /**
   * `false`: a migration that ends with it has certainly not begun; `true`: it had begun; `null`: the code does not tell.
   * Of a return value it holds only when MigrateVirtualSystemToHost itself returned it.
   */
  readonly begun: boolean | null;
  /** It says that something failed, and not why: never the cause when another code is there. */
  readonly generic: boolean;
  readonly meaning: string;
  /** What to do, the most likely first. */
  readonly advice: readonly string[];
  /** The document or header that defines it. */
  readonly source: string;
};

/** What differs from the rule: `begun` null, not generic. */
export type Exceptions = Partial<Pick<CatalogueEntry, 'begun' | 'generic' | 'layer' | 'retry' | 'source'>>;

/** How the entries of one family begin: what they have in common. */
export type Family = Pick<CatalogueEntry, 'layer' | 'retry' | 'source'>;

type Describe = (code: number, name: string, meaning: string, advice: readonly string[], exceptions?: Exceptions) => CatalogueEntry;

/** Makes entries of HRESULTs. */
export function hresults(family: Family): Describe {
  return describe('hresult', family, (code) => code);
}

/** Makes entries of NTSTATUS values. */
export function ntstatuses(family: Family): Describe {
  return describe('ntstatus', family, (code) => code);
}

/** Makes entries of Hyper-V events. */
export function events(family: Family): Describe {
  return describe('event', family, (code) => code);
}

/** Makes entries of return values. */
export function returnValues(family: Family): Describe {
  return describe('returnValue', family, (code) => code);
}

/** Makes entries of Win32 errors, given by their Win32 number and kept by their HRESULT; the source follows from the number. */
export function win32Errors(family: Omit<Family, 'source'>): Describe {
  const make = describe('hresult', { ...family, source: '' }, hresultFromWin32);
  return (code, name, meaning, advice, exceptions) => make(code, name, meaning, advice, { source: win32Source(code), ...exceptions });
}

function describe(kind: CodeKind, family: Family, codeOf: (code: number) => number): Describe {
  return (given, name, meaning, advice, exceptions) => {
    const code = codeOf(given);
    return { code, kind, name, facility: facilityOf(kind, code), begun: null, generic: false, meaning, advice, ...family, ...exceptions };
  };
}

/** The pages into which the reference of Win32 errors is cut. */
const PAGES: readonly number[] = [499, 999, 1299, 1699, 3999, 5999, 8199, 8999, 11999, 15999];

function win32Source(code: number): string {
  const page = PAGES.findIndex((last) => code <= last);
  return `Win32 System Error Codes (${page === 0 ? 0 : PAGES[page - 1]! + 1}-${PAGES[page]!})`;
}
