import { describe, expect, it, test } from 'vitest';
import { parseWql } from '../../../src/testing/wql/parse.js';
import type { Condition, Operand, Query } from '../../../src/testing/wql/query.js';
import { propertiesOf } from '../../../src/testing/wql/query.js';
import { WqlError } from '../../../src/testing/wql/wql-error.js';

const property = (...path: string[]): Operand => ({ kind: 'property', path });
const literal = (value: string | bigint | number | boolean): Operand => ({ kind: 'literal', value });
const equal = (name: string, value: string | bigint | number | boolean): Condition => ({ kind: 'compare', left: property(name), comparison: '=', right: literal(value) });
const select = (more: Partial<Extract<Query, { kind: 'select' }>>): Query => ({ kind: 'select', properties: null, className: 'C', within: null, where: null, ...more });

test.each<[string, Query]>([
  ['SELECT * FROM C', select({})],
  ['  select\n*\tfrom C  ', select({})],
  ['SELECT a, __PATH,b FROM C', select({ properties: ['a', '__PATH', 'b'] })],
  ['SELECT * FROM C WITHIN 5', select({ within: 5 })],
  ['SELECT * FROM C WITHIN 0.5 WHERE a = 1', select({ within: 0.5, where: equal('a', 1n) })],
])('%s', (text, query) => {
  expect(parseWql(text)).toEqual(query);
});

describe('conditions', () => {
  const [a, b, c] = [equal('a', 1n), equal('b', 2n), equal('c', 3n)];

  it.each<[string, Condition]>([
    ['a = 1', a],
    ['a=1', a],
    ['(a = 1)', a],
    ['1 = a', { kind: 'compare', left: literal(1n), comparison: '=', right: property('a') }],
    ['a <> b', { kind: 'compare', left: property('a'), comparison: '<>', right: property('b') }],
    ['a != 1', { kind: 'compare', left: property('a'), comparison: '<>', right: literal(1n) }],
    ['a <= 1', { kind: 'compare', left: property('a'), comparison: '<=', right: literal(1n) }],
    ['a >= 1', { kind: 'compare', left: property('a'), comparison: '>=', right: literal(1n) }],
    ['a < 1', { kind: 'compare', left: property('a'), comparison: '<', right: literal(1n) }],
    ['a > 1', { kind: 'compare', left: property('a'), comparison: '>', right: literal(1n) }],
    ['a = 1 AND b = 2 AND c = 3', { kind: 'and', conditions: [a, b, c] }],
    ['a = 1 OR b = 2 AND c = 3', { kind: 'or', conditions: [a, { kind: 'and', conditions: [b, c] }] }],
    ['(a = 1 OR b = 2) and c = 3', { kind: 'and', conditions: [{ kind: 'or', conditions: [a, b] }, c] }],
    ['NOT a = 1 AND b = 2', { kind: 'and', conditions: [{ kind: 'not', condition: a }, b] }],
    ['NOT (a = 1 AND b = 2)', { kind: 'not', condition: { kind: 'and', conditions: [a, b] } }],
    ['NOT NOT a = 1', { kind: 'not', condition: { kind: 'not', condition: a } }],
    ['a IS NULL', { kind: 'isNull', path: ['a'] }],
    ['a is not null', { kind: 'not', condition: { kind: 'isNull', path: ['a'] } }],
    ['a = NULL', { kind: 'isNull', path: ['a'] }],
    ['a <> NULL', { kind: 'not', condition: { kind: 'isNull', path: ['a'] } }],
    ["TargetInstance ISA 'X'", { kind: 'isA', path: ['TargetInstance'], className: 'X' }],
    ['TargetInstance.a.b = 1', { kind: 'compare', left: property('TargetInstance', 'a', 'b'), comparison: '=', right: literal(1n) }],
    [
      "a LIKE 'x%_[a-c]'",
      {
        kind: 'like',
        path: ['a'],
        pattern: [{ kind: 'character', character: 'X' }, { kind: 'many' }, { kind: 'one' }, { kind: 'set', negated: false, ranges: [['A', 'C']] }],
      },
    ],
  ])('%s', (text, where) => {
    expect(parseWql(`SELECT * FROM C WHERE ${text}`)).toEqual(select({ where }));
  });

  it.each<[string, string | bigint | number | boolean]>([
    ["'x'", 'x'],
    ['"x"', 'x'],
    ["''", ''],
    ['"it\'s"', "it's"],
    [String.raw`'it\'s'`, "it's"],
    [String.raw`"say \"x\""`, 'say "x"'],
    [String.raw`'C:\\VMs\\web01'`, String.raw`C:\VMs\web01`],
    ['18446744073709551615', 18446744073709551615n],
    ['-7', -7n],
    ['010', 10n],
    ['0x1F', 31n],
    ['1.5', 1.5],
    ['-2.5e3', -2500],
    ['TRUE', true],
    ['false', false],
  ])('a constant: %s', (text, value) => {
    expect(parseWql(`SELECT * FROM C WHERE a = ${text}`)).toEqual(select({ where: equal('a', value) }));
  });
});

