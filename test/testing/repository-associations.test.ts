import { describe, expect, it } from 'vitest';
import { classOf } from '../../src/cim/instance.js';
import type { AssociatorsFilter, ReferencesFilter } from '../../src/testing/repository/associations.js';
import { filled, path } from './repository-support.js';

const WEB01 = path('T_System', { Name: 'web01' });
const names = (instances: Iterable<Readonly<Record<string, unknown>>>): unknown[] => [...instances].map((instance) => instance.Name ?? instance.Device);

describe('associators', () => {
  it.each<[string, AssociatorsFilter, readonly string[]]>([
    ['nothing', {}, ['disk-a', 'disk-b']],
    ['the class of the association', { associationClass: 'T_DiskLink' }, ['disk-a', 'disk-b']],
    ['a base of that class', { associationClass: 't_link' }, ['disk-a', 'disk-b']],
    ['another class of association', { associationClass: 'T_Element' }, []],
    ['the class of the result', { resultClass: 'T_Disk' }, ['disk-a', 'disk-b']],
    ['a base of that class', { resultClass: 'T_Element' }, ['disk-a', 'disk-b']],
    ['another class of result', { resultClass: 'T_Port' }, []],
    ['the role', { role: 'ANTECEDENT' }, ['disk-a', 'disk-b']],
    ['the other role', { role: 'Dependent' }, []],
    ['the role of the result', { resultRole: 'dependent' }, ['disk-a', 'disk-b']],
    ['the other role of the result', { resultRole: 'Antecedent' }, []],
    ['everything', { associationClass: 'T_Link', resultClass: 'T_Disk', role: 'Antecedent', resultRole: 'Dependent' }, ['disk-a', 'disk-b']],
  ])('filters by %s', (_, filter, expected) => {
    expect(names(filled().associators(WEB01, filter))).toEqual(expected);
  });

  it.each([
    ['from the other end', path('T_Disk', { Name: 'disk-b' }), ['web01']],
    ['by keys that are written otherwise', path('T_Port', { Number: '7', Device: 'eTh' }), ['web02']],
    ['by a base of the class', path('T_Element', { Name: 'DISK-A' }), ['web01']],
  ])('finds %s', (_, where, expected) => {
    expect(names(filled().associators(where))).toEqual(expected);
  });

  it('gives an instance once, however many associations lead to it', () => {
    const repository = filled();
    repository.seed([{ className: 'T_Link', properties: { Antecedent: WEB01, Dependent: path('T_Disk', { Name: 'disk-a' }) } }]);
    expect(names(repository.associators(WEB01))).toEqual(['disk-a', 'disk-b']);
  });

  it('passes over an end that does not exist', () => {
    const repository = filled();
    repository.delete(path('T_Disk', { Name: 'disk-a' }));
    expect(names(repository.associators(WEB01))).toEqual(['disk-b']);
  });

  it('gives an instance that is associated with itself, but no instance for being at the near end', () => {
    const repository = filled();
    const disk = path('T_Disk', { Name: 'disk-a' });
    repository.seed([{ className: 'T_Link', properties: { Antecedent: disk, Dependent: disk } }]);
    expect(names(repository.associators(disk))).toEqual(['web01', 'disk-a']);
    expect(names(repository.associators(WEB01))).toEqual(['disk-a', 'disk-b']);
  });

  it('forgets an association that is deleted, and follows one that is changed', () => {
    const repository = filled();
    const slots = [...repository.references(WEB01)];
    expect(slots.map((slot) => classOf(slot))).toEqual(['T_DiskLink', 'T_DiskLink']);
    const first = { Antecedent: WEB01, Dependent: path('T_Disk', { Name: 'disk-a' }) };
    repository.update({ ...path('T_DiskLink', {}), keys: first }, { Slot: 3 });
    expect([...repository.references(path('T_Disk', { Name: 'disk-a' }))].map((slot) => slot.Slot)).toEqual([3]);
    repository.delete({ ...path('T_DiskLink', {}), keys: first });
    expect(names(repository.associators(WEB01))).toEqual(['disk-b']);
  });

  it('knows associations of classes outside the schema, but not every instance with a reference', () => {
    const repository = filled();
    const port = path('T_Port', { Device: 'eth', Number: 7 });
    repository.seed([
      { className: 'X_Uses', namespace: 'root/test', keys: { User: WEB01, Used: port } },
      { className: 'X_Note', namespace: 'root/test', keys: { Id: 1 }, properties: { About: WEB01 } },
    ]);
    expect(names(repository.associators(WEB01, { associationClass: 'X_Uses' }))).toEqual(['eth']);
    expect([...repository.references(WEB01)].map((reference) => classOf(reference))).toEqual(['T_DiskLink', 'T_DiskLink', 'X_Uses']);
  });

  it('refuses an instance or a class that does not exist, at once', () => {
    expect(() => filled().associators(path('T_System', { Name: 'web09' }))).toThrow(/no instance/);
    expect(() => filled().associators(WEB01, { resultClass: 'T_Nothing' })).toThrow(/no class T_Nothing/);
  });
});

describe('references', () => {
  it.each<[string, ReferencesFilter, number]>([
    ['nothing', {}, 2],
    ['the class', { resultClass: 'T_DISKLINK' }, 2],
    ['a base of the class', { resultClass: 'T_Link' }, 2],
    ['another class', { resultClass: 'T_Disk' }, 0],
    ['the role', { role: 'antecedent' }, 2],
    ['the other role', { role: 'Dependent' }, 0],
  ])('filters by %s', (_, filter, count) => {
    expect([...filled().references(WEB01, filter)]).toHaveLength(count);
  });

  it('does not take an instance of another class with the same keys for the one that is meant', () => {
    const repository = filled();
    repository.seed([{ className: 'T_Disk', properties: { Name: 'web01' } }]);
    expect([...repository.references(path('T_Disk', { Name: 'web01' }))]).toEqual([]);
  });
});
