import type { Edit } from './edits.js';

const WORD = /[\p{L}\p{N}]+/gu;

/**
 * Names and what stands for them. A name is found in any letter case, wherever no letter or digit adjoins it: `HV01` in
 * `\\HV01\C$`, `hv01.` and `data-HV01`, but not in `HV010`.
 */
export class Names {
  readonly #replacements = new Map<string, string>();
  /** The most words of a name, by its first. */
  readonly #words = new Map<string, number>();

  /** Adds a name unless it is known; one that does not begin and end with a letter or digit cannot be found. */
  add(name: string, replacement: string): void {
    const key = name.toLowerCase();
    if (this.#replacements.has(key)) return;
    this.#replacements.set(key, replacement);
    const [first = '', ...others] = key.match(WORD) ?? [];
    this.#words.set(first, Math.max(others.length + 1, this.#words.get(first) ?? 0));
  }

  /** The names of a text, the longest at each place. */
  find(text: string): readonly Edit[] {
    if (this.#replacements.size === 0) return [];
    const words: (readonly [start: number, end: number])[] = [];
    for (const { 0: word, index } of text.matchAll(WORD)) words.push([index, index + word.length]);
    const edits: Edit[] = [];
    for (let first = 0; first < words.length; ) {
      const [start, end] = words[first]!;
      let count = this.#words.get(text.slice(start, end).toLowerCase()) ?? 0;
      let edit = this.#at(text, words, first, count);
      while (edit === null && count > 1) edit = this.#at(text, words, first, --count);
      if (edit !== null) edits.push(edit);
      first += edit === null ? 1 : count;
    }
    return edits;
  }

  /** The name of exactly `count` words that begins with the word `first`. */
  #at(text: string, words: readonly (readonly [number, number])[], first: number, count: number): Edit | null {
    const last = words[first + count - 1];
    if (count === 0 || last === undefined) return null;
    const [[start], [, end]] = [words[first]!, last];
    const replacement = this.#replacements.get(text.slice(start, end).toLowerCase());
    return replacement === undefined ? null : { start, end, text: replacement };
  }
}
