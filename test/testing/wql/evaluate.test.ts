import { describe, expect, it, test } from 'vitest';
import { CimDateTime, CimInterval } from '../../../src/cim/datetime.js';
import { classOf, createInstance, pathOf, typesOf } from '../../../src/cim/instance.js';
import { instancePath } from '../../../src/cim/object-path.js';
import { instanceEvent, isEventClass } from '../../../src/testing/repository/events.js';
import { compareValues } from '../../../src/testing/wql/compare.js';
import { type QueryContext, matches, project, projectKeys } from '../../../src/testing/wql/evaluate.js';
import { parseWql } from '../../../src/testing/wql/parse.js';
import type { SelectQuery } from '../../../src/testing/wql/query.js';

const BASES: Readonly<Record<string, string>> = { Y_Job: 'Y_Base', Y_Settings: 'Y_Base' };
const CONTEXT: QueryContext = { isA: (className, base) => className === base || BASES[className] === base || isEventClass(className, base), host: 'NODE-C3' };
const OTHER = instancePath('Y_Host', { Name: 'h1' }, 'root/test');

const JOB = createInstance({
  className: 'Y_Job',
  path: instancePath('Y_Job', { Id: 'A1' }, 'root/test'),
  properties: {
    Id: 'A1',
    Name: 'Live Migration',
    Number: 10,
    Code: '10',
    Big: 18446744073709551615n,
    Negative: -5,
    Ratio: 0.5,
    NotANumber: NaN,
    Done: true,
    Open: false,
    Nothing: null,
    Empty: '',
    List: [1, 2],
    Started: CimDateTime.parse('20261122061234.500000+060'),
    Vague: CimDateTime.parse('20261122******.******+060'),
    Length: CimInterval.parse('00000000000500.000000:000'),
    Owner: OTHER,
    Settings: createInstance({ className: 'Y_Settings', properties: { Cores: 4, Nothing: null } }),
  },
  types: { Number: { type: 'uint16', array: false }, Id: { type: 'string', array: false } },
});

function select(text: string): SelectQuery {
  const query = parseWql(text);
  if (query.kind !== 'select') throw new Error('not a SELECT');
  return query;
}

const holds = (condition: string): boolean => matches(select(`SELECT * FROM Y_Base WHERE ${condition}`), JOB, CONTEXT);

describe('conditions that hold', () => {
  it.each([
    'Number = 10', 'number = 10', 'NUMBER=0xA', '10 = Number', "Number = '10'", 'Code = 10', 'Number = 10.0', 'Number = Code', 'Code = Number',
    'Number <> 11', 'Number != 11', 'Number > 9', 'Number >= 10', 'Number < 10.5', 'Number <= 10', '9 < Number', "Number > '9'", 'Negative < 0', 'Ratio = 0.5', "Ratio = '0.5'",
    'Big = 18446744073709551615', "Big = '18446744073709551615'", 'Big > 18446744073709551614', 'Big <> 18446744073709551614', 'Big < 18446744073709551616',
    "Name = 'live migration'", "Name > 'live'", "Name < 'M'", "Name <> 'live'", "Empty = ''", "Name LIKE 'live%'", "Name LIKE '%[^a-m]'",
    'Done = TRUE', 'Open = FALSE', 'Done <> FALSE', 'Done = 1', "Done = 'true'", "Open = '0'", 'Done <> Open',
    'Nothing IS NULL', 'Nothing = NULL', 'Name IS NOT NULL', 'Name <> NULL', 'Empty IS NOT NULL', 'Missing IS NULL', 'NOT Nothing = 5', 'NOT (Nothing <> 5)',
    "Started = '20261122061234.500000+060'", "Started = '20261122051234.500000+000'", "Started > '20261122061234.499999+060'", "Started < '20261122061234.500001+060'",
    "Started < '20261122061234.500000+000'", "'20270101000000.000000+000' > Started", "Started <> '20261122******.******+060'",
    "Vague = '20261122******.******+060'", "Length = '00000000000500.000000:000'", "Length > '00000000000459.999999:000'", "Length < '00000001000000.000000:000'",
    String.raw`Owner = '\\\\ANY\\root\\test:y_host.Name=\"H1\"'`, String.raw`Owner <> 'root\\test:Y_Host.Name=\"h2\"'`,
    "Settings ISA 'Y_Settings'", "Settings ISA 'Y_Base'", 'Settings.Cores = 4', 'settings.cores > 3', 'Settings.Nothing IS NULL', 'Settings.Missing IS NULL', 'Name.Length IS NULL',
    "__CLASS = 'y_job'", "__class LIKE 'Y[_]%'", "Settings.__CLASS = 'Y_Settings'", String.raw`__NAMESPACE = 'root\\test'`, "__SERVER = 'node-c3'",
    String.raw`__PATH = '\\\\NODE-C3\\root\\test:Y_Job.Id=\"A1\"'`, String.raw`__RELPATH = 'Y_Job.Id=\"A1\"'`, 'Settings.__PATH IS NULL',
    'Number = 10 AND Done = TRUE', 'Number = 11 OR Done = TRUE', 'NOT Number = 11', 'Number = 11 AND Number = 12 OR Done = TRUE', 'NotANumber <> 5', 'NotANumber <> NotANumber',
  ])('%s', (condition) => {
    expect(holds(condition)).toBe(true);
  });
});

