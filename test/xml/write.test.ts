import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { create } from 'xmlbuilder2';
import { UsageError } from '../../src/errors.js';
import { parseXml } from '../../src/xml/element.js';
import type { XmlReferences } from '../../src/xml/escape.js';
import { writeXml, xmlNode } from '../../src/xml/write.js';
import type { XmlNode } from '../../src/xml/write.js';
import { tree, treeOf } from './tree.js';
import type { Tree } from './tree.js';

const XML = 'http://www.w3.org/XML/1998/namespace';

type Written = readonly [name: string, root: XmlNode, expected: string];

const written: readonly Written[] = [
  ['an element', xmlNode('a'), '<a/>'],
  ['an empty string', xmlNode('a', {}, ''), '<a></a>'],
  ['children, with no white space added', xmlNode('a', {}, '1', xmlNode('b', {}, '2'), xmlNode('b'), '3'), '<a>1<b>2</b><b/>3</a>'],
  ['children in lists', xmlNode('a', {}, '1', [xmlNode('b'), '2'], [], [xmlNode('c')]), '<a>1<b/>2<c/></a>'],
  ['declarations where they are given', xmlNode('s:a', { 'xmlns:s': 'urn:1' }, xmlNode('s:b', { 'xmlns:s': 'urn:1' }, xmlNode('c', { xmlns: 'urn:1' }))), '<s:a xmlns:s="urn:1"><s:b xmlns:s="urn:1"><c xmlns="urn:1"/></s:b></s:a>'],
  ['two prefixes of one namespace, each kept', xmlNode('s:a', { 'xmlns:s': 'urn:1', 'xmlns:t': 'urn:1' }, xmlNode('t:b'), xmlNode('s:c')), '<s:a xmlns:s="urn:1" xmlns:t="urn:1"><t:b/><s:c/></s:a>'],
  ['a default namespace undeclared', xmlNode('a', { xmlns: 'urn:1' }, xmlNode('b', { xmlns: '' })), '<a xmlns="urn:1"><b xmlns=""/></a>'],
  ['the namespace of HTML like any other', xmlNode('br', { xmlns: 'http://www.w3.org/1999/xhtml' }, xmlNode('p')), '<br xmlns="http://www.w3.org/1999/xhtml"><p/></br>'],
  ['attributes in their order', xmlNode('a', { z: '1', 'xml:lang': 'de', y: '2' }), '<a z="1" xml:lang="de" y="2"/>'],
  ['named references in text', xmlNode('a', {}, `&<>"'`), `<a>&amp;&lt;&gt;"'</a>`],
  ['named references in attributes', xmlNode('a', { b: `&<>"'` }), `<a b="&amp;&lt;&gt;&quot;'"/>`],
  ['text that looks like a reference', xmlNode('a', { b: '&lt;&#65;' }, '&lt;&#65;&#x41;&none;'), '<a b="&amp;lt;&amp;#65;">&amp;lt;&amp;#65;&amp;#x41;&amp;none;</a>'],
  ['the end of CDATA', xmlNode('a', {}, ']]>'), '<a>]]&gt;</a>'],
  ['CR, LF and TAB in text (XML 1.0 §2.11)', xmlNode('a', {}, '1\r\n2\t3\r'), '<a>1&#xD;\n2\t3&#xD;</a>'],
  ['CR, LF and TAB in attributes (XML 1.0 §3.3.3)', xmlNode('a', { b: '1\r\n2\t3' }), '<a b="1&#xD;&#10;2&#9;3"/>'],
  ['white space alone', xmlNode('a', { b: '  ' }, '  '), '<a b="  ">  </a>'],
  ['astral characters', xmlNode('a', { b: '\u{1F600}' }, '\u{10FFFF}'), '<a b="\u{1F600}">\u{10FFFF}</a>'],
  ['names of Object.prototype', xmlNode('constructor', { ['__proto__']: '1', constructor: '2' }, xmlNode('__proto__')), '<constructor __proto__="1" constructor="2"><__proto__/></constructor>'],
  ['the same attributes in another order', xmlNode('a', {}, xmlNode('b', { c: '1', d: '2' }), xmlNode('b', { d: '3', c: '4' })), '<a><b c="1" d="2"/><b d="3" c="4"/></a>'],
  ['one name as an element and as an attribute', xmlNode('a', { a: '1' }, xmlNode('a', {}, 'a')), '<a a="1"><a>a</a></a>'],
  ['an element whose name is that of a declaration', xmlNode('xmlns', { xmlns: 'urn:1' }), '<xmlns xmlns="urn:1"/>'],
  ['one prefix, declared anew inside', xmlNode('p:a', { 'xmlns:p': 'urn:1', 'p:b': '1' }, xmlNode('p:c', { 'xmlns:p': 'urn:2', 'p:b': '2' }), xmlNode('p:c', { 'p:b': '3' })), '<p:a xmlns:p="urn:1" p:b="1"><p:c xmlns:p="urn:2" p:b="2"/><p:c p:b="3"/></p:a>'],
  ['one local name in two namespaces', xmlNode('a', { 'xmlns:p': 'urn:1', 'xmlns:q': 'urn:2' }, xmlNode('b', { 'p:c': '1', 'q:c': '2', c: '3' })), '<a xmlns:p="urn:1" xmlns:q="urn:2"><b p:c="1" q:c="2" c="3"/></a>'],
  ['prefixes of Object.prototype', xmlNode('constructor:a', { 'xmlns:constructor': 'urn:1', 'xmlns:__proto__': 'urn:2', '__proto__:b': '1' }), '<constructor:a xmlns:constructor="urn:1" xmlns:__proto__="urn:2" __proto__:b="1"/>'],
];

