import type { Random } from './random.js';
import { ALIKE, DECLARATIONS, DECLARED, EDGE_NAMES, FAULTS, GAPS, NAMES, NO_ATTRIBUTES, NO_DECLARATIONS, NO_NAMES, NO_URIS, OTHERS, PLAIN, SPACES, TEXTS, URIS, VALUES } from './vocabulary.js';

/** How a document is given to a reader: as text, or as bytes. */
export type Encoding = 'text' | 'utf-8' | 'utf-16le' | 'utf-16be';

type Element = { readonly name: string; readonly attributes: string; readonly content: string | null };

/** Writes the parts of one document, by the rules; a faulty one breaks them here and there. */
export class Writer {
  readonly #random: Random;
  readonly #isFaulty: boolean;
  /** With white space in many forms. Without it tags repeat to the letter, as in answers of Windows. */
  readonly #isSpaced: boolean;
  /** With texts and values that mean something to a reader; without, what is faulty or mutated in them stands alone. */
  readonly #isRich: boolean;
  /** The prefixes that are declared where the writer stands; they may stand here more than once. */
  #declared: readonly string[] = ['xml'];

  constructor(random: Random, isFaulty: boolean) {
    this.#random = random;
    this.#isFaulty = isFaulty;
    this.#isSpaced = random.chance(40);
    this.#isRich = random.chance(70);
  }

