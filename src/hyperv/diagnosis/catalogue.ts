import { ACCESS } from './access.js';
import { CLUSTER } from './cluster.js';
import { COM } from './com.js';
import type { CatalogueEntry, CodeKind } from './entry.js';
import { EVENTS } from './events.js';
import { hresultFromWin32, ntstatusOf } from './hresult.js';
import { NTSTATUS } from './ntstatus.js';
import { RETURN_VALUES } from './return-values.js';
import { SSPI } from './sspi.js';
import { STORAGE } from './storage.js';
import { VIRTUALIZATION } from './virtualization.js';
import { WIN32 } from './win32.js';
import { WINSOCK } from './winsock.js';
import { WMI } from './wmi.js';
import { WSMAN_CODES } from './wsman-codes.js';

/** Everything that is known of codes that migrations, jobs of Hyper-V, WinRM and WMI meet. No code stands twice in a kind. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...EVENTS,
  ...RETURN_VALUES,
  ...SSPI,
  ...ACCESS,
  ...WINSOCK,
  ...WIN32,
  ...STORAGE,
  ...CLUSTER,
  ...VIRTUALIZATION,
  ...COM,
  ...WMI,
  ...WSMAN_CODES,
  ...NTSTATUS,
];

const BY_CODE: ReadonlyMap<string, CatalogueEntry> = new Map(CATALOGUE.map((entry) => [`${entry.kind} ${entry.code}`, entry]));

/** The entry of a code in one kind; `null` when the catalogue has none. */
export function entryOf(kind: CodeKind, code: number): CatalogueEntry | null {
  return BY_CODE.get(`${kind} ${code}`) ?? null;
}

/** The entry of an error code: of an HRESULT, of an NTSTATUS as it is or inside an HRESULT, of a Win32 error as it is. */
export function errorEntryOf(code: number): CatalogueEntry | null {
  const ntstatus = ntstatusOf(code);
  return entryOf('hresult', hresultFromWin32(code)) ?? entryOf('ntstatus', code) ?? (ntstatus === null ? null : entryOf('ntstatus', ntstatus));
}

/**
 * Looks up what is known of a code: an HRESULT, an NTSTATUS, a Win32 error, a fault code of WS-Management, the number of a
 * Hyper-V event or a return value. A number may be several of these.
 *
 * @param code - a number, negative or not; or a text: `0x8009030E`, `8009030E`, `-2146893042`, `%%2148074254`, `21024`
 * @returns the entries, an empty array when nothing is known of it
 *
 * @example
 * ```ts
 * import { lookUp } from 'hyperv-wsman';
 * for (const { name, layer, meaning } of lookUp('0x8009030E')) console.log(name, layer, meaning);
 * ```
 */
export function lookUp(code: number | string): readonly CatalogueEntry[] {
  const number = typeof code === 'number' ? code : parseCode(code);
  if (number === null || !Number.isInteger(number) || number < -0x8000_0000 || number > 0xffff_ffff) return [];
  const unsigned = number >>> 0;
  const entries = [errorEntryOf(unsigned), entryOf('event', unsigned), entryOf('returnValue', unsigned)];
  return entries.filter((entry) => entry !== null);
}

/** The number that a text of one code stands for; `null` when it is none. */
export function parseCode(text: string): number | null {
  const trimmed = text.trim();
  if (/^0x[0-9a-f]{1,8}$/i.test(trimmed)) return Number(trimmed);
  // Event logs and scripts also print the digits alone; an HRESULT in decimal has ten.
  if (/^[8c][0-9a-f]{7}$/i.test(trimmed)) return Number(`0x${trimmed}`);
  const decimal = /^(?:%%)?(-?\d{1,10})$/.exec(trimmed);
  return decimal === null ? null : Number(decimal[1]);
}
