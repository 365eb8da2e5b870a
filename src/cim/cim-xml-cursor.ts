import { ProtocolError } from '../errors.js';
import type { XmlCursor } from '../xml/parse.js';

/**
 * Reads an element from its start to its end.
 *
 * @param visit - called on the start of each child, by its name; it has to leave the cursor on that child's end
 * @returns the element's own text, without that of its children
 */
export function readContent(cursor: XmlCursor, visit: (name: string) => void): string {
  let text = '';
  for (let event = cursor.next(); event !== 'end'; event = cursor.next()) {
    if (event === 'start') visit(cursor.name);
    else text += cursor.text;
  }
  return text;
}

/** Moves to the start of the next child, over text; `false` when it came to the end of the parent instead. */
export function toNextChild(cursor: XmlCursor): boolean {
  let event = cursor.next();
  while (event === 'text') event = cursor.next();
  return event === 'start';
}

/**
 * The value of an attribute of the element the cursor is on.
 *
 * @throws ProtocolError - there is none, or it is empty
 */
export function requiredAttribute(cursor: XmlCursor, name: string): string {
  const value = cursor.attribute(name);
  if (value === null || value === '') throw new ProtocolError(`${cursor.name} has no ${name}`);
  return value;
}
