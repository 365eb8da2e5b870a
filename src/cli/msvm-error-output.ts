import { type JsonValue, toJson } from '../cim/json.js';
import type { MsvmError } from '../hyperv/error.js';
import { ErrorType, PerceivedSeverity } from '../schema/generated/value-maps.js';
import type { ValueMap } from '../schema/value-map.js';
import { oneLine, printable } from './output.js';

/** An error for programs: every property by its name. */
export function msvmErrorToJson(error: MsvmError): JsonValue {
  return toJson(error);
}

/** An error for people: the message, then on aligned lines what else was sent and helps to look it up. */
export function formatMsvmError(error: MsvmError): string {
  const lines: readonly (readonly [name: string, value: string | null])[] = [
    ['MessageID', error.MessageID],
    ['OwningEntity', error.OwningEntity],
    ['ErrorType', named(error.ErrorType, ErrorType)],
    ['PerceivedSeverity', named(error.PerceivedSeverity, PerceivedSeverity)],
    ['MessageArguments', error.MessageArguments?.join(', ') ?? null],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    printable(error.Message?.trim() ?? 'an error without a message'),
    ...lines.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(width)}  ${oneLine(value)}`])),
  ].join('\n');
}

function named(value: number | null, names: ValueMap): string | null {
  if (value === null) return null;
  const name = names.name(value);
  return name === null ? String(value) : `${value} (${name})`;
}
