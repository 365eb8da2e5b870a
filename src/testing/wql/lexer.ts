import { WqlError } from './wql-error.js';

/** A word of WQL. `text` of a string is without quotes and escapes, that of a path without its braces. */
export type Token = {
  readonly kind: 'name' | 'string' | 'number' | 'symbol' | 'path' | 'end';
  readonly text: string;
  /** Characters from the beginning of the query. */
  readonly offset: number;
};

/** Longer than any query that a person or a program has use for. */
const MAX_LENGTH = 16_384;

const SPACE = /\s*/y;
/** What a token can look like; the group is its text. A path ends at the first brace outside of quotes. */
const TOKENS: readonly (readonly [kind: Token['kind'], form: RegExp])[] = [
  ['name', /([A-Za-z_\u0080-\uffef][\w\u0080-\uffef]*)/y],
  ['number', /([+-]?(?:0x[\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))(?![\w.])/iy],
  ['string', /'((?:[^'\\]|\\['"\\])*)'/y],
  ['string', /"((?:[^"\\]|\\['"\\])*)"/y],
  ['path', /\{((?:[^}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*)\}/sy],
  ['symbol', /(<=|>=|<>|!=|[=<>(),.*])/y],
];

/**
 * Cuts a query into its words; the last one is of kind `end`.
 *
 * @throws WqlError - longer than 16,384 characters, or something in it is no word of WQL
 */
export function tokenize(text: string): readonly Token[] {
  if (text.length > MAX_LENGTH) throw new WqlError(`a query has at most ${MAX_LENGTH} characters`, MAX_LENGTH);
  const tokens: Token[] = [];
  for (let offset = skipSpace(text, 0); offset < text.length; offset = skipSpace(text, offset)) {
    const [token, length] = tokenAt(text, offset);
    tokens.push(token);
    offset += length;
  }
  return [...tokens, { kind: 'end', text: '', offset: text.length }];
}

function skipSpace(text: string, offset: number): number {
  SPACE.lastIndex = offset;
  SPACE.test(text);
  return SPACE.lastIndex;
}

function tokenAt(text: string, offset: number): readonly [token: Token, length: number] {
  for (const [kind, form] of TOKENS) {
    form.lastIndex = offset;
    const match = form.exec(text);
    if (match !== null) return [{ kind, text: kind === 'string' ? match[1]!.replace(/\\(.)/g, '$1') : match[1]!, offset }, match[0].length];
  }
  throw new WqlError(problemWith(text[offset]!), offset);
}

function problemWith(character: string): string {
  if (character === "'" || character === '"') return 'a text that does not end, or with a backslash that is not written \\\\';
  if (character === '{') return 'a path that does not end with }';
  return `${JSON.stringify(character)} begins no word of WQL`;
}
