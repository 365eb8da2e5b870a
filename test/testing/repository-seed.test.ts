import { describe, expect, it } from 'vitest';
import { encodeCimXml } from '../../src/cim/cim-xml.js';
import { CimDateTime } from '../../src/cim/datetime.js';
import { classOf, createInstance, pathOf, typesOf } from '../../src/cim/instance.js';
import type { CimInstance } from '../../src/cim/instance.js';
import { toJson } from '../../src/cim/json.js';
import { ProtocolError } from '../../src/errors.js';
import type { SeedInstance } from '../../src/testing/repository/make-instance.js';
import { WmiError } from '../../src/testing/repository/wmi-error.js';
import { Repository } from '../../src/testing/repository.js';
import { NAMESPACE, SCHEMA, path, uint64 } from './repository-support.js';

function seeded(...instances: readonly (SeedInstance | CimInstance)[]): Repository {
  const repository = new Repository(SCHEMA);
  repository.seed(instances);
  return repository;
}

describe('JSON', () => {
  const JSON_TEXT = `[{
    "className": "t_system",
    "properties": {
      "name": "web01", "Enabled": true, "Memory": "9007199254740993", "Started": "20261122061234.500000+060", "States": [2, null],
      "Owner": { "namespace": "root/test", "className": "T_Port", "keys": { "Device": "eth", "Number": 7 } },
      "Settings": { "Cores": 4, "Limit": "18446744073709551615" }
    }
  }]`;

  it('is read in the types of the schema, and toJson gives it back', () => {
    const instance = seeded(...(JSON.parse(JSON_TEXT) as SeedInstance[])).get(path('T_System', { Name: 'web01' }));
    expect(instance).toMatchObject({ Name: 'web01', Enabled: true, Memory: 9007199254740993n, States: [2, null] });
    expect((instance.Started as CimDateTime).toDate()).toEqual(new Date('2026-11-22T05:12:34.500Z'));
    expect(classOf(instance.Settings as CimInstance)).toBe('T_Settings');
    expect(instance.Settings).toEqual({ Cores: 4, Limit: 18446744073709551615n });
    expect(toJson(instance)).toEqual({
      Caption: null,
      Enabled: true,
      Memory: '9007199254740993',
      Name: 'web01',
      Owner: { namespace: 'root/test', className: 'T_Port', keys: { Device: 'eth', Number: 7 } },
      Settings: { Cores: 4, Limit: '18446744073709551615' },
      Started: '20261122061234.500000+060',
      States: [2, null],
    });
  });

  it('makes an instance that CIM-XML can carry: the type of every property is known', () => {
    const text = encodeCimXml(seeded({ className: 'T_Port', properties: { Device: 'eth', Number: 7 } }).get(path('T_Port', { Device: 'eth', Number: 7 })));
    expect(text).toBe(
      '<INSTANCE CLASSNAME="T_Port"><PROPERTY NAME="Device" TYPE="string"><VALUE>eth</VALUE></PROPERTY>' +
        '<PROPERTY NAME="Number" TYPE="uint32"><VALUE>7</VALUE></PROPERTY><PROPERTY NAME="Speed" TYPE="uint64"></PROPERTY></INSTANCE>',
    );
  });

  it.each([
    ['a reference as a path', { Owner: String.raw`root\test:T_Port.Device="eth",Number=7` }, { Owner: path('T_Port', { Device: 'eth', Number: 7 }) }],
    ['a reference without a namespace, in that of the instance', { Owner: 'T_Disk.Name="d"' }, { Owner: path('T_Disk', { Name: 'd' }) }],
    ['an embedded instance that names its class', { Settings: { className: 'T_Settings', properties: { Cores: 2 } } }, { Settings: { Cores: 2, Limit: null } }],
    ['an embedded instance as CIM-XML', { Settings: '<INSTANCE CLASSNAME="T_Settings"><PROPERTY NAME="Cores" TYPE="uint16"><VALUE>2</VALUE></PROPERTY></INSTANCE>' }, { Settings: { Cores: 2 } }],
    ['an empty text where an instance belongs', { Settings: '' }, { Settings: null }],
    ['a number for an integer of 64 bits', { Memory: 5 }, { Memory: 5n }],
  ])('may give %s', (_, properties, expected) => {
    expect(seeded({ className: 'T_System', keys: { Name: 'a' }, properties }).get(path('T_System', { Name: 'a' }))).toMatchObject(expected);
  });

  it.each<[string, string, unknown]>([
    ['a property that the class does not have', 'T_System has no property Colour', { className: 'T_System', properties: { Name: 'a', Colour: 'red' } }],
    ['an integer out of range', 'T_System.States', { className: 'T_System', properties: { Name: 'a', States: [65536] } }],
    ['one value for an array', 'T_System.States', { className: 'T_System', properties: { Name: 'a', States: 5 } }],
    ['an array for one value', 'T_System.Caption', { className: 'T_System', properties: { Name: 'a', Caption: ['x'] } }],
    ['a number for a text', 'T_System.Caption', { className: 'T_System', properties: { Name: 'a', Caption: 5 } }],
    ['a datetime that is none', 'T_System.Started', { className: 'T_System', properties: { Name: 'a', Started: 'yesterday' } }],
    ['an object for a text', 'T_System.Caption', { className: 'T_System', properties: { Name: 'a', Caption: { x: 1 } } }],
    ['a datetime for a text', 'T_System.Caption', { className: 'T_System', properties: { Name: 'a', Caption: CimDateTime.fromDate(new Date(0)) } }],
    ['a number for a reference', 'T_System.Owner', { className: 'T_System', properties: { Name: 'a', Owner: 5 } }],
    ['a number for an instance', 'T_System.Settings', { className: 'T_System', properties: { Name: 'a', Settings: 5 } }],
    ['a wrong value in an embedded instance', 'T_Settings.Cores', { className: 'T_System', properties: { Name: 'a', Settings: { Cores: 'x' } } }],
    ['a missing key', 'key Number', { className: 'T_Port', properties: { Device: 'eth' } }],
    ['a key that is null', 'key Name', { className: 'T_System', properties: { Name: null } }],
    ['no class', 'className', { properties: {} }],
    ['properties that are no object', 'className', { className: 'T_System', properties: [] }],
  ])('is refused for %s', (_, message, instance) => {
    const seed = (): unknown => seeded(instance as SeedInstance);
    expect(seed).toThrow(WmiError);
    expect(seed).toThrow(message);
  });
});

