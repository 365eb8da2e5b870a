/**
 * The values of an envelope: character data and attributes, also those of CIM-XML that is escaped inside a value. They are
 * edited in place, so that everything else, each tag, reference and white space, stays as the host wrote it.
 */
import { HyperVWsmanError } from '../../errors.js';
import { openXml } from '../../xml/parse.js';
import { type Edit, applyEdits, decode, hasReferences, mergeEdits, shiftEdits } from './edits.js';

/** A value, its references decoded. */
export type Leaf = {
  readonly text: string;
  /** Local name of its element or attribute; in CIM-XML and selectors the property's or key's name. `''` outside of markup. */
  readonly name: string;
  /** The name of what that stands in; in an instance its class. */
  readonly owner: string;
};

/** Looks at a value and tells what to change in it: edits that do not overlap, in order. */
export type Visit = (leaf: Leaf) => readonly Edit[];

/** What stands for a value that may not be shown. */
export const REMOVED = 'removed';

/**
 * Shows every value of a text to `visit`, in order, and makes the edits it tells. A text that is not well-formed XML, as an
 * answer that was cut off, is one value; what it has escaped is shown, too.
 */
export function editLeaves(text: string, visit: Visit): string {
  return applyEdits(text, editsOf({ text, name: '', owner: '' }, visit, 0));
}

/** Real answers are escaped twice at most; what is deeper is removed, so that nobody can hide a name there. */
const MAX_DEPTH = 8;

function editsOf(leaf: Leaf, visit: Visit, depth: number): readonly Edit[] {
  if (isXml(leaf.text)) return depth < MAX_DEPTH ? new Markup(leaf.text, visit, depth).edits() : removed(leaf);
  if (!hasReferences(leaf.text)) return visit(leaf);
  return depth < MAX_DEPTH ? mergeEdits(decodedEdits(leaf, visit, depth), visit(leaf)) : removed(leaf);
}

function decodedEdits(leaf: Leaf, visit: Visit, depth: number): readonly Edit[] {
  const { text, encoded } = decode(leaf.text);
  return text === leaf.text ? [] : encoded(editsOf({ ...leaf, text }, visit, depth + 1));
}

function removed({ text }: Leaf): readonly Edit[] {
  return [{ start: 0, end: text.length, text: REMOVED }];
}

function isXml(text: string): boolean {
  if (!/^\uFEFF?\s*</.test(text)) return false;
  try {
    openXml(text);
    return true;
  } catch (error) {
    if (error instanceof HyperVWsmanError) return false;
    throw error;
  }
}

type Names = Pick<Leaf, 'name' | 'owner'>;

const TAG_NAME = /[^\s/>]+/y;
const ATTRIBUTE = /\s*([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')/y;
/** Attributes that say how to read a value, and none themselves. */
const STRUCTURE = /^(?:xmlns(?::.*)?|(?:.*:)?(?:type|lang|nil|mustunderstand|name|classname|classorigin|referenceclass|superclass|propagated|embeddedobject))$/i;
/** Elements that wrap a value of CIM-XML (DSP0201 §5.2.3), named by the property or key around them. */
const WRAPPERS: readonly string[] = ['VALUE', 'VALUE.ARRAY', 'KEYVALUE'];

/** The edits of one document that is known to be well-formed. */
class Markup {
  readonly #text: string;
  readonly #visit: Visit;
  readonly #depth: number;
  readonly #edits: (readonly Edit[])[] = [];
  readonly #open: Names[] = [{ name: '', owner: '' }];

  constructor(text: string, visit: Visit, depth: number) {
    this.#text = text;
    this.#visit = visit;
    this.#depth = depth;
  }

  edits(): readonly Edit[] {
    for (let at = 0; at < this.#text.length; ) at = this.#next(at);
    return this.#edits.flat();
  }

  /** Returns the offset behind what begins at `at`. */
  #next(at: number): number {
    const text = this.#text;
    if (text[at] !== '<') {
      const next = text.indexOf('<', at);
      return this.#data(at, next < 0 ? text.length : next);
    }
    if (text.startsWith('<!--', at)) return this.#literal(at + 4, '-->');
    if (text.startsWith('<![CDATA[', at)) return this.#literal(at + 9, ']]>');
    if (text.startsWith('<?', at)) return text.indexOf('?>', at) + 2;
    if (text[at + 1] !== '/') return this.#startTag(at + 1);
    this.#open.pop();
    return text.indexOf('>', at) + 1;
  }

  #startTag(start: number): number {
    const element = match(TAG_NAME, this.#text, start)![0];
    const attributes = new Map<string, string>();
    let at = start + element.length;
    for (let found = match(ATTRIBUTE, this.#text, at); found !== null; found = match(ATTRIBUTE, this.#text, at)) {
      const [, name = '', quoted = ''] = found;
      at += found[0].length;
      attributes.set(name, quoted.slice(1, -1));
      if (!STRUCTURE.test(name)) this.#data(at - quoted.length + 1, at - 1, { name: localName(name), owner: localName(element) });
    }
    const close = this.#text.indexOf('>', at);
    if (this.#text[close - 1] !== '/') this.#open.push(this.#namesOf(localName(element), attributes));
    return close + 1;
  }

  #namesOf(element: string, attributes: ReadonlyMap<string, string>): Names {
    const outer = this.#open.at(-1)!;
    if (WRAPPERS.includes(element)) return outer;
    const key = element === 'Selector' || element === 'Option' ? attributes.get('Name') : undefined;
    return { name: key ?? attributes.get('NAME') ?? attributes.get('CLASSNAME') ?? element, owner: outer.name };
  }

  /** Character data or an attribute's value. */
  #data(start: number, end: number, names: Names = this.#open.at(-1)!): number {
    const leaf = { ...names, text: this.#text.slice(start, end) };
    const edits = hasReferences(leaf.text) ? decodedEdits(leaf, this.#visit, this.#depth) : editsOf(leaf, this.#visit, this.#depth);
    this.#edits.push(shiftEdits(edits, start));
    return end;
  }

  /** What has no references: a comment, a CDATA section. */
  #literal(start: number, terminator: string): number {
    const end = this.#text.indexOf(terminator, start);
    this.#edits.push(shiftEdits(editsOf({ ...this.#open.at(-1)!, text: this.#text.slice(start, end) }, this.#visit, this.#depth + 1), start));
    return end + terminator.length;
  }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
