import { describe, expect, it } from 'vitest';
import { CimDateTime, CimInterval } from '../../src/cim/datetime.js';
import { classOf, createInstance, pathOf, typesOf } from '../../src/cim/instance.js';
import { instancePath } from '../../src/cim/object-path.js';
import type { CimType } from '../../src/cim/types.js';
import { ProtocolError, UsageError } from '../../src/errors.js';
import { instanceNode, memberNamespaces, memberNodes } from '../../src/wsman/instance.js';
import { readInstance } from '../../src/wsman/instance-read.js';
import { openXml } from '../../src/xml/parse.js';
import { writeXml, xmlNode } from '../../src/xml/write.js';

const URI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_Thing';
const WRAP = (inner: string) =>
  `<p:Msvm_Thing xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="${URI}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"` +
  ` xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xsi:type="p:Msvm_Thing_Type">${inner}</p:Msvm_Thing>`;
const TYPES: Readonly<Record<string, CimType>> = {
  Number: { type: 'uint16', array: false },
  Big: { type: 'uint64', array: false },
  List: { type: 'uint16', array: true },
  Flag: { type: 'boolean', array: false },
  When: { type: 'datetime', array: false },
  Text: { type: 'string', array: false },
  Ref: { type: 'reference', array: false },
};
const read = (inner: string, typed = true) => readInstance(openXml(WRAP(inner)), typed ? (_owner, name) => (Object.hasOwn(TYPES, name) ? TYPES[name]! : null) : undefined);
const EPR = (uri: string, selector: string) =>
  `<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address><a:ReferenceParameters><w:ResourceURI>${uri}</w:ResourceURI>` +
  `<w:SelectorSet>${selector}</w:SelectorSet></a:ReferenceParameters>`;

