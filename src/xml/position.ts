import { LimitError, ProtocolError } from '../errors.js';

/**
 * Where an offset is, for a person.
 *
 * @param text - the whole document
 * @param offset - in UTF-16 code units, 0 the first
 * @returns `line 3, column 7`: both count from 1, a column is one UTF-16 code unit
 */
export function placeOf(text: string, offset: number): string {
  let line = 1;
  let lineAt = 0;
  for (let at = 0; at < offset; at++) {
    if (text[at] !== '\n' && (text[at] !== '\r' || text[at + 1] === '\n')) continue;
    line++;
    lineAt = at + 1;
  }
  return `line ${line}, column ${offset - lineAt + 1}`;
}

/** The error for a document that XML 1.0 or Namespaces in XML 1.0 does not allow; the caller throws it. */
export function notWellFormed(text: string, offset: number, problem: string): ProtocolError {
  return new ProtocolError(`XML not accepted at ${placeOf(text, offset)}: ${problem}`);
}

/** The error for a document beyond a limit; the caller throws it. */
export function overLimit(text: string, offset: number, problem: string): LimitError {
  return new LimitError(`XML not accepted at ${placeOf(text, offset)}: ${problem}`);
}
