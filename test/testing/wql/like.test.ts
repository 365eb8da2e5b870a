import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchLike, parseLike } from '../../../src/testing/wql/like.js';
import { runs } from '../../fuzz/runs.js';

const matchesText = (pattern: string, text: string): boolean => matchLike(parseLike(pattern)!, text);

test.each<[pattern: string, text: string, matches: boolean]>([
  ['', '', true],
  ['', 'x', false],
  ['web01', 'WEB01', true],
  ['web01', 'web012', false],
  ['web%', 'web', true],
  ['web%', 'web01', true],
  ['web%', 'aweb', false],
  ['%web%', 'my web server', true],
  ['%', '', true],
  ['%%', 'x', true],
  ['%a%b', 'xaxbxab', true],
  ['%a%b', 'xaxbxabx', false],
  ['_', '', false],
  ['_', '%', true],
  ['__', 'ab', true],
  ['web_1', 'web01', true],
  ['[a-f]', 'd', true],
  ['[a-f]', 'D', true],
  ['[A-F]', 'd', true],
  ['[a-f]', 'g', false],
  ['[adf]', 'd', true],
  ['[adf]', 'b', false],
  ['[^a-f]', 'g', true],
  ['[^a-f]', 'A', false],
  ['[^a-f]', '', false],
  ['[a-cx-z]5', 'y5', true],
  ['[a-cx-z]5', 'd5', false],
  ['[-a]', '-', true],
  ['[a-]', '-', true],
  ['[_][%]', '_%', true],
  ['[_]', 'x', false],
  ['[[]a]', '[a]', true],
  ['a^b', 'a^b', true],
  ['[^]', '^', true],
  ['%[^0-9]', 'web01', false],
  ['.*', 'xx', false],
  ['a\nb%', 'a\nb\nc', true],
  ['STRASSE', 'straße', false],
  ['_ß_', 'xßy', true],
])('LIKE %j: %j %s', (pattern, text, expected) => {
  expect(matchesText(pattern, text)).toBe(expected);
});

test.each(['[', 'x[a', '[]', '[]a]', '[a]['])('%j is no pattern', (pattern) => {
  expect(parseLike(pattern)).toBeNull();
});

type Element = readonly [like: string, expression: string, text: string];

/** An element of a pattern, the expression that means the same, and a text that fits. Ranges are of one letter case, in order. */
const element = fc.oneof(
  fc.constantFrom<Element>(
    ['%', '.*', ''], ['%', '.*', 'ab'], ['_', '.', '%'], ['[_]', '_', '_'], ['[%]', '%', '%'], ['[[]', '\\[', '['], [']', '\\]', ']'], ['^', '\\^', '^'], ['.', '\\.', '.'],
    ['*', '\\*', '*'], ['\\', '\\\\', '\\'],
  ),
  fc.constantFrom('a', 'B', 'c', 'D', '0', '9', '-', ' ').map((character): Element => [character, character, character.toLowerCase()]),
  fc.constantFrom('a-c', 'B-D', 'cb', '0-5c', 'a-bDc', 'c0-9', '.c', 'C*').map((set): Element => [`[${set}]`, `[${set}]`, 'c']),
  fc.constantFrom('a-c', 'B-D', 'ab', '0-5').map((set): Element => [`[^${set}]`, `[^${set}]`, '9']),
);
const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'B', 'c', 'd', '0', '5', '9', '-', '_', '%', '[', ']', '^', '.', '*', '\\', ' ', '\n'), maxLength: 6 });

test('LIKE agrees with the regular expression that means the same', () => {
  let matched = 0;
  fc.assert(
    fc.property(fc.array(element, { maxLength: 8 }), text, fc.constantFrom('text', 'fitting', 'longer'), (elements, candidate, kind) => {
      const fitting = elements.map(([, , sample]) => sample).join('');
      const whole = kind === 'text' ? candidate : kind === 'fitting' ? fitting : fitting + candidate;
      const expected = new RegExp(`^${elements.map(([, expression]) => expression).join('')}$`, 'is').test(whole);
      if (expected) matched++;
      expect(matchesText(elements.map(([like]) => like).join(''), whole)).toBe(expected);
    }),
    runs(5000),
  );
  expect(matched).toBeGreaterThan(1500);
});

test.each([
  ['many %', `${'%a'.repeat(500)}%b`],
  ['a long text after %', `%${'a'.repeat(1000)}b`],
])('LIKE takes no time that grows beyond the product of the lengths: %s', (_, pattern) => {
  expect(matchesText(pattern, 'a'.repeat(20_000))).toBe(false);
  expect(matchesText(pattern, `${'a'.repeat(20_000)}b`)).toBe(true);
});
