import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { type DecodeOptions, decodeCimXml, encodeCimXml, readInstance } from '../../src/cim/cim-xml.js';
import { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { type CimInstance, classOf, createInstance, pathOf, typesOf } from '../../src/cim/instance.js';
import { toJson } from '../../src/cim/json.js';
import { instancePath } from '../../src/cim/object-path.js';
import type { CimType, CimTypeName, CimValue } from '../../src/cim/types.js';
import { LimitError, ProtocolError, UsageError } from '../../src/errors.js';
import { openXml } from '../../src/xml/parse.js';

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/cim/${name}.xml`, import.meta.url), 'utf8');
}

const MIGRATION_FAILED = {
  CIMStatusCode: 1,
  CIMStatusCodeDescription: null,
  ErrorSource: null,
  ErrorSourceFormat: 0,
  ErrorType: 4,
  Message: "Moving 'invoice-db-3' away from 'NODE-EAST-4' did not succeed. (ID 5B0D9C1E-62F4-4A77-8E15-C3A9D07F21B6 of the machine)",
  MessageArguments: ['invoice-db-3', '5B0D9C1E-62F4-4A77-8E15-C3A9D07F21B6', 'NODE-EAST-4'],
  MessageID: '21024',
  OtherErrorSourceFormat: null,
  OtherErrorType: null,
  OwningEntity: 'Microsoft-Windows-Hyper-V-VMMS',
  PerceivedSeverity: 5,
  ProbableCause: 0,
  ProbableCauseDescription: null,
  RecommendedActions: null,
};

describe('instances in the shape of Hyper-V', () => {
  test('an Msvm_Error, in text and in bytes', () => {
    const text = fixture('msvm-error-21024');
    for (const error of [decodeCimXml(text), decodeCimXml(new TextEncoder().encode(text)), decodeCimXml(`<?xml version="1.0"?>\n${text}\n`)]) {
      expect(error).toEqual(MIGRATION_FAILED);
      expect(Object.keys(error)).toEqual(Object.keys(MIGRATION_FAILED));
      expect(classOf(error)).toBe('Msvm_Error');
      expect(pathOf(error)).toBeNull();
    }
  });

  test.each(['msvm-error-21024', 'msvm-error-20413'])('%s leaves as it came', (name) => {
    expect(encodeCimXml(decodeCimXml(fixture(name)))).toBe(fixture(name));
  });

  test('a disk: an inherited null, an empty string, the greatest uint64', () => {
    expect(decodeCimXml(fixture('msvm-virtualharddisksettingdata'))).toEqual({
      BlockSize: 2097152,
      DataAlignment: null,
      ElementName: 'ledger.vhdx',
      Format: 3,
      LogicalSectorSize: 4096,
      MaxInternalSize: 18446744073709551615n,
      ParentPath: '',
      Path: 'E:\\Disks\\ledger.vhdx',
      PhysicalSectorSize: 4096,
      Type: 2,
    });
  });

  test('white space between elements', () => {
    expect(decodeCimXml(fixture('msvm-kvpexchangedataitem'))).toEqual({
      Caption: null,
      Data: 'invoice-db-3.corp.example',
      Description: null,
      ElementName: null,
      Name: 'FullyQualifiedDomainName',
      Source: 2,
    });
  });

  test('system properties are properties like any other', () => {
    const settings = decodeCimXml(fixture('msvm-virtualsystemmigrationsettingdata'));
    expect(settings).toEqual({
      __PATH: String.raw`\\NODE-EAST-4\root\virtualization\v2:Msvm_VirtualSystemMigrationSettingData.InstanceID="Microsoft:LiveMove\\1"`,
      __NAMESPACE: 'root\\virtualization\\v2',
      __SERVER: 'NODE-EAST-4',
      __DERIVATION: ['CIM_VirtualSystemMigrationSettingData', 'CIM_SettingData', 'CIM_ManagedElement'],
      __PROPERTY_COUNT: 8,
      __RELPATH: String.raw`Msvm_VirtualSystemMigrationSettingData.InstanceID="Microsoft:LiveMove\\1"`,
      __CLASS: 'Msvm_VirtualSystemMigrationSettingData',
      __GENUS: 2,
      Bandwidth: null,
      Caption: 'How the machine moves',
      DestinationIPAddressList: ['10.20.0.7', 'fd00:20::7'],
      EnableCompression: true,
      InstanceID: 'Microsoft:LiveMove\\1',
      MigrationType: 32768,
      RetainVhdCopiesOnSource: null,
      TransportType: 5,
    });
    expect(typesOf(settings).Bandwidth).toEqual({ type: 'uint16', array: false });
  });
});

const KEYED = '<INSTANCENAME CLASSNAME="C"><KEYBINDING NAME="K"><KEYVALUE VALUETYPE="string"> v </KEYVALUE></KEYBINDING></INSTANCENAME>';
const LOCAL = '<LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="cimv2"/></LOCALNAMESPACEPATH>';
const C_IN_CIMV2 = { namespace: 'root/cimv2', className: 'C', keys: { K: ' v ' } };
const C_ANYWHERE = { ...C_IN_CIMV2, namespace: 'root/virtualization/v2' };
const INNER = '<INSTANCE CLASSNAME="D"><PROPERTY NAME="E" TYPE="uint8"><VALUE>1</VALUE></PROPERTY></INSTANCE>';
const INNER_TEXT = '&lt;INSTANCE CLASSNAME="D"&gt;&lt;PROPERTY NAME="E" TYPE="uint8"&gt;&lt;VALUE&gt;1&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;';

/** One property P, as each row has it, and what it holds. */
const PROPERTIES: readonly (readonly [xml: string, value: CimValue])[] = [
  // DSP0201 PROPERTY and VALUE
  ['<PROPERTY NAME="P" TYPE="string"></PROPERTY>', null],
  ['<PROPERTY NAME="P" TYPE="string"/>', null],
  ['<PROPERTY NAME="P" TYPE="string"><VALUE.NULL/></PROPERTY>', null],
  ['<PROPERTY NAME="P" TYPE="string"><VALUE></VALUE></PROPERTY>', ''],
  ['<PROPERTY NAME="P" TYPE="string"><VALUE/></PROPERTY>', ''],
  ['<PROPERTY NAME="P" TYPE="string"> <VALUE> a\n</VALUE> </PROPERTY>', ' a\n'],
  ['<PROPERTY NAME="P" TYPE="string"><VALUE>a &amp; &#60;b&#x3E; <![CDATA[<c> & ]]>"d" \'e\'</VALUE></PROPERTY>', 'a & <b> <c> & "d" \'e\''],
  ['<PROPERTY NAME="P" TYPE="string"><VALUE>a<!-- between -->b</VALUE></PROPERTY>', 'ab'],
  ['<PROPERTY TYPE="uint16" PROPAGATED="true" MODIFIED="TRUE" CLASSORIGIN="X" NAME="P" FUTURE="1"><VALUE>4</VALUE></PROPERTY>', 4],
  ['<PROPERTY NAME="P"><VALUE>4</VALUE></PROPERTY>', '4'],
  ['<PROPERTY NAME="P" TYPE="boolean"><VALUE>TRUE</VALUE></PROPERTY>', true],
  ['<PROPERTY NAME="P" TYPE="boolean"><VALUE>false</VALUE></PROPERTY>', false],
  ['<PROPERTY NAME="P" TYPE="uint64"><VALUE>18446744073709551615</VALUE></PROPERTY>', 18446744073709551615n],
  ['<PROPERTY NAME="P" TYPE="sint64"><VALUE>-1</VALUE></PROPERTY>', -1n],
  ['<PROPERTY NAME="P" TYPE="real64"><VALUE>-1.5E1</VALUE></PROPERTY>', -15],
  ['<PROPERTY NAME="P" TYPE="char16"><VALUE>x</VALUE></PROPERTY>', 'x'],
  ['<PROPERTY NAME="P" TYPE="datetime"><VALUE>20261122061234.000000+060</VALUE></PROPERTY>', CimDateTime.parse('20261122061234.000000+060')],
  ['<PROPERTY NAME="P" TYPE="datetime"><VALUE>00000000000500.000000:000</VALUE></PROPERTY>', CimInterval.parse('00000000000500.000000:000')],
  ['<PROPERTY NAME="P" TYPE="string"><QUALIFIER NAME="Key" TYPE="boolean"><VALUE>TRUE</VALUE></QUALIFIER><VALUE>a</VALUE></PROPERTY>', 'a'],
  ['<QUALIFIER NAME="Q" TYPE="string"><VALUE>q</VALUE></QUALIFIER><FUTURE><VALUE>x</VALUE></FUTURE><PROPERTY NAME="P" TYPE="string"><FUTURE/><VALUE>a</VALUE></PROPERTY>', 'a'],
  // DSP0201 PROPERTY.ARRAY and VALUE.ARRAY
  ['<PROPERTY.ARRAY NAME="P" TYPE="string"></PROPERTY.ARRAY>', null],
  ['<PROPERTY.ARRAY NAME="P" TYPE="string"><VALUE.NULL/></PROPERTY.ARRAY>', null],
  ['<PROPERTY.ARRAY NAME="P" TYPE="string"><VALUE.ARRAY></VALUE.ARRAY></PROPERTY.ARRAY>', []],
  ['<PROPERTY.ARRAY NAME="P" TYPE="string"><VALUE.ARRAY> <VALUE>a</VALUE><VALUE.NULL/><VALUE></VALUE><FUTURE/> </VALUE.ARRAY></PROPERTY.ARRAY>', ['a', null, '']],
  ['<PROPERTY.ARRAY NAME="P" TYPE="uint8" ARRAYSIZE="2"><VALUE.ARRAY><VALUE>0</VALUE><VALUE>255</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>', [0, 255]],
  // References
  ['<PROPERTY.REFERENCE NAME="P" REFERENCECLASS="C"></PROPERTY.REFERENCE>', null],
  [`<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE>${KEYED}</VALUE.REFERENCE></PROPERTY.REFERENCE>`, C_ANYWHERE],
  [`<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE><LOCALINSTANCEPATH>${LOCAL}${KEYED}</LOCALINSTANCEPATH></VALUE.REFERENCE></PROPERTY.REFERENCE>`, C_IN_CIMV2],
  [
    `<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE> <INSTANCEPATH><NAMESPACEPATH><HOST>HV01</HOST>${LOCAL}</NAMESPACEPATH>${KEYED}</INSTANCEPATH> </VALUE.REFERENCE></PROPERTY.REFERENCE>`,
    C_IN_CIMV2,
  ],
  [
    `<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE><OBJECTPATH><INSTANCEPATH><NAMESPACEPATH><HOST>HV01</HOST>${LOCAL}</NAMESPACEPATH>${KEYED}</INSTANCEPATH></OBJECTPATH></VALUE.REFERENCE></PROPERTY.REFERENCE>`,
    C_IN_CIMV2,
  ],
  ['<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE>\\\\HV01\\root\\cimv2:C.K=" v "</VALUE.REFERENCE></PROPERTY.REFERENCE>', C_IN_CIMV2],
  ['<PROPERTY NAME="P" TYPE="reference"><VALUE>root/cimv2:C.K=" v "</VALUE></PROPERTY>', C_IN_CIMV2],
  [`<PROPERTY.ARRAY NAME="P" TYPE="reference"><VALUE.REFARRAY><VALUE.REFERENCE>${KEYED}</VALUE.REFERENCE><VALUE.NULL/></VALUE.REFARRAY></PROPERTY.ARRAY>`, [C_ANYWHERE, null]],
  [`<PROPERTY.REFARRAY NAME="P"><VALUE.REFARRAY><VALUE.REFERENCE>${KEYED}</VALUE.REFERENCE></VALUE.REFARRAY></PROPERTY.REFARRAY>`, [C_ANYWHERE]],
  [
    '<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE><INSTANCENAME CLASSNAME="C"><KEYBINDING NAME="n"><KEYVALUE VALUETYPE="numeric">0x10</KEYVALUE></KEYBINDING>' +
      '<KEYBINDING NAME="big"><KEYVALUE VALUETYPE="numeric">18446744073709551615</KEYVALUE></KEYBINDING><KEYBINDING NAME="b"><KEYVALUE VALUETYPE="boolean">TRUE</KEYVALUE></KEYBINDING>' +
      '<KEYBINDING NAME="t"><KEYVALUE VALUETYPE="numeric" TYPE="uint64">5</KEYVALUE></KEYBINDING><KEYBINDING NAME="s"><KEYVALUE>5</KEYVALUE></KEYBINDING>' +
      `<KEYBINDING NAME="r"><VALUE.REFERENCE>${KEYED}</VALUE.REFERENCE></KEYBINDING></INSTANCENAME></VALUE.REFERENCE></PROPERTY.REFERENCE>`,
    { namespace: 'root/virtualization/v2', className: 'C', keys: { n: 16, big: 18446744073709551615n, b: true, t: 5n, s: '5', r: C_ANYWHERE } },
  ],
  // Instances in instances
  [`<PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance"><VALUE>${INNER_TEXT}</VALUE></PROPERTY>`, { E: 1 }],
  [`<PROPERTY NAME="P" TYPE="string" EMBEDDEDOBJECT="object"><VALUE>${INNER_TEXT}</VALUE></PROPERTY>`, { E: 1 }],
  [`<PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance"><VALUE><![CDATA[${INNER}]]></VALUE></PROPERTY>`, { E: 1 }],
  ['<PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance"><VALUE></VALUE></PROPERTY>', null],
  ['<PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance"></PROPERTY>', null],
  [`<PROPERTY.ARRAY NAME="P" TYPE="string" EmbeddedObject="instance"><VALUE.ARRAY><VALUE>${INNER_TEXT}</VALUE><VALUE.NULL/></VALUE.ARRAY></PROPERTY.ARRAY>`, [{ E: 1 }, null]],
  [`<PROPERTY NAME="P" TYPE="string"><VALUE>${INNER_TEXT}</VALUE></PROPERTY>`, INNER],
  [`<PROPERTY NAME="P" TYPE="string"><VALUE> ${INNER} </VALUE></PROPERTY>`, { E: 1 }],
  [`<PROPERTY NAME="P" TYPE="object"><VALUE.OBJECT>${INNER}</VALUE.OBJECT></PROPERTY>`, { E: 1 }],
  [`<PROPERTY NAME="P" TYPE="object"><VALUE>${INNER_TEXT}</VALUE></PROPERTY>`, { E: 1 }],
  [`<PROPERTY NAME="P" TYPE="string">${INNER}</PROPERTY>`, { E: 1 }],
  [`<PROPERTY.ARRAY NAME="P" TYPE="object"><VALUE.ARRAY><VALUE.OBJECT>${INNER}</VALUE.OBJECT></VALUE.ARRAY></PROPERTY.ARRAY>`, [{ E: 1 }]],
  ['<PROPERTY NAME="P" TYPE="string" EmbeddedObject="object"><VALUE>&lt;CLASS NAME="D"/&gt;</VALUE></PROPERTY>', '<CLASS NAME="D"/>'],
  // WMI's own elements
  [`<PROPERTY.OBJECT NAME="P" CLASSORIGIN="X"><QUALIFIER NAME="CIMTYPE" TYPE="string"><VALUE>object:D</VALUE></QUALIFIER><VALUE.OBJECT>${INNER}</VALUE.OBJECT></PROPERTY.OBJECT>`, { E: 1 }],
  ['<PROPERTY.OBJECT NAME="P"></PROPERTY.OBJECT>', null],
  [`<PROPERTY.OBJECTARRAY NAME="P"><VALUE.OBJECTARRAY><VALUE.OBJECT>${INNER}</VALUE.OBJECT><VALUE.NULL/></VALUE.OBJECTARRAY></PROPERTY.OBJECTARRAY>`, [{ E: 1 }, null]],
  ['<PROPERTY.OBJECTARRAY NAME="P"></PROPERTY.OBJECTARRAY>', null],
];

