import type { Writable } from 'node:stream';
import type { JsonValue } from '../cim/json.js';

/**
 * Writes a text and a line end, and waits until it is out. A reader that went away (`| head`) has read what it wanted:
 * that is no error.
 */
export function writeLine(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(`${text}\n`, (error) => {
      if (error === null || error === undefined || (error as NodeJS.ErrnoException).code === 'EPIPE') resolve();
      else reject(error);
    });
  });
}

/** Writes one JSON value. */
export function writeJson(stream: Writable, value: JsonValue): Promise<void> {
  return writeLine(stream, JSON.stringify(value, null, 2));
}

/** A host's text for a terminal: its line ends as `\n`, and no control character that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0B-\x1F\x7F-\x9F]/g, '\uFFFD');
}

/** The same on one line. */
export function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
