/** Every class of the schema, and every method of it, with random values from a fixed seed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { isCimInstance } from '../../src/cim/instance.js';
import { instancePath, isInstancePath } from '../../src/cim/object-path.js';
import type { CimValue } from '../../src/cim/types.js';
import { type MethodInfo, loadSchema } from '../../src/schema/class-info.js';
import { instanceOf, parametersOf } from './arbitraries.js';
import { expectBodyRoundTrip, expectCimXmlRoundTrip, expectInParametersRoundTrip, expectOutParametersRoundTrip, isArray } from './round-trips.js';

const schema = await loadSchema();
const { typeOf } = schema;
const classes = schema.classNames.map((name) => schema.classInfo(name)!);
const methods: readonly (readonly [owner: string, method: MethodInfo])[] = classes.flatMap(({ name, methods: own }) => [...own.values()].map((method) => [name, method] as const));

/** One try, told apart from the others by its seed, so that classes with the same properties do not get the same values. */
const once = (index: number): { numRuns: number; seed: number } => ({ numRuns: 1, seed: 20_261_122 + index });

const KINDS = ['null', 'array of 0', 'array of 1', 'array of 2', 'instance', 'reference', 'interval', 'date', '*', '18446744073709551615', '-9223372036854775808', '9007199254740993', '\r', '\n', '&', '<', ']]>', '\u{10FFFF}'];

/** What a value is, and what is special in its text. */
function kindsOf(value: CimValue): readonly string[] {
  if (value === null) return ['null'];
  if (isArray(value)) return [`array of ${value.length}`, ...value.filter((item) => item !== null).flatMap(kindsOf)];
  if (isCimInstance(value)) return ['instance'];
  if (isInstancePath(value)) return ['reference'];
  if (value instanceof CimInterval || value instanceof CimDateTime) return [value instanceof CimInterval ? 'interval' : 'date', ...(value.toCim().includes('*') ? ['*'] : [])];
  return KINDS.filter((part) => String(value).includes(part));
}

describe('every class', () => {
  it('is one of 451, with 8743 properties and 974 methods', () => {
    expect([classes.length, classes.reduce((sum, { properties }) => sum + properties.size, 0), methods.length]).toEqual([451, 8743, 974]);
  });

  it('comes back from CIM-XML', () => {
    classes.forEach(({ name, properties }, index) => {
      fc.assert(fc.property(instanceOf(schema, name, properties), (instance) => expectCimXmlRoundTrip(instance, typeOf)), once(index));
    });
  });

  it('comes back from the body of a message', () => {
    classes.forEach(({ name, properties, namespace }, index) => {
      fc.assert(fc.property(instanceOf(schema, name, properties), (instance) => expectBodyRoundTrip(instance, namespace, typeOf)), once(index));
    });
  });

  it('is tried with nulls, empty arrays, arrays of one, extremes, and instances and references in others', () => {
    const seen = new Set<string>();
    classes.forEach(({ name, properties }, index) => {
      for (const instance of fc.sample(instanceOf(schema, name, properties), once(index))) Object.values(instance).flatMap(kindsOf).forEach((kind) => seen.add(kind));
    });
    expect(KINDS.filter((kind) => !seen.has(kind))).toEqual([]);
  });
});

describe('every method of every class', () => {
  it('gets the parameters that the caller gave', () => {
    methods.forEach(([owner, { name, parameters }], index) => {
      const property = fc.property(parametersOf(schema, parameters.filter((parameter) => parameter.in)), (given) =>
        expectInParametersRoundTrip(instancePath(owner, {}), name, given, typeOf));
      fc.assert(property, once(index));
    });
  });

  it('gives the caller what the service answered', () => {
    methods.forEach(([owner, { name, parameters }], index) => {
      const property = fc.property(parametersOf(schema, parameters.filter((parameter) => parameter.out)), fc.nat(0xffffffff), (out, returnValue) =>
        expectOutParametersRoundTrip(instancePath(owner, {}), name, out, returnValue, typeOf));
      fc.assert(property, once(index));
    });
  });
});