describe('associations', () => {
  const path = { namespace: 'root/virtualization/v2', className: 'C', keys: { K: 'a}b' } };
  const flags = { classDefsOnly: false, keysOnly: false };

  it.each<[string, Query]>([
    ['ASSOCIATORS OF {C.K="a}b"}', { kind: 'associators', path, filter: {}, ...flags }],
    [String.raw`associators of { \\HOST\root\virtualization\v2:C.K='a}b' }`, { kind: 'associators', path, filter: {}, ...flags }],
    [
      'ASSOCIATORS OF {C.K="a}b"} WHERE ResultRole = s Role=r KEYSONLY AssocClass = X resultclass = Y',
      { kind: 'associators', path, filter: { resultRole: 's', role: 'r', associationClass: 'X', resultClass: 'Y' }, classDefsOnly: false, keysOnly: true },
    ],
    ['ASSOCIATORS OF {C.K="a}b"} WHERE ClassDefsOnly', { kind: 'associators', path, filter: {}, classDefsOnly: true, keysOnly: false }],
    ['REFERENCES OF {C.K="a}b"}', { kind: 'references', path, filter: {}, ...flags }],
    ['REFERENCES OF {C.K="a}b"} WHERE ResultClass = X Role = r', { kind: 'references', path, filter: { resultClass: 'X', role: 'r' }, ...flags }],
  ])('%s', (text, query) => {
    expect(parseWql(text)).toEqual(query);
  });

  it('a path without a namespace is in the one that is given', () => {
    expect(parseWql('REFERENCES OF {C.K=1}', 'root/cimv2')).toMatchObject({ path: { namespace: 'root/cimv2', className: 'C', keys: { K: 1 } } });
  });
});