describe('a class that the schema does not have', () => {
  const VOLUME: SeedInstance = {
    className: 'X_Volume',
    namespace: 'root/extra',
    keys: { Id: 5 },
    properties: { Label: 'data', Ratio: 0.5, Free: 2 ** 40, Flags: [1, 2], Parts: [], Nothing: null },
    types: { Size: uint64 },
  };
  const where = { namespace: 'root/extra', className: 'X_Volume', keys: { Id: 5 } };

  it('has the keys of its first instance, and types that follow from the values', () => {
    const repository = seeded(VOLUME);
    const instance = repository.get({ ...where, keys: { ID: '5' } });
    expect(pathOf(instance)).toEqual(where);
    expect(typesOf(instance)).toEqual({
      Label: { type: 'string', array: false },
      Ratio: { type: 'real64', array: false },
      Free: { type: 'uint64', array: false },
      Flags: { type: 'uint32', array: true },
      Id: { type: 'uint32', array: false },
    });
    expect(instance.Free).toBe(1099511627776n);
    expect([...repository.enumerate('ROOT\\extra', 'x_volume')]).toEqual([instance]);
    expect(repository.create('X_Volume', { Id: 6 }, 'root/extra')).toEqual({ ...where, keys: { Id: 6 } });
  });

  it('takes the types that it is told', () => {
    const instance = seeded({ ...VOLUME, properties: { Size: '7' } }).get(where);
    expect(instance.Size).toBe(7n);
  });

  it('is refused without keys', () => {
    expect(() => seeded({ className: 'X_Volume', properties: { Id: 5 } })).toThrow(/X_Volume is not a class of the schema: give the keys/);
  });

  it('is not found in another namespace', () => {
    expect(() => seeded(VOLUME).get({ ...where, className: 'X_Other' })).toThrow(/^root\/extra has no class X_Other/);
    expect(() => seeded(VOLUME).get({ ...where, namespace: NAMESPACE })).toThrow(/has no class X_Volume/);
  });
});

