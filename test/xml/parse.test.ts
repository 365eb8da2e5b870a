import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { LimitError, ProtocolError } from '../../src/errors.js';
import { type XmlElement, parseXml } from '../../src/xml/element.js';
import { openXml } from '../../src/xml/parse.js';
import type { XmlAttribute, XmlLimits } from '../../src/xml/parse.js';
import { accepted, refused } from './conformance.js';
import { tree, treeOf } from './tree.js';

const response = readFileSync(new URL('../../fixtures/xml/enumerate-response.xml', import.meta.url));

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const XML = 'http://www.w3.org/XML/1998/namespace';

describe('openXml and parseXml accept', () => {
  test.each(accepted)('%s', (_, input, expected) => {
    expect(treeOf(parseXml(input))).toEqual(expected);
  });
});

describe('openXml and parseXml refuse', () => {
  test.each(refused)('%s', (_, input, message) => {
    const error = errorOf(() => parseXml(input));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).not.toBeInstanceOf(LimitError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).toMatch(/line \d+, column \d+/);
  });

  test('a response that was cut off, at every byte', () => {
    expect(parseXml(response).name).toBe('Envelope');
    for (let length = 0; length < response.length; length++) {
      expect(errorOf(() => openXml(response.subarray(0, length)))).toBeInstanceOf(ProtocolError);
    }
  });
});

describe('limits', () => {
  const deep = '<a>'.repeat(10_000) + '</a>'.repeat(10_000);
  const attributes = (count: number): string => Array.from({ length: count }, (_, i) => ` b${i}=""`).join('');
  const cases: readonly (readonly [name: string, input: string | Uint8Array, limits: XmlLimits, message: string])[] = [
    ['10,000 levels', deep, {}, 'line 1, column 601: elements are nested deeper than 200'],
    ['10,000 levels that are never closed', '<a>'.repeat(10_000), {}, 'deeper than 200'],
    ['10,000 levels of prefixes and attributes', '<p:a xmlns:p="u">'.repeat(10_000), {}, 'deeper than 200'],
    ['201 levels', '<a>'.repeat(201) + '</a>'.repeat(201), {}, 'deeper than 200'],
    ['three levels', '<a><b>\n<c/></b></a>', { maxDepth: 2 }, 'line 2, column 1: elements are nested deeper than 2'],
    ['too many bytes', utf8('<a>\u00E9</a>'), { maxBytes: 8 }, 'XML of 9 bytes'],
    ['too many characters', '<a>xx</a>', { maxBytes: 8 }, 'XML of 9 bytes'],
    ['too many bytes that are not even UTF-8', new Uint8Array(9).fill(0xff), { maxBytes: 8 }, 'the limit is 8 bytes'],
    ['too many elements', '<a><b/><b/></a>', { maxNodes: 2 }, 'more than 2'],
    ['too many attributes', '<a b="1" c="2"/>', { maxNodes: 2 }, 'more than 2'],
    ['too many pieces of text', '<a>1<![CDATA[2]]></a>', { maxNodes: 2 }, 'more than 2'],
    ['too many comments', '<a><!----><!----></a>', { maxNodes: 2 }, 'more than 2'],
    ['too many processing instructions', '<a><?p?><?p?></a>', { maxNodes: 2 }, 'more than 2'],
    ['more than a million nodes', `<a>${'<b/>'.repeat(1_000_000)}</a>`, {}, 'column 4000000: there are more than 1000000'],
    ['1,001 attributes of one element', `<a>\n<b${attributes(1001)}/></a>`, {}, 'line 2, column 7894: the element "b" has more than 1000 attributes'],
    ['1,001 declarations of one element', `<a${attributes(1001).replaceAll(' b', ' xmlns:b')}/>`, {}, 'more than 1000 attributes'],
  ];
  test.each(cases)('%s', (_, input, limits, message) => {
    const error = errorOf(() => openXml(input, limits));
    expect(error).toBeInstanceOf(LimitError);
    expect((error as Error).message).toContain(message);
  });

  test('what is exactly at a limit is accepted', () => {
    expect(parseXml('<a><b c="1"/></a>', { maxBytes: 17, maxDepth: 2, maxNodes: 3 }).name).toBe('a');
  });

  test('1,000 attributes of one element are accepted', () => {
    expect(parseXml(`<a${attributes(1000)}/>`).attributes).toHaveLength(1000);
  });

  // Long texts are normalised by pieces of 65,536 characters: CR LF must come out as one wherever a piece ends.
  test('ends of lines in a long text and a long value, at every distance from the start', () => {
    for (let length = 65_520; length <= 65_545; length++) {
      const long = 'x'.repeat(length);
      expect(treeOf(parseXml(`<a>${long}\r\n\r\n\r${long}\r</a>`))).toEqual(tree('a', {}, `${long}\n\n\n${long}\n`));
      expect(treeOf(parseXml(`<a b="${long}\t\r\n\t${long}\t"/>`))).toEqual(tree('a', { b: `${long}   ${long} ` }));
    }
  });

  test('a name of millions of characters is read, and cut short in messages', () => {
    const name = '\u{10000}'.repeat(5_000_000);
    expect(parseXml(`<${name}/>`).name).toBe(name);
    expect((errorOf(() => parseXml(`<${name}>`)) as Error).message.length).toBeLessThan(200);
  });
});

