import { CimDateTime, CimInterval } from '../cim/datetime.js';
import { classOf, isCimInstance } from '../cim/instance.js';
import { toJson } from '../cim/json.js';
import { formatObjectPath, isInstancePath } from '../cim/object-path.js';
import type { CimScalar, CimValue } from '../cim/types.js';
import type { ValueMap } from '../schema/value-map.js';
import { oneLine } from './output.js';

/**
 * A value for people, on one line: numbers with their names, `10 (Exception)`; null as nothing.
 *
 * @param names - the names of the numbers, `null` when they have none
 */
export function formatValue(value: CimValue, names: ValueMap | null): string {
  if (!Array.isArray(value)) return formatScalar(value as CimScalar | null, names);
  return (value as readonly (CimScalar | null)[]).map((item) => formatScalar(item, names)).join(', ');
}

function formatScalar(value: CimScalar | null, names: ValueMap | null): string {
  if (value === null) return '';
  if (typeof value === 'number') {
    const name = names?.name(value) ?? null;
    return name === null ? String(value) : `${value} (${oneLine(name)})`;
  }
  if (value instanceof CimDateTime || value instanceof CimInterval) return value.toXml();
  if (isInstancePath(value)) return oneLine(formatObjectPath(value));
  if (isCimInstance(value)) return oneLine(`${classOf(value)} ${JSON.stringify(toJson(value))}`);
  return oneLine(String(value));
}