describe('readInstance', () => {
  it.each([
    ['a number', '<p:Number> 7 </p:Number>', { Number: 7 }],
    ['an exact uint64', '<p:Big>18446744073709551615</p:Big>', { Big: 18446744073709551615n }],
    ['nil', '<p:Number xsi:nil="true"/>', { Number: null }],
    ['nil as 1', '<p:Number xsi:nil="1"></p:Number>', { Number: null }],
    ['an empty string, which is not null', '<p:Text></p:Text>', { Text: '' }],
    ['white space, which is a value', '<p:Text>  </p:Text>', { Text: '  ' }],
    ['leading zeros in text', '<p:Text>007</p:Text>', { Text: '007' }],
    ['an array of one', '<p:List>1</p:List>', { List: [1] }],
    ['an array of several', '<p:List>17</p:List><p:Flag>TRUE</p:Flag><p:List>2</p:List>', { List: [17, 2], Flag: true }],
    ['a null array', '<p:List xsi:nil="true"/>', { List: null }],
    ['an array with a null in front', '<p:List xsi:nil="true"/><p:List>1</p:List>', { List: [null, 1] }],
    ['an unknown member that comes again, with another between', '<p:Other>5</p:Other><p:Flag>0</p:Flag><p:Other/><p:Other>6</p:Other>', { Other: ['5', '', '6'], Flag: false }],
    ['nil with a text, which does not count', '<p:Number xsi:nil=" true ">x</p:Number>', { Number: null }],
    ['what is not nil', '<p:Number xsi:nil="false">7</p:Number>', { Number: 7 }],
    ['a text with comments and a section in it', '<p:Text>a<!-- b --><![CDATA[<c>]]></p:Text>', { Text: 'a<c>' }],
    ['an array with a null inside', '<p:List>1</p:List><p:List xsi:nil="true"/>', { List: [1, null] }],
    ['an unknown member as text', '<p:Other>5</p:Other>', { Other: '5' }],
  ])('reads %s', (_name, inner, expected) => {
    expect({ ...read(inner) }).toEqual(expected);
  });

  it('reads datetimes and intervals with cim: elements and without', () => {
    const instance = read('<p:A><cim:Datetime>2026-10-05T04:23:50Z</cim:Datetime></p:A><p:B>\n<cim:Interval>P0DT0H5M0S</cim:Interval>\n</p:B><p:When>2026-10-05T04:23:50Z</p:When>');
    expect(instance.A).toBeInstanceOf(CimDateTime);
    expect(String(instance.A as CimDateTime)).toBe('2026-10-05T04:23:50Z');
    expect((instance.B as CimInterval).toMilliseconds()).toBe(300_000);
    expect(instance.When).toBeInstanceOf(CimDateTime);
  });

  it('reads references with and without EndpointReference, and as object path text', () => {
    const uri = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_MigrationJob';
    const expected = instancePath('Msvm_MigrationJob', { InstanceID: 'J' });
    const selector = '<w:Selector Name="InstanceID">J</w:Selector>';
    const instance = read(
      `<p:One>${EPR(uri, selector)}</p:One><p:Two><a:EndpointReference>${EPR(uri, selector)}</a:EndpointReference></p:Two>` +
        `<p:Ref>\\\\HOST\\root\\virtualization\\v2:Msvm_MigrationJob.InstanceID="J"</p:Ref>`,
    );
    expect(instance.One).toEqual(expected);
    expect(instance.Two).toEqual(expected);
    expect(instance.Ref).toEqual(expected);
  });

  it('reads embedded instances by xsi:type and by namespace, repeated ones as an array', () => {
    const instance = read(
      '<p:E xsi:type="q:Msvm_Error_Type" xmlns:q="urn:q"><q:MessageID>1</q:MessageID><q:MessageArguments>a</q:MessageArguments><q:MessageArguments>b</q:MessageArguments></p:E>' +
        '<p:E><r:MessageID xmlns:r="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_Other">2</r:MessageID></p:E>',
      false,
    );
    const [one, two] = instance.E as unknown as [Record<string, never>, Record<string, never>];
    expect([classOf(one), { ...one }]).toEqual(['Msvm_Error', { MessageID: '1', MessageArguments: ['a', 'b'] }]);
    expect([classOf(two), { ...two }]).toEqual(['Msvm_Other', { MessageID: '2' }]);
  });

  it('makes frozen instances without a prototype that show their properties alone, with null for each that was not sent', () => {
    const path = instancePath('Msvm_Thing', { Number: 7 });
    const instance = readInstance(openXml(WRAP('<p:B>1</p:B><p:A>2</p:A>')), () => null, path, () => ['A', 'B', 'C', '__proto__']);
    expect(Object.entries(instance)).toEqual([['B', '1'], ['A', '2'], ['C', null], ['__proto__', null]]);
    expect([Object.isFrozen(instance), Object.getPrototypeOf(instance)]).toEqual([true, null]);
    expect([classOf(instance), pathOf(instance), typesOf(instance)]).toEqual(['Msvm_Thing', path, {}]);
  });

  it('keeps members named constructor and __proto__', () => {
    const instance = read('<p:constructor>1</p:constructor><p:__proto__>2</p:__proto__>');
    expect(Object.keys(instance)).toEqual(['constructor', '__proto__']);
  });

  it.each([
    ['a second date in one member, which must not hide the members behind it', '<p:When><cim:Datetime>2026-10-05T04:23:50Z</cim:Datetime><cim:Datetime>2026-10-05T04:23:50Z</cim:Datetime></p:When><p:Number>1</p:Number>', 'When holds more'],
    ['an element within a date', '<p:When><cim:Interval>P0DT0H5M0S<x/></cim:Interval></p:When><p:Number>1</p:Number>', 'When holds more'],
    ['two values where the type says one', '<p:Number>4</p:Number><p:Number>7</p:Number>', 'Number holds 2 values'],
    ['three values where the type says one, with a list between', '<p:List>1</p:List><p:Number>4</p:Number><p:List>2</p:List><p:Number>4</p:Number><p:Number>4</p:Number>', 'Number holds 3 values'],
    ['a date where the type says a number', '<p:Number><cim:Datetime>2026-10-05T04:23:50Z</cim:Datetime></p:Number>', 'a datetime where a uint16'],
    ['a number that is none', '<p:Number>x</p:Number>', 'Number'],
    ['a reference without WMI class', `<p:R>${EPR('urn:x', '')}</p:R>`, 'names no WMI class'],
    ['a reference without parameters', '<p:R><a:Address>x</a:Address></p:R>', 'ReferenceParameters'],
    ['a reference to a class with an illegal name', `<p:R>${EPR('http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/a b', '')}</p:R>`, 'is no path'],
    ['elements of no class', '<p:R><b:x xmlns:b="urn:nothing:1"/></p:R>', 'neither'],
    ['a selector without a name', `<p:R>${EPR(URI, '<w:Selector>x</w:Selector>')}</p:R>`, 'Selector without a Name'],
  ])('refuses %s', (_name, inner, message) => {
    expect(() => read(inner)).toThrow(ProtocolError);
    expect(() => read(inner)).toThrow(message);
  });
});

