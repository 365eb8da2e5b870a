import { type CimInstance, classOf } from '../cim/instance.js';
import type { Schema } from '../schema/class-info.js';
import type { ValueMap } from '../schema/value-map.js';
import { formatValue } from './cell.js';
import { displayWidth, fitWidth } from './display-width.js';

/** What a table is made for. */
export type TableOptions = {
  readonly schema: Schema;
  /** The columns in their order; `null` for those that tell most. */
  readonly columns: readonly string[] | null;
  /** How many places a line may take. */
  readonly width: number;
};

/** The lines of a table; every line has the same columns. */
export type Table = { readonly header: string; readonly line: (row: CimInstance) => string };

/** What people look for first, after the keys. */
const TELLING: readonly string[] = [
  'ElementName', 'Name', 'JobState', 'JobStatus', 'PercentComplete', 'ErrorDescription', 'EnabledState', 'HealthState', 'State', 'Status', 'StartMode', 'StartTime',
  'Caption', 'Version', 'Description',
];
/** They repeat the name of the class. */
const SAYS_CLASS = 'CreationClassName';
const GAP = '  ';
/** A column that would get less, though it holds more, is left out unless it was asked for; a GUID has 36 characters. */
const LEAST = 40;

/** Lays a table out for rows of which these are the first. */
export function layOut(rows: readonly CimInstance[], options: TableOptions): Table {
  const columns = options.columns ?? choose(rows, options);
  const cells = (row: CimInstance): readonly string[] => columns.map((column) => formatCell(row, column, options.schema));
  const samples = rows.map(cells);
  const natural = columns.map((column, index) => Math.max(displayWidth(column), ...samples.map((sample) => displayWidth(sample[index]!))));
  const widths = shrink(natural, options.width - GAP.length * (columns.length - 1));
  const format = (texts: readonly string[]): string => texts.map((text, index) => fitWidth(text, widths[index]!)).join(GAP).trimEnd();
  return { header: format(columns), line: (row) => format(cells(row)) };
}

/** The names of a property's values, as the schema has them for the class of an instance. */
export function namesOf(schema: Schema, instance: CimInstance): (property: string) => ValueMap | null {
  const properties = schema.classInfo(classOf(instance))?.properties;
  return (property) => properties?.get(property)?.values ?? null;
}

function formatCell(row: CimInstance, column: string, schema: Schema): string {
  const name = findProperty(row, column) ?? column;
  return formatValue(row[name] ?? null, namesOf(schema, row)(name));
}

/** A property's name as the instance spells it, `null` when it has none of that name in any letter case. */
export function findProperty(instance: CimInstance, name: string): string | null {
  const lower = name.toLowerCase();
  return Object.keys(instance).find((candidate) => candidate.toLowerCase() === lower) ?? null;
}

/** Keys, then what tells most, then the rest: as many as there is room for. */
function choose(rows: readonly CimInstance[], { schema, width }: TableOptions): readonly string[] {
  const keys = rows.flatMap((row) => schema.classInfo(classOf(row))?.keys ?? []).filter((key) => !key.endsWith(SAYS_CLASS));
  const names = new Set(rows.flatMap((row) => Object.keys(row).filter((name) => row[name] !== null && !name.startsWith('__'))));
  const candidates = [...new Set([...keys, ...TELLING, ...[...names].filter((name) => !name.endsWith(SAYS_CLASS))])].filter((name) => names.has(name));
  const chosen: string[] = [];
  let used = -GAP.length;
  for (const name of candidates) {
    const natural = Math.max(displayWidth(name), ...rows.map((row) => displayWidth(formatCell(row, name, schema))));
    used += GAP.length + Math.min(natural, LEAST);
    if (used > width && chosen.length > 0) break;
    chosen.push(name);
  }
  return chosen;
}

/** Takes from the widest until all fit; a column keeps at least one place. */
function shrink(natural: readonly number[], available: number): readonly number[] {
  const sum = (limit: number): number => natural.reduce((total, width) => total + Math.min(width, limit), 0);
  let limit = Math.min(Math.max(1, ...natural), Math.max(1, available));
  while (limit > 1 && sum(limit) > available) limit--;
  return natural.map((width) => Math.min(width, limit));
}
