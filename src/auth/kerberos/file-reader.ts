import { dataView } from '../../bytes.js';
import { UsageError } from '../../errors.js';

/** Reads the big-endian fields of a keytab or credential cache one after the other; nothing is read beyond the end. */
export type FileReader = {
  /** How many bytes are left. */
  readonly left: () => number;
  readonly uint8: () => number;
  readonly uint16: () => number;
  readonly int16: () => number;
  readonly uint32: () => number;
  readonly int32: () => number;
  readonly bytes: (length: number) => Uint8Array;
};

/**
 * A reader from the first of the bytes on. Its methods throw a UsageError when the bytes end first.
 *
 * @param what - what the bytes are, for the message
 */
export function createFileReader(bytes: Uint8Array, what: string): FileReader {
  const view = dataView(bytes);
  let offset = 0;
  const advance = (length: number): number => {
    if (length > bytes.length - offset) throw new UsageError(`${what} is damaged: it ends within a field at offset ${offset}`);
    offset += length;
    return offset - length;
  };
  return {
    left: () => bytes.length - offset,
    uint8: () => view.getUint8(advance(1)),
    uint16: () => view.getUint16(advance(2)),
    int16: () => view.getInt16(advance(2)),
    uint32: () => view.getUint32(advance(4)),
    int32: () => view.getInt32(advance(4)),
    bytes: (length) => {
      const start = advance(length);
      return bytes.slice(start, start + length);
    },
  };
}

/** A text of the file. What is not UTF-8 becomes U+FFFD: such a name equals no other. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** A time of the file: seconds since 1970 as an unsigned 32-bit number. */
export function timeOf(seconds: number): Date {
  return new Date(seconds * 1000);
}
