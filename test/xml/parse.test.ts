import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, utf16le, utf8 } from '../../src/bytes.js';
import { LimitError, ProtocolError } from '../../src/errors.js';
import { parseXml } from '../../src/xml/element.js';
import { openXml } from '../../src/xml/parse.js';
import type { XmlLimits } from '../../src/xml/parse.js';
import { tree, treeOf } from './tree.js';
import type { Tree } from './tree.js';

const response = readFileSync(new URL('../../fixtures/xml/enumerate-response.xml', import.meta.url));
const utf16be = (text: string): Uint8Array => utf16le(text).map((_, i, bytes) => bytes[i ^ 1]!);

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

type Accepted = readonly [name: string, input: string | Uint8Array, expected: Tree];

const accepted: readonly Accepted[] = [
  // Namespaces in XML 1.0
  ['an arbitrary prefix', '<zz:a xmlns:zz="urn:1"><zz:b/></zz:a>', tree('{urn:1}a', {}, tree('{urn:1}b'))],
  ['a default namespace, which attributes do not take (§6.2)', '<a xmlns="urn:1" b="2"/>', tree('{urn:1}a', { b: '2' })],
  ['a default namespace undeclared again', '<a xmlns="urn:1"><b xmlns=""><c/></b><d/></a>', tree('{urn:1}a', {}, tree('b', {}, tree('c')), tree('{urn:1}d'))],
  ['a prefix declared again inside', '<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"/><p:c/></p:a>', tree('{urn:1}a', {}, tree('{urn:2}b'), tree('{urn:1}c'))],
  ['a declaration after the attribute that uses it', '<a p:b="1" xmlns:p="urn:1"/>', tree('a', { '{urn:1}b': '1' })],
  ['one local name in two namespaces (§6.3)', '<a xmlns:p="urn:1" p:b="1" b="2"/>', tree('a', { '{urn:1}b': '1', b: '2' })],
  ['two prefixes of one namespace', '<p:a xmlns:p="urn:1" xmlns:q="urn:1"><q:a/></p:a>', tree('{urn:1}a', {}, tree('{urn:1}a'))],
  ['a namespace written with references', '<p:a xmlns:p="urn:&#49;&amp;2"/>', tree('{urn:1&2}a')],
  ['xml:lang without a declaration', '<a xml:lang="de"/>', tree('a', { [`{${XML}}lang`]: 'de' })],
  ['xml declared as what it is', `<a xmlns:xml="${XML}" xml:lang="de"/>`, tree('a', { [`{${XML}}lang`]: 'de' })],
  ['xsi:nil', `<a xmlns:xsi="${XSI}" xsi:nil="true"/>`, tree('a', { [`{${XSI}}nil`]: 'true' })],
  // references
  ['a carriage return and a euro sign by number', '<a>&#xD;&#x20AC;&#8364;</a>', tree('a', {}, '\r\u20AC\u20AC')],
  ['an astral character by number', '<a>&#x1F600;</a>', tree('a', {}, '\u{1F600}')],
  ['a number with leading zeros', '<a>&#x000041;&#0065;</a>', tree('a', {}, 'AA')],
  ['the five predefined entities', '<a b="&lt;&gt;&amp;&quot;&apos;">&lt;&gt;&amp;&quot;&apos;</a>', tree('a', { b: `<>&"'` }, `<>&"'`)],
  ['a reference is replaced once', '<a b="&amp;lt;">&amp;lt;&amp;#65;</a>', tree('a', { b: '&lt;' }, '&lt;&#65;')],
  // character data
  ['CDATA, in which nothing is replaced', '<a><![CDATA[<b>&amp;&#65;]]></a>', tree('a', {}, '<b>&amp;&#65;')],
  ['CDATA and text as one', '<a>1<![CDATA[2]]>3<![CDATA[4]]></a>', tree('a', {}, '1234')],
  ['an empty CDATA section as nothing', '<a><![CDATA[]]></a>', tree('a')],
  ['the end of CDATA across two sections', '<a><![CDATA[]]]]><![CDATA[>]]></a>', tree('a', {}, ']]>')],
  ['"]]>" by reference', '<a>]]&gt;</a>', tree('a', {}, ']]>')],
  ['a comment inside text', '<a>1<!-- & < no --><!---->2</a>', tree('a', {}, '12')],
  ['a processing instruction inside text', '<a>1<?pi it\'s "?>2<?q?></a>', tree('a', {}, '12')],
  ['quotes in two processing instructions', "<a><?p '?><b/><?p '?></a>", tree('a', {}, tree('b'))],
  ['white space alone', '<a> <b>\t\n </b>\n</a>', tree('a', {}, ' ', tree('b', {}, '\t\n '), '\n')],
  ['white space around a value', '<a> x </a>', tree('a', {}, ' x ')],
  ['007', '<a b="007">007</a>', tree('a', { b: '007' }, '007')],
  ['what looks like a number or a boolean', '<a><b>1e3</b><b>0x1F</b><b>true</b><b>1.50</b></a>', tree('a', {}, tree('b', {}, '1e3'), tree('b', {}, '0x1F'), tree('b', {}, 'true'), tree('b', {}, '1.50'))],
  ['a no-break space, kept', '<a>\u00A0</a>', tree('a', {}, '\u00A0')],
  ['ends of lines (§2.11)', '<a b="1">1\r\n2\r3\n4<![CDATA[5\r\n6]]></a>', tree('a', { b: '1' }, '1\n2\n3\n45\n6')],
  ['a carriage return by reference beside an end of line', '<a b="1\r&#13;\n">1\r&#13;\n</a>', tree('a', { b: '1 \r ' }, '1\n\r\n')],
  ['tabs and ends of lines between attributes and in their values', '<a\tb="1\t\r\n2"\r\nc="\r"\t/>', tree('a', { b: '1  2', c: ' ' })],
  ['ends of lines in bytes', utf8('<a b="1\r\n2\r">3\r\n4\r</a>'), tree('a', { b: '1 2 ' }, '3\n4\n')],
  ['attribute values normalised (§3.3.3)', '<a b="1\t2\n3\r\n4&#9;&#10;&#13;"/>', tree('a', { b: '1 2 3 4\t\n\r' })],
  // elements
  ['one item', '<a><b>1</b></a>', tree('a', {}, tree('b', {}, '1'))],
  ['many items, with others between', '<a><b>1</b><c/><b>2</b></a>', tree('a', {}, tree('b', {}, '1'), tree('c'), tree('b', {}, '2'))],
  ['an empty element either way', '<a><b/><b></b><b /></a>', tree('a', {}, tree('b'), tree('b'), tree('b'))],
  ['quotes and angle brackets in values', `<a b='"' c="'>/" d=""/>`, tree('a', { b: '"', c: "'>/", d: '' })],
  ['white space in tags', '<a\n\tb = "1"\r\nc\t=\n"2" ></a\n>', tree('a', { b: '1', c: '2' })],
  ['elements with names of Object.prototype', '<constructor><__proto__>1</__proto__><prototype/><toString/><hasOwnProperty/></constructor>', tree('constructor', {}, tree('__proto__', {}, '1'), tree('prototype'), tree('toString'), tree('hasOwnProperty'))],
  ['attributes with names of Object.prototype', '<a __proto__="1" constructor="2" toString="3"/>', tree('a', { ['__proto__']: '1', constructor: '2', toString: '3' })],
  ['prefixes with names of Object.prototype', '<constructor:a xmlns:constructor="urn:1" xmlns:__proto__="urn:2" __proto__:b="1"/>', tree('{urn:1}a', { '{urn:2}b': '1' })],
  ['names that the reader uses inside', '<n><_proto__/><nconstructor/><n/></n>', tree('n', {}, tree('_proto__'), tree('nconstructor'), tree('n'))],
  ['names beyond ASCII and beyond U+FFFF', '<\u00E9l\u00E9ment \u{10400}="1"/>', tree('\u00E9l\u00E9ment', { '\u{10400}': '1' })],
  ['"<!DOCTYPE" in CDATA, a comment and a value', '<!-- <!DOCTYPE a> --><a b="&lt;!DOCTYPE"><![CDATA[<!DOCTYPE a>]]>!DOCTYPE</a>', tree('a', { b: '<!DOCTYPE' }, '<!DOCTYPE a>!DOCTYPE')],
  // document and encodings
  ['comments, instructions and white space around the root', '<?xml version="1.0"?>\n<!-- 1 --><?pi?>\n<a/>\n<!-- 2 --><?pi?>\n', tree('a')],
  ['an XML declaration with everything', "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><a/>", tree('a')],
  ['an instruction whose name begins with xml', '<?xml-stylesheet href="x"?><a/>', tree('a')],
  ['UTF-8', utf8('<?xml version="1.0" encoding="utf-8"?><a>\u4EEE\u{1F600}</a>'), tree('a', {}, '\u4EEE\u{1F600}')],
  ['UTF-8 with a byte order mark', concat(fromHex('efbbbf'), utf8('<a>\u00E9</a>')), tree('a', {}, '\u00E9')],
  ['us-ascii', utf8('<?xml version="1.0" encoding="US-ASCII"?><a>x</a>'), tree('a', {}, 'x')],
  ['UTF-16LE with a byte order mark', concat(fromHex('fffe'), utf16le('<?xml version="1.0" encoding="utf-16"?><a>\u00E9\u{1F600}</a>')), tree('a', {}, '\u00E9\u{1F600}')],
  ['UTF-16BE with a byte order mark', concat(fromHex('feff'), utf16be('<a>\u00E9\u{1F600}</a>')), tree('a', {}, '\u00E9\u{1F600}')],
  ['a string with U+FEFF in front', '\uFEFF<?xml version="1.0" encoding="utf-16"?><a/>', tree('a')],
  ['200 levels', '<a>'.repeat(200) + '</a>'.repeat(200), Array.from({ length: 199 }).reduce<Tree>((inner) => tree('a', {}, inner), tree('a'))],
];

