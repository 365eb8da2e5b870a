/** Random values that are legal for the members of a class: what a host may send, and a caller may give. */
import fc from 'fast-check';
import { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { type CimInstance, createInstance } from '../../src/cim/instance.js';
import { type InstancePath, instancePath } from '../../src/cim/object-path.js';
import type { CimScalar, CimTypeName, CimValue } from '../../src/cim/types.js';
import type { ClassInfo, MemberInfo, ParameterInfo, Schema } from '../../src/schema/class-info.js';

/** How deep instances and references lie in one another. */
const DEPTH = 2;

/** XML 1.0 §2.2 [2] Char by its ranges; what is markup, a reference, white space at an end or a line end to a reader comes often. */
const character = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0x20, max: 0x7f }) },
  { weight: 2, arbitrary: fc.constantFrom(...'\t\n\r\u0085\u2028\uFEFF\uFFFD\u{10FFFF}'.split(/(?:)/u).map((text) => text.codePointAt(0)!)) },
  fc.integer({ min: 0x80, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0xfffd }),
  fc.integer({ min: 0x10000, max: 0x10ffff }),
).map((point) => String.fromCodePoint(point));
const markup = fc.constantFrom('<', '>', '&', '"', "'", '\\', ']]>', '<![CDATA[', '-->', '&amp;', '&#13;', '&lt;INSTANCE', '<a/>', '\r\n', ' ');
const text = fc.oneof(fc.constantFrom('', ' ', '007', 'true', '0x1F', 'null', 'root\\x:C.K="v"'), fc.string({ unit: fc.oneof({ weight: 5, arbitrary: character }, markup), maxLength: 12 }));

const digits = (min: number, max: number, length: number): fc.Arbitrary<string> => fc.integer({ min, max }).map((value) => String(value).padStart(length, '0'));
/** A text with each of its fields, at random, unknown; most often none is. */
const masked = (...fields: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(...fields).map((parts) => parts.join('')),
    fc.tuple(...fields.map((field) => fc.tuple(field, fc.boolean()).map(([part, known]) => (known ? part : '*'.repeat(part.length))))).map((parts) => parts.join('')),
  );
const clock = [digits(0, 23, 2), digits(0, 59, 2), digits(0, 59, 2)];
const microseconds = fc.tuple(digits(0, 999_999, 6), fc.nat(6)).map(([all, known]) => (known < 4 ? all : all.slice(0, known).padEnd(6, '*')));
const offset = fc.tuple(fc.constantFrom('+', '-'), digits(0, 840, 3)).map((parts) => parts.join(''));
const day = masked(digits(0, 9999, 4), digits(1, 12, 2), digits(1, 28, 2));

/** DSP0004 §5.2.4: a date, a time, both, or some fields of them; Windows' null date; the last microsecond; an interval. */
const datetime = fc.oneof(
  fc.constantFrom('16010101000000.000000-000', '99991231235959.999999+840', '20240229000000.000001-840', '20261122******.******+060', '20261122******.000000+060', '20261122061234.000000+***').map((cim) => CimDateTime.parse(cim)),
  fc.tuple(day, masked(...clock), microseconds, offset).map(([date, time, fraction, zone]) => CimDateTime.parse(`${date}${time}.${fraction}${zone}`)),
  fc.tuple(masked(digits(0, 99_999_999, 8), ...clock), microseconds).map(([fields, fraction]) => CimInterval.parse(`${fields}.${fraction}:000`)),
);

function small(min: number, max: number): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(min, max, 0, 1), fc.integer({ min, max }));
}

function large(min: bigint, max: bigint): fc.Arbitrary<bigint> {
  return fc.oneof(fc.constantFrom(min, max, 0n, 2n ** 53n, 2n ** 53n + 1n), fc.bigInt({ min, max }));
}

/** A reference and an embedded instance depend on the class, and are made below. */
const SCALARS: Readonly<Record<Exclude<CimTypeName, 'reference'>, fc.Arbitrary<CimScalar>>> = {
  boolean: fc.boolean(),
  uint8: small(0, 255),
  sint8: small(-128, 127),
  uint16: small(0, 65_535),
  sint16: small(-32_768, 32_767),
  uint32: small(0, 4_294_967_295),
  sint32: small(-2_147_483_648, 2_147_483_647),
  uint64: large(0n, 2n ** 64n - 1n),
  sint64: large(-(2n ** 63n), 2n ** 63n - 1n),
  real32: fc.float(),
  real64: fc.double(),
  string: text,
  char16: character.filter((unit) => unit.length === 1),
  datetime,
};

/** Any value of a member: null, or an array with nothing, one or more in it, nulls among them. */
function valueOf(schema: Schema, member: MemberInfo, depth: number): fc.Arbitrary<CimValue> {
  const scalar = scalarOf(schema, member, depth);
  if (scalar === null) return fc.constant(null);
  if (!member.array) return fc.option(scalar, { freq: 5 });
  return fc.option(fc.oneof(fc.constant([]), fc.tuple(scalar), fc.array(fc.option(scalar, { freq: 8 }), { maxLength: 4 })), { freq: 5 });
}

/** `null` for what lies too deep. */
function scalarOf(schema: Schema, member: MemberInfo, depth: number): fc.Arbitrary<CimScalar> | null {
  if (member.type === 'reference') return depth > 0 ? pathOf(schema, member.referenceClass, depth - 1) : null;
  if (member.embedded !== true) return SCALARS[member.type];
  if (depth === 0) return null;
  return fc.constantFrom(...classesUnder(schema, member.embeddedClass)).chain((info) => instanceOf(schema, info.name, info.properties, depth - 1));
}

/** Classes that may stand where one is declared: itself and what derives from it; every class when none is, or one the schema only names. */
function classesUnder(schema: Schema, base: string | null): readonly ClassInfo[] {
  const info = base === null ? null : schema.classInfo(base);
  const names = info === null ? schema.classNames : [info.name, ...schema.subclasses(info.name)];
  return names.map((name) => schema.classInfo(name)!);
}

/** The path of an instance of a class or of one that derives from it, with all of its keys; without references in them when it lies deepest. */
function pathOf(schema: Schema, base: string | null, depth: number): fc.Arbitrary<InstancePath> {
  const isKnown = ({ keys, properties }: ClassInfo): boolean => depth > 0 || keys.every((key) => properties.get(key)?.type !== 'reference');
  return fc.constantFrom(...classesUnder(schema, base).filter(isKnown)).chain(({ name, namespace, keys, properties }) => {
    const values = Object.fromEntries(keys.map((key) => [key, scalarOf(schema, properties.get(key)!, depth) ?? text]));
    return fc.tuple(fc.record(values), fc.constantFrom(namespace, 'root/virtualization/v2', 'root', 'root/x-1/é')).map(([chosen, where]) => instancePath(name, chosen, where));
  });
}

/** An instance in which every property has a value or is null. */
export function instanceOf(schema: Schema, className: string, properties: ReadonlyMap<string, MemberInfo>, depth: number = DEPTH): fc.Arbitrary<CimInstance> {
  const values = Object.fromEntries([...properties].map(([name, member]) => [name, valueOf(schema, member, depth)]));
  return fc.record(values).map((chosen) => createInstance({ className, properties: chosen }));
}

/** A value or null for each of the parameters. */
export function parametersOf(schema: Schema, parameters: readonly ParameterInfo[]): fc.Arbitrary<Readonly<Record<string, CimValue>>> {
  return fc.record(Object.fromEntries(parameters.map((parameter) => [parameter.name, valueOf(schema, parameter, DEPTH)])));
}