const numeric: readonly Written[] = [
  ['references in text', xmlNode('a', {}, `&<>"'`), `<a>&#38;&#60;&#62;&#34;'</a>`],
  ['references in attributes', xmlNode('a', { b: `&<>"'` }), `<a b="&#38;&#60;&#62;&#34;'"/>`],
  ['text that looks like a reference, by number', xmlNode('a', {}, '&lt;&#65;'), '<a>&#38;lt;&#38;#65;</a>'],
];

describe('writeXml', () => {
  test.each(written)('%s', (_, root, expected) => {
    expect(writeXml(root)).toBe(expected);
  });

  test('200,000 children', () => {
    const children = Array.from({ length: 200_000 }, () => xmlNode('b'));
    expect(writeXml(xmlNode('a', {}, children))).toBe(`<a>${'<b/>'.repeat(200_000)}</a>`);
  });

  test('5,000 names that are used once, and names known from before', () => {
    const written = (name: string): string => writeXml(xmlNode(name, { [name]: 'x' }, ''));
    expect(written('before')).toBe('<before before="x"></before>');
    for (let index = 0; index < 5000; index++) {
      const name = `Property.with.a.long.name.${index}`;
      expect(written(name)).toBe(`<${name} ${name}="x"></${name}>`);
    }
    expect(written('before')).toBe('<before before="x"></before>');
  });

  test('1,000 levels', () => {
    let root = xmlNode('a');
    for (let level = 1; level < 1000; level++) root = xmlNode('a', {}, root);
    expect(writeXml(root)).toBe(`${'<a>'.repeat(999)}<a/>${'</a>'.repeat(999)}`);
  });

  test.each(numeric)('with numeric references, %s', (_, root, expected) => {
    expect(writeXml(root, { references: 'numeric' })).toBe(expected);
  });
});

type Refused = readonly [name: string, root: XmlNode, messages: readonly string[]];