describe('conditions that do not hold', () => {
  it.each([
    'Number = 11', 'Number <> 10', 'Number < 10', 'Number > 10', "Number = 'ten'", "Number <> 'ten'", 'Name = 5', 'Name <> 5', 'Number = 10.000001',
    'Big = 18446744073709551614', 'Big < 18446744073709551615', 'Big = 18446744073709551616', 'Big > 18446744073709551615',
    "Name = 'live'", "Name LIKE 'live'", "Nothing LIKE '%'", "Number LIKE '10'", "Empty = ' '", 'Empty IS NULL',
    'Done = FALSE', 'Done = 2', "Done = 'yes'",
    'Nothing = 5', 'Nothing <> 5', "Nothing = ''", 'Nothing < 5', 'Nothing = Missing', 'Nothing <> Missing', 'Nothing IS NOT NULL', 'Missing = 5', 'Name IS NULL',
    'List = 1', 'List <> 1', 'Settings = 1', "Settings <> 'x'",
    "Started = 'now'", "Started <> 'now'", "Started > '20261122061234.500000+060'", 'Started = 5', "Started <> '00000000000500.000000:000'", "Vague < '20261123000000.000000+060'",
    "Vague = '20261123******.******+060'", "Length = '20261122061234.500000+060'",
    String.raw`Owner = 'root\\test:Y_Host.Name=\"h2\"'`, String.raw`Owner > 'root\\test:Y_Host.Name=\"h2\"'`, "Owner = 'h1'", "Owner <> 'h1'", 'Owner = 5',
    "Settings ISA 'Y_Job'", "Name ISA 'Y_Job'", "Nothing ISA 'Y_Base'", 'Settings.Cores = 5', 'Name.Length = 14',
    'NotANumber = NotANumber', 'NotANumber < 5', 'Number = 10 AND Done = FALSE', 'NOT (Number = 10 OR Done = FALSE)',
  ])('%s', (condition) => {
    expect(holds(condition)).toBe(false);
  });
});

test.each([
  ['Y_Job', true],
  ['Y_Base', true],
  ['Y_Settings', false],
])('an instance of Y_Job is asked for as %s: %s', (className, expected) => {
  expect(matches(select(`SELECT * FROM ${className}`), JOB, CONTEXT)).toBe(expected);
});

test('a bigint and a number are compared exactly', () => {
  expect(compareValues(2n ** 53n + 1n, 2 ** 53)).toBe(1);
  expect(compareValues(2 ** 53, 2n ** 53n)).toBe(0);
});