function instanceOf(properties: string): string {
  return `<INSTANCE CLASSNAME="Msvm_X">${properties}</INSTANCE>`;
}

describe('decodeCimXml', () => {
  test.each(PROPERTIES)('reads %s', (xml, value) => {
    expect(decodeCimXml(instanceOf(xml))).toEqual({ P: value });
  });

  test('takes text for an instance where typeOf says so', () => {
    const xml = instanceOf(`<PROPERTY NAME="P" TYPE="string"><VALUE>${INNER_TEXT}</VALUE></PROPERTY><PROPERTY NAME="Q" TYPE="string"><VALUE>${INNER_TEXT}</VALUE></PROPERTY>`);
    const typeOf: DecodeOptions['typeOf'] = (className, property) => (className === 'Msvm_X' && property === 'P' ? { type: 'string', array: false, embedded: true } : null);
    const decoded = decodeCimXml(xml, { typeOf });
    expect(decoded).toEqual({ P: { E: 1 }, Q: INNER });
    expect(classOf(decoded.P as CimInstance)).toBe('D');
  });

  test.each([
    [`<CIM CIMVERSION="2.0" DTDVERSION="2.0"><DECLARATION><DECLGROUP><VALUE.OBJECT>${INNER}</VALUE.OBJECT></DECLGROUP></DECLARATION></CIM>`, null],
    [`<DECLGROUP.WITHNAME><QUALIFIER.DECLARATION NAME="x" TYPE="string"/><VALUE.NAMEDOBJECT>${KEYED}${INNER}</VALUE.NAMEDOBJECT></DECLGROUP.WITHNAME>`, C_ANYWHERE],
    [`<DECLGROUP.WITHPATH><VALUE.OBJECTWITHPATH><INSTANCEPATH><NAMESPACEPATH><HOST>h</HOST>${LOCAL}</NAMESPACEPATH>${KEYED}</INSTANCEPATH>${INNER}</VALUE.OBJECTWITHPATH></DECLGROUP.WITHPATH>`, C_IN_CIMV2],
    [`<VALUE.OBJECTWITHLOCALPATH><LOCALINSTANCEPATH>${LOCAL}${KEYED}</LOCALINSTANCEPATH>${INNER}</VALUE.OBJECTWITHLOCALPATH>`, C_IN_CIMV2],
    [`<VALUE.NAMEDINSTANCE>\n${KEYED}\n${INNER}\n</VALUE.NAMEDINSTANCE>`, C_ANYWHERE],
    [`<VALUE.INSTANCEWITHPATH><INSTANCEPATH><NAMESPACEPATH><HOST>h</HOST>${LOCAL}</NAMESPACEPATH>${KEYED}</INSTANCEPATH>${INNER}</VALUE.INSTANCEWITHPATH>`, C_IN_CIMV2],
  ])('reads the instance out of %s', (xml, path) => {
    const instance = decodeCimXml(xml);
    expect(instance).toEqual({ E: 1 });
    expect(classOf(instance)).toBe('D');
    expect(pathOf(instance)).toEqual(path);
    expect(typesOf(instance)).toEqual({ E: { type: 'uint8', array: false } });
  });

  const EMBEDDED: CimType = { type: 'string', array: false, embedded: true };
  test.each<[string, CimType]>([
    [`<PROPERTY NAME="P" TYPE="string"><VALUE>${INNER}</VALUE></PROPERTY>`, EMBEDDED],
    [`<PROPERTY.ARRAY NAME="P" TYPE="string"><VALUE.ARRAY><VALUE.NULL/><VALUE>${INNER}</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>`, { ...EMBEDDED, array: true }],
    [`<PROPERTY.OBJECT NAME="P"><VALUE.OBJECT>${INNER}</VALUE.OBJECT></PROPERTY.OBJECT>`, EMBEDDED],
    ['<PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance"/>', EMBEDDED],
    ['<PROPERTY.OBJECTARRAY NAME="P"/>', { ...EMBEDDED, array: true }],
    ['<PROPERTY NAME="P" TYPE="string" EmbeddedObject="object"><VALUE>&lt;CLASS NAME="D"/&gt;</VALUE></PROPERTY>', { type: 'string', array: false }],
    [`<PROPERTY NAME="P" TYPE="string"><VALUE>${INNER_TEXT}</VALUE></PROPERTY>`, { type: 'string', array: false }],
  ])('tells the type of %s, and writes the instance again', (xml, type) => {
    const decoded = decodeCimXml(instanceOf(xml));
    expect(typesOf(decoded)).toEqual({ P: type });
    expect(decodeCimXml(encodeCimXml(decoded))).toEqual(decoded);
  });

  test('a text beyond a limit is in the error', () => {
    const deep = '<a>'.repeat(300);
    for (const input of [deep, new TextEncoder().encode(deep)]) {
      expect(() => decodeCimXml(input)).toThrow(LimitError);
      expect(() => decodeCimXml(input)).toThrow(expect.objectContaining({ code: 'LIMIT', text: deep }) as Error);
    }
  });

  test('properties may have any name', () => {
    const xml = instanceOf('<PROPERTY NAME="__proto__" TYPE="uint8"><VALUE>1</VALUE></PROPERTY><PROPERTY NAME="constructor" TYPE="uint8"><VALUE>2</VALUE></PROPERTY>');
    expect(Object.entries(decodeCimXml(xml))).toEqual([['__proto__', 1], ['constructor', 2]]);
  });

  test.each([
    ['', /Not a CIM-XML instance/],
    ['The job failed', /Not a CIM-XML instance/],
    ['<html/>', /html holds no INSTANCE/],
    ['<INSTANCE/>', /INSTANCE has no CLASSNAME/],
    ['<INSTANCE CLASSNAME=""/>', /INSTANCE has no CLASSNAME/],
    ['<INSTANCE CLASSNAME="C"', /Not a CIM-XML instance/],
    ['<CIM/>', /CIM holds 0 instances/],
    [`<DECLGROUP>${INNER}${INNER}</DECLGROUP>`, /DECLGROUP holds 2 instances/],
    [`<VALUE.NAMEDINSTANCE><INSTANCENAME CLASSNAME="C D"/>${INNER}</VALUE.NAMEDINSTANCE>`, /"C D" is not the name of a class/],
    [instanceOf('<PROPERTY TYPE="string"/>'), /PROPERTY has no NAME/],
    [instanceOf('<PROPERTY NAME="P" TYPE="string"/><PROPERTY NAME="P" TYPE="string"/>'), /Msvm_X has the property P twice/],
    [instanceOf('<PROPERTY NAME="P" TYPE="uint16"><VALUE>many</VALUE></PROPERTY>'), /Msvm_X\.P: "many" is not a value of type uint16/],
    [instanceOf('<PROPERTY NAME="P" TYPE="uint8"><VALUE>256</VALUE></PROPERTY>'), /Msvm_X\.P: "256"/],
    [instanceOf('<PROPERTY NAME="P" TYPE="uint8"><VALUE></VALUE></PROPERTY>'), /Msvm_X\.P: ""/],
    [instanceOf('<PROPERTY NAME="P" TYPE="float"><VALUE>1</VALUE></PROPERTY>'), /Msvm_X\.P: "float" is not a CIM type/],
    [instanceOf('<PROPERTY NAME="P" TYPE="string"><VALUE>a</VALUE><VALUE>b</VALUE></PROPERTY>'), /Msvm_X\.P: 2 values/],
    [instanceOf('<PROPERTY NAME="P" TYPE="string"><VALUE.ARRAY/></PROPERTY>'), /Msvm_X\.P: an array of values/],
    [instanceOf('<PROPERTY.ARRAY NAME="P" TYPE="string"><VALUE>a</VALUE></PROPERTY.ARRAY>'), /Msvm_X\.P: an array without VALUE.ARRAY/],
    [instanceOf(`<PROPERTY NAME="P" TYPE="uint8"><VALUE>${INNER}</VALUE></PROPERTY>`), /Msvm_X\.P: an instance, declared as uint8/],
    [instanceOf(`<PROPERTY NAME="P" TYPE="string"><VALUE>${INNER}${INNER}</VALUE></PROPERTY>`), /Msvm_X\.P: VALUE holds 2 instances/],
    [instanceOf(`<PROPERTY NAME="P" TYPE="string"><VALUE.REFERENCE>${KEYED}</VALUE.REFERENCE></PROPERTY>`), /Msvm_X\.P: a reference, declared as string/],
    [instanceOf('<PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance"><VALUE>&lt;D/&gt;</VALUE></PROPERTY>'), /Msvm_X\.P: the element D holds no INSTANCE/],
    ['<CLASS NAME="D"/>', /the element CLASS holds no INSTANCE/],
    [instanceOf('<PROPERTY.OBJECT NAME="P"><VALUE.OBJECT><CLASS NAME="D"/></VALUE.OBJECT></PROPERTY.OBJECT>'), /Msvm_X\.P: VALUE\.OBJECT holds 0 instances/],
    [instanceOf(`<PROPERTY.OBJECTARRAY NAME="P"><VALUE.OBJECT>${INNER}</VALUE.OBJECT></PROPERTY.OBJECTARRAY>`), /Msvm_X\.P: an array without VALUE\.ARRAY/],
    [instanceOf(`<PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance"><VALUE>${INNER_TEXT.replace('uint8', 'boolean').replace('1', '9')}</VALUE></PROPERTY>`), /Msvm_X\.P: D\.E: "9"/],
    [instanceOf('<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE/></PROPERTY.REFERENCE>'), /Msvm_X\.P: VALUE\.REFERENCE names 0 instances/],
    [instanceOf(`<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE>${KEYED}${KEYED}</VALUE.REFERENCE></PROPERTY.REFERENCE>`), /VALUE\.REFERENCE names 2 instances/],
    [instanceOf('<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE>nowhere</VALUE.REFERENCE></PROPERTY.REFERENCE>'), /"nowhere" is not the path/],
    [instanceOf('<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE><INSTANCENAME CLASSNAME="C"><KEYVALUE>a</KEYVALUE></INSTANCENAME></VALUE.REFERENCE></PROPERTY.REFERENCE>'), /a key without a name/],
    [instanceOf('<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE><INSTANCENAME CLASSNAME="C"><KEYBINDING NAME="K"/></INSTANCENAME></VALUE.REFERENCE></PROPERTY.REFERENCE>'), /KEYBINDING K has 0 values/],
    [instanceOf(`<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE>${KEYED.replace(/<KEYVALUE.*KEYVALUE>/, '$&$&')}</VALUE.REFERENCE></PROPERTY.REFERENCE>`), /KEYBINDING K has 2 values/],
    [instanceOf(`<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE>${KEYED.replace('"string"', '"numeric"')}</VALUE.REFERENCE></PROPERTY.REFERENCE>`), /" v " is not a numeric key/],
    [instanceOf(`<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE>${KEYED.replace(/<KEYBINDING.*BINDING>/, '$&$&')}</VALUE.REFERENCE></PROPERTY.REFERENCE>`), /has the key K twice/],
  ])('refuses %j', (text, message) => {
    const decode = () => decodeCimXml(text);
    expect(decode).toThrow(ProtocolError);
    expect(decode).toThrow(message);
    expect(decode).toThrow(expect.objectContaining({ code: 'PROTOCOL', text }) as Error);
    expect(() => decodeCimXml(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ text }) as Error);
  });

  test('stops at the seventeenth text inside a text', () => {
    const embed = (inner: CimInstance): CimInstance => createInstance({ className: 'C', properties: { P: inner } });
    let instance = createInstance({ className: 'C', properties: {} });
    for (let depth = 0; depth < 16; depth++) instance = embed(instance);
    expect(decodeCimXml(encodeCimXml(instance))).toEqual(instance);
    expect(() => decodeCimXml(encodeCimXml(embed(instance)))).toThrow(LimitError);
  });
});