const refused: readonly Refused[] = [
  ['a control character in text', xmlNode('a', {}, xmlNode('b', {}, 'x\u0001')), ['the text of "a/b"', 'U+0001 at offset 1']],
  ['NUL in an attribute', xmlNode('a', { b: '\u0000' }), ['the attribute "b" of "a"', 'U+0000 at offset 0']],
  ['a lone high surrogate', xmlNode('a', {}, '\uD800'), ['U+D800']],
  ['a lone low surrogate', xmlNode('a', { b: 'x\uDFFF' }), ['U+DFFF at offset 1']],
  ['surrogates the wrong way round', xmlNode('a', {}, '\uDC00\uD800'), ['U+DC00 at offset 0']],
  ['U+FFFE', xmlNode('a', {}, '\uFFFE'), ['U+FFFE']],
  ['U+FFFF', xmlNode('a', { b: '\uFFFF' }), ['U+FFFF']],
  ['no element name', xmlNode(''), ['the element ""', 'not a qualified name']],
  ['an element name with a space', xmlNode('a', {}, xmlNode('b c')), ['the element "a/b c"', 'not a qualified name']],
  ['an element name with markup', xmlNode('a><b'), ['not a qualified name']],
  ['an element name with two colons', xmlNode('a:b:c'), ['not a qualified name']],
  ['an attribute name that begins with a digit', xmlNode('a', { '1': 'x' }), ['the attribute "1" of "a"', 'not a qualified name']],
  ['an attribute name with a quote', xmlNode('a', { 'b"': 'x' }), ['not a qualified name']],
  ['an undeclared prefix of an element', xmlNode('a', {}, xmlNode('p:b')), ['"a/p:b"', 'the prefix "p" of "p:b" is not declared']],
  ['an undeclared prefix of an attribute', xmlNode('a', { 'p:b': '1' }), ['the prefix "p" of "p:b" is not declared']],
  ['a prefix that only a sibling declares', xmlNode('a', {}, xmlNode('p:b', { 'xmlns:p': 'urn:1' }), xmlNode('p:c')), ['"a/p:c"', 'is not declared']],
  ['a prefix that was declared where the element stood before', xmlNode('a', {}, xmlNode('p:b', { 'xmlns:p': 'urn:1' }, xmlNode('p:c', { 'p:d': '1' })), xmlNode('c', { 'p:d': '1' })), ['"a/c"', 'the prefix "p" of "p:d" is not declared']],
  ['an illegal character after a sibling and its children', xmlNode('a', {}, xmlNode('b', {}, xmlNode('c')), xmlNode('d', {}, xmlNode('e', { f: '\uFFFF' }))), ['the attribute "f" of "a/d/e"']],
  ['a prefix with an empty namespace', xmlNode('a', { 'xmlns:p': '' }), ['declared with an empty namespace']],
  ['xmlns declared', xmlNode('a', { 'xmlns:xmlns': 'urn:1' }), ['must not be declared']],
  ['xmlns as the prefix of an element', xmlNode('xmlns:a'), ['the prefix "xmlns" of "xmlns:a" is not declared']],
  ['the prefix xml declared otherwise', xmlNode('a', { 'xmlns:xml': 'urn:1' }), ['belong together alone']],
  ['one expanded name twice, declared further out', xmlNode('a', { 'xmlns:p': 'urn:1', 'xmlns:q': 'urn:1' }, xmlNode('b', { 'p:c': '1', 'q:c': '2' })), ['"a/b"', 'two attributes are both "c"']],
  ['one expanded name twice', xmlNode('a', { 'xmlns:p': 'urn:1', 'xmlns:q': 'urn:1', 'p:b': '1', 'q:b': '2' }), ['two attributes are both "b"']],
];

describe('writeXml refuses', () => {
  test.each(refused)('%s', (_, root, messages) => {
    expect(() => writeXml(root)).toThrow(UsageError);
    for (const message of messages) expect(() => writeXml(root)).toThrow(message);
  });
});

describe('what is written is read back', () => {
  // XML 1.0 §2.2 [2] Char: the edges of every range, and what has a meaning in markup.
  const characters = Array.from('\t\n\r &<>"\'][;#-?!/=\u0020\u007E\u007F\u0085\u00A0\u2028\uD7FF\uE000\uFEFF\uFFFD\u{10000}\u{1F600}\u{10FFFF}');
  const text = fc.string({ unit: fc.oneof(fc.constantFrom(...characters), fc.constantFrom('&lt;', '&#13;', ']]>', '\r\n', '<!--')), maxLength: 12 });
  const name = fc.constantFrom('a', 'b.c-d', '_1', 'constructor', '__proto__', 'toString', '\u00E9', '\u{10400}x');
  const attributes = fc.dictionary(name, text, { maxKeys: 4 });
  const { node } = fc.letrec<{ node: XmlNode; child: XmlNode | string }>((tie) => ({
    node: fc.record({ name, attributes, children: fc.array(tie('child'), { maxLength: 4 }) }),
    child: fc.oneof({ depthSize: 'small', withCrossShrink: true }, text, tie('node')),
  }));

  test.each<XmlReferences>(['named', 'numeric'])('any tree of any legal characters, references %s', (references) => {
    fc.assert(
      fc.property(node, (root) => {
        expect(treeOf(parseXml(writeXml(root, { references })))).toEqual(joined(root));
      }),
      { numRuns: 500, seed: 20_240_611 },
    );
  });

  test('every character of the Basic Multilingual Plane that XML has, in text and in an attribute', () => {
    let all = '\t\n\r';
    for (let point = 0x20; point <= 0xfffd; point++) if (point < 0xd800 || point > 0xdfff) all += String.fromCharCode(point);
    expect(treeOf(parseXml(writeXml(xmlNode('a', { b: all }, all))))).toEqual(tree('a', { b: all }, all));
  });

  test('namespaces', () => {
    const root = xmlNode('s:a', { 'xmlns:s': 'urn:1', xmlns: 'urn:2' }, xmlNode('b', { 's:c': '1', 'xml:lang': 'de' }), xmlNode('s:d', { 'xmlns:s': 'urn:3' }));
    expect(treeOf(parseXml(writeXml(root)))).toEqual(tree('{urn:1}a', {}, tree('{urn:2}b', { '{urn:1}c': '1', [`{${XML}}lang`]: 'de' }), tree('{urn:3}d')));
  });
});

