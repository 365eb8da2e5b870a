import { fold } from '../repository/fold.js';
import { type Token, tokenize } from './lexer.js';
import { WqlError } from './wql-error.js';

/** Reads the words of a query one by one. Keywords are names in any letter case. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;

  /** @throws WqlError - as {@link tokenize} */
  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  /** The word that comes next. */
  get next(): Token {
    return this.#tokens[this.#next]!;
  }

  /** Takes the next word if it is this keyword or symbol, and tells whether it was. */
  accept(word: string): boolean {
    const { kind, text } = this.next;
    const isIt = (kind === 'name' || kind === 'symbol') && fold(text) === word;
    if (isIt) this.#next++;
    return isIt;
  }

  /**
   * Takes the next word, which has to be this keyword or symbol.
   *
   * @throws WqlError - it is another one
   */
  expect(word: string): void {
    if (!this.accept(word)) throw this.unexpected(word);
  }

  /**
   * Takes the next word, which has to be of this kind.
   *
   * @param what - what it is to the reader of an error: `the name of a class`
   * @throws WqlError - it is of another kind
   */
  take(kind: Token['kind'], what: string): Token {
    const token = this.next;
    if (token.kind !== kind) throw this.unexpected(what);
    this.#next++;
    return token;
  }

  /** The error that something else was expected here. */
  unexpected(expected: string): WqlError {
    const { kind, text, offset } = this.next;
    const found = kind === 'end' ? 'the end of the query' : JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
    return new WqlError(`expected ${expected}, found ${found}`, offset);
  }
}
