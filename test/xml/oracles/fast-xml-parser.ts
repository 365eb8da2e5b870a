import { XMLParser } from 'fast-xml-parser';
import { addText, encodingOf, PREFIXES, type Reading, Refusal, textOf } from './reading.js';

/** A node of fast-xml-parser's `preserveOrder` tree. */
type Node = {
  readonly '#text'?: string;
  readonly ':@'?: Readonly<Record<string, string>>;
  readonly [element: `n${string}`]: readonly Node[];
};
type Scope = ReadonlyMap<string, string>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  maxNestedTags: Infinity,
  jPath: false,
});

// Without U+1680 and U+FEFF, which fast-xml-parser takes for white space.
const START =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u167F\\u1681-\\u1FFF\\u200C-\\u200D' +
  '\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFEFE\\uFF00-\\uFFFD\\u{10000}-\\u{EFFFF}';
const NC_NAME = `[${START}][\\u0300-\\u036F${START}\\-.0-9\\u00B7\\u203F-\\u2040]*`;
const Q_NAME = `${NC_NAME}(?::${NC_NAME})?`;
const S = '[ \\t\\n]';
const EQUALS = `${S}*=${S}*`;
const ATTRIBUTE = `${S}+(${Q_NAME})${EQUALS}(?:"[^<"]*"|'[^<']*')`;

