import { describe, expect, it } from 'vitest';
import { classOf, pathOf } from '../../src/cim/instance.js';
import type { Change } from '../../src/testing/repository/events.js';
import { Repository } from '../../src/testing/repository.js';
import { WmiError, type WmiStatusName } from '../../src/testing/repository/wmi-error.js';
import { NAMESPACE, SCHEMA, filled, path } from './repository-support.js';

/** MS-WMI 2.2.11, WBEMSTATUS; 0x80041023 is WBEM_E_READ_ONLY of WbemCli.h. */
const STATUS: Readonly<Partial<Record<WmiStatusName, number>>> = {
  notFound: 0x80041002,
  typeMismatch: 0x80041005,
  invalidParameter: 0x80041008,
  invalidNamespace: 0x8004100e,
  invalidClass: 0x80041010,
  alreadyExists: 0x80041019,
  readOnly: 0x80041023,
};

function refusal(act: () => unknown): WmiError {
  try {
    act();
  } catch (error) {
    if (error instanceof WmiError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

const names = (instances: Iterable<Readonly<Record<string, unknown>>>): unknown[] => [...instances].map((instance) => instance.Name);

describe('get', () => {
  it.each([
    ['as it was seeded', path('T_System', { Name: 'web01' })],
    ['in other letter case, everywhere', { namespace: 'ROOT\\Test', className: 't_system', keys: { NAME: 'WEB01' } }],
    ['by a base of its class', path('T_Element', { Name: 'web01' })],
  ])('finds an instance by its path %s', (_, where) => {
    const instance = filled().get(where);
    expect(pathOf(instance)).toEqual({ namespace: NAMESPACE, className: 'T_System', keys: { Name: 'web01' } });
  });

  it.each([['number', 7], ['text of a number', '7'], ['hexadecimal text', '0x7'], ['number of 64 bits', 7n]])('compares a key by value: a %s', (_, number) => {
    expect(classOf(filled().get({ namespace: NAMESPACE, className: 'T_Port', keys: { Number: number, Device: 'eth' } }))).toBe('T_Port');
  });

  it('finds an association by its references, in any letter case', () => {
    const keys = { Antecedent: path('t_system', { Name: 'WEB02' }), Dependent: path('T_Port', { Number: 7, Device: 'eth' }) };
    expect(classOf(filled().get({ namespace: NAMESPACE, className: 'T_Link', keys }))).toBe('T_Link');
  });

  it('gives every property of the class, null when it was not given', () => {
    expect(Object.entries(filled().get(path('T_System', { Name: 'web02' })))).toEqual([
      ['Caption', null],
      ['Enabled', false],
      ['Memory', 18446744073709551614n],
      ['Name', 'web02'],
      ['Owner', null],
      ['Settings', null],
      ['Started', null],
      ['States', null],
    ]);
  });

  it.each<[string, WmiStatusName, Parameters<Repository['get']>[0]]>([
    ['an instance', 'notFound', path('T_System', { Name: 'web03' })],
    ['an instance by a class that it does not derive from', 'notFound', path('T_Disk', { Name: 'web01' })],
    ['a class', 'invalidClass', path('T_Nothing', { Name: 'web01' })],
    ['a namespace', 'invalidNamespace', { namespace: 'root/nowhere', className: 'T_System', keys: { Name: 'web01' } }],
    ['a key', 'invalidParameter', path('T_Port', { Device: 'eth' })],
    ['keys instead of others', 'invalidParameter', path('T_System', { Title: 'web01' })],
    ['a key too many', 'invalidParameter', path('T_System', { Name: 'web01', Title: 'x' })],
    ['a key that is no number', 'typeMismatch', path('T_Port', { Device: 'eth', Number: 'seven' })],
  ])('refuses what does not exist: %s', (_, statusName, where) => {
    const error = refusal(() => filled().get(where));
    expect([error.statusName, error.status]).toEqual([statusName, STATUS[statusName]]);
  });
});

describe('put', () => {
  it('changes what is given and keeps the rest', () => {
    const repository = filled();
    const changed = repository.put(path('T_System', { Name: 'web01' }), { caption: 'Back end', Memory: '5' });
    expect(changed).toMatchObject({ Caption: 'Back end', Memory: 5n, Enabled: true, States: [2, 5] });
    expect(repository.get(path('T_System', { Name: 'web01' }))).toBe(changed);
  });

  it('takes the whole instance back with one property changed', () => {
    const repository = filled();
    const where = path('T_System', { Name: 'web01' });
    expect(repository.put(where, { ...repository.get(where), Enabled: false }).Enabled).toBe(false);
  });

  it.each<[string, WmiStatusName, Record<string, string | number>]>([
    ['a key', 'readOnly', { Name: 'web09' }],
    ['a read-only property', 'readOnly', { Started: '20260101000000.000000+000' }],
    ['a property that the class does not have', 'invalidParameter', { Colour: 'red' }],
    ['a value out of range', 'typeMismatch', { Memory: '18446744073709551616' }],
    ['a value of another type', 'typeMismatch', { Caption: 5 }],
  ])('refuses %s, and changes nothing', (_, statusName, properties) => {
    const repository = filled();
    const before = repository.get(path('T_System', { Name: 'web01' }));
    const error = refusal(() => repository.put(path('T_System', { Name: 'web01' }), { Enabled: false, ...properties }));
    expect([error.statusName, error.status]).toEqual([statusName, STATUS[statusName]]);
    expect(repository.get(path('T_System', { Name: 'web01' }))).toBe(before);
  });
});

describe('update', () => {
  it('changes read-only properties too', () => {
    const changed = filled().update(path('T_Disk', { Name: 'disk-a' }), { Size: '4096' });
    expect(changed.Size).toBe(4096n);
  });

  it('keeps keys', () => {
    expect(refusal(() => filled().update(path('T_Disk', { Name: 'disk-a' }), { Name: 'other' })).statusName).toBe('readOnly');
  });
});

describe('create', () => {
  it('makes an instance and gives its path', () => {
    const repository = filled();
    expect(repository.create('t_disk', { name: 'disk-c', Size: 1 })).toEqual(path('T_Disk', { Name: 'disk-c' }));
    expect(repository.get(path('T_Disk', { Name: 'disk-c' })).Size).toBe(1n);
  });

  it.each<[string, WmiStatusName, string, Record<string, string>]>([
    ['an instance that is there', 'alreadyExists', 'T_Disk', { Name: 'DISK-A' }],
    ['an instance without its key', 'invalidParameter', 'T_Disk', { Caption: 'x' }],
    ['an instance of an unknown class', 'invalidClass', 'T_Nothing', { Name: 'x' }],
  ])('refuses %s', (_, statusName, className, properties) => {
    const error = refusal(() => filled().create(className, properties, NAMESPACE));
    expect([error.statusName, error.status]).toEqual([statusName, STATUS[statusName]]);
  });
});

describe('delete', () => {
  it('takes an instance away, once', () => {
    const repository = filled();
    repository.delete(path('T_Disk', { Name: 'disk-a' }));
    expect(refusal(() => repository.delete(path('T_Disk', { Name: 'disk-a' }))).statusName).toBe('notFound');
    expect(names(repository.enumerate(NAMESPACE, 'T_Disk'))).toEqual(['disk-b']);
  });
});

describe('enumerate', () => {
  it('gives derived classes too, in the order they came', () => {
    expect(names(filled().enumerate(NAMESPACE, 'T_Element'))).toEqual(['web01', 'web02', 'disk-a', 'disk-b']);
  });

  it('gives the class itself before the classes that derive from it', () => {
    const repository = filled();
    repository.seed([{ className: 'T_Element', properties: { Name: 'late' } }]);
    expect(names(repository.enumerate(NAMESPACE, 't_element'))).toEqual(['late', 'web01', 'web02', 'disk-a', 'disk-b']);
    expect(names(repository.enumerate(NAMESPACE, 'T_Element', { polymorphism: 'none' }))).toEqual(['late']);
  });

  it('keeps the place of an instance that is changed', () => {
    const repository = filled();
    repository.update(path('T_System', { Name: 'web01' }), { Caption: 'changed' });
    expect(names(repository.enumerate(NAMESPACE, 'T_System'))).toEqual(['web01', 'web02']);
  });

  it('takes instances one by one: what is deleted meanwhile does not come', () => {
    const repository = filled();
    const iterator = repository.enumerate(NAMESPACE, 'T_Element')[Symbol.iterator]();
    expect((iterator.next().value as Record<string, unknown>).Name).toBe('web01');
    repository.delete(path('T_System', { Name: 'web02' }));
    expect((iterator.next().value as Record<string, unknown>).Name).toBe('disk-a');
  });

  it('is empty for a class without instances, and refuses an unknown one at once', () => {
    expect([...filled().enumerate(NAMESPACE, 'T_Settings')]).toEqual([]);
    expect(refusal(() => filled().enumerate(NAMESPACE, 'T_Nothing')).statusName).toBe('invalidClass');
    expect(refusal(() => filled().enumerate('root/nowhere', 'T_System')).statusName).toBe('invalidNamespace');
  });
});

describe('onChange', () => {
  it('tells of every change until it is ended', () => {
    const repository = new Repository(SCHEMA);
    const changes: Change[] = [];
    const end = repository.onChange((change) => changes.push(change));
    const where = repository.create('T_Disk', { Name: 'disk-a', Size: '1' });
    const created = repository.get(where);
    repository.seed([{ className: 'T_Disk', properties: { Name: 'DISK-A', Size: '2' } }]);
    const seeded = repository.get(where);
    const updated = repository.update(where, { Size: '3' });
    repository.update(where, { Size: '3' });
    repository.delete(where);
    end();
    repository.create('T_Disk', { Name: 'disk-z' });
    expect(changes).toEqual([
      { kind: 'created', instance: created },
      { kind: 'modified', instance: seeded, previous: created },
      { kind: 'modified', instance: updated, previous: seeded },
      { kind: 'deleted', instance: updated },
    ]);
    expect([created, seeded, updated].map((instance) => instance.Size)).toEqual([1n, 2n, 3n]);
  });
});