describe('CIM-XML', () => {
  const DISK = (name: string): string =>
    `<INSTANCE CLASSNAME="T_Disk"><PROPERTY NAME="Name" TYPE="string"><VALUE>${name}</VALUE></PROPERTY>` +
    '<PROPERTY NAME="Size" TYPE="uint64"><VALUE>2048</VALUE></PROPERTY><PROPERTY NAME="__PATH" TYPE="string"><VALUE>x</VALUE></PROPERTY></INSTANCE>';
  const PATH =
    '<LOCALINSTANCEPATH><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="extra"/></LOCALNAMESPACEPATH>' +
    '<INSTANCENAME CLASSNAME="X_Volume"><KEYBINDING NAME="Id"><KEYVALUE VALUETYPE="string">v1</KEYVALUE></KEYBINDING></INSTANCENAME></LOCALINSTANCEPATH>';
  const VOLUME = '<INSTANCE CLASSNAME="X_Volume"><PROPERTY NAME="Size" TYPE="sint64"><VALUE>-3</VALUE></PROPERTY></INSTANCE>';

  it('may hold one instance, without system properties', () => {
    const repository = new Repository(SCHEMA);
    repository.seed(DISK('disk-a'));
    expect(repository.get(path('T_Disk', { Name: 'disk-a' }))).toEqual({ Caption: null, Name: 'disk-a', Size: 2048n });
  });

  it('may hold several, with paths of their own', () => {
    const repository = new Repository(SCHEMA);
    repository.seed(
      `<CIM CIMVERSION="2.0"><DECLARATION><DECLGROUP><VALUE.OBJECT>${DISK('disk-a')}</VALUE.OBJECT><VALUE.OBJECTWITHLOCALPATH>${PATH}${VOLUME}</VALUE.OBJECTWITHLOCALPATH>` +
        `<VALUE.OBJECT>${DISK('disk-b')}</VALUE.OBJECT></DECLGROUP></DECLARATION></CIM>`,
    );
    expect([...repository.enumerate(NAMESPACE, 'T_Disk')].map((disk) => disk.Name)).toEqual(['disk-a', 'disk-b']);
    const volume = repository.get({ namespace: 'root/extra', className: 'X_Volume', keys: { Id: 'v1' } });
    expect(volume).toEqual({ Size: -3n, Id: 'v1' });
    expect(typesOf(volume).Size).toEqual({ type: 'sint64', array: false });
  });

  it('may tell of properties that the schema does not know', () => {
    const repository = new Repository(SCHEMA);
    repository.seed(DISK('disk-a').replace('NAME="Size"', 'NAME="Newer"'));
    expect(repository.get(path('T_Disk', { Name: 'disk-a' }))).toEqual({ Caption: null, Name: 'disk-a', Size: null, Newer: 2048n });
  });

  it('that is broken is refused', () => {
    expect(() => new Repository(SCHEMA).seed('<INSTANCE CLASSNAME="T_Disk">')).toThrow(ProtocolError);
  });
});

it('an instance is taken with its path, in place of the one that is there', () => {
  const repository = seeded({ className: 'T_Disk', properties: { Name: 'disk-a', Size: '1' } });
  repository.seed([createInstance({ className: 'T_Disk', properties: { Size: 9n }, path: path('T_Disk', { Name: 'DISK-A' }) })]);
  expect([...repository.enumerate(NAMESPACE, 'T_Disk')]).toEqual([{ Caption: null, Name: 'DISK-A', Size: 9n }]);
});