test('readInstance leaves the cursor on the end of its INSTANCE', () => {
  const cursor = openXml(`<x>${INNER}<y/></x>`);
  expect(() => readInstance(cursor)).toThrow(/x stands where an INSTANCE belongs/);
  cursor.next();
  expect(readInstance(cursor)).toEqual({ E: 1 });
  expect([cursor.event, cursor.name]).toEqual(['end', 'INSTANCE']);
  expect([cursor.next(), cursor.name]).toEqual(['start', 'y']);
});

function typed(value: CimValue, type: CimTypeName, array = false): CimInstance {
  return createInstance({ className: 'C', properties: { P: value }, types: { P: { type, array } } });
}

function untyped(value: CimValue): CimInstance {
  return createInstance({ className: 'C', properties: { P: value } });
}

const LOCAL_PATH = (key: string) =>
  '<VALUE.REFERENCE><LOCALINSTANCEPATH><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="x"/></LOCALNAMESPACEPATH>' +
  `<INSTANCENAME CLASSNAME="D"><KEYBINDING NAME="K">${key}</KEYBINDING></INSTANCENAME></LOCALINSTANCEPATH></VALUE.REFERENCE>`;

const WRITTEN: readonly (readonly [CimInstance, string])[] = [
  [typed(null, 'uint16'), '<PROPERTY NAME="P" TYPE="uint16"></PROPERTY>'],
  [typed(4, 'uint16'), '<PROPERTY NAME="P" TYPE="uint16"><VALUE>4</VALUE></PROPERTY>'],
  [typed('', 'string'), '<PROPERTY NAME="P" TYPE="string"><VALUE></VALUE></PROPERTY>'],
  [typed(null, 'string', true), '<PROPERTY.ARRAY NAME="P" TYPE="string"></PROPERTY.ARRAY>'],
  [typed([], 'string', true), '<PROPERTY.ARRAY NAME="P" TYPE="string"><VALUE.ARRAY></VALUE.ARRAY></PROPERTY.ARRAY>'],
  [typed([1, null], 'uint8', true), '<PROPERTY.ARRAY NAME="P" TYPE="uint8"><VALUE.ARRAY><VALUE>1</VALUE><VALUE.NULL/></VALUE.ARRAY></PROPERTY.ARRAY>'],
  [typed(1.5, 'real32'), '<PROPERTY NAME="P" TYPE="real32"><VALUE>1.5</VALUE></PROPERTY>'],
  [untyped('a & <b> "c"'), '<PROPERTY NAME="P" TYPE="string"><VALUE>a &#38; &#60;b&#62; &#34;c&#34;</VALUE></PROPERTY>'],
  [untyped(true), '<PROPERTY NAME="P" TYPE="boolean"><VALUE>TRUE</VALUE></PROPERTY>'],
  [untyped([null, false]), '<PROPERTY.ARRAY NAME="P" TYPE="boolean"><VALUE.ARRAY><VALUE.NULL/><VALUE>FALSE</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>'],
  [untyped(5n), '<PROPERTY NAME="P" TYPE="uint64"><VALUE>5</VALUE></PROPERTY>'],
  [untyped(-5n), '<PROPERTY NAME="P" TYPE="sint64"><VALUE>-5</VALUE></PROPERTY>'],
  [untyped(CimInterval.parse('PT30M')), '<PROPERTY NAME="P" TYPE="datetime"><VALUE>00000000003000.000000:000</VALUE></PROPERTY>'],
  [untyped(CimDateTime.parse('2026-10-05T04:23:50Z')), '<PROPERTY NAME="P" TYPE="datetime"><VALUE>20261005042350.000000+000</VALUE></PROPERTY>'],
  [
    untyped(createInstance({ className: 'D', properties: { E: 'x&y' } })),
    '<PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance"><VALUE>&#60;INSTANCE CLASSNAME=&#34;D&#34;&#62;&#60;PROPERTY NAME=&#34;E&#34; TYPE=&#34;string&#34;&#62;' +
      '&#60;VALUE&#62;x&#38;#38;y&#60;/VALUE&#62;&#60;/PROPERTY&#62;&#60;/INSTANCE&#62;</VALUE></PROPERTY>',
  ],
  [typed(null, 'reference'), '<PROPERTY.REFERENCE NAME="P"></PROPERTY.REFERENCE>'],
  [untyped(instancePath('D', { K: 'v' }, 'root/x')), `<PROPERTY.REFERENCE NAME="P">${LOCAL_PATH('<KEYVALUE VALUETYPE="string">v</KEYVALUE>')}</PROPERTY.REFERENCE>`],
  [untyped(instancePath('D', { K: true }, 'root/x')), `<PROPERTY.REFERENCE NAME="P">${LOCAL_PATH('<KEYVALUE VALUETYPE="boolean">TRUE</KEYVALUE>')}</PROPERTY.REFERENCE>`],
  [untyped(instancePath('D', { K: -1 }, 'root/x')), `<PROPERTY.REFERENCE NAME="P">${LOCAL_PATH('<KEYVALUE VALUETYPE="numeric">-1</KEYVALUE>')}</PROPERTY.REFERENCE>`],
  [untyped(instancePath('D', { K: 1n }, 'root/x')), `<PROPERTY.REFERENCE NAME="P">${LOCAL_PATH('<KEYVALUE VALUETYPE="numeric" TYPE="uint64">1</KEYVALUE>')}</PROPERTY.REFERENCE>`],
  [
    untyped([instancePath('D', { K: instancePath('D', { K: CimInterval.parse('PT5M') }, 'root/x') }, 'root/x')]),
    `<PROPERTY.ARRAY NAME="P" TYPE="reference"><VALUE.REFARRAY>${LOCAL_PATH(LOCAL_PATH('<KEYVALUE VALUETYPE="string" TYPE="datetime">00000000000500.000000:000</KEYVALUE>'))}</VALUE.REFARRAY></PROPERTY.ARRAY>`,
  ],
];

