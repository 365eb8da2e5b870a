import type { JsonValue } from '../cim/json.js';
import { formatColumns } from './columns.js';
import type { Io } from './io.js';
import { formatJson, oneLine, writeLine } from './output.js';
import { type OutputOptions, isForPeople, map, writeLines } from './records.js';

/** What stands in one column of a table; `null` is nothing. */
export type Cell = string | number | null;

/** How things of one kind are listed: by name of the column what stands in it, in their order; and as JSON. */
export type Listing<T> = { readonly columns: Readonly<Record<string, (item: T) => Cell>>; readonly toJson: (item: T) => JsonValue };

/** Writes a list: for people a table, once it is whole; else one JSON object a line, as they come. */
export async function writeListing<T>(io: Io, items: AsyncIterable<T>, options: OutputOptions, { columns, toJson }: Listing<T>): Promise<void> {
  if (!isForPeople(io, options)) return writeLines(io, map(items, (item) => formatJson(toJson(item))));
  const rows: string[][] = [];
  for await (const item of items) rows.push(Object.values(columns).map((cellOf) => oneLine(String(cellOf(item) ?? ''))));
  await writeLine(io.stdout, formatColumns(Object.keys(columns), rows));
}
