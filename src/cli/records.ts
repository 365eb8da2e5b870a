import type { Writable } from 'node:stream';
import { type Command, Option } from 'commander';
import type { CimInstance } from '../cim/instance.js';
import { toJson } from '../cim/json.js';
import type { CimValue } from '../cim/types.js';
import type { Schema } from '../schema/class-info.js';
import type { ValueMap } from '../schema/value-map.js';
import { formatValue } from './cell.js';
import { displayWidth, fitWidth } from './display-width.js';
import type { Io } from './io.js';
import { formatJson, oneLine, write } from './output.js';
import { findProperty, layOut } from './table.js';

/** For whom output is written. */
export type OutputOptions = { readonly json?: true; readonly table?: true };

/** How many rows are looked at before the first is printed, to find the columns. */
const SAMPLE = 100;
const WIDTH = 80;

/** Declares {@link OutputOptions} on a command. */
export function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'one JSON object a line: the default unless the output is a terminal')
    .addOption(new Option('--table', 'for people: the default on a terminal').conflicts('json'));
}

/** Whether output is for people and not for a program. */
export function isForPeople({ stdout }: Io, { json, table }: OutputOptions): boolean {
  return json !== true && (table === true || (stdout as Writable & { readonly isTTY?: boolean }).isTTY === true);
}

/** One record as aligned lines of names and values; what is null is left out. */
export function formatRecord(record: Readonly<Record<string, CimValue>>, namesOf: (property: string) => ValueMap | null): string {
  const lines = Object.entries(record).map(([name, value]) => [oneLine(name), formatValue(value, namesOf(name))] as const);
  const shown = lines.filter(([name]) => record[name] !== null);
  const width = Math.max(0, ...shown.map(([name]) => displayWidth(name)));
  return shown.map(([name, value]) => `${fitWidth(name, width)}  ${value}`.trimEnd()).join('\n');
}

/** Writes one record, for people or for a program. */
export async function writeRecord(io: Io, options: OutputOptions, record: CimInstance, namesOf: (property: string) => ValueMap | null): Promise<void> {
  await write(io.stdout, `${isForPeople(io, options) ? formatRecord(record, namesOf) : formatJson(toJson(record))}\n`);
}

/**
 * Writes lines one after the other, each when the one before is out, until the reader goes away. Leaving early releases
 * what the lines come from.
 */
export async function writeLines(io: Io, lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) if (!(await write(io.stdout, `${line}\n`))) return;
}

/** How instances are listed. */
export type ListOptions = OutputOptions & { readonly limit?: number; readonly select?: readonly string[] };

/** Writes instances: a table for people, else one JSON object a line. */
export function writeInstances(io: Io, schema: Schema, instances: AsyncIterable<CimInstance>, options: ListOptions): Promise<void> {
  const { limit = Infinity, select } = options;
  const wanted = take(instances, limit);
  if (isForPeople(io, options)) {
    const width = (io.stdout as Writable & { readonly columns?: number }).columns ?? WIDTH;
    return writeLines(io, tableLines(wanted, (rows) => layOut(rows, { schema, columns: select ?? null, width })));
  }
  return writeLines(io, map(wanted, (instance) => formatJson(toJson(select === undefined ? instance : selected(instance, select)))));
}

/** The first so many of a sequence; then the sequence is left. */
export async function* take<T>(items: AsyncIterable<T>, limit: number): AsyncGenerator<T, void, undefined> {
  let left = limit;
  for await (const item of items) {
    yield item;
    if (--left <= 0) return;
  }
}

/** The sequence of what a function makes of each item. */
export async function* map<T, R>(items: AsyncIterable<T>, change: (item: T) => R): AsyncGenerator<R, void, undefined> {
  for await (const item of items) yield change(item);
}

async function* tableLines(rows: AsyncIterable<CimInstance>, layOutFor: (sample: readonly CimInstance[]) => ReturnType<typeof layOut>): AsyncGenerator<string, void, undefined> {
  const sample: CimInstance[] = [];
  let table: ReturnType<typeof layOut> | null = null;
  for await (const row of rows) {
    if (table !== null) {
      yield table.line(row);
      continue;
    }
    sample.push(row);
    if (sample.length < SAMPLE) continue;
    table = layOutFor(sample);
    yield* [table.header, ...sample.map(table.line)];
  }
  if (table !== null || sample.length === 0) return;
  table = layOutFor(sample);
  yield* [table.header, ...sample.map(table.line)];
}

/** A property that an instance does not have is null, so that every line has the same names. */
function selected(instance: CimInstance, names: readonly string[]): Record<string, CimValue> {
  return Object.fromEntries(names.map((name) => [name, instance[findProperty(instance, name) ?? name] ?? null]));
}
