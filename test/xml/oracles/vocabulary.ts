/** What generated documents are made of: beside each kind that XML 1.0 and Namespaces in XML 1.0 allow, one that they do not (`NO_`, and FAULTS). */

/** Names that begin as others do: who takes a name for the one before must look at its end. */
export const ALIKE = ['a', 'ab', 'abc', 'ab-', 'ab.c'];
export const NAMES = [...ALIKE, 'b', 'p', 'n', 'Item', 'xmlish', 'constructor', '__proto__', 'toString'];
/** Characters at the edges of XML 1.0 §2.3 [4] NameStartChar and [4a] NameChar. */
export const EDGE_NAMES = [
  '_', '_a', 'A.-9', 'Z\u00B7', '\u00C0', '\u00D6', '\u00D8\u00F6', '\u00F8\u02FF', '\u0370', '\u037D\u037F', '\u1FFF', '\u200C\u200D',
  '\u2070\u218F', '\u2C00\u2FEF', '\u3001\uD7FF', '\uF900\uFDCF', '\uFDF0\uFFFD', '\u{10000}', '\u{EFFFF}a', 'a\u0300\u036F', 'a\u203F\u2040', '\u167F\u1681',
];
export const NO_NAMES = [
  '', '-a', '.a', '1', '\u00B7a', '\u0300', 'a\u00D7', 'a\u00F7', 'a\u037E', '\u2000', 'a\u2041', '\u218F\u2190', '\u3000a', 'a\u{F0000}',
  'a:b:c', ':a', 'a:', 'p:1', 'q:a', 'xmlns:a',
];

/** Prefixes that documents declare. */
export const DECLARED = ['p', 'pq', 'a', '__proto__'];
export const URIS = ['urn:1', 'urn:2', 'urn:&#49;', 'http://h/a?b&amp;c', 'a b', '\u00E9}'];
export const NO_URIS = ['', ' ', ' urn:1', 'http://www.w3.org/XML/1998/namespace', 'http://www.w3.org/2000/xmlns/', 'urn:<'];

/** White space where there must be some; mostly one space. */
export const SPACES = [' ', ' ', ' ', ' ', '  ', '\t', '\n', '\r', '\r\n', ' \n\t'];
/** White space where there may be some; mostly none. */
export const GAPS = ['', '', '', '', '', ' ', '\n', '\r\n'];

/** Of texts and values: what is nothing but itself. */
export const PLAIN = ['x', '0', 'true', 'p:x', 'some more text, '];
export const VALUES = [
  '', 'x', '1', 'true', 'p:x', '007', 'urn:1', ' ', 'a b', '\t', '\n', '\r', '\r\n', '&#9;', '&#xA;', '&#13;', '>', '/>', ']]>', '=', '\u00A0', '\u2028',
  '&lt;', '&amp;', '&amp;lt;', '&gt;', '&quot;', '&apos;', '\u{1F600}', '&#x1F600;', '&#128512;',
];
export const NO_ATTRIBUTES = [' b', ' b=1', 'b="1"', ' b="1" b="2"', " p:b='1' pq:b='1' xmlns:p='urn:1' xmlns:pq='urn:&#49;'", ' /', ' b="'];

export const TEXTS = [
  'x', '0', 'true', 'some more text, ', ' ', '\t', '\n', '\r', '\r\n', '\r\r\n\n', '&#13;', '&#xd;\n', '&amp;', '&lt;b/&gt;', '&quot;', '&apos;', '&amp;#65;', '&#x000041;',
  'x>', ']]', ']]&gt;', '"', "'", '\u0085', '\u00E9', '\uFFFD', '\u{10FFFF}',
];
/** Content that is neither an element nor text. */
export const OTHERS = [
  '<!---->', '<!-- <a> & ]]> -->', '<!-- - -->', '<?p?>', "<?p it's \"?>", '<?p\n<a>?>', '<?xml-x ?>', '<?p ??>',
  '<![CDATA[]]>', '<![CDATA[<a>&amp;]]>', '<![CDATA[]]]]>', '<![CDATA[\r\n]]>', '<![CDATA[x]]]]><![CDATA[>]]>',
];
/** What no text, no value and no space around the root may have; some of it is content. */
export const FAULTS = [
  '&', '&#0;', '&#xD800;', '&#x110000;', '&x;', '&LT;', '&lt', '&#X41;', '<', ']]>', '\u0001', '\uFFFE', '\uD800', '<!-- -- -->', '<!-- --->', '<!--->',
  '<??>', '<?p:q?>', '<?p?q?>', '<?xml version="1.0"?>', '<![CDATA[', '<!DOCTYPE a>', '</a>', '<a>', '<a/>', '<a></a>', '< a/>',
];

export const DECLARATIONS = ['<?xml version="1.0"?>', "<?xml version='1.1' ?>", '<?xml\r\nversion\t=\n"1.0"\rstandalone="no"?>', '<?xml version="1.0" standalone = \'yes\'?>\n'];
export const NO_DECLARATIONS = [
  '<?xml?>', '<?xml version="2.0"?>', '<?xml version="1.0"encoding="utf-8"?>', '<?xml encoding="utf-8"?>', '<?xml version="1.0" standalone="yes" encoding="utf-8"?>',
  '<?XML version="1.0"?>', ' <?xml version="1.0"?>', '<!DOCTYPE a>', 'x', '<?xml version="1.0" encoding="iso-8859-1"?>',
];

/** Pieces of markup that a mutation puts in. */
export const PIECES = [
  '<', '>', '/', '"', "'", '=', '&', ';', ':', '!', '?', '-', '--', ']', '[', ' ', '\r', '\n', '\t', '/>', '</', '&amp;', '&#', '&#x', ']]>', '-->', '<!--', '<![CDATA[', '<?', '?>',
  '<a>', '</a>', '<b/>', ' b="1"', " b='2'", 'xmlns=""', ' xmlns="urn:2"', ' xmlns:p="urn:2"', ' xmlns:p=""', 'p:', 'xml:', 'xmlns:', 'a', 'b', '1',
  '\u0000', '\u0085', '\uFEFF', '\uFFFF', '\uD83D', '\uDE00', '<!DOCTYPE a>',
];