  prolog(encoding: Encoding): string {
    if (this.#fails(10)) return this.#random.pick(NO_DECLARATIONS);
    if (this.#random.chance(60)) return this.misc();
    const declared = { text: this.#random.pick(['utf-8', 'UTF-16', 'x']), 'utf-8': 'utf-8', 'utf-16le': 'UTF-16', 'utf-16be': 'utf-16' }[encoding];
    return (this.#random.chance(50) ? this.#random.pick(DECLARATIONS) : `<?xml version="1.0" encoding="${declared}"?>`) + this.misc();
  }

  /** XML 1.0 §2.8 [27] Misc, any number. */
  misc(): string {
    if (this.#fails(10)) return this.#random.pick(FAULTS);
    return this.#random.chance(80) ? '' : this.#random.pick(['\n', '\r\n ', '<!-- c -->', '<?p?>\n', '<?xml-stylesheet x?>']);
  }

  /** An element with others in it, so many levels deep. */
  element(depth: number): string {
    const declared = this.#declared;
    const attributes = this.#declarations(15) + this.#attributes();
    const name = this.#name(true);
    const content = this.#random.chance(20) ? null : this.#content(depth);
    this.#declared = declared;
    return this.#written({ name, attributes, content });
  }

  /** A root with rows of the same elements, as an enumeration has them; but now and then something is other than in the row before. */
  page(): string {
    const attributes = this.#declarations(40);
    const row = Array.from({ length: 1 + this.#random.below(3) }, () => this.#item());
    const rowName = this.#name(true);
    const rows: string[] = [];
    for (let count = 2 + this.#random.below(3); count > 0; count--) {
      if (this.#random.chance(50)) this.#vary(row);
      rows.push(this.#row(rowName, row));
    }
    return this.#written({ name: this.#name(true), attributes, content: rows.join(this.#random.pick(['', '', '\n', '\r\n  '])) });
  }

  #row(name: string, items: readonly Element[]): string {
    const declared = this.#declared;
    const attributes = this.#declarations(8);
    const content = items.map((item) => this.#written(item)).join('');
    this.#declared = declared;
    return this.#written({ name, attributes, content });
  }

  #item(): Element {
    return { name: this.#name(true), attributes: this.#random.chance(60) ? '' : this.#attributes(), content: this.#random.chance(25) ? null : this.#text() };
  }

  #vary(row: Element[]): void {
    const at = this.#random.below(row.length);
    const { name, attributes, content } = row[at]!;
    switch (this.#random.below(7)) {
      case 0:
        row.splice(at, 1, ...(row.length > 1 ? [] : [this.#item()]));
        break;
      case 1:
        row.splice(at, 0, this.#item());
        break;
      case 2:
        row[at] = { name: name.slice(0, name.indexOf(':') + 1) + this.#random.pick(ALIKE), attributes, content };
        break;
      case 3:
        row[at] = { name: this.#name(true, name.slice(name.indexOf(':') + 1)), attributes, content };
        break;
      case 4:
        row[at] = { name, attributes: this.#attributes(), content };
        break;
      case 5:
        row[at] = { name, attributes, content: content === null ? '' : null };
        break;
      default:
        row[at] = { name, attributes, content: this.#text() };
    }
  }

  #written({ name, attributes, content }: Element): string {
    const start = `<${name}${attributes}${this.#gap()}`;
    if (content === null) return `${start}/>`;
    return `${start}>${content}</${this.#fails(2) ? this.#name(true) : name}${this.#gap()}>`;
  }

  #content(depth: number): string {
    let content = '';
    for (let count = this.#random.below(4); count > 0; count--) content += depth > 0 && this.#random.chance(60) ? this.element(depth - 1) : this.#text();
    return content;
  }

  #text(): string {
    if (this.#fails(5)) return this.#random.pick(FAULTS);
    // Now and then one that is longer than what the reader normalises at once.
    let text = this.#random.below(5000) === 0 ? 'x'.repeat(65_530) : '';
    for (let count = this.#random.below(4); count > 0; count--) text += this.#random.pick(!this.#isRich ? PLAIN : this.#random.chance(75) ? TEXTS : OTHERS);
    return text;
  }

  #declarations(percent: number): string {
    if (!this.#random.chance(percent)) return '';
    let written = '';
    if (this.#random.chance(40)) written += this.#attribute('xmlns', this.#random.chance(30) ? '' : this.#uri());
    const prefixes = new Set(this.#random.chance(70) ? [this.#random.pick(DECLARED), this.#random.pick(DECLARED)] : []);
    for (const prefix of prefixes) written += this.#attribute(`xmlns:${prefix}`, this.#uri());
    if (this.#random.chance(3)) written += this.#attribute('xmlns:xml', 'http://www.w3.org/XML/1998/namespace');
    if (this.#fails(10)) written += this.#attribute(this.#random.pick(['xmlns:xml', 'xmlns:xmlns', 'xmlns:p', 'xmlns']), this.#random.pick(NO_URIS));
    this.#declared = [...this.#declared, ...prefixes];
    return written;
  }

  /** Two names may be one when both have a prefix, as two prefixes may have one URI: so at most one has. */
  #attributes(): string {
    if (this.#random.chance(50)) return '';
    const names = new Set(Array.from({ length: 1 + this.#random.below(3) }, () => this.#name(false)));
    if (this.#random.chance(40)) names.add(this.#name(this.#random.chance(80)));
    let written = '';
    for (const name of names) written += this.#attribute(name, this.#value());
    if (this.#fails(5)) written += this.#random.pick(NO_ATTRIBUTES);
    return written;
  }

  #attribute(name: string, value: string): string {
    const quote = value.includes('"') || this.#random.chance(30) ? "'" : '"';
    return `${this.#space()}${name}${this.#gap()}=${this.#gap()}${quote}${value}${quote}`;
  }

  #value(): string {
    if (this.#fails(5)) return this.#random.pick(FAULTS);
    let value = '';
    for (let count = this.#random.below(4); count > 0; count--) value += this.#random.pick(this.#isRich ? VALUES : PLAIN);
    return this.#isRich && this.#random.chance(5) ? `${value}"` : value;
  }

  #uri(): string {
    return this.#fails(3) ? this.#random.pick(NO_URIS) : this.#random.pick(URIS);
  }

  #name(mayHavePrefix: boolean, given: string | null = null): string {
    if (this.#fails(2)) return this.#random.pick(NO_NAMES);
    const local = given ?? this.#random.pick(this.#random.chance(90) ? NAMES : EDGE_NAMES);
    const prefixes = this.#isFaulty && this.#random.chance(5) ? DECLARED : this.#declared;
    return mayHavePrefix && this.#random.chance(45) ? `${this.#random.pick(prefixes)}:${local}` : local;
  }

  #space(): string {
    return this.#isSpaced ? this.#random.pick(SPACES) : ' ';
  }

  #gap(): string {
    return this.#isSpaced ? this.#random.pick(GAPS) : '';
  }

  #fails(percent: number): boolean {
    return this.#isFaulty && this.#random.chance(percent);
  }
}