const DECLARATION = new RegExp(
  `^<\\?xml${S}+version${EQUALS}(?:"1\\.[0-9]+"|'1\\.[0-9]+')(?:${S}+encoding${EQUALS}(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?` +
    `(?:${S}+standalone${EQUALS}(?:"(?:yes|no)"|'(?:yes|no)'))?${S}*\\?>`,
);
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
/** What a document is made of (XML 1.0 §3.1 [40] [42] [44], §2.5, §2.6, §2.7, §2.4), one piece after another. */
const PIECE = new RegExp(
  `<(?<name>${Q_NAME})(?<attributes>(?:${ATTRIBUTE})*)${S}*(?<empty>/?)>|</(?<end>${Q_NAME})${S}*>|<!--(?:(?!--)[^])*-->|` +
    `<\\?(?<target>${NC_NAME})(?:${S}[^]*?)?\\?>|<!\\[CDATA\\[(?<literal>[^]*?)\\]\\]>|(?<text>[^<]+)`,
  'uy',
);
const EACH_ATTRIBUTE = new RegExp(ATTRIBUTE, 'gu');
const PREDEFINED: ReadonlyMap<string, string> = new Map([['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"]]);
const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

/**
 * Reads a document as this package did before it had a scanner of its own: the grammar of XML 1.0 (here as regular
 * expressions) checks it and rewrites it so that fast-xml-parser cannot misread it; references and namespaces come after.
 *
 * @returns the root element
 * @throws Refusal - not well-formed, against Namespaces in XML 1.0, not in its encoding, or with a DOCTYPE
 */
export function readByFastXmlParser(input: Uint8Array | string): Reading {
  const [root] = parser.parse(rewritten(contentOf(input))) as readonly Node[];
  return elementOf(root!, new Map([['', ''], ['xml', XML]]));
}

function demand(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Refusal(otherwise);
}

/** The text with its ends of lines normalised, without the byte order mark and the XML declaration. */
function contentOf(input: Uint8Array | string): string {
  const text = textOf(input).replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  demand(!ILLEGAL.test(text), 'an illegal character');
  if (!/^<\?xml(?:[ \t\n?]|$)/.test(text)) return text;
  const declaration = DECLARATION.exec(text);
  demand(declaration !== null, 'the XML declaration');
  const declared = (declaration[1] ?? declaration[2])?.toLowerCase();
  if (typeof input !== 'string' && declared !== undefined) {
    const fitting = encodingOf(input) === 'utf-8' ? ['utf-8', ...(/[^\0-\x7F]/.test(text) ? [] : ['us-ascii'])] : ['utf-16'];
    demand(fitting.includes(declared), 'another encoding');
  }
  return text.slice(declaration[0].length);
}

/** The root element, each name with an `n` in front, and its character data in CDATA sections: `l` in front for what is literal, `r` for what has references. */
function rewritten(text: string): string {
  const markup: string[] = [];
  const open: string[] = [];
  let roots = 0;
  for (let at = 0; at < text.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text);
    demand(piece !== null, 'no piece of a document');
    const { name, attributes, empty, end, target, literal, text: data } = piece.groups!;
    if (name !== undefined) {
      if (open.length === 0) roots++;
      const names = [...attributes!.matchAll(EACH_ATTRIBUTE)].map((attribute) => attribute[1]);
      demand(new Set(names).size === names.length, 'an attribute twice');
      markup.push('<n', piece[0].slice(1).replaceAll(/[\t\n]/g, ' '));
      if (empty === '') open.push(name);
    } else if (end !== undefined) {
      demand(open.pop() === end, 'a wrong end tag');
      markup.push('</n', end, '>');
    } else if (target !== undefined) {
      demand(target.toLowerCase() !== 'xml', 'an XML declaration inside');
    } else if (literal !== undefined) {
      demand(open.length > 0, 'CDATA outside the root');
      markup.push('<![CDATA[l', literal, ']]>');
    } else if (data !== undefined) {
      demand(!data.includes(']]>'), ']]> in text');
      demand(open.length > 0 || /^[ \t\n]*$/.test(data), 'text outside the root');
      if (open.length > 0) markup.push('<![CDATA[r', data, ']]>');
    }
  }
  demand(open.length === 0 && roots === 1, 'not one closed root');
  return markup.join('');
}

function elementOf(node: Node, outer: Scope): Reading {
  const key = Object.keys(node)[0] as `n${string}`;
  const values = Object.entries(node[':@'] ?? {}).map(([name, value]) => [name.slice(1), decoded(value)] as const);
  const isDeclaration = (name: string): boolean => name === 'xmlns' || name.startsWith('xmlns:');
  const scope = declare(outer, values.filter(([name]) => isDeclaration(name)));
  const attributes = values.filter(([name]) => !isDeclaration(name)).map(([name, value]) => [...(name.includes(':') ? expanded(scope, name) : ['', name] as const), value] as const);
  demand(new Set(attributes.map(([namespace, name]) => `${name} ${namespace}`)).size === attributes.length, 'an expanded name twice');
  const [namespace, name] = expanded(scope, key.slice(1));
  const children: (Reading | string)[] = [];
  for (const child of node[key]!) {
    const text = child['#text'];
    if (text === undefined) children.push(elementOf(child, scope));
    else addText(children, text.startsWith('l') ? text.slice(1) : decoded(text.slice(1)));
  }
  return { namespace, name, attributes, prefixes: PREFIXES.map((prefix) => scope.get(prefix) ?? null), children };
}

/** Namespaces in XML 1.0 §3 and §5. */
function declare(outer: Scope, declarations: readonly (readonly [name: string, uri: string])[]): Scope {
  if (declarations.length === 0) return outer;
  const scope = new Map(outer);
  for (const [name, uri] of declarations) {
    const prefix = name.slice('xmlns:'.length);
    demand(prefix !== 'xmlns' && uri !== XMLNS && (prefix === 'xml') === (uri === XML) && (prefix === '' || uri !== ''), 'a declaration');
    scope.set(prefix, uri);
  }
  return scope;
}

function expanded(scope: Scope, qualified: string): readonly [namespace: string, name: string] {
  const colon = qualified.indexOf(':');
  const namespace = scope.get(qualified.slice(0, Math.max(colon, 0)));
  demand(namespace !== undefined, 'an undeclared prefix');
  return [namespace, qualified.slice(colon + 1)];
}

/** XML 1.0 §4.1 and §4.6, in text and in values. */
function decoded(text: string): string {
  return text.replaceAll(/&(?:#([0-9]+);|#x([0-9A-Fa-f]+);|([a-z]+);)?/g, (_, decimal?: string, hexadecimal?: string, name?: string) => {
    const point = decimal !== undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hexadecimal ?? 'none', 16);
    const character = name !== undefined ? PREDEFINED.get(name) : point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
    demand(character !== undefined && !ILLEGAL.test(character), 'a reference');
    return character;
  });
}
