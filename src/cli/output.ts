import type { Writable } from 'node:stream';
import type { JsonValue } from '../cim/json.js';

/** Output could not be written: the disk is full, or fails. */
export class OutputError extends Error {
  constructor(cause: Error) {
    super(`cannot write the output: ${cause.message}`, { cause });
    this.name = 'OutputError';
  }
}

/** What a stream says whose reader has gone: at the first write, and after it. */
const READER_LEFT: readonly (string | undefined)[] = ['EPIPE', 'ERR_STREAM_DESTROYED'];

/**
 * Writes text or bytes, and waits until they are out.
 *
 * @returns whether more is wanted; a reader that went away (`| head`) has read what it wanted: that is no error
 * @throws OutputError - it cannot be written
 */
export function write(stream: Writable, chunk: string | Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => {
      if (error === null || error === undefined) resolve(true);
      else if (READER_LEFT.includes((error as NodeJS.ErrnoException).code)) resolve(false);
      else reject(new OutputError(error));
    });
  });
}

/** Writes a text and a line end, as {@link write} does. */
export async function writeLine(stream: Writable, text: string): Promise<void> {
  await write(stream, `${text}\n`);
}

/** Writes one JSON value. */
export function writeJson(stream: Writable, value: JsonValue): Promise<void> {
  return writeLine(stream, formatJson(value, 2));
}

/**
 * JSON, with those control characters escaped that JSON itself lets through: a terminal would obey them.
 *
 * @param indent - spaces a level; without it all is on one line
 */
export function formatJson(value: JsonValue, indent: number = 0): string {
  return JSON.stringify(value, null, indent).replace(/[\x7F-\x9F]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}

/** A host's text for a terminal: its line ends as `\n`, and no control character that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0B-\x1F\x7F-\x9F]/g, '\uFFFD');
}

/** The same on one line. */
export function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
