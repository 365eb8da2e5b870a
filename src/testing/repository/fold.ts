/**
 * A text in upper case, code unit by code unit: WMI compares names and strings in any letter case. A character whose upper
 * case is longer than itself (`ß`) stays as it is.
 */
export function fold(text: string): string {
  const upper = text.toUpperCase();
  return upper.length === text.length ? upper : Array.from({ length: text.length }, (_, index) => foldUnit(text[index]!)).join('');
}

/** Whether two names are the same to WMI. */
export function sameName(left: string, right: string): boolean {
  return left === right || fold(left) === fold(right);
}

/** The entry of a record or a map under a name in any letter case: its own name and its value. */
export function findByName<V>(entries: ReadonlyMap<string, V> | Readonly<Record<string, V>>, name: string): readonly [name: string, value: V] | null {
  if (entries instanceof Map) {
    const map = entries as ReadonlyMap<string, V>;
    if (map.has(name)) return [name, map.get(name)!];
    return [...map].find(([own]) => sameName(own, name)) ?? null;
  }
  const record = entries as Readonly<Record<string, V>>;
  const own = Object.hasOwn(record, name) ? name : Object.keys(record).find((candidate) => sameName(candidate, name));
  return own === undefined ? null : [own, record[own]!];
}

function foldUnit(unit: string): string {
  const upper = unit.toUpperCase();
  return upper.length === 1 ? upper : unit;
}
