import { encodingOf } from './reading.js';

/** Where saxes and our reader part, and who is right. */
export type Difference = {
  readonly name: string;
  readonly reason: string;
  /** Whether our reader refuses such documents (saxes takes them); if not, both may do either. */
  readonly weRefuse: boolean;
  applies(text: string, input: Uint8Array | string): boolean;
  /** A document that shows it: the moment both agree on it, the difference is none any more. */
  readonly example: Uint8Array | string;
};

const withoutValues = (text: string): string => text.replaceAll(/=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*')/g, '=');
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All of them. They are asked for only where the two do differ. */
export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'a local name that begins as no name may',
    reason: 'Namespaces in XML 1.0 §4 [7] QName: an NCName after the colon too; saxes looks at the first character of the whole name alone',
    weRefuse: true,
    applies: (text) => /<[^!?<>]*:[\u0300-\u036F\-.0-9\u00B7\u203F\u2040]/.test(withoutValues(text)),
    example: '<p:1 xmlns:p="urn:1"/>',
  },
  {
    name: 'an instruction without white space after its target',
    reason: 'XML 1.0 §2.6 [16] PI: white space, or the end; saxes takes a "?" that does not end it',
    weRefuse: true,
    applies: (text) => /<\?[^ \t\r\n?<>]+\?(?!>)/.test(text),
    example: '<a><?p?q?></a>',
  },
  {
    name: 'a declared encoding that is not that of the bytes',
    reason: 'XML 1.0 §4.3.3: an error; saxes has text before it and lets the declaration say what it likes',
    weRefuse: true,
    applies: (text, input) => {
      const declared = /^\uFEFF?<\?xml[^>]*?encoding[ \t\r\n]*=[ \t\r\n]*["']([^"']*)/.exec(text)?.[1]?.toLowerCase();
      return typeof input !== 'string' && declared !== undefined && declared !== encodingOf(input).slice(0, 'utf-16'.length);
    },
    example: utf8('<?xml version="1.0" encoding="iso-8859-1"?><a/>'),
  },
  {
    name: 'white space at an end of a namespace name',
    reason: 'Namespaces in XML 1.0 §2.3 compares names character for character; saxes drops white space from both ends',
    weRefuse: false,
    applies: (text) => /xmlns(?::[^\s=]*)?\s*=\s*(?:"(?:\s|&#)|'(?:\s|&#)|"[^"]*(?:\s|&#[^;"]*;)"|'[^']*(?:\s|&#[^;']*;)')/.test(text),
    example: '<a xmlns=" urn:1"/>',
  },
];

/** The names of the differences that a document may have; those where we refuse count only when we do. */
export function knownDifferences(text: string, input: Uint8Array | string, isRefused: boolean): readonly string[] {
  return DIFFERENCES.filter((difference) => (isRefused || !difference.weRefuse) && difference.applies(text, input)).map(({ name }) => name);
}