describe('encodeCimXml', () => {
  test.each(WRITTEN)('writes %o', (instance, xml) => {
    const whole = `<INSTANCE CLASSNAME="C">${xml}</INSTANCE>`;
    expect(encodeCimXml(instance)).toBe(whole);
    expect(toJson(decodeCimXml(whole))).toEqual(toJson(instance));
  });

  test('an instance without properties', () => {
    expect(encodeCimXml(createInstance({ className: 'C', properties: {} }))).toBe('<INSTANCE CLASSNAME="C"></INSTANCE>');
  });

  test('an array of 200,000 items', () => {
    const xml = encodeCimXml(typed(new Array<number>(200_000).fill(7), 'uint8', true));
    expect(xml).toBe(`<INSTANCE CLASSNAME="C"><PROPERTY.ARRAY NAME="P" TYPE="uint8"><VALUE.ARRAY>${'<VALUE>7</VALUE>'.repeat(200_000)}</VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE>`);
  });

  test('the text of an instance as an embedded one', () => {
    const instance = createInstance({ className: 'C', properties: { P: INNER }, types: { P: { type: 'string', array: false, embedded: true } } });
    expect(encodeCimXml(instance)).toContain('EmbeddedObject="instance"><VALUE>&#60;INSTANCE CLASSNAME=&#34;D&#34;&#62;');
    expect(decodeCimXml(encodeCimXml(instance))).toEqual({ P: { E: 1 } });
  });

  test.each(['hello', '', '<CLASS NAME="D"/>', '<a>'.repeat(300)])('no other text as an embedded instance: %.20j', (text) => {
    const instance = createInstance({ className: 'C', properties: { P: text }, types: { P: { type: 'string', array: false, embedded: true } } });
    expect(() => encodeCimXml(instance)).toThrow(UsageError);
    expect(() => encodeCimXml(instance)).toThrow(/C\.P: a string that is not the text of an instance/);
  });

  test('writes named references when asked', () => {
    expect(encodeCimXml(untyped('a & b'), { references: 'named' })).toContain('<VALUE>a &amp; b</VALUE>');
  });

  test('typeOf comes before the types of the instance', () => {
    const typeOf = (className: string, property: string): CimType | null => (className === 'C' && property === 'P' ? { type: 'uint8', array: false } : null);
    expect(encodeCimXml(typed(4, 'uint16'), { typeOf })).toContain('TYPE="uint8"');
    expect(encodeCimXml(typed(4, 'uint16'), { typeOf: () => null })).toContain('TYPE="uint16"');
  });

  test.each([
    [untyped(4), /C\.P: the type of a number has to be given/],
    [untyped([4]), /C\.P: the type of a number has to be given/],
    [untyped(null), /C\.P: the type of a null has to be given/],
    [untyped([]), /C\.P: the type of a null has to be given/],
    [typed(70_000, 'uint16'), /C\.P: The number 70000 is not a value of type uint16/],
    [typed('4', 'uint16'), /C\.P: "4" is not a value of type uint16/],
    [typed(4, 'uint16', true), /C\.P: one value for an array/],
    [typed([4], 'uint16'), /C\.P: an array for one value/],
    [typed('x', 'reference'), /C\.P: not a reference/],
    [typed(untyped('x'), 'uint16'), /C\.P: An instance is not a value of type uint16/],
    [untyped(instancePath('D', { K: 1.5 })), /C\.P: The key K cannot stand in a path/],
    [untyped(instancePath('D', { K: 1n << 64n })), /C\.P: The bigint 18446744073709551616/],
    [untyped('\u0000'), /not allowed/],
  ])('refuses %o', (instance, message) => {
    expect(() => encodeCimXml(instance)).toThrow(UsageError);
    expect(() => encodeCimXml(instance)).toThrow(message);
  });
});

