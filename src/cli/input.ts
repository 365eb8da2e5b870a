import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { concat } from '../bytes.js';
import { LimitError, UsageError } from '../errors.js';
import type { Io } from './io.js';

/** As much as the XML reader takes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file, or standard input for `-`.
 *
 * @throws UsageError - it cannot be read
 * @throws LimitError - it is larger than 64 MiB
 * @throws the signal's reason - when it is aborted
 */
export async function readInput(io: Io, file: string): Promise<Uint8Array> {
  const stream = addAbortSignal(io.signal, file === '-' ? io.stdin : createReadStream(file));
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > MAX_BYTES) throw new LimitError(`${nameOf(file)} is larger than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    io.signal.throwIfAborted();
    if (error instanceof LimitError) throw error;
    throw new UsageError(`Cannot read ${nameOf(file)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return concat(...chunks);
}

/**
 * Reads a file as UTF-8 text, without a byte order mark.
 *
 * @throws UsageError - it cannot be read, or is not UTF-8
 */
export async function readText(io: Io, file: string): Promise<string> {
  const bytes = await readInput(io, file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UsageError(`${nameOf(file)} is not UTF-8 text`, { cause: error });
  }
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}