describe('project', () => {
  it('gives the properties in the order of the query, by their own names, with types and path', () => {
    const projected = project(select('SELECT number, __CLASS, ID, Missing FROM Y_Job'), JOB, CONTEXT);
    expect(Object.entries(projected)).toEqual([['Number', 10], ['__CLASS', 'Y_Job'], ['Id', 'A1'], ['Missing', null]]);
    expect([classOf(projected), pathOf(projected)]).toEqual(['Y_Job', pathOf(JOB)]);
    expect(typesOf(projected).Number).toEqual({ type: 'uint16', array: false });
    expect(typesOf(projected).__CLASS).toEqual({ type: 'string', array: false });
  });

  it('gives the instance itself for *', () => {
    expect(project(select('SELECT * FROM Y_Job'), JOB, CONTEXT)).toBe(JOB);
  });

  it('gives keys alone', () => {
    expect(Object.entries(projectKeys(JOB))).toEqual([['Id', 'A1']]);
  });
});

describe('events', () => {
  const NOW = new Date('2026-11-22T05:12:34.500Z');
  const before = createInstance({ className: 'Y_Job', properties: { Id: 'A1', Number: 4 } });
  const modified = instanceEvent({ kind: 'modified', instance: JOB, previous: before }, NOW);
  const on = (text: string, event = modified): boolean => matches(select(text), event, CONTEXT);

  it('have the properties of their class', () => {
    // FILETIME of the moment, by hand: 1,795,324,354,500 ms since 1970 and 11,644,473,600,000 ms before.
    expect(Object.entries(modified)).toEqual([
      ['PreviousInstance', before],
      ['SECURITY_DESCRIPTOR', null],
      ['TargetInstance', JOB],
      ['TIME_CREATED', 134397979545000000n],
    ]);
    expect(Object.keys(instanceEvent({ kind: 'deleted', instance: JOB }, NOW))).toEqual(['SECURITY_DESCRIPTOR', 'TargetInstance', 'TIME_CREATED']);
  });

  it.each([
    ["SELECT * FROM __InstanceModificationEvent WITHIN 5 WHERE TargetInstance ISA 'Y_Job' AND TargetInstance.Number = 10", true],
    ["SELECT * FROM __InstanceModificationEvent WITHIN 5 WHERE TargetInstance ISA 'Y_Job' AND PreviousInstance.Number <> TargetInstance.Number", true],
    ["SELECT * FROM __InstanceOperationEvent WITHIN 5 WHERE TargetInstance ISA 'Y_Base'", true],
    ["SELECT * FROM __instanceoperationevent WHERE __CLASS = '__InstanceModificationEvent'", true],
    ['SELECT * FROM __Event', true],
    ["SELECT * FROM __InstanceModificationEvent WITHIN 5 WHERE TargetInstance ISA 'Y_Settings'", false],
    ['SELECT * FROM __InstanceModificationEvent WITHIN 5 WHERE TargetInstance.Number = PreviousInstance.Number', false],
    ["SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE TargetInstance ISA 'Y_Job'", false],
    ['SELECT * FROM __ExtrinsicEvent', false],
  ])('%s: %s', (text, expected) => {
    expect(on(text)).toBe(expected);
  });

  it.each([
    ['created', '__InstanceCreationEvent'],
    ['deleted', '__InstanceDeletionEvent'],
  ] as const)('an instance that was %s makes an %s', (kind, className) => {
    const event = instanceEvent({ kind, instance: JOB }, NOW);
    expect(on(`SELECT * FROM ${className} WHERE TargetInstance.Id = 'a1'`, event)).toBe(true);
    expect(on('SELECT * FROM __InstanceModificationEvent', event)).toBe(false);
  });

  it.each([
    ['__InstanceOperationEvent', '__Event', true],
    ['__Event', '__InstanceOperationEvent', false],
    ['__Event', '__Event', true],
    ['Y_Job', '__Event', false],
    ['Y_Job', 'Y_Job', false],
  ])('%s is an event of class %s: %s', (className, base, expected) => {
    expect(isEventClass(className, base)).toBe(expected);
  });
});
