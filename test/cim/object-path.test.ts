import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { CimInterval } from '../../src/cim/datetime.js';
import { createInstance } from '../../src/cim/instance.js';
import { formatObjectPath, instancePath, isInstancePath, parseObjectPath } from '../../src/cim/object-path.js';
import type { CimValue } from '../../src/cim/types.js';
import { ProtocolError, UsageError } from '../../src/errors.js';

const V2 = 'root/virtualization/v2';

type Row = readonly [text: string, host: string | null, namespace: string, className: string, keys: Record<string, CimValue>];

// Written as Windows writes them: formatting gives the same text back.
const WRITTEN: readonly Row[] = [
  [String.raw`\\HV01\root\virtualization\v2:Msvm_MigrationJob.InstanceID="A1"`, 'HV01', V2, 'Msvm_MigrationJob', { InstanceID: 'A1' }],
  [String.raw`\\hv01.corp.example\root\cimv2:C.K="v\\w",K2=5,K3=TRUE,K4=FALSE`, 'hv01.corp.example', 'root/cimv2', 'C', { K: 'v\\w', K2: 5, K3: true, K4: false }],
  [String.raw`\\.\root\cimv2:C.K="say \"hi\", then =,. go"`, '.', 'root/cimv2', 'C', { K: 'say "hi", then =,. go' }],
  [String.raw`\\HV01\root\cimv2:C=@`, 'HV01', 'root/cimv2', 'C', {}],
  [String.raw`root\cimv2:C.K=18446744073709551615,N=-3`, null, 'root/cimv2', 'C', { K: 18446744073709551615n, N: -3 }],
  [String.raw`\\HV01\root\x:C.K=""`, 'HV01', 'root/x', 'C', { K: '' }],
  [String.raw`\\HV01\root\x:C.K="\\\\nas\\vhd:a.b=c"`, 'HV01', 'root/x', 'C', { K: String.raw`\\nas\vhd:a.b=c` }],
  [
    String.raw`\\HV01\root\x:A.Part="\\\\HV01\\root\\x:B.K=\"v\\\\w\"",Whole="root"`,
    'HV01',
    'root/x',
    'A',
    { Part: { namespace: 'root/x', className: 'B', keys: { K: 'v\\w' } }, Whole: 'root' },
  ],
  // No references: another host, a host where the path names none, and namespaces that are not under root.
  [String.raw`\\HV01\root\x:A.Part="\\\\HV02\\root\\x:B.K=1"`, 'HV01', 'root/x', 'A', { Part: String.raw`\\HV02\root\x:B.K=1` }],
  [String.raw`root\x:A.Part="\\\\HV01\\root\\x:B.K=1"`, null, 'root/x', 'A', { Part: String.raw`\\HV01\root\x:B.K=1` }],
  [String.raw`\\nas\root\x:A.File="\\\\nas\\share\\f:x.y=1"`, 'nas', 'root/x', 'A', { File: String.raw`\\nas\share\f:x.y=1` }],
  [String.raw`root\x:A.Part="roots\\x:B.K=1"`, null, 'root/x', 'A', { Part: String.raw`roots\x:B.K=1` }],
];

const READ_ONLY: readonly Row[] = [
  ['//HV01/root/cimv2:C.K="v"', 'HV01', 'root/cimv2', 'C', { K: 'v' }],
  [String.raw`C.K="v"`, null, V2, 'C', { K: 'v' }],
  [String.raw`C.K='single \' and "double"'`, null, V2, 'C', { K: 'single \' and "double"' }],
  ['C=@', null, V2, 'C', {}],
  [String.raw`\\HV01\root\x:A.Part="\\\\hv01\\ROOT\\x:B.K=1"`, 'HV01', 'root/x', 'A', { Part: { namespace: 'ROOT/x', className: 'B', keys: { K: 1 } } }],
  [String.raw`\\HV01\root\x:A.Part="root:B.K=1"`, 'HV01', 'root/x', 'A', { Part: { namespace: 'root', className: 'B', keys: { K: 1 } } }],
  ['/root/cimv2:C.K=0x1F,b=true', null, 'root/cimv2', 'C', { K: 31, b: true }],
  ['C.K="line\none"', null, V2, 'C', { K: 'line\none' }],
  ['C.__proto__="x",constructor="y"', null, V2, 'C', Object.fromEntries([['__proto__', 'x'], ['constructor', 'y']])],
];

