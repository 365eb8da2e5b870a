import { describe, expect, it } from 'vitest';
import { CimInterval } from '../../src/cim/datetime.js';
import { createInstance } from '../../src/cim/instance.js';
import { instancePath } from '../../src/cim/object-path.js';
import type { CimValue } from '../../src/cim/types.js';
import { formatValue } from '../../src/cli/cell.js';
import { layOut } from '../../src/cli/table.js';
import { loadSchema } from '../../src/schema/class-info.js';
import { JobState } from '../../src/schema/generated/value-maps.js';

const schema = await loadSchema();

function lines(className: string, rows: readonly Readonly<Record<string, CimValue>>[], columns: readonly string[] | null, width: number): readonly string[] {
  const instances = rows.map((properties) => createInstance({ className, properties }));
  const { header, line } = layOut(instances, { schema, columns, width });
  return [header, ...instances.map(line)];
}

describe('layOut', () => {
  it('leaves out what has no room, and keeps the key whole', () => {
    const job = { Caption: 'Live Migration', ElementName: 'Moving web01', InstanceID: '6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11', JobState: 10, JobStatus: null, __PATH: 'x' };
    expect(lines('Msvm_MigrationJob', [job], null, 66)).toEqual([
      'InstanceID                            ElementName   JobState',
      '6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11  Moving web01  10 (Exception)',
    ]);
    expect(lines('Msvm_MigrationJob', [job], null, 51)).toEqual(['InstanceID                            ElementName', '6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11  Moving web01']);
  });

  it('cuts the widest when what was asked for has no room', () => {
    expect(lines('Win32_Service', [{ Name: 'vmms', Description: 'Management service' }], ['Name', 'Description'], 16)).toEqual(['Name  Descripti…', 'vmms  Managemen…']);
  });

  it('shows classes that the schema does not know', () => {
    expect(lines('Win32_Service', [{ Started: 'true', Name: 'vmms', State: 'Running' }], null, 80)).toEqual(['Name  State    Started', 'vmms  Running  true']);
  });
});

describe('formatValue', () => {
  it.each<[what: string, value: CimValue, expected: string]>([
    ['a number with a name', 10, '10 (Exception)'],
    ['a number without', 77_777, '77777'],
    ['null', null, ''],
    ['an array', [10, null, 7], '10 (Exception), , 7 (Completed)'],
    ['an integer of 64 bits', 18446744073709551615n, '18446744073709551615'],
    ['a text of several lines', 'one\r\n\u009Btwo', 'one \uFFFDtwo'],
    ['a path', instancePath('Msvm_MigrationJob', { InstanceID: 'A"1' }), 'root\\virtualization\\v2:Msvm_MigrationJob.InstanceID="A\\"1"'],
    ['an interval', CimInterval.parse('00000001020304.000000:000'), 'P1DT2H3M4S'],
    ['an instance', createInstance({ className: 'Msvm_Error', properties: { MessageID: '7' } }), 'Msvm_Error {"MessageID":"7"}'],
  ])('%s', (_what, value, expected) => {
    expect(formatValue(value, JobState)).toBe(expected);
  });
});
