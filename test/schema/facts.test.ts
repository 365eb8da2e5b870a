/** The facts agree with themselves, and what is generated agrees with the facts. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isCimTypeName } from '../../src/cim/types.js';
import { loadSchema } from '../../src/schema/class-info.js';

type Facts = {
  readonly builds: { readonly oldest: number; readonly newest: number };
  readonly outside: readonly string[];
  readonly valueMaps: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  readonly classes: Readonly<Record<string, ClassFacts>>;
};
type ClassFacts = {
  readonly superclass?: string;
  readonly since?: number;
  readonly until?: number;
  readonly properties?: Readonly<Record<string, string>>;
  readonly methods?: Readonly<Record<string, { readonly returns?: string; readonly parameters?: Readonly<Record<string, string>> }>>;
};

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const facts = JSON.parse(readFileSync(fileOf('tools/schema/facts.json'), 'utf8')) as Facts;
const classes = Object.entries(facts.classes);
const properties = classes.flatMap(([name, fact]) => Object.entries(fact.properties ?? {}).map(([property, text]) => [`${name}.${property}`, text] as const));
const methods = classes.flatMap(([name, fact]) => Object.entries(fact.methods ?? {}).map(([method, { returns, parameters }]) => ({ name: `${name}.${method}`, returns, parameters: Object.entries(parameters ?? {}) })));
const parameters = methods.flatMap(({ name, parameters: list }) => list.map(([parameter, text]) => [`${name}.${parameter}`, text] as const));
const members = [...properties, ...parameters];
const wordOf = (text: string, name: string): string | undefined => text.split(' ').find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
const isKnown = (name: string): boolean => Object.hasOwn(facts.classes, name) || facts.outside.includes(name);

describe('the facts', () => {
  it('are of 451 classes, 1780 properties, 376 methods and 895 parameters', () => {
    expect([classes.length, properties.length, methods.length, parameters.length]).toEqual([451, 1780, 376, 895]);
  });

  it('are written in the words that the generator knows', () => {
    const word = /^(?:key|write|in|out|class=\w+|values=[\w.]+|since=\d+|until=\d+)$/;
    const wrong = members.filter(([, text]) => {
      const [type = '', ...words] = text.split(' ');
      const plain = type.replace('[]', '');
      return !(isCimTypeName(plain) || plain === 'object') || !words.every((candidate) => word.test(candidate));
    });
    expect(wrong).toEqual([]);
  });

  it('name only classes that there are, or that they call outside', () => {
    const named = [...classes.map(([name, { superclass }]) => [name, superclass] as const), ...members.map(([name, text]) => [name, wordOf(text, 'class')] as const)];
    expect(named.filter(([, target]) => target !== undefined && !isKnown(target))).toEqual([]);
    expect(facts.outside.filter((name) => !named.some(([, target]) => target === name))).toEqual([]);
  });

  it('say the class of every reference and of every instance by value', () => {
    expect(members.filter(([, text]) => /^(?:reference|object)\b/.test(text) && wordOf(text, 'class') === undefined)).toEqual([]);
  });

  it('name only value maps that there are, and use each', () => {
    const named = new Set([...members.map(([, text]) => wordOf(text, 'values')), ...methods.map(({ returns }) => returns)]);
    named.delete(undefined);
    expect([...named].sort()).toEqual(Object.keys(facts.valueMaps).sort());
  });

  it('have value maps of numbers, ranges or texts, and `..` last', () => {
    const wrong = Object.entries(facts.valueMaps).filter(([, values]) => {
      const keys = Object.keys(values);
      const bounds = keys.filter((key) => key !== '..' && key.includes('..'));
      return (keys.includes('..') && keys.at(-1) !== '..') || !bounds.every((key) => /^\d+\.\.\d*$/.test(key));
    });
    expect(wrong).toEqual([]);
  });

  it('give every parameter a direction, and no property one', () => {
    const hasDirection = (text: string): boolean => /\b(?:in|out)\b/.test(text);
    expect(parameters.filter(([, text]) => !hasDirection(text))).toEqual([]);
    expect(properties.filter(([, text]) => hasDirection(text))).toEqual([]);
  });

  it('have builds within those that were seen', () => {
    const builds = [...classes.flatMap(([, { since, until }]) => [since, until]), ...members.flatMap(([, text]) => [wordOf(text, 'since'), wordOf(text, 'until')])];
    const seen = builds.filter((build) => build !== undefined).map(Number);
    expect(seen.length).toBeGreaterThan(100);
    expect(seen.filter((build) => build < facts.builds.oldest || build > facts.builds.newest)).toEqual([]);
  });

  it('name a member once, whatever its letter case', () => {
    const lists = [...classes.flatMap(([, fact]) => [Object.keys(fact.properties ?? {}), Object.keys(fact.methods ?? {})]), ...methods.map((method) => method.parameters.map(([name]) => name))];
    expect(lists.filter((list) => new Set(list.map((name) => name.toLowerCase())).size < list.length)).toEqual([]);
  });
});

describe('what is generated', () => {
  it('is what the facts say', () => {
    const { status, stderr } = spawnSync(process.execPath, [fileOf('tools/schema/generate.mjs'), '--check'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('has every class, as a type and at run time', async () => {
    const names = classes.map(([name]) => name);
    const text = readFileSync(fileOf('src/schema/generated/classes.ts'), 'utf8');
    const index = text.slice(text.indexOf('export interface Classes {'), text.indexOf('export interface Subclasses {'));
    expect([...index.matchAll(/^ {2}(\w+): \{/gm)].map((match) => match[1])).toEqual(names);
    expect((await loadSchema()).classNames).toEqual(names);
  });

  it('has every own property and method at run time', async () => {
    const schema = await loadSchema();
    const missing = classes.flatMap(([name, fact]) => {
      const info = schema.classInfo(name)!;
      const ofClass = Object.keys(fact.properties ?? {}).filter((property) => !info.properties.has(property));
      return [...ofClass, ...Object.keys(fact.methods ?? {}).filter((method) => !info.methods.has(method))].map((member) => `${name}.${member}`);
    });
    expect(missing).toEqual([]);
  });
});