const text = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\t', '\n', '\r', '&', '<', '>', '"', "'", ']', ']]>', '&#60;', 'é', '€', '😀') });
const interval = fc.nat(8_000_000_000_000).map((milliseconds) => CimInterval.fromMilliseconds(milliseconds));
const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9998-01-01'), noInvalidDate: true }).map((at) => CimDateTime.fromDate(at));
const key = fc.oneof(text, fc.boolean(), fc.maxSafeInteger(), fc.bigInt({ min: 1n << 60n, max: (1n << 64n) - 1n }), interval, date);
const path = fc.dictionary(fc.stringMatching(/^[A-Za-z_]\w{0,9}$/), key).map((keys) => instancePath('Msvm_Y', keys, 'root/x'));

function integers(bits: bigint, isSigned: boolean): fc.Arbitrary<bigint> {
  return isSigned ? fc.bigInt({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }) : fc.bigInt({ min: 0n, max: (1n << bits) - 1n });
}

const SCALARS: Readonly<Record<CimTypeName, fc.Arbitrary<Exclude<CimValue, null>>>> = {
  boolean: fc.boolean(),
  uint8: integers(8n, false).map(Number),
  sint8: integers(8n, true).map(Number),
  uint16: integers(16n, false).map(Number),
  sint16: integers(16n, true).map(Number),
  uint32: integers(32n, false).map(Number),
  sint32: integers(32n, true).map(Number),
  uint64: integers(64n, false),
  sint64: integers(64n, true),
  real32: fc.float(),
  real64: fc.double(),
  string: text,
  char16: fc.constantFrom('a', '7', ' ', '<', '€'),
  datetime: fc.oneof(interval, date),
  reference: path,
};

