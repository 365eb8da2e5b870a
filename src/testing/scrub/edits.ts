import { ProtocolError } from '../../errors.js';
import { decodeReferences } from '../../xml/references.js';

/** A piece of a text, from `start` to before `end`, and what is to stand there instead. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** Makes edits that do not overlap, in order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const edit of edits) {
    pieces.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return [...pieces, text.slice(at)].join('');
}

/** Two lists of edits as one in order; of the second only those that touch none of the first. */
export function mergeEdits(first: readonly Edit[], second: readonly Edit[]): readonly Edit[] {
  if (first.length === 0) return second;
  let at = 0;
  const free = second.filter(({ start, end }) => {
    while (at < first.length && first[at]!.end <= start) at++;
    return first[at] === undefined || first[at]!.start >= end;
  });
  return [...first, ...free].sort((left, right) => left.start - right.start);
}

/** The same edits in a text that begins `offset` earlier. */
export function shiftEdits(edits: readonly Edit[], offset: number): readonly Edit[] {
  return edits.map(({ start, end, text }) => ({ start: start + offset, end: end + offset, text }));
}

/** A text without references, and where each of its UTF-16 code units stood. */
export type Decoded = {
  readonly text: string;
  /** Edits of `text` as edits of what it was decoded from. */
  readonly encoded: (edits: readonly Edit[]) => readonly Edit[];
};

/** Whether there is something to decode. */
export function hasReferences(text: string): boolean {
  return text.search(REFERENCE) >= 0;
}

/** Replaces every XML reference, once; what looks like one and is none stays. */
export function decode(text: string): Decoded {
  const pieces: string[] = [];
  const offsets = new Uint32Array(text.length + 1);
  let length = 0;
  let from = 0;
  const keep = (end: number): void => {
    pieces.push(text.slice(from, end));
    while (from < end) offsets[length++] = from++;
  };
  for (const { 0: reference, index } of text.matchAll(REFERENCE)) {
    const decoded = decodeOne(reference);
    if (decoded === null) continue;
    keep(index);
    pieces.push(decoded);
    offsets.fill(index, length, length + decoded.length);
    length += decoded.length;
    from = index + reference.length;
  }
  keep(text.length);
  offsets[length] = text.length;
  return {
    text: pieces.join(''),
    encoded: (edits) => edits.map((edit) => ({ ...edit, start: offsets[edit.start]!, end: offsets[edit.end]! })),
  };
}

function decodeOne(reference: string): string | null {
  try {
    return decodeReferences(reference, (problem) => new ProtocolError(problem));
  } catch {
    return null;
  }
}

const REFERENCE = /&(?:#\d+|#x[\da-f]+|[a-z]+);/gi;
