/** What the compiler knows: classes.ts, the members of each class, and values.ts, the literals of each value map. */
import { lineage } from './facts.mjs';

/**
 * @typedef {import('./facts.mjs').Facts} Facts
 * @typedef {import('./facts.mjs').Member} Member
 * @typedef {import('./facts.mjs').Method} Method
 */

const SCALARS = { boolean: 'boolean', string: 'string', char16: 'string', datetime: 'Datetime' };

/** @param {Facts} facts */
export function valuesFile(facts) {
  const aliases = [...facts.valueMaps].map(([place, values]) => {
    const kind = facts.kinds.get(place);
    const literals = [...values.keys()].filter((value) => !isRange(value)).map((value) => literal(value, kind));
    const names = kind === 'string' ? '' : `\n/** ${[...values].map(([value, name]) => (name === null ? value : `${value} ${name}`)).join(' · ')} */`;
    return `${names}\nexport type ${alias(place)} = ${literals.join(' | ')};\n`;
  });
  return aliases.join('');
}

/** @param {Facts} facts */
export function classesFile(facts) {
  const names = [...facts.classes.keys()];
  return [
    "import type { CimInstance } from '../../cim/instance.js';",
    "import type { CimDateTime, CimInterval } from '../../cim/datetime.js';",
    "import type { InstancePath } from '../../cim/object-path.js';",
    "import type { InstanceInput, InstanceOf, PathOf } from '../typed.js';",
    "import type * as V from './values.js';",
    '',
    '/** The schema does not say which of the two a datetime is. */',
    'type Datetime = CimDateTime | CimInterval;',
    '/** The methods of a class that has none. */',
    'type NoMethods = Readonly<Record<never, never>>;',
    '',
    ...names.map((name) => propertiesOf(facts, name) + methodsOf(facts, name)),
    '/** By class: its properties and methods as typed.ts completes them (null, readonly, optional), and the names of its keys; inherited ones included. */',
    'export interface Classes {',
    ...names.map((name) => `  ${name}: { properties: ${name}; keys: ${keysOf(facts, name)}; methods: ${methodsName(facts, name)} };`),
    '}',
    '',
    '/** By class: its own name and those of all classes that derive from it. */',
    'export interface Subclasses {',
    ...names.map((name) => `  ${name}: ${[quote(name), ...childrenOf(facts, name).map((child) => `Subclasses[${quote(child)}]`)].join(' | ')};`),
    '}',
    '',
  ].join('\n');
}

function propertiesOf(facts, name) {
  const { properties, abstract, association, since, until, superclass } = facts.classes.get(name);
  const wider = [...properties].filter(([property, member]) => !narrows(facts, member, inherited(facts, superclass, 'properties', property)));
  const base = extend(lineage(facts, superclass)[0], wider.map(([property]) => property));
  const kind = `${abstract ? 'Abstract ' : ''}${association ? 'association' : 'class'}`;
  const keys = keysOf(facts, name);
  const summary = `${kind[0].toUpperCase()}${kind.slice(1)}; ${keys === 'never' ? 'no key' : `keyed by ${keys.replaceAll("'", '').replaceAll(' | ', ', ')}`}.`;
  const fields = [...properties].map(([property, member]) => `${note('  ', builds(member))}  ${property}: ${propertyType(facts, member)};\n`);
  return `${note('', [summary, ...builds({ since, until })])}interface ${name}${base} {\n${fields.join('')}}\n`;
}

/** A declared method that reads like the inherited one is not written again. */
function methodsOf(facts, name) {
  const { methods, superclass } = facts.classes.get(name);
  const own = [...methods].filter(([method, fact]) => {
    const before = inherited(facts, superclass, 'methods', method);
    return before === null || methodText(facts, method, before) !== methodText(facts, method, fact);
  });
  if (own.length === 0) return '';
  const overridden = own.map(([method]) => method).filter((method) => inherited(facts, superclass, 'methods', method) !== null);
  const base = methodsName(facts, superclass);
  const clause = extend(base === 'NoMethods' ? undefined : base, overridden);
  return `interface ${name}_Methods${clause} {\n${own.map(([method, fact]) => methodText(facts, method, fact)).join('')}}\n`;
}

