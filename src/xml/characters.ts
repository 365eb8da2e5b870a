/** The character classes of XML 1.0 (fifth edition) and Namespaces in XML 1.0. */

const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

const START =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D' +
  '\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const NAME_START = new RegExp(`^[${START}]`, 'u');
const NAME_END = new RegExp(`[^\\u0300-\\u036F${START}\\-.0-9\\u00B7\\u203F-\\u2040:]`, 'gu');

/** White space, XML 1.0 §2.3 [3] S, for the inside of a character class. */
export const SPACE = ' \\t\\r\\n';

/**
 * The QName (Namespaces in XML 1.0 §4 [7]) that begins at an offset, up to the first character no name has; `''` for none.
 *
 * The end is searched for, rather than the name matched: matching keeps a way back for each character, and a name of some
 * million characters would overflow the stack.
 */
export function qualifiedNameAt(text: string, offset: number): string {
  NAME_END.lastIndex = offset;
  const name = text.slice(offset, NAME_END.exec(text)?.index);
  const parts = name.split(':', 3);
  return parts.length < 3 && parts.every((part) => NAME_START.test(part)) ? name : '';
}

/** The offset of the first character that XML 1.0 §2.2 [2] Char does not have, or -1. A lone surrogate is one. */
export function illegalCharacterIn(text: string): number {
  return text.search(ILLEGAL);
}

/** The character at an offset as `U+0001`, or the end of the document. */
export function characterAt(text: string, offset: number): string {
  const point = text.codePointAt(offset);
  return point === undefined ? 'the end of the document' : `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A name or another piece of a document in quotes, for a message; shortened, as it may be of any length. */
export function quote(text: string): string {
  return text.length > 60 ? `"${text.slice(0, 60)}..."` : `"${text}"`;
}
