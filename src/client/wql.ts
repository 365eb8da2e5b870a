import { CimDateTime, CimInterval } from '../cim/datetime.js';
import { UsageError } from '../errors.js';

/** What can be put into a query: texts and dates are quoted, numbers and booleans stand as they are. */
export type WqlValue = string | number | bigint | boolean | CimDateTime | CimInterval;

/**
 * A tag that quotes the values of a WQL query, so that no value can change what the query says (MS-WMI 2.2.1: strings in
 * quotation marks, with backslashes before quotation marks and backslashes).
 *
 * @throws UsageError - a value that WQL has no literal for
 *
 * @example
 * ```ts
 * import { wql } from 'hyperv-wsman';
 * const name = "O'Brien's machine";
 * const query = wql`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = ${name} AND EnabledState = ${2}`;
 * ```
 */
export function wql(texts: TemplateStringsArray, ...values: readonly WqlValue[]): string {
  return texts.reduce((query, text, index) => query + literal(values[index - 1]!) + text);
}

function literal(value: WqlValue): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof CimDateTime || value instanceof CimInterval) return quoted(value.toCim());
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  throw new UsageError(`A WQL query cannot hold ${typeof value === 'number' ? String(value) : `a value of type ${typeof value}`}`);
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
