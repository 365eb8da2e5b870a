/** The names of an integer's values, as a ValueMap and Values qualifier give them (DSP0004 §5.6.3). */
export type ValueMap = {
  /**
   * The name of a value; of a range that holds it, such as `Vendor Reserved`; `null` when the map says nothing of it.
   */
  readonly name: (value: number) => string | null;
  /** The value with a name, in the schema's own spelling; the first of several; `null` for no such name and for a range's. */
  readonly value: (name: string) => number | null;
  /** The values that have a name, without ranges. */
  readonly entries: readonly (readonly [value: number, name: string])[];
};

/**
 * Makes a map of the names of values.
 *
 * @param values - names by value: a number, a range `a..b`, an open range `a..`, or `..` for all that nothing else names
 *
 * @example
 * ```ts
 * import { JobState } from 'hyperv-wsman';
 * JobState.name(10);           // 'Exception'
 * JobState.value('Exception'); // 10
 * ```
 */
export function valueMap(values: Readonly<Record<string, string>>): ValueMap {
  const keys = Object.keys(values);
  const entries = keys.filter((key) => !key.includes('..')).map((key) => [Number(key), values[key]!] as const);
  const ranges = keys.filter((key) => key.includes('..') && key !== '..').map((key) => [...boundsOf(key), values[key]!] as const);
  const names = new Map(entries);
  return {
    name: (value) => names.get(value) ?? ranges.find(([low, high]) => low <= value && value <= high)?.[2] ?? values['..'] ?? null,
    value: (name) => entries.find((entry) => entry[1] === name)?.[0] ?? null,
    entries,
  };
}

function boundsOf(range: string): [low: number, high: number] {
  const [low, high] = range.split('..');
  return [Number(low), high === '' ? Infinity : Number(high)];
}
