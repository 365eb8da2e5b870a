import { UsageError } from '../errors.js';
import { characterAt, illegalCharacterIn, qualifiedNameAt } from './characters.js';
import { detached } from './detached.js';
import { ESCAPINGS, type Escaping, type XmlReferences, escapeXml } from './escape.js';
import { type NamespaceScope, OUTERMOST, expandNames, resolveIn } from './namespaces.js';

/** An element to write. */
export type XmlNode = {
  /** The qualified name, `s:Envelope`. */
  readonly name: string;
  /** By qualified name, in the order they are written; declarations (`xmlns`, `xmlns:s`) are among them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements and character data, in order. */
  readonly children: readonly (XmlNode | string)[];
};

const NO_ATTRIBUTES: Readonly<Record<string, string>> = {};

/**
 * Makes an element to write.
 *
 * @param name - the qualified name
 * @param attributes - by qualified name; none when left out
 * @param children - elements and character data, or lists of them. Give what comes from data as a list: a hundred thousand
 *   items spread into parameters overflow the stack.
 */
export function xmlNode(
  name: string,
  attributes: Readonly<Record<string, string>> = NO_ATTRIBUTES,
  ...children: readonly (XmlNode | string | XmlNode['children'])[]
): XmlNode {
  return { name, attributes, children: flattened(children) };
}

type Content = XmlNode | string | XmlNode['children'];

/** Most elements are given no list, or one alone: flat() would cost as much as writing them. */
function flattened(children: readonly Content[]): XmlNode['children'] {
  const [only] = children;
  if (children.length === 1 && isList(only!)) return only;
  return children.some(isList) ? children.flat() : (children as XmlNode['children']);
}

function isList(child: Content): child is XmlNode['children'] {
  return Array.isArray(child);
}

/**
 * Writes a document without an XML declaration and without any white space of its own.
 *
 * What a reader would normalise away leaves as a reference: a carriage return everywhere, line feeds and tabs in
 * attributes (XML 1.0 §2.11, §3.3.3). An element without children is written `<a/>`, one with an empty string `<a></a>`.
 *
 * @param root - every prefix in it declared where it is used, or above
 * @param options - `references`: see {@link XmlReferences}; default `named`
 * @throws UsageError - a character that XML 1.0 §2.2 does not have, a name that is not a QName, a prefix that is not
 *   declared, or a declaration that Namespaces in XML 1.0 does not allow; the message names the place
 */
export function writeXml(root: XmlNode, options: { readonly references?: XmlReferences } = {}): string {
  const { text, value } = ESCAPINGS[options.references ?? 'named'];
  return element(root, OUTERMOST, { text, value, path: [] });
}

/** A document being written: how it is escaped, and the names of the open elements, which a message tells. */
type Writing = { readonly text: Escaping; readonly value: Escaping; readonly path: string[] };

function element({ name, attributes, children }: XmlNode, outer: NamespaceScope, writing: Writing): string {
  writing.path.push(name);
  const tag = tagOf(name);
  if (tag === null) throw refusal(`the element ${place(writing)}`, `${JSON.stringify(name)} is not a qualified name`);
  let xml = tag.start;
  // Most elements declare nothing, use prefixes that are declared, and have one attribute with a prefix at most, so that no
  // two can be the same. All others are a matter for expandNames.
  let isPlain = resolveIn(outer, tag.prefix) !== null;
  let prefixed = 0;
  for (const key of Object.keys(attributes)) {
    const attribute = attributeOf(key);
    if (attribute === null) throw refusal(`the attribute "${key}" of ${place(writing)}`, `${JSON.stringify(key)} is not a qualified name`);
    const value: unknown = attributes[key];
    // A caller in JavaScript can give anything, and an object might not give the same text twice.
    if (typeof value !== 'string') throw refusal(`the attribute "${key}" of ${place(writing)}`, `its value is no text but ${typeof value}`);
    xml += attribute.start + (escapeXml(value, writing.value) ?? refuseText(value, `the attribute "${key}" of ${place(writing)}`)) + attribute.end;
    if (attribute.prefix === '') continue;
    prefixed++;
    isPlain = isPlain && prefixed === 1 && resolveIn(outer, attribute.prefix) !== null;
  }
  const scope = isPlain ? outer : scopeOf(outer, name, attributes, writing);
  if (children.length === 0) {
    xml += '/>';
  } else {
    xml += '>';
    for (const child of children) {
      if (typeof child !== 'string') xml += element(child, scope, writing);
      else xml += escapeXml(child, writing.text) ?? refuseText(child, `the text of ${place(writing)}`);
    }
    xml += tag.end;
  }
  writing.path.pop();
  return xml;
}

function scopeOf(outer: NamespaceScope, name: string, attributes: XmlNode['attributes'], writing: Writing): NamespaceScope {
  return expandNames(outer, name, Object.entries(attributes), (problem) => refusal(place(writing), problem)).scope;
}

function place({ path }: Writing): string {
  return `"${path.join('/')}"`;
}

function refuseText(text: string, where: string): never {
  const offset = illegalCharacterIn(text);
  throw refusal(where, `${characterAt(text, offset)} at offset ${offset} is not allowed`);
}

function refusal(where: string, problem: string): UsageError {
  return new UsageError(`cannot write ${where} as XML: ${problem}`);
}

/** What stands around the content of an element, or around the value of an attribute; the prefix is `''` for none. */
type Markup = { readonly start: string; readonly end: string; readonly prefix: string };

/** `<s:Body` and `</s:Body>`. */
const tagOf: (name: string) => Markup | null = remembered((name) => ({ start: `<${name}`, end: `</${name}>`, prefix: prefixOf(name) }));

/** ` xml:lang="` and `"`. */
const attributeOf: (name: string) => Markup | null = remembered((name) => ({ start: ` ${name}="`, end: '"', prefix: prefixOf(name) }));

/** Some 4,000 names. A program that makes up names, or takes them from a peer, makes it start anew, not grow. */
const REMEMBERED_CHARACTERS = 131_072;

/** Looks at each name once: whether it is a QName costs more than all else of an element. `null` for what is none. */
function remembered(markupOf: (name: string) => Markup): (name: string) => Markup | null {
  const known = new Map<string, Markup>();
  let characters = 0;
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (name === '' || qualifiedNameAt(name, 0) !== name) return null;
    characters += name.length;
    if (characters > REMEMBERED_CHARACTERS) {
      known.clear();
      characters = name.length;
    }
    const own = detached(name);
    const markup = markupOf(own);
    known.set(own, markup);
    return markup;
  };
}

/**
 * Declarations have the prefix `xmlns`, which no scope has: they lead to {@link expandNames}. `xml` counts as none: it is
 * always declared, and no other prefix can have its namespace.
 */
function prefixOf(name: string): string {
  const prefix = name === 'xmlns' ? name : name.slice(0, Math.max(name.indexOf(':'), 0));
  return prefix === 'xml' ? '' : prefix;
}
