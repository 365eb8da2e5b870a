import { describe, expect, it } from 'vitest';
import { classOf, pathOf } from '../../src/cim/instance.js';
import { loadSchema } from '../../src/schema/class-info.js';
import { instanceEvent } from '../../src/testing/repository/events.js';
import { WmiError } from '../../src/testing/repository/wmi-error.js';
import { Repository } from '../../src/testing/repository.js';
import { matches } from '../../src/testing/wql/evaluate.js';
import { parseWql } from '../../src/testing/wql/parse.js';
import { NAMESPACE, SCHEMA, filled, path } from './repository-support.js';

const names = (instances: Iterable<Readonly<Record<string, unknown>>>): unknown[] => [...instances].map((instance) => instance.Name ?? instance.Device);

describe('a query finds', () => {
  it.each<[string, readonly string[]]>([
    ['SELECT * FROM T_Element', ['web01', 'web02', 'disk-a', 'disk-b']],
    ["SELECT * FROM t_element WHERE name LIKE 'DISK%'", ['disk-a', 'disk-b']],
    ['SELECT * FROM T_System WHERE Enabled = TRUE', ['web01']],
    ['SELECT * FROM T_System WHERE Memory = 18446744073709551614', ['web02']],
    ['SELECT * FROM T_System WHERE Caption IS NULL', ['web02']],
    ["SELECT * FROM T_Element WHERE __CLASS = 'T_Disk'", ['disk-a', 'disk-b']],
    [String.raw`SELECT * FROM T_Disk WHERE __PATH = '\\\\node-b2\\ROOT\\test:T_Disk.Name=\"disk-b\"'`, ['disk-b']],
    ['ASSOCIATORS OF {T_System.Name="web01"}', ['disk-a', 'disk-b']],
    ['ASSOCIATORS OF {T_System.Name="web02"} WHERE AssocClass = T_Link ResultClass = T_Port Role = Antecedent ResultRole = Dependent', ['eth']],
    ['ASSOCIATORS OF {T_System.Name="web02"} WHERE ResultClass = T_Disk', []],
  ])('%s', (text, expected) => {
    expect(names(filled().query(text, NAMESPACE))).toEqual(expected);
  });

  it('the properties it asks for', () => {
    const [disk] = filled().query("SELECT Size, __SERVER FROM T_Disk WHERE Name = 'disk-b'", NAMESPACE);
    expect(Object.entries(disk!)).toEqual([['Size', 2048n], ['__SERVER', 'NODE-B2']]);
    expect(pathOf(disk!)).toEqual(path('T_Disk', { Name: 'disk-b' }));
  });

  it('references, and keys alone when asked to', () => {
    const links = [...filled().query('REFERENCES OF {T_Disk.Name="disk-b"} WHERE ResultClass = T_Link Role = Dependent KeysOnly', NAMESPACE)];
    expect(links.map((link) => [classOf(link), Object.keys(link)])).toEqual([['T_DiskLink', ['Antecedent', 'Dependent']]]);
  });

  it('instances of a class outside the schema by any property', () => {
    const repository = filled();
    repository.seed([{ className: 'X_Note', namespace: NAMESPACE, keys: { Id: 1 }, properties: { Text: 'x' } }]);
    expect([...repository.query("SELECT Id FROM X_Note WHERE Text = 'X' AND Other IS NULL", NAMESPACE)]).toEqual([{ Id: 1 }]);
  });
});

it.each([
  ['SELECT * FROM', 'invalidQuery', 0x80041017],
  ['SELECT Colour FROM T_System', 'invalidQuery', 0x80041017],
  ["SELECT * FROM T_Element WHERE Size = 5", 'invalidQuery', 0x80041017],
  ['SELECT * FROM T_System WITHIN 5', 'invalidQuery', 0x80041017],
  ['SELECT * FROM T_Nothing', 'invalidClass', 0x80041010],
  ['ASSOCIATORS OF {T_System.Name="web09"}', 'notFound', 0x80041002],
  ['ASSOCIATORS OF {T_System.Name="web01"} WHERE ResultClass = T_Nothing', 'invalidClass', 0x80041010],
  ['REFERENCES OF {root\\nowhere:T_System.Name="web01"}', 'invalidNamespace', 0x8004100e],
  ['ASSOCIATORS OF {T_System.Name="web01"} WHERE ClassDefsOnly', 'notSupported', 0x8004100c],
])('%s is refused at once: %s', (text, statusName, status) => {
  const query = (): unknown => filled().query(text, NAMESPACE);
  expect(query).toThrow(WmiError);
  expect(query).toThrow(expect.objectContaining({ statusName, status }) as Error);
});

it('an event query picks the changes it is about', () => {
  const repository = new Repository(SCHEMA);
  const query = parseWql("SELECT * FROM __InstanceModificationEvent WITHIN 1 WHERE TargetInstance ISA 'T_Element' AND TargetInstance.Caption = 'done'");
  const seen: unknown[] = [];
  repository.onChange((change) => {
    if (query.kind === 'select' && matches(query, instanceEvent(change, new Date(0)), repository.context)) seen.push(change.instance.Name);
  });
  repository.seed([{ className: 'T_Disk', properties: { Name: 'disk-a', Caption: 'done' } }, { className: 'T_Port', properties: { Device: 'eth', Number: 1 } }]);
  repository.update(path('T_Disk', { Name: 'disk-a' }), { Caption: 'busy' });
  repository.update(path('T_Disk', { Name: 'disk-a' }), { Caption: 'done' });
  repository.delete(path('T_Disk', { Name: 'disk-a' }));
  expect(seen).toEqual(['disk-a']);
});

it('serves the classes of Hyper-V', async () => {
  const repository = new Repository(await loadSchema());
  repository.seed([
    { className: 'Msvm_MigrationJob', properties: { InstanceID: 'A1', JobState: 10, ElapsedTime: '00000000000500.000000:000' } },
    { className: 'Msvm_StorageJob', properties: { InstanceID: 'B2', JobState: 7 } },
  ]);
  expect([...repository.query('SELECT * FROM CIM_ConcreteJob WHERE JobState = 10')].map((job) => [classOf(job), job.InstanceID, job.ErrorCode])).toEqual([
    ['Msvm_MigrationJob', 'A1', null],
  ]);
});
