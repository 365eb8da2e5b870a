import { describe, expect, test } from 'vitest';
import { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { classOf, createInstance, isCimInstance, pathOf, typesOf } from '../../src/cim/instance.js';
import { instancePath } from '../../src/cim/object-path.js';
import type { CimValue } from '../../src/cim/types.js';
import { UsageError } from '../../src/errors.js';

describe('createInstance', () => {
  const path = instancePath('Msvm_Error', { MessageID: '21024' });
  const instance = createInstance({
    className: 'Msvm_Error',
    properties: [['MessageID', '21024'], ['ErrorType', 4]],
    types: new Map([['ErrorType', { type: 'uint16', array: false }]]),
    path,
  });

  test('shows the properties alone to comparison, JSON, spreading and enumeration', () => {
    expect(instance).toEqual({ MessageID: '21024', ErrorType: 4 });
    expect(JSON.stringify(instance)).toBe('{"MessageID":"21024","ErrorType":4}');
    expect({ ...instance }).toStrictEqual({ MessageID: '21024', ErrorType: 4 });
    expect(Object.keys(instance)).toEqual(['MessageID', 'ErrorType']);
  });

  test('tells class, types and path', () => {
    expect(classOf(instance)).toBe('Msvm_Error');
    expect(typesOf(instance)).toEqual({ ErrorType: { type: 'uint16', array: false } });
    expect(pathOf(instance)).toBe(path);
  });

  test('knows no path and no types by default', () => {
    const bare = createInstance({ className: 'C', properties: { A: 1 } });
    expect(bare).toEqual({ A: 1 });
    expect(pathOf(bare)).toBeNull();
    expect(typesOf(bare)).toEqual({});
  });

  test('takes every name for a property', () => {
    const odd = createInstance({ className: 'C', properties: [['__proto__', 'p'], ['constructor', 'c'], ['toString', null]] });
    expect(Object.entries(odd)).toEqual([['__proto__', 'p'], ['constructor', 'c'], ['toString', null]]);
    expect(odd.__proto__).toBe('p');
    expect('hasOwnProperty' in odd).toBe(false);
    expect(Object.getPrototypeOf(odd)).toBeNull();
  });

  test('cannot be changed', () => {
    expect(Object.isFrozen(instance)).toBe(true);
  });

  test('refuses a class without a name, and a property given twice', () => {
    expect(() => createInstance({ className: '', properties: {} })).toThrow(UsageError);
    expect(() => createInstance({ className: 'C', properties: [['A', 1], ['A', 2]] })).toThrow(/A is given twice/);
  });
});

test.each([
  [undefined, 'undefined'],
  [{ MigrationType: 32768 }, 'Object'],
  [{ ...createInstance({ className: 'D', properties: {} }) }, 'Object'],
  [new Date(0), 'Date'],
  [new Uint8Array(2), 'Uint8Array'],
  [new Map(), 'Map'],
  [() => 1, 'function'],
  [Symbol('x'), 'symbol'],
  [['a', undefined], 'undefined'],
  [new Array<string>(1), 'undefined'],
  [[['a']], 'Array'],
])('createInstance refuses %o, which is no CIM value', (value: unknown, what) => {
  const create = () => createInstance({ className: 'C', properties: { Good: 'x', Bad: value as CimValue } });
  expect(create).toThrow(UsageError);
  expect(create).toThrow(`C.Bad: ${what} is not a CIM value`);
});

test('createInstance takes every kind of CIM value', () => {
  const properties = {
    a: true, b: -0.5, c: NaN, d: 1n, e: '', f: null, g: CimDateTime.parse('2026-10-05'), h: CimInterval.parse('PT5M'),
    i: instancePath('C', {}), j: createInstance({ className: 'D', properties: {} }), k: [], l: ['x', null, 'y'],
  };
  expect(createInstance({ className: 'C', properties })).toEqual(properties);
});

test('only what createInstance made is an instance', () => {
  expect(isCimInstance(createInstance({ className: 'C', properties: {} }))).toBe(true);
  for (const other of [{}, { MessageID: '1' }, null, undefined, 'text', [], instancePath('C', {})]) expect(isCimInstance(other)).toBe(false);
  expect(() => classOf({ MessageID: '1' })).toThrow(UsageError);
});
