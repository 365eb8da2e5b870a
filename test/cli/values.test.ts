import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCimDatetime } from '../../src/cim/datetime.js';
import { classOf } from '../../src/cim/instance.js';
import { instancePath } from '../../src/cim/object-path.js';
import type { CimInstance } from '../../src/cim/instance.js';
import type { CimType, CimTypeName, CimValue } from '../../src/cim/types.js';
import { type Context, readValues } from '../../src/cli/values.js';
import { loadSchema } from '../../src/schema/class-info.js';
import { FakeIo } from './fake-io.js';

const type = (name: CimTypeName, more: Partial<CimType> = {}): CimType => ({ type: name, array: false, ...more });
const MEMBERS = new Map<string, CimType>([
  ['Count', type('uint16')],
  ['Size', type('uint64')],
  ['Ratio', type('real64')],
  ['On', type('boolean')],
  ['Name', type('string')],
  ['Names', type('string', { array: true })],
  ['Counts', type('uint16', { array: true })],
  ['When', type('datetime')],
  ['Where', type('reference')],
  ['What', type('string', { embedded: true })],
  ['Whats', type('string', { embedded: true, array: true })],
]);

const folder = mkdtempSync(join(tmpdir(), 'hyperv-wsman-'));
const file = join(folder, 'settings.xml');
let context: Context;

beforeAll(async () => {
  context = { io: new FakeIo(), schema: await loadSchema(), namespace: undefined };
  writeFileSync(file, '<INSTANCE CLASSNAME="Msvm_ProcessorSettingData"><PROPERTY NAME="VirtualQuantity" TYPE="uint64"><VALUE>4</VALUE></PROPERTY></INSTANCE>');
  writeFileSync(join(folder, 'broken.xml'), '<INSTANCE');
});
afterAll(() => rmSync(folder, { recursive: true }));

const assignment = (given: string): { name: string; text: string } => ({ name: given.slice(0, given.indexOf('=')), text: given.slice(given.indexOf('=') + 1) });
const read = (...texts: readonly string[]): Promise<Record<string, CimValue>> => readValues(context, MEMBERS, { texts: texts.map(assignment) });
const readJson = (...jsons: readonly string[]): Promise<Record<string, CimValue>> => readValues(context, MEMBERS, { jsons: jsons.map(assignment) });

const JOB = 'Msvm_MigrationJob.InstanceID="A1"';

describe('values as text', () => {
  it.each<[given: readonly string[], expected: Record<string, CimValue>]>([
    [['count=5'], { Count: 5 }],
    [['Size=18446744073709551615'], { Size: 18446744073709551615n }],
    [['Ratio=1e3'], { Ratio: 1000 }],
    [['On=TRUE'], { On: true }],
    [['Name=a=b,c'], { Name: 'a=b,c' }],
    [['Name='], { Name: '' }],
    [['Name=null', 'Names=null'], { Name: null, Names: null }],
    [['Name=@x'], { Name: '@x' }],
    [['Names=a', 'names=b'], { Names: ['a', 'b'] }],
    [['Counts=[1,2]'], { Counts: [1, 2] }],
    [['When=20260102030405.000000+000'], { When: parseCimDatetime('20260102030405.000000+000') }],
    [[`Where=${JOB}`], { Where: instancePath('Msvm_MigrationJob', { InstanceID: 'A1' }) }],
    [['Where=\\\\.\\root\\cimv2:Win32_Service.Name="vmms"'], { Where: instancePath('Win32_Service', { Name: 'vmms' }, 'root/cimv2') }],
    [['Where=Win32_Service.Name="vmms"'], { Where: instancePath('Win32_Service', { Name: 'vmms' }, 'root/cimv2') }],
    [['Unknown=5'], { Unknown: '5' }],
  ])('%j', async (given, expected) => {
    expect(await read(...given)).toEqual(expected);
  });

  it('an instance from a file or as JSON, alone or in an array', async () => {
    const json = '{"className":"Msvm_ProcessorSettingData","properties":{"virtualquantity":"4"}}';
    const values = await read(`What=@${file}`, `Whats=${json}`, `Whats=@${file}`);
    const given = [values.What, ...(values.Whats as readonly CimValue[])] as readonly CimInstance[];
    expect(given.map((instance) => [classOf(instance), { ...instance }])).toEqual(Array.from({ length: 3 }, () => ['Msvm_ProcessorSettingData', { VirtualQuantity: 4n }]));
  });

  it.each<[message: RegExp, given: readonly string[]]>([
    [/^Count: "65536" is not a value of type uint16$/, ['Count=65536']],
    [/^On: "yes" is not a value of type boolean$/, ['On=yes']],
    [/is not the path of an instance/, ['Where=nothing']],
    [/^Name is given twice$/, ['Name=a', 'NAME=b']],
    [/^Counts: the value is not JSON: /, ['Counts=[1,']],
    [/^Cannot read .*absent/, ['What=@/absent']],
    [/^What: Not a CIM-XML instance/, [`What=@${join(folder, 'broken.xml')}`]],
  ])('are refused: %s', async (message, given) => {
    await expect(read(...given)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) as unknown });
  });
});

describe('values as JSON', () => {
  it.each<[given: string, expected: Record<string, CimValue>]>([
    ['Names=["a",null]', { Names: ['a', null] }],
    ['Name="null"', { Name: 'null' }],
    ['Size="18446744073709551615"', { Size: 18446744073709551615n }],
    ['Ratio=1e300', { Ratio: 1e300 }],
    ['On=true', { On: true }],
    ['Name=null', { Name: null }],
    ['Where={"className":"Win32_Service","keys":{"Name":"vmms"}}', { Where: instancePath('Win32_Service', { Name: 'vmms' }, 'root/cimv2') }],
    ['Where={"namespace":"root/x","className":"A","keys":{"K":1}}', { Where: instancePath('A', { K: 1 }, 'root/x') }],
    ['Unknown=[1,true,"x"]', { Unknown: [1, true, 'x'] }],
  ])('%s', async (given, expected) => {
    expect(await readJson(given)).toEqual(expected);
  });

  it.each<[message: RegExp, given: string]>([
    [/^Names takes an array$/, 'Names="a"'],
    [/^Name takes one value, not an array$/, 'Name=["a"]'],
    [/^Size: JSON holds no integer beyond 2\^53 exactly/, 'Size=9007199254740993'],
    [/^Count: "1\.5" is not a value of type uint16$/, 'Count=1.5'],
    [/^What: an object is an instance \{ className, properties \}/, 'What={"a":1}'],
    [/^What: the value is not JSON: /, 'What={'],
  ])('are refused: %s', async (message, given) => {
    await expect(readJson(given)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) as unknown });
  });
});