function methodText(facts, name, method) {
  const side = (direction, typeOf) => {
    const list = [...method.parameters].filter(([, member]) => member[direction]).map(([parameter, member]) => `${parameter}: ${typeOf(facts, member)}`);
    return list.length === 0 ? [] : [`${direction}: { ${list.join('; ')} }`];
  };
  const returns = method.returns === null ? [] : [`returns: V.${alias(method.returns)}`];
  const lines = [...(method.implemented ? [] : ['Declared, but not implemented by Hyper-V.']), ...builds(method)];
  return `${note('  ', lines)}  ${name}: { ${[...side('in', inputType), ...side('out', propertyType), ...returns].join('; ')} };\n`;
}

/** What a host sends: any value of the type, the known ones by name. */
function propertyType(facts, member) {
  const one = member.type === 'reference' ? pathType(facts, member) : member.class !== null ? instanceType(facts, 'InstanceOf', member) : scalarType(facts, member, true);
  return arrayOf(one, member);
}

/** What a caller gives: of a map without ranges, only its values; an instance also as its text. */
function inputType(facts, member) {
  if (member.type === 'reference') return arrayOf(pathType(facts, member), member);
  if (member.class !== null) return arrayOf(`${instanceType(facts, 'InstanceInput', member)} | string`, member);
  const isOpen = member.values !== null && [...facts.valueMaps.get(member.values).keys()].some(isRange);
  return arrayOf(scalarType(facts, member, isOpen), member);
}

function scalarType(facts, { type, values }, isOpen) {
  const plain = SCALARS[type] ?? (type.endsWith('int64') ? 'bigint' : 'number');
  if (values === null) return plain;
  return isOpen ? `V.${alias(values)} | (${plain} & {})` : `V.${alias(values)}`;
}

function pathType(facts, member) {
  return facts.classes.has(member.class) ? `PathOf<${quote(member.class)}>` : 'InstancePath';
}

function instanceType(facts, wrapper, member) {
  return facts.classes.has(member.class) ? `${wrapper}<${quote(member.class)}>` : 'CimInstance';
}

function arrayOf(type, { array }) {
  return !array ? type : type.includes('|') ? `readonly (${type})[]` : `readonly ${type}[]`;
}

/** Whether a redeclared property fits where the inherited one is expected: all do but a reference to a class beside its class. */
function narrows(facts, member, before) {
  if (before === null || member.type !== 'reference') return true;
  return !facts.classes.has(before.class) || lineage(facts, member.class).includes(before.class);
}

function inherited(facts, superclass, members, name) {
  const declaring = lineage(facts, superclass).find((ancestor) => facts.classes.get(ancestor)[members].has(name));
  return declaring === undefined ? null : facts.classes.get(declaring)[members].get(name);
}

function methodsName(facts, name) {
  const declaring = lineage(facts, name).find((ancestor) => methodsOf(facts, ancestor) !== '');
  return declaring === undefined ? 'NoMethods' : `${declaring}_Methods`;
}

function keysOf(facts, name) {
  const keys = lineage(facts, name).flatMap((ancestor) => [...facts.classes.get(ancestor).properties].filter(([, { key }]) => key).map(([property]) => property));
  return keys.length === 0 ? 'never' : [...new Set(keys)].sort().map(quote).join(' | ');
}

function childrenOf(facts, name) {
  return [...facts.classes].filter(([, { superclass }]) => superclass === name).map(([child]) => child);
}

function extend(base, omitted) {
  if (base === undefined) return '';
  return omitted.length === 0 ? ` extends ${base}` : ` extends Omit<${base}, ${omitted.map(quote).join(' | ')}>`;
}

function builds({ since, until }) {
  return [...(until === null ? [] : [`Gone after build ${until}.`]), ...(since === null ? [] : [`@since build ${since}`])];
}

function note(indent, lines) {
  if (lines.length < 2) return lines.map((line) => `${indent}/** ${line} */\n`).join('');
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

function literal(value, kind) {
  return kind === 'string' ? quote(value) : kind === 'bigint' ? `${value}n` : value;
}

function isRange(value) {
  return value.includes('..');
}

function alias(place) {
  return place.replaceAll('.', '_');
}

function quote(text) {
  return `'${text}'`;
}
