import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filled, NAMESPACE } from '../testing/repository-support.js';
import { parseWql } from '../../src/testing/wql/parse.js';
import { WmiError } from '../../src/testing/repository/wmi-error.js';
import { WqlError } from '../../src/testing/wql/wql-error.js';
import { runs } from './runs.js';

/** Words that mean something to the parser, and pieces of them. */
const PIECES = [
  'SELECT', '*', 'FROM', 'T_System', 'T_Element', 'WHERE', 'Name', 'Memory', 'Settings', 'Settings.Cores', '__PATH', '__CLASS', '=', '<>', '!=', '<=', '>', 'AND', 'OR', 'NOT', '(', ')', 'IS', 'NULL',
  'ISA', 'LIKE', 'TRUE', 'WITHIN', '5', '-1.5e3', '0x1F', "'web%'", '"[a-f]"', "'[^'", String.raw`'\\'`, "'", '"', '\\', '{', '}', '{T_System.Name="web01"}', '{T_X}', 'ASSOCIATORS', 'REFERENCES', 'OF', 'AssocClass', 'ResultClass',
  'Role', 'KeysOnly', 'ClassDefsOnly', '.', ',', '%', '9'.repeat(400), '1e999', '__proto__', 'constructor', '\u0000', '\ud800', '\u00a0', 'é', '-', ';', '{{', '('.repeat(70), 'NOT '.repeat(70),
];

const SEEDS = [
  "SELECT Name, Memory FROM T_System WHERE (Enabled = TRUE AND Memory > 5) OR NOT Name LIKE 'w%[0-9]' AND Started < '20261122061234.500000+060'",
  "SELECT * FROM T_System WITHIN 5 WHERE Settings ISA 'T_Settings' AND Settings.Cores = 4 OR Owner IS NOT NULL",
  'ASSOCIATORS OF {root\\test:T_System.Name="web01"} WHERE AssocClass = T_Link ResultClass = T_Disk Role = Antecedent ResultRole = Dependent KeysOnly',
  'REFERENCES OF {T_Port.Device="eth",Number=7} WHERE ResultClass = T_Link Role = Dependent',
];

const mutation = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(12), piece: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6 })) });
const text = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(' ')),
  fc.tuple(fc.constantFrom(...SEEDS), fc.array(mutation, { maxLength: 4 })).map(([seed, mutations]) =>
    mutations.reduce((mutated, { at, length, piece }) => {
      const start = Math.floor(at * mutated.length);
      return mutated.slice(0, start) + piece + mutated.slice(start + length);
    }, seed),
  ),
);

test('any text is a query or gives the error of WQL; a query finds instances or gives a status of WMI', () => {
  const repository = filled();
  let read = 0;
  let answered = 0;
  fc.assert(
    fc.property(text, (candidate) => {
      try {
        parseWql(candidate, NAMESPACE);
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(WqlError);
        const { offset } = error as WqlError;
        expect(offset >= 0 && offset <= candidate.length).toBe(true);
        return;
      }
      try {
        expect([...repository.query(candidate, NAMESPACE)].length).toBeLessThanOrEqual(4);
        answered++;
      } catch (error) {
        expect(error).toBeInstanceOf(WmiError);
      }
    }),
    runs(4000),
  );
  expect(read).toBeGreaterThan(200);
  expect(answered).toBeGreaterThan(100);
});

test.each([
  ['a text that does not end', `SELECT * FROM C WHERE a = '${'x\\\\'.repeat(5000)}`],
  ['a path with an open quote', `ASSOCIATORS OF {${`C.K="x",`.repeat(1500)}K="`],
  ['nothing but braces', '{'.repeat(16_000)],
  ['nothing but parentheses', `SELECT * FROM C WHERE ${'('.repeat(16_000)}`],
  ['a long number', `SELECT * FROM C WHERE a = ${'9'.repeat(16_000)}`],
  ['too long a query', 'SELECT * FROM C'.padEnd(1_000_000)],
])('%s is refused', (_, candidate) => {
  expect(() => parseWql(candidate)).toThrow(WqlError);
});
