import { create } from 'xmlbuilder2';
import { UsageError } from '../errors.js';
import { characterAt, illegalCharacterIn, qualifiedNameAt } from './characters.js';
import { expandNames, OUTERMOST } from './namespaces.js';
import type { NamespaceScope } from './namespaces.js';

/** An element to write. */
export type XmlNode = {
  /** The qualified name, `s:Envelope`. */
  readonly name: string;
  /** By qualified name, in the order they are written; declarations (`xmlns`, `xmlns:s`) are among them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements and character data, in order. */
  readonly children: readonly (XmlNode | string)[];
};

/**
 * How `&`, `<`, `>` and `"` are written: `named` as `&amp;` (a quote only in attributes), `numeric` as `&#38;`, everywhere.
 * Inside the text of an embedded instance it has to be `numeric`: a Hyper-V host refused named references there.
 */
export type XmlReferences = 'named' | 'numeric';

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
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (XmlNode | string | readonly (XmlNode | string)[])[]
): XmlNode {
  return { name, attributes, children: children.flat() };
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
  const escapes = ESCAPES[options.references ?? 'named'];
  const document = create();
  append(document, root, OUTERMOST, '', escapes);
  // A raw carriage return in the output can only come from character data or a value. It is replaced here because
  // xmlbuilder2 would escape the `&` of a hexadecimal reference again.
  return document.end({ headless: true }).replaceAll('\r', '&#xD;');
}

type Escapes = { readonly text: RegExp; readonly value: RegExp; readonly write: (character: string) => string };

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const ESCAPES: Readonly<Record<XmlReferences, Escapes>> = {
  named: { text: /[&<>]/g, value: /[&<>"\t\n]/g, write: (character) => NAMED[character] ?? decimal(character) },
  numeric: { text: /[&<>"]/g, value: /[&<>"\t\n]/g, write: decimal },
};

function decimal(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

type Builder = ReturnType<typeof create>;
type Attributed = { setAttribute(name: string, value: string): void };

/**
 * Adds an element and what is in it.
 *
 * The text is escaped before xmlbuilder2 sees it: it takes `&lt;` or `&#9;` in a text for a reference and would write
 * it as it stands, and has no escapes for white space. For the same reason it leaves ours alone. Names go in without a
 * namespace and attributes by the DOM: its own handling drops declarations that QNames in values may rely on, changes
 * prefixes, and fails on a prefix such as `constructor`. What is well-formed is therefore checked here.
 */
function append(parent: Builder, node: XmlNode, outer: NamespaceScope, path: string, escapes: Escapes): void {
  const place = path === '' ? node.name : `${path}/${node.name}`;
  checkName(node.name, `the element "${place}"`);
  const attributes = Object.entries(node.attributes);
  for (const [name, value] of attributes) {
    checkName(name, `the attribute "${name}" of "${place}"`);
    checkCharacters(value, `the attribute "${name}" of "${place}"`);
  }
  const { scope } = expandNames(outer, node.name, attributes, (problem) => new UsageError(`cannot write "${place}" as XML: ${problem}`));

  const element = parent.ele(null, node.name);
  const attributed = element.node as unknown as Attributed;
  for (const [name, value] of attributes) attributed.setAttribute(name, value.replace(escapes.value, escapes.write));
  for (const child of node.children) {
    if (typeof child === 'string') {
      checkCharacters(child, `the text of "${place}"`);
      element.txt(child.replace(escapes.text, escapes.write));
    } else {
      append(element, child, scope, place, escapes);
    }
  }
}

function checkName(name: string, place: string): void {
  if (name === '' || qualifiedNameAt(name, 0) !== name) {
    throw new UsageError(`cannot write ${place} as XML: ${JSON.stringify(name)} is not a qualified name`);
  }
}

function checkCharacters(text: string, place: string): void {
  const offset = illegalCharacterIn(text);
  if (offset >= 0) throw new UsageError(`cannot write ${place} as XML: ${characterAt(text, offset)} at offset ${offset} is not allowed`);
}