describe('parseObjectPath', () => {
  test.each([...WRITTEN, ...READ_ONLY])('reads %s', (text, host, namespace, className, keys) => {
    expect(parseObjectPath(text)).toEqual({ host, path: { namespace, className, keys } });
    expect(Object.entries(parseObjectPath(text).path.keys)).toEqual(Object.entries(keys));
  });

  test('puts a path without a namespace where it is told', () => {
    expect(parseObjectPath('C=@', 'root\\cimv2').path.namespace).toBe('root/cimv2');
    expect(parseObjectPath('root/x:C=@', 'root/cimv2').path.namespace).toBe('root/x');
  });

  test.each([
    '',
    'C',
    'C.',
    'C="v"',
    'C.K',
    'C.K=',
    'C.K=v',
    'C.K="v',
    'C.K="v",',
    'C.K="v"x',
    'C.K="v",K="w"',
    'C.K="v" ,L=1',
    'C.K=1.5',
    'C.K=@',
    'C=@x',
    '1C.K="v"',
    'C-D.K="v"',
    'C.1="v"',
    ':C.K="v"',
    '\\\\HV01:C.K="v"',
    'root//x:C.K="v"',
    'root/../x:C.K="v"',
    'root\\cimv2:Win32_Service',
    `C.K="${'v'.repeat(70_000)}"`,
    `C.K="${'\\'.repeat(60_000)}`,
    '"'.repeat(60_000),
  ])('refuses %.40s', (text) => {
    expect(() => parseObjectPath(text)).toThrow(ProtocolError);
  });
});

describe('formatObjectPath', () => {
  test.each(WRITTEN)('writes %s', (text, host, namespace, className, keys) => {
    expect(formatObjectPath(instancePath(className, keys, namespace), host ?? undefined)).toBe(text);
  });

  test('quotes a datetime in its CIM form', () => {
    expect(formatObjectPath(instancePath('C', { T: CimInterval.parse('PT5M') }))).toBe('root\\virtualization\\v2:C.T="00000000000500.000000:000"');
  });

  test.each([null, ['a'], 1.5, NaN, createInstance({ className: 'C', properties: {} })])('refuses the key %o', (value) => {
    expect(() => formatObjectPath(instancePath('C', { K: value }))).toThrow(UsageError);
  });

  test('every string comes back', () => {
    const hosts = fc.constantFrom(undefined, 'HV01');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), hosts, (text, host) => {
        const path = instancePath('C', { K: `:${text}`, L: instancePath('D', { M: `"${text}` }) });
        expect(parseObjectPath(formatObjectPath(path, host))).toEqual({ host: host ?? null, path });
      }),
    );
  });
});

describe('instancePath', () => {
  test.each([undefined, 'root/virtualization/v2', '\\root\\virtualization\\v2', '/root/virtualization/v2'])('normalises the namespace %s', (namespace) => {
    expect(instancePath('C', { K: 1 }, namespace)).toEqual({ namespace: V2, className: 'C', keys: { K: 1 } });
  });

  test.each([
    ['', 'K', V2],
    ['C D', 'K', V2],
    ['C"', 'K', V2],
    ['C', '', V2],
    ['C', 'a=b', V2],
    ['C', 'K', ''],
    ['C', 'K', 'root//x'],
    ['C', 'K', 'root/x?y'],
    ['C', 'K', '../x'],
  ])('refuses class %j, key %j, namespace %j', (className, key, namespace) => {
    expect(() => instancePath(className, { [key]: 1 }, namespace)).toThrow(UsageError);
  });
});

test('a namespace of any length is refused as such', () => {
  expect(() => instancePath('C', {}, `${'a/'.repeat(10_000_000)}a`)).toThrow(UsageError);
});

test('isInstancePath looks at the shape, and never takes an instance for a path', () => {
  expect(isInstancePath({ namespace: V2, className: 'C', keys: {} })).toBe(true);
  const likePath = createInstance({ className: 'C', properties: { namespace: V2, className: 'C', keys: createInstance({ className: 'K', properties: {} }) } });
  for (const other of [likePath, null, 'C.K=1', {}, { namespace: V2, className: 'C' }, { namespace: V2, className: 'C', keys: null }, { namespace: V2, className: 'C', keys: [] }]) {
    expect(isInstancePath(other)).toBe(false);
  }
});
