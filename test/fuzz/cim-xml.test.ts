import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { decodeCimXml } from '../../src/cim/cim-xml.js';
import { parseCimDatetime } from '../../src/cim/datetime.js';
import { isCimInstance } from '../../src/cim/instance.js';
import { toJson } from '../../src/cim/json.js';
import { isInstancePath, parseObjectPath } from '../../src/cim/object-path.js';
import { ProtocolError } from '../../src/errors.js';
import { runs } from './runs.js';

const SEEDS = [
  ...['msvm-error-21024', 'msvm-virtualsystemmigrationsettingdata'].map((name) => readFileSync(new URL(`../../fixtures/cim/${name}.xml`, import.meta.url), 'utf8')),
  '<VALUE.NAMEDINSTANCE><INSTANCENAME CLASSNAME="C"><KEYBINDING NAME="K"><KEYVALUE VALUETYPE="numeric">5</KEYVALUE></KEYBINDING></INSTANCENAME>' +
    '<INSTANCE CLASSNAME="C"><PROPERTY NAME="T" TYPE="datetime"><VALUE>20261122061234.000000+060</VALUE></PROPERTY>' +
    '<PROPERTY.REFERENCE NAME="R"><VALUE.REFERENCE>root\\x:C.K="v"</VALUE.REFERENCE></PROPERTY.REFERENCE>' +
    '<PROPERTY NAME="E" TYPE="string" EmbeddedObject="instance"><VALUE>&lt;INSTANCE CLASSNAME="D"/&gt;</VALUE></PROPERTY>' +
    '<PROPERTY.ARRAY NAME="A" TYPE="real64"><VALUE.ARRAY><VALUE>1.5</VALUE><VALUE.NULL/></VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE></VALUE.NAMEDINSTANCE>',
];

/** Pieces that mean something to the decoder; a mutation puts one of them, or nothing, in place of a stretch of the text. */
const PIECES = [
  '<VALUE>', '</VALUE>', '<VALUE.ARRAY>', '</VALUE.ARRAY>', '<VALUE.NULL/>', '<VALUE/>', '<INSTANCE CLASSNAME="X"/>', '<VALUE.REFERENCE/>', '<INSTANCENAME CLASSNAME="é"/>',
  '<PROPERTY NAME="Z" TYPE="uint8"/>', 'TYPE="char16"', 'TYPE="reference"', 'TYPE="object"', 'EmbeddedObject="instance" ', 'NAME="__proto__"', '.REFERENCE', '.ARRAY',
  '<![CDATA[', ']]>', '&#0;', '&lt;', '&x;', '<!-- ', ' -->', '<!DOCTYPE x>', '', '"', '=', '\u0000', '\ud800', '-', '*', '9'.repeat(400), 'P', '\\"',
];

const mutation = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(30), piece: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8 })) });

function mutate(text: string, mutations: readonly { at: number; length: number; piece: string }[]): string {
  return mutations.reduce((mutated, { at, length, piece }) => {
    const start = Math.floor(at * mutated.length);
    return mutated.slice(0, start) + piece + mutated.slice(start + length);
  }, text);
}

/** What a decoder gave, or our error; anything else it throws fails the test. */
function resultOf<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return null;
  }
}

describe('a mutated text gives a value or our error', () => {
  test.each(SEEDS)('CIM-XML: %.60s', (seed) => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 5 }), (mutations) => {
        const instance = resultOf(() => decodeCimXml(mutate(seed, mutations)));
        if (instance === null) return;
        expect(isCimInstance(instance)).toBe(true);
        expect(JSON.parse(JSON.stringify(toJson(instance)))).toBeTypeOf('object');
      }),
      runs(400),
    );
  });

  test('bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        resultOf(() => decodeCimXml(bytes));
      }),
    );
  });

  test('an object path', () => {
    const seed = String.raw`\\HV01\root\virtualization\v2:Msvm_X.A="\\\\h\\root\\x:B.K=\"v\"",B=5,C=TRUE`;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const parsed = resultOf(() => parseObjectPath(mutate(seed, mutations)));
        if (parsed !== null) expect(isInstancePath(parsed.path)).toBe(true);
      }),
      runs(1000),
    );
  });

  test.each(['20261122061234.123456+060', '00000001132312.000000:000', '2026-10-05T04:23:50.25+01:00', 'P1DT2H3M4.5S'])('a datetime: %s', (seed) => {
    const piece = fc.constantFrom('*', '**', '9', '0', '-', '+', ':', '.', 'T', 'Z', 'P', '', ' ');
    const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(3), piece });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const value = resultOf(() => parseCimDatetime(mutate(seed, changes)));
        if (value === null) return;
        expect(value.toCim()).toHaveLength(25);
        expect(parseCimDatetime(value.toXml()).toCim().slice(0, 21)).toBe(value.toCim().slice(0, 21));
      }),
      runs(1000),
    );
  });
});