describe('memberNodes', () => {
  const write = (value: Parameters<typeof memberNodes>[1], type?: CimType) =>
    writeXml(xmlNode('p:M', { ...memberNamespaces(URI), 'xmlns:a': 'urn:a', 'xmlns:w': 'urn:w' }, ...memberNodes('X', value, type ?? null)))
      .replace(/^<p:M[^>]*?(\/?)>/, '')
      .replace('</p:M>', '');

  it.each([
    ['null', null, '<p:X xsi:nil="true"/>'],
    ['a boolean', true, '<p:X>true</p:X>'],
    ['a uint64', 18446744073709551615n, '<p:X>18446744073709551615</p:X>'],
    ['an array', [1, 2], '<p:X>1</p:X><p:X>2</p:X>'],
    ['an empty array', [], ''],
    ['text that needs escaping', 'a<b & c', '<p:X>a&lt;b &amp; c</p:X>'],
    ['a date', CimDateTime.parse('2026-10-05T04:23:50Z'), '<p:X><cim:Datetime>2026-10-05T04:23:50Z</cim:Datetime></p:X>'],
    ['a day', CimDateTime.parse('2026-11-22Z'), '<p:X><cim:Date>2026-11-22Z</cim:Date></p:X>'],
    ['a date with unknown fields', CimDateTime.parse('2026112206****.******+000'), '<p:X><cim:CIM_DateTime>2026112206****.******+000</cim:CIM_DateTime></p:X>'],
    ['an interval', CimInterval.parse('P0DT0H5M0S'), '<p:X><cim:Interval>P0DT0H5M0S</cim:Interval></p:X>'],
    [
      'a reference, directly inside',
      instancePath('C', { K: 'v' }, 'root/cimv2'),
      '<p:X><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address><a:ReferenceParameters>' +
        '<w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/C</w:ResourceURI><w:SelectorSet><w:Selector Name="K">v</w:Selector></w:SelectorSet></a:ReferenceParameters></p:X>',
    ],
    [
      'an embedded instance as escaped CIM-XML text',
      createInstance({ className: 'Msvm_E', properties: [['A', 'x&y']] }),
      '<p:X>&lt;INSTANCE CLASSNAME="Msvm_E"&gt;&lt;PROPERTY NAME="A" TYPE="string"&gt;&lt;VALUE&gt;x&amp;#38;y&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;</p:X>',
    ],
  ])('writes %s', (_name, value, expected) => {
    expect(write(value)).toBe(expected);
  });
});

describe('what is no CIM value', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['a Date', new Date(0)],
    ['an object', { MigrationType: 32768 }],
    ['bytes', new Uint8Array(2)],
    ['a function', () => 1],
    ['an array in an array', [[1]]],
  ])('is refused: %s', (_name, value) => {
    expect(() => memberNodes('X', value as never)).toThrow(UsageError);
    expect(() => memberNodes('X', value as never)).toThrow('X is no CIM value');
  });

  it.each<[CimType, unknown]>([
    [TYPES.Number!, [1]],
    [TYPES.List!, 1],
    [TYPES.Number!, CimDateTime.parse('2026-10-05T04:23:50Z')],
    [TYPES.Number!, 'x'],
    [TYPES.Ref!, 'text'],
    [TYPES.When!, 'text'],
  ])('for the type %j: %j', (type, value) => {
    expect(() => memberNodes('X', value as never, type)).toThrow(UsageError);
  });
});

describe('instanceNode', () => {
  it('writes null scalars as nil and leaves null arrays out, as Windows does', () => {
    const instance = createInstance({
      className: 'Msvm_Thing',
      properties: [['Number', null], ['List', null], ['Text', '']],
      types: { Number: TYPES.Number!, List: TYPES.List!, Text: TYPES.Text! },
    });
    expect(writeXml(instanceNode(instance, 'root/virtualization/v2'))).toBe(
      `<p:Msvm_Thing xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="${URI}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" xsi:type="p:Msvm_Thing_Type"><p:Number xsi:nil="true"/><p:Text></p:Text></p:Msvm_Thing>`,
    );
  });
});
