/** The white space that XML 1.0 has a reader replace. */

/** How much of a text is replaced at once, in UTF-16 code units. */
const PIECE = 65_536;

/** Every end of a line as U+000A alone, as XML 1.0 §2.11 asks. */
export function normalizeLineEnds(text: string): string {
  return replaceAll(replaceAll(text, '\r\n', '\n'), '\r', '\n');
}

/**
 * An attribute value with spaces for other white space (XML 1.0 §3.3.3). What it has by reference (`&#9;`) stays.
 *
 * @param value - its ends of lines are normalised, its references not yet replaced
 */
export function normalizeValue(value: string): string {
  return replaceAll(replaceAll(value, '\t', ' '), '\n', ' ');
}

/**
 * Does what `String.replaceAll` does, which builds a chain of one link of some 35 bytes for each match: over 60 million
 * carriage returns it took seconds and gigabytes. Splitting takes a tenth of that, and by pieces its array stays small.
 */
function replaceAll(text: string, search: string, replacement: string): string {
  if (!text.includes(search)) return text;
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const border = from + PIECE;
    const end = text.startsWith('\r\n', border - 1) ? border + 1 : border;
    pieces.push(text.slice(from, end).split(search).join(replacement));
    from = end;
  }
  return pieces.join('');
}