describe('what is remembered of earlier documents', () => {
  const first = '<a xmlns="urn:1"><b c="1">x</b><b c="2"/></a>';
  const expected = tree('{urn:1}a', {}, tree('{urn:1}b', { c: '1' }, 'x'), tree('{urn:1}b', { c: '2' }));

  test('the same document gives the same, and one that differs in a tag what it says', () => {
    for (let time = 0; time < 3; time++) {
      expect(treeOf(parseXml(first))).toEqual(expected);
      expect(treeOf(parseXml(first.replace('urn:1', 'urn:2')))).toEqual(tree('{urn:2}a', {}, tree('{urn:2}b', { c: '1' }, 'x'), tree('{urn:2}b', { c: '2' })));
      expect(treeOf(parseXml(first.replace('c="1"', 'c="3"')))).toEqual(tree('{urn:1}a', {}, tree('{urn:1}b', { c: '3' }, 'x'), tree('{urn:1}b', { c: '2' })));
      expect(errorOf(() => parseXml(first.replace('c="2"', 'c="2'))) instanceof ProtocolError).toBe(true);
    }
  });

  test('bytes that are overwritten after they were read do not change what they meant', () => {
    const bytes = Buffer.from('<overwritten d="1"/>');
    expect(treeOf(parseXml(bytes))).toEqual(tree('overwritten', { d: '1' }));
    bytes.write('<overwritten d="2"/>');
    expect(treeOf(parseXml(bytes))).toEqual(tree('overwritten', { d: '2' }));
    expect(treeOf(parseXml('<overwritten d="1"/>'))).toEqual(tree('overwritten', { d: '1' }));
  });

  test('a tag in ASCII and the same tag among other characters are one', () => {
    expect(treeOf(parseXml('<e f="1">x</e>'))).toEqual(tree('e', { f: '1' }, 'x'));
    expect(treeOf(parseXml('<e f="1">\u4EEE</e>'))).toEqual(tree('e', { f: '1' }, '\u4EEE'));
    expect(treeOf(parseXml('<e f="\u4EEE">x</e>'))).toEqual(tree('e', { f: '\u4EEE' }, 'x'));
    expect(treeOf(parseXml('<e f="\u4EEE">x</e>'))).toEqual(tree('e', { f: '\u4EEE' }, 'x'));
  });

  test('an attribute that stands twice is found whatever was read before', () => {
    for (let time = 0; time < 3; time++) {
      expect(treeOf(parseXml('<g h="1"/>'))).toEqual(tree('g', { h: '1' }));
      expect(errorOf(() => parseXml('<g h="1" h="1"/>'))).toBeInstanceOf(ProtocolError);
    }
  });

  test('more tags than are remembered are read all the same', () => {
    const many = (value: string): string => `<i>${Array.from({ length: 20_000 }, (_, i) => `<j${i} k="${value}"/>`).join('')}</i>`;
    for (const value of ['1', '2']) {
      const children = parseXml(many(value)).children as readonly XmlElement[];
      expect(children.map(({ name, attributes }) => `${name} ${attributes[0]!.value}`)).toEqual(Array.from({ length: 20_000 }, (_, i) => `j${i} ${value}`));
    }
    expect(treeOf(parseXml(first))).toEqual(expected);
  });

  test.each([
    ['an attribute', '<a x="1" x="2"/>', 'the attribute "x" stands twice'],
    ['a declaration', '<a xmlns:p="u1" xmlns:p="u2"/>', 'the attribute "xmlns:p" stands twice'],
    ['an expanded name', '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>', 'two attributes are both "x"'],
  ])('%s that stands twice is refused where nothing more is remembered', (_, tag, message) => {
    const filler = `<${'y'.repeat(300_000)}/>`;
    const error = errorOf(() => parseXml(`<r>${filler}${tag.replaceAll('x', 'unheardOf').replaceAll('unheardOfmlns', 'xmlns')}</r>`)) as Error;
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error.message).toContain(message.replaceAll('"x"', '"unheardOf"'));
  });

  test('what documents share cannot be changed', () => {
    const { attributes } = parseXml('<shared by="all"/>');
    expect(errorOf(() => Object.assign(attributes[0]!, { value: 'none' }))).toBeInstanceOf(TypeError);
    expect(errorOf(() => (attributes as XmlAttribute[]).pop())).toBeInstanceOf(TypeError);
    expect(treeOf(parseXml('<shared by="all"/>'))).toEqual(tree('shared', { by: 'all' }));
  });
});