describe('openXml and parseXml accept', () => {
  test.each(accepted)('%s', (_, input, expected) => {
    expect(treeOf(parseXml(input))).toEqual(expected);
  });
});

type Refused = readonly [name: string, input: string | Uint8Array, message: string];

const refused: readonly Refused[] = [
  // Namespaces in XML 1.0
  ['an undeclared prefix of an element', '<a>\n<p:b/></a>', 'line 2, column 1: the prefix "p" of "p:b" is not declared'],
  ['an undeclared prefix of an attribute', '<a p:b="1"/>', 'the prefix "p" of "p:b" is not declared'],
  ['a prefix after its scope', '<a><b xmlns:p="urn:1"/><p:c/></a>', 'column 24: the prefix "p" of "p:c" is not declared'],
  ['a prefix undeclared again (§5)', '<a xmlns:p="urn:1"><b xmlns:p=""/></a>', 'the prefix "p" is declared with an empty namespace'],
  ['xmlns declared (§3)', `<a xmlns:xmlns="${XMLNS}"/>`, 'the prefix "xmlns" must not be declared'],
  ['xmlns as an element\'s prefix', '<xmlns:a/>', 'the prefix "xmlns" of "xmlns:a" is not declared'],
  ['the namespace of xmlns declared', `<a xmlns:p="${XMLNS}"/>`, `the namespace "${XMLNS}" must not be declared`],
  ['xml declared as something else', '<a xmlns:xml="urn:1"/>', 'belong together alone'],
  ['another prefix for the namespace of xml', `<a xmlns:p="${XML}"/>`, 'belong together alone'],
  ['the namespace of xml as the default', `<a xmlns="${XML}"/>`, 'belong together alone'],
  ['the same attribute twice', '<a b="1" b="2"/>', 'column 10: the attribute "b" stands twice in "a"'],
  ['the same __proto__ twice', '<a __proto__="1" __proto__="2"/>', 'the attribute "__proto__" stands twice'],
  ['the same expanded name through two prefixes', '<a xmlns:p="urn:1" xmlns:q="urn:1" p:b="1" q:b="2"/>', 'two attributes are both "b" of the namespace "urn:1"'],
  ['two colons in a name', '<a:b:c xmlns:a="urn:1"/>', 'U+0061 is not expected where a name should be'],
  ['no local name', '<a: xmlns:a="urn:1"/>', 'where a name should be'],
  ['no prefix before a colon', '<:a/>', 'where a name should be'],
  // tags
  ['an unclosed element', '<a>\n  <b>\n</b>', 'line 1, column 1: the element "a" is not closed'],
  ['an unclosed inner element', '<a><b></a>', 'column 7: the end tag "a" stands where "b" is to be closed'],
  ['mismatched tags', '<a><b></c></a>', 'column 7: the end tag "c" stands where "b" is to be closed'],
  ['tags that differ in case', '<a></A>', 'the end tag "A" stands where "a" is to be closed'],
  ['tags that differ in prefix alone', '<p:a xmlns:p="urn:1" xmlns:q="urn:1"></q:a>', 'the end tag "q:a" stands where "p:a" is to be closed'],
  ['an end tag that closes nothing', '<a/></a>', 'column 5: the end tag "a" closes nothing'],
  ['an end tag with an attribute', '<a></a b="1">', 'U+0062 is not expected in the end tag "a"'],
  ['white space before a name', '< a/>', 'U+0020 is not expected where a name should be'],
  ['a name that begins with a digit', '<1a/>', 'U+0031 is not expected where a name should be'],
  ['a name with a character that is white space to the parser', '<a\u1680b/>', 'U+1680 is not expected'],
  ['an attribute without a value', '<a b/>', 'U+002F is not expected after the attribute "b"'],
  ['an attribute value without quotes', '<a b=1/>', 'U+0031 is not expected where the attribute "b" needs a quoted value'],
  ['attributes without white space between', '<a b="1"c="2"/>', 'column 9: U+0063 is not expected in the start tag "a"'],
  ['a slash that ends nothing', '<a / >', 'U+002F is not expected where a name should be'],
  ['"<" in an attribute value', '<a b="1<2"/>', 'column 8: "<" in the value of the attribute "b"'],
  ['an attribute value that is not closed', '<a b="1></a>', 'column 6: the value of the attribute "b" is not closed'],
  ['"<" in text', '<a>1 < 2</a>', 'column 7: U+0020 is not expected where a name should be'],
  ['"]]>" in text', '<a>1]]>2</a>', 'column 5: "]]>" in text'],
  // outside the root
  ['nothing', '', 'line 1, column 1: there is no root element'],
  ['a fault after every kind of end of line', '<a>\r1\r\n2\n</b>', 'line 4, column 1: the end tag "b"'],
  ['no bytes', new Uint8Array(), 'there is no root element'],
  ['white space alone', ' \n', 'line 2, column 1: there is no root element'],
  ['a comment alone', '<!-- a -->', 'there is no root element'],
  ['text before the root', 'x<a/>', 'column 1: text outside the root element'],
  ['text after the root', '<a></a> x', 'column 9: text outside the root element'],
  ['text after an empty root', '<a/>x', 'column 5: text outside the root element'],
  ['a reference after the root', '<a/>&#32;', 'text outside the root element'],
  ['CDATA after the root', '<a/><![CDATA[]]>', 'a CDATA section outside the root element'],
  ['a second root', '<a/><b/>', 'column 5: a second root element'],
  ['a second byte order mark', '\uFEFF\uFEFF<a/>', 'text outside the root element'],
  // comments, instructions, declarations
  ['a comment that is not closed', '<a><!-- b </a>', 'column 4: the comment is not closed'],
  ['a comment that is too short', '<a><!--></a>', 'the comment is not closed'],
  ['"--" in a comment', '<a><!-- b -- c --></a>', 'column 11: "--" in a comment'],
  ['"--->" at the end of a comment', '<a><!-- b ---></a>', '"--" in a comment'],
  ['CDATA that is not closed', '<a><![CDATA[b</a>', 'the CDATA section is not closed'],
  ['an instruction that is not closed', '<a><?b </a>', 'the processing instruction is not closed'],
  ['an instruction without a target', '<a><? b?></a>', 'a processing instruction without a valid target'],
  ['an instruction with a prefix', '<a><?p:b?></a>', 'a processing instruction without a valid target'],
  ['an instruction without white space after its target', '<a><?b"?></a>', 'a processing instruction without a valid target'],
  ['another declaration inside', '<a><!ELEMENT a ANY></a>', 'U+0021 is not expected where a name should be'],
  ['an XML declaration after white space', ' <?xml version="1.0"?><a/>', 'not at the very start'],
  ['an XML declaration twice', '<?xml version="1.0"?><?XML version="1.0"?><a/>', 'not at the very start'],
  ['an XML declaration without a version', '<?xml encoding="utf-8"?><a/>', 'the XML declaration is not well-formed'],
  ['an XML declaration that is not closed', '<?xml version="1.0">', 'the XML declaration is not well-formed or not closed'],
  ['a DOCTYPE', '<!DOCTYPE a><a/>', 'column 1: a DOCTYPE is not accepted'],
  ['a DOCTYPE with an internal entity', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', 'a DOCTYPE is not accepted'],
  ['a DOCTYPE with entities that multiply', '<!DOCTYPE a [<!ENTITY e "xx"><!ENTITY f "&e;&e;">]><a>&f;</a>', 'a DOCTYPE is not accepted'],
  ['a DOCTYPE with an external entity', '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>', 'line 2, column 1: a DOCTYPE is not accepted'],
  // references and characters
  ['an entity that is not predefined', '<a>&nbsp;</a>', 'column 4: "&nbsp;" is not a predefined entity'],
  ['an entity named as a property of Object.prototype', '<a>&constructor;</a>', '"&constructor;" is not a predefined entity'],
  ['an entity in capitals', '<a>&LT;</a>', '"&LT;" is not a predefined entity'],
  ['an "&" alone', '<a>R & D</a>', 'column 6: "&" begins no reference'],
  ['an "&" alone in an attribute', '<a b="R&D"/>', 'column 8: "&" begins no reference'],
  ['a reference without its end', '<a>&lt</a>', '"&" begins no reference'],
  ['a reference that a comment interrupts', '<a>&l<!-- -->t;</a>', '"&" begins no reference'],
  ['a number without digits', '<a>&#;&#x;</a>', '"&" begins no reference'],
  ['a number with a capital X', '<a>&#X41;</a>', '"&" begins no reference'],
  ['a number that is a control character', '<a>&#0;</a>', '"&#0;" is not a predefined entity or a legal character'],
  ['a number that is a surrogate', '<a>&#xD800;</a>', '"&#xD800;" is not'],
  ['a number that is no character', '<a>&#xFFFE;</a>', '"&#xFFFE;" is not'],
  ['a number beyond Unicode', '<a>&#x110000;</a>', '"&#x110000;" is not'],
  ['a number beyond everything', `<a>&#${'9'.repeat(400)};</a>`, 'is not a predefined entity or a legal character'],
  ['a control character in text', '<a>\u0001</a>', 'column 4: the character U+0001 is not allowed'],
  ['NUL in an attribute', '<a b="\u0000"/>', 'the character U+0000 is not allowed'],
  ['a control character in a comment', '<a><!--\u001F--></a>', 'the character U+001F is not allowed'],
  ['U+FFFF in CDATA', '<a><![CDATA[\uFFFF]]></a>', 'the character U+FFFF is not allowed'],
  ['a lone surrogate', '<a>\uD800</a>', 'the character U+D800 is not allowed'],
  // encodings
  ['invalid UTF-8', concat(utf8('<a>\n'), fromHex('c328'), utf8('</a>')), 'line 2, column 1: the bytes are not utf-8'],
  ['invalid UTF-8 after every kind of end of line', concat(utf8('<a>\r1\r\n2\n'), fromHex('c328')), 'line 4, column 1: the bytes are not utf-8'],
  ['UTF-8 in more bytes than needed', concat(utf8('<a>'), fromHex('c0bc'), utf8('</a>')), 'the bytes are not utf-8'],
  ['a surrogate in UTF-8', concat(utf8('<a>'), fromHex('eda080'), utf8('</a>')), 'the bytes are not utf-8'],
  ['UTF-16 with half a character', concat(fromHex('fffe'), utf16le('<a/>'), fromHex('20')), 'the bytes are not utf-16le'],
  ['UTF-16 without a byte order mark', utf16le('<a/>'), 'the character U+0000 is not allowed'],
  ['a declaration of another encoding', utf8('<?xml version="1.0" encoding="iso-8859-1"?><a/>'), 'says encoding "iso-8859-1", the bytes are utf-8'],
  ['utf-16 declared in UTF-8', utf8('<?xml version="1.0" encoding="utf-16"?><a/>'), 'says encoding "utf-16", the bytes are utf-8'],
  ['utf-8 declared in UTF-16', concat(fromHex('fffe'), utf16le('<?xml version="1.0" encoding="utf-8"?><a/>')), 'says encoding "utf-8", the bytes are utf-16le'],
  ['us-ascii declared for more than that', utf8('<?xml version="1.0" encoding="us-ascii"?><a>\u00E9</a>'), 'says encoding "us-ascii"'],
];

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