test.each<[string, number, string]>([
  ['', 0, 'expected SELECT, ASSOCIATORS or REFERENCES, found the end of the query'],
  ['DELETE', 0, 'found "DELETE"'],
  ['SELECT FROM', 11, 'expected FROM'],
  ['SELECT * C', 9, 'expected FROM'],
  ['SELECT * FROM', 13, 'expected the name of a class'],
  ['SELECT * FROM C WHERE', 21, 'expected a property, a text, a number, TRUE or FALSE'],
  ['SELECT * FROM C a = 1', 16, 'expected the end of the query'],
  ['SELECT a, FROM C', 15, 'expected FROM'],
  ['SELECT a, A FROM C', 10, 'the property A is asked for twice'],
  ['SELECT a.b FROM C', 8, 'expected FROM'],
  ['SELECT * FROM C WITHIN x', 23, 'a number of seconds'],
  ['SELECT * FROM C WITHIN 0', 23, 'above 0'],
  ['SELECT * FROM C WHERE a', 23, 'expected a comparison, LIKE, IS or ISA'],
  ['SELECT * FROM C WHERE a =', 25, 'found the end of the query'],
  ['SELECT * FROM C WHERE a = 1 b = 2', 28, 'expected the end of the query'],
  ['SELECT * FROM C WHERE (a = 1', 28, 'expected )'],
  ['SELECT * FROM C WHERE a IS 5', 27, 'expected NULL'],
  ["SELECT * FROM C WHERE a NOT LIKE 'x'", 24, 'expected a comparison'],
  ['SELECT * FROM C WHERE a LIKE 5', 29, 'a pattern in quotes'],
  ["SELECT * FROM C WHERE a LIKE 'x[a'", 29, 'not closed'],
  ["SELECT * FROM C WHERE a LIKE 'x[]'", 29, 'empty set'],
  ['SELECT * FROM C WHERE a ISA X', 28, 'the name of a class in quotes'],
  ['SELECT * FROM C WHERE 1 = 2', 24, 'has to be a property'],
  ['SELECT * FROM C WHERE 1 = NULL', 24, 'compared with NULL'],
  ['SELECT * FROM C WHERE a < NULL', 24, 'compared with NULL'],
  ["SELECT * FROM C WHERE a = 'x", 26, 'a text that does not end'],
  [String.raw`SELECT * FROM C WHERE a = 'C:\VMs'`, 26, 'backslash'],
  ['SELECT * FROM C WHERE a = 12x', 26, 'begins no word'],
  [`SELECT * FROM C WHERE a = 1e999`, 26, 'too large'],
  ['SELECT * FROM C; --', 15, '";" begins no word of WQL'],
  ['ASSOCIATORS {C.K=1}', 12, 'expected OF'],
  ['ASSOCIATORS OF C.K=1', 15, 'in braces'],
  ['ASSOCIATORS OF {C.K="1}', 15, 'does not end with }'],
  ['ASSOCIATORS OF {C}', 15, 'not the path of an instance'],
  ['ASSOCIATORS OF {C.K=1} WHERE', 28, 'ASSOCCLASS, RESULTCLASS'],
  ['ASSOCIATORS OF {C.K=1} WHERE Class = X', 29, 'Class is none of'],
  ['ASSOCIATORS OF {C.K=1} WHERE constructor = X', 29, 'constructor is none of'],
  ['ASSOCIATORS OF {C.K=1} WHERE Role = a Role = b', 38, 'Role is given twice'],
  ['ASSOCIATORS OF {C.K=1} WHERE KeysOnly KeysOnly', 38, 'KeysOnly is given twice'],
  ["ASSOCIATORS OF {C.K=1} WHERE Role = 'a'", 36, 'expected a name'],
  ['REFERENCES OF {C.K=1} WHERE AssocClass = X', 28, 'AssocClass is none of'],
])('refused, with its place: %s', (text, offset, message) => {
  const parse = (): unknown => parseWql(text);
  expect(parse).toThrow(WqlError);
  expect(parse).toThrow(expect.objectContaining({ offset, status: 0x80041017, statusName: 'invalidQuery', message: expect.stringContaining(message) as string }) as Error);
});

describe('limits', () => {
  const nested = (depth: number): string => `SELECT * FROM C WHERE ${'('.repeat(depth)}a = 1${')'.repeat(depth)}`;

  it.each([
    ['64 parentheses', nested(64)],
    ['64 NOT', `SELECT * FROM C WHERE ${'NOT '.repeat(64)}a = 1`],
    ['500 AND', `SELECT * FROM C WHERE ${'a = 1 AND '.repeat(500)}a = 1`],
    ['16,384 characters', 'SELECT * FROM C'.padEnd(16_384)],
    ['a pattern of 1,024 characters', `SELECT * FROM C WHERE a LIKE '${'x'.repeat(1024)}'`],
  ])('%s are read', (_, text) => {
    expect(parseWql(text).kind).toBe('select');
  });

  it.each([
    ['65 parentheses', nested(65)],
    ['65 NOT', `SELECT * FROM C WHERE ${'NOT '.repeat(65)}a = 1`],
    ['5,000 parentheses', nested(5000)],
    ['16,385 characters', 'SELECT * FROM C'.padEnd(16_385)],
    ['a pattern of 1,025 characters', `SELECT * FROM C WHERE a LIKE '${'x'.repeat(1025)}'`],
  ])('%s are refused', (_, text) => {
    expect(() => parseWql(text)).toThrow(WqlError);
  });
});

test('propertiesOf names what a query uses of its class', () => {
  const query = parseWql("SELECT a, __PATH FROM C WHERE (b = 1 OR NOT 2 = c.x) AND d IS NULL AND e LIKE 'x' AND f ISA 'X' AND __class = 'C' AND __what = 1");
  expect(query.kind === 'select' && propertiesOf(query)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', '__what']);
});