const property = fc.constantFrom(...(Object.keys(SCALARS) as CimTypeName[])).chain((type) =>
  fc.oneof(
    fc.tuple(fc.constant<CimType>({ type, array: false }), fc.option(SCALARS[type])),
    fc.tuple(fc.constant<CimType>({ type, array: true }), fc.option(fc.array(fc.option(SCALARS[type]), { maxLength: 4 }))),
  ),
) as fc.Arbitrary<[CimType, CimValue]>;

const { instance: anyInstance } = fc.letrec<{ instance: CimInstance; property: [CimType, CimValue] }>((tie) => ({
  instance: fc
    .uniqueArray(fc.tuple(fc.stringMatching(/^[A-Za-z_]\w{0,9}$/), tie('property')), { selector: ([name]) => name, maxLength: 6 })
    .map((list) =>
      createInstance({
        className: 'Msvm_X',
        properties: list.map(([name, [, value]]) => [name, value] as const),
        types: new Map(list.map(([name, [type]]) => [name, type])),
      }),
    ),
  property: fc.oneof(
    { maxDepth: 3 },
    property,
    tie('instance').map((value): [CimType, CimValue] => [{ type: 'string', array: false, embedded: true }, value]),
    tie('instance').map((value): [CimType, CimValue] => [{ type: 'string', array: true, embedded: true }, [value, null]]),
  ),
}));

test('every typed instance comes back as it was, with its types', () => {
  fc.assert(
    fc.property(anyInstance, fc.constantFrom('named' as const, 'numeric' as const), (instance, references) => {
      const decoded = decodeCimXml(encodeCimXml(instance, { references }));
      expect(decoded).toEqual(instance);
      expect(Object.keys(decoded)).toEqual(Object.keys(instance));
      expect(typesOf(decoded)).toEqual(typesOf(instance));
    }),
  );
});
