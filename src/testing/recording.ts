import type { Exchange } from '../client/options.js';
import { UsageError } from '../errors.js';

/** One request and its answer, scrubbed. */
export type RecordedExchange = Exchange;

/** What a recording's file holds, as JSON. */
export type Recording = {
  /** Of the format. */
  readonly version: 1;
  /** In the order in which they happened. */
  readonly exchanges: readonly RecordedExchange[];
};

const FIELDS = { request: 'string', status: 'number', contentType: 'string', response: 'string' } as const;

/**
 * Reads the text of a recording's file.
 *
 * @throws UsageError - it is no recording; the message names the place
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { readRecording } from 'hyperv-wsman/testing';
 *
 * const recording = readRecording(await readFile('recording.json', 'utf8'));
 * console.log(recording.exchanges.length);
 * ```
 */
export function readRecording(text: string): Recording {
  const { version, exchanges } = (parseJson(text) ?? {}) as { version?: unknown; exchanges?: unknown };
  if (version !== 1 || !Array.isArray(exchanges)) throw new UsageError('This is no recording of version 1: it takes {"version": 1, "exchanges": [...]}');
  return { version, exchanges: exchanges.map(readExchange) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`This is no recording, as it is no JSON: ${(cause as Error).message}`, { cause });
  }
}

function readExchange(value: unknown, index: number): RecordedExchange {
  const exchange = (value ?? {}) as Record<string, unknown>;
  for (const [field, type] of Object.entries(FIELDS)) {
    if (typeof exchange[field] !== type) throw new UsageError(`exchanges[${index}].${field} of the recording must be a ${type}`);
  }
  const { request, status, contentType, response } = exchange as RecordedExchange;
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new UsageError(`exchanges[${index}].status of the recording is ${status}, no HTTP status from 200 to 599`);
  if (/[^\t\x20-\x7E]/.test(contentType)) throw new UsageError(`exchanges[${index}].contentType of the recording has characters that no HTTP header has`);
  return { request, status, contentType, response };
}