test('an attribute that is no text is refused, also one that would give another text the second time', () => {
  let asked = 0;
  for (const value of [5, null, {}, { toString: () => (asked++ === 0 ? 'a' : '<b/>') }]) {
    expect(() => writeXml(xmlNode('a', { x: value as unknown as string }))).toThrow(UsageError);
  }
});

describe('xmlbuilder2 writes the same', () => {
  const character = fc.constantFrom(...Array.from('ab \t\n\r&<>"\';#\u00E9\uFFFD\u{1F600}'));
  const text = fc.string({ unit: character, maxLength: 8 });
  const name = fc.constantFrom('a', 'b', 'c', 'p:a', 'q:a', 'constructor', '\u{10400}x');
  const attributes = fc.dictionary(fc.oneof(name, fc.constantFrom('xml:lang', '__proto__')), text, { maxKeys: 4 });
  const { node } = fc.letrec<{ node: XmlNode; child: XmlNode | string }>((tie) => ({
    node: fc.record({ name, attributes, children: fc.array(tie('child'), { maxLength: 4 }) }),
    child: fc.oneof({ depthSize: 'small', withCrossShrink: true }, text, tie('node')),
  }));

  test.each<XmlReferences>(['named', 'numeric'])('for any tree, references %s', (references) => {
    fc.assert(
      fc.property(node, (inner) => {
        const root = xmlNode('root', { 'xmlns:p': 'urn:1', 'xmlns:q': 'urn:2' }, inner);
        expect(writeXml(root, { references })).toBe(byBuilder(root, references));
      }),
      { numRuns: 500, seed: 20_261_122 },
    );
  });
});

/** The whole tree by xmlbuilder2. It escapes no white space, and not all references: the texts come to it escaped. */
function byBuilder(root: XmlNode, references: XmlReferences): string {
  const escaped = (text: string, special: string): string =>
    Array.from(text, (character) => {
      if (!special.includes(character)) return character;
      const name = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' }[character];
      return name === undefined || references === 'numeric' ? `&#${character.charCodeAt(0)};` : `&${name};`;
    }).join('');
  const append = (parent: ReturnType<typeof create>, { name, attributes, children }: XmlNode): void => {
    const element = parent.ele(null, name);
    const { setAttribute } = element.node as unknown as { setAttribute: (name: string, value: string) => void };
    for (const [key, value] of Object.entries(attributes)) setAttribute.call(element.node, key, escaped(value, '&<>"\t\n'));
    for (const child of children) {
      if (typeof child === 'string') element.txt(escaped(child, references === 'named' ? '&<>' : '&<>"'));
      else append(element, child);
    }
  };
  const document = create();
  append(document, root);
  return document.end({ headless: true }).replaceAll('\r', '&#xD;');
}

/** What a reader must find: adjacent strings are one, empty ones are none. */
function joined(node: XmlNode): Tree {
  const children: (Tree | string)[] = [];
  for (const child of node.children) {
    const last = children.at(-1);
    if (typeof child !== 'string') children.push(joined(child));
    else if (typeof last === 'string') children[children.length - 1] = last + child;
    else if (child !== '') children.push(child);
  }
  return { name: node.name, attributes: Object.entries(node.attributes), children };
}
