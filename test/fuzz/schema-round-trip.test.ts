/** The round trips of test/schema over random classes and methods, at any size; and over the types that no class of the schema uses. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instancePath } from '../../src/cim/object-path.js';
import type { CimTypeName } from '../../src/cim/types.js';
import { type MemberInfo, loadSchema } from '../../src/schema/class-info.js';
import type { TypeOf } from '../../src/wsman/instance.js';
import { instanceOf, parametersOf } from '../schema/arbitraries.js';
import { expectBodyRoundTrip, expectCimXmlRoundTrip, expectInParametersRoundTrip, expectOutParametersRoundTrip } from '../schema/round-trips.js';
import { runs } from './runs.js';

const schema = await loadSchema();
const { typeOf } = schema;
const classes = schema.classNames.map((name) => schema.classInfo(name)!);
const methods = classes.flatMap(({ name, methods: own }) => [...own.values()].map((method) => ({ path: instancePath(name, {}), method })));
const instance = fc.constantFrom(...classes).chain(({ name, properties, namespace }) => fc.tuple(instanceOf(schema, name, properties), fc.constant(namespace)));

test('an instance, CIM-XML', () => {
  fc.assert(fc.property(instance, ([chosen]) => expectCimXmlRoundTrip(chosen, typeOf)), runs(300));
});

test('an instance, body', () => {
  fc.assert(fc.property(instance, ([chosen, namespace]) => expectBodyRoundTrip(chosen, namespace, typeOf)), runs(300));
});

test('parameters, in and out', () => {
  const call = fc.constantFrom(...methods).chain(({ path, method }) =>
    fc.record({
      path: fc.constant(path),
      name: fc.constant(method.name),
      given: parametersOf(schema, method.parameters.filter((parameter) => parameter.in)),
      out: parametersOf(schema, method.parameters.filter((parameter) => parameter.out)),
      returnValue: fc.nat(0xffffffff),
    }),
  );
  fc.assert(
    fc.property(call, ({ path, name, given, out, returnValue }) => {
      expectInParametersRoundTrip(path, name, given, typeOf);
      expectOutParametersRoundTrip(path, name, out, returnValue, typeOf);
    }),
    runs(300),
  );
});

/** DSP0004 §5.2, every type, alone and as an array. */
const TYPES: readonly CimTypeName[] = ['boolean', 'uint8', 'sint8', 'uint16', 'sint16', 'uint32', 'sint32', 'uint64', 'sint64', 'real32', 'real64', 'string', 'char16', 'datetime', 'reference'];
const member = (type: CimTypeName, array: boolean): MemberInfo => ({ type, array, key: false, values: null, embeddedClass: null, referenceClass: null, writable: false });
const everyType = new Map<string, MemberInfo>(TYPES.flatMap((type) => [[`One_${type}`, member(type, false)] as const, [`Many_${type}`, member(type, true)] as const]));
const typeOfEveryType: TypeOf = (_, name) => everyType.get(name) ?? null;

test('an instance with a property of every type', () => {
  expect(everyType.size).toBe(30);
  fc.assert(
    fc.property(instanceOf(schema, 'Msvm_EveryType', everyType), (chosen) => {
      expectCimXmlRoundTrip(chosen, typeOfEveryType);
      expectBodyRoundTrip(chosen, 'root/virtualization/v2', typeOfEveryType);
    }),
    runs(200),
  );
});
