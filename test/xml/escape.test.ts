import { describe, expect, test } from 'vitest';
import { ESCAPINGS, escapeXml } from '../../src/xml/escape.js';
import type { XmlReferences } from '../../src/xml/escape.js';

/** XML 1.0 §2.2 [2] Char, of one UTF-16 code unit: a surrogate alone is none. */
function isLegal(code: number): boolean {
  return code === 0x9 || code === 0xa || code === 0xd || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd);
}

type Case = readonly [references: XmlReferences, place: 'text' | 'value', special: Readonly<Record<string, string>>];

const NAMED = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const NUMERIC = { '&': '&#38;', '<': '&#60;', '>': '&#62;', '"': '&#34;', '\r': '&#xD;' };

const cases: readonly Case[] = [
  ['named', 'text', NAMED],
  ['named', 'value', { ...NAMED, '"': '&quot;', '\t': '&#9;', '\n': '&#10;' }],
  ['numeric', 'text', NUMERIC],
  ['numeric', 'value', { ...NUMERIC, '\t': '&#9;', '\n': '&#10;' }],
];

describe('escapeXml', () => {
  test.each(cases)('%s references, in a %s: every UTF-16 code unit, alone and inside', (references, place, special) => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0xffff; code++) {
      const character = String.fromCharCode(code);
      const expected = isLegal(code) ? (special[character] ?? character) : null;
      const alone = escapeXml(character, ESCAPINGS[references][place]);
      const inside = escapeXml(`a${character}b`, ESCAPINGS[references][place]);
      if (alone !== expected || inside !== (expected === null ? null : `a${expected}b`)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test.each(cases)('%s references, in a %s: characters beyond U+FFFF, and what is next to them', (references, place, special) => {
    const escaping = ESCAPINGS[references][place];
    expect(escapeXml('\u{10000}\u{1F600}\u{10FFFF}', escaping)).toBe('\u{10000}\u{1F600}\u{10FFFF}');
    expect(escapeXml('\u{1F600}&\u{1F600}', escaping)).toBe(`\u{1F600}${special['&']}\u{1F600}`);
    expect(escapeXml('\u{1F600}\uD83D', escaping)).toBeNull();
    expect(escapeXml('\uDE00\uD83D', escaping)).toBeNull();
  });
});