describe('the cursor', () => {
  test('gives start, text, end and eof, with names where they belong', () => {
    const cursor = openXml('<p:a xmlns:p="urn:1" b="1">x<!-- --><![CDATA[y]]><c/></p:a>');
    const seen: string[] = [];
    do {
      seen.push(`${cursor.event} {${cursor.namespace}}${cursor.name} ${cursor.text} ${cursor.attributes.length}`);
    } while (cursor.next() !== 'eof');
    expect(seen).toEqual(['start {urn:1}a  1', 'text {} xy 0', 'start {}c  0', 'end {}c  0', 'end {urn:1}a  0']);
    expect(cursor.next()).toBe('eof');
    expect([cursor.event, cursor.namespace, cursor.name]).toEqual(['eof', '', '']);
  });

  test('looks attributes up by local name and namespace', () => {
    const cursor = openXml(`<a xmlns:xsi="${XSI}" type="plain" xsi:type="q" nil=""/>`);
    expect(cursor.attribute('type')).toBe('plain');
    expect(cursor.attribute('type', XSI)).toBe('q');
    expect(cursor.attribute('nil')).toBe('');
    expect(cursor.attribute('nil', XSI)).toBeNull();
    expect(cursor.attribute('xsi')).toBeNull();
  });

  test('resolves prefixes in the scope of the current element', () => {
    const cursor = openXml('<a xmlns:p="urn:1"><b xmlns="urn:2" xmlns:p="urn:3">x</b></a>');
    const resolved = (): readonly (string | null)[] => ['', 'p', 'xml', 'q'].map((prefix) => cursor.resolvePrefix(prefix));
    const outside = ['', 'urn:1', XML, null];
    const inside = ['urn:2', 'urn:3', XML, null];
    expect(resolved()).toEqual(outside);
    expect([cursor.next(), resolved()]).toEqual(['start', inside]);
    expect([cursor.next(), resolved()]).toEqual(['text', inside]);
    expect([cursor.next(), resolved()]).toEqual(['end', inside]);
    expect([cursor.next(), resolved()]).toEqual(['end', outside]);
  });

  test('finds a broken tag at the end before the first event', () => {
    expect(errorOf(() => openXml('<a><b/><c></a>'))).toBeInstanceOf(ProtocolError);
  });

  test('finds an undeclared prefix at the end before the first event', () => {
    expect(errorOf(() => openXml('<a><b/><p:c/></a>'))).toBeInstanceOf(ProtocolError);
  });

  test('gives the text of an element without child elements, and is then on its end', () => {
    const cursor = openXml('<a>1<b c="2">3<!-- -->4<![CDATA[5]]></b><d/>6</a>');
    expect([cursor.leafText(), cursor.event, cursor.name]).toEqual([null, 'start', 'a']);
    expect([cursor.next(), cursor.next(), cursor.leafText()]).toEqual(['text', 'start', '345']);
    expect([cursor.event, cursor.name, cursor.attributes.length]).toEqual(['end', 'b', 0]);
    expect([cursor.next(), cursor.leafText(), cursor.event, cursor.name]).toEqual(['start', '', 'end', 'd']);
    expect([cursor.next(), cursor.text, cursor.next(), cursor.next()]).toEqual(['text', '6', 'end', 'eof']);
  });

  test('passes over an element and all that is in it', () => {
    const cursor = openXml('<a><b>1<a><b/></a>2</b><c/></a>');
    cursor.next();
    cursor.skip();
    expect([cursor.event, cursor.name, cursor.next(), cursor.name]).toEqual(['end', 'b', 'start', 'c']);
    cursor.skip();
    expect([cursor.event, cursor.name, cursor.next(), cursor.next()]).toEqual(['end', 'c', 'end', 'eof']);
    cursor.skip();
    expect(cursor.event).toBe('eof');
  });

});

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
