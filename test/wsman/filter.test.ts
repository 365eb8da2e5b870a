import { describe, expect, it } from 'vitest';
import { instancePath } from '../../src/cim/object-path.js';
import { ProtocolError } from '../../src/errors.js';
import { type Filter, classOfQuery, filterNode, readFilter } from '../../src/wsman/filter.js';
import { parseXml } from '../../src/xml/element.js';
import { writeXml, xmlNode } from '../../src/xml/write.js';
import { ANONYMOUS, WMI, reference } from './support.js';

const NAMESPACES = { 'xmlns:w': 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd', 'xmlns:a': 'http://schemas.xmlsoap.org/ws/2004/08/addressing' };
const VM = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: 'D1' });
const VM_REFERENCE = reference(`${WMI}/Msvm_ComputerSystem`, { CreationClassName: 'Msvm_ComputerSystem', Name: 'D1' });
const ASSOCIATION = '<w:Filter Dialect="http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter">';

const write = (filter: Filter) => /^<x [^>]*>(.*)<\/x>$/s.exec(writeXml(xmlNode('x', NAMESPACES, filterNode(filter))))![1];
const read = (text: string) => {
  const filter = parseXml(`<x xmlns:w="${NAMESPACES['xmlns:w']}" xmlns:a="${NAMESPACES['xmlns:a']}" xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd">${text}</x>`).children[0]!;
  if (typeof filter === 'string') throw new Error('no element');
  return readFilter(filter);
};

const FILTERS: readonly (readonly [string, Filter, string])[] = [
  [
    'WQL, whose quotes and signs stay what they are',
    { dialect: 'wql', query: "select * from Msvm_ComputerSystem where OnTimeInMilliseconds < 5 and ElementName = 'a & b'" },
    '<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">' +
      "select * from Msvm_ComputerSystem where OnTimeInMilliseconds &lt; 5 and ElementName = 'a &amp; b'</w:Filter>",
  ],
  [
    'selectors (DSP0226 Annex E)',
    { dialect: 'selector', selectors: { EnabledState: '2', ElementName: 'web01' } },
    '<w:Filter Dialect="http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"><w:SelectorSet>' +
      '<w:Selector Name="EnabledState">2</w:Selector><w:Selector Name="ElementName">web01</w:Selector></w:SelectorSet></w:Filter>',
  ],
  [
    'associated instances, every part in the order of the schema (DSP0227 §8.2)',
    {
      dialect: 'association',
      result: 'AssociatedInstances',
      object: VM,
      associationClassName: 'Msvm_SettingsDefineState',
      role: 'ManagedElement',
      resultClassName: 'Msvm_VirtualSystemSettingData',
      resultRole: 'SettingData',
      includeResultProperty: ['InstanceID', 'Version'],
    },
    `${ASSOCIATION}<b:AssociatedInstances xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"><b:Object>${VM_REFERENCE}</b:Object>` +
      '<b:AssociationClassName>Msvm_SettingsDefineState</b:AssociationClassName><b:Role>ManagedElement</b:Role>' +
      '<b:ResultClassName>Msvm_VirtualSystemSettingData</b:ResultClassName><b:ResultRole>SettingData</b:ResultRole>' +
      '<b:IncludeResultProperty>InstanceID</b:IncludeResultProperty><b:IncludeResultProperty>Version</b:IncludeResultProperty></b:AssociatedInstances></w:Filter>',
  ],
  [
    'associations, with nothing but the object',
    { dialect: 'association', result: 'AssociationInstances', object: VM },
    `${ASSOCIATION}<b:AssociationInstances xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"><b:Object>${VM_REFERENCE}</b:Object></b:AssociationInstances></w:Filter>`,
  ],
];

describe('filters', () => {
  it.each(FILTERS)('write %s', (_name, filter, expected) => {
    expect(write(filter)).toBe(expected);
  });

  it.each(FILTERS)('read %s', (_name, filter, text) => {
    expect(read(text)).toEqual(filter);
  });

  it("read the dialect in any letter case, as Windows' own tools spell it, and no selectors at all", () => {
    expect(read('<w:Filter Dialect="http://schemas.microsoft.com/WBEM/wsman/1/wql"> select * from X </w:Filter>')).toEqual({ dialect: 'wql', query: 'select * from X' });
    expect(read('<w:Filter Dialect="http://schemas.dmtf.org/wbem/wsman/1/wsman/selectorfilter"/>')).toEqual({ dialect: 'selector', selectors: {} });
  });

  it.each([
    ['no dialect', '<w:Filter>x</w:Filter>', 'dialect "" is not known'],
    ['another dialect', '<w:Filter Dialect="urn:cql">x</w:Filter>', 'dialect "urn:cql"'],
    ['an association without Object', `${ASSOCIATION}<b:AssociatedInstances/></w:Filter>`, 'names no Object'],
    ['an association filter with nothing in it', `${ASSOCIATION}</w:Filter>`, 'names no Object'],
    ['an Object that is no reference', `${ASSOCIATION}<b:AssociatedInstances><b:Object><a:Address>${ANONYMOUS}</a:Address></b:Object></b:AssociatedInstances></w:Filter>`, 'names no Object'],
  ])('refuse %s', (_name, text, message) => {
    expect(() => read(text)).toThrow(ProtocolError);
    expect(() => read(text)).toThrow(message);
  });
});

describe('classOfQuery', () => {
  it.each([
    ['select * from Msvm_ComputerSystem', 'Msvm_ComputerSystem'],
    ['  SELECT Name, ElementName\nFROM Msvm_ComputerSystem WHERE Name = "x"', 'Msvm_ComputerSystem'],
    ['select * from __InstanceModificationEvent within 2 where TargetInstance isa "X"', '__InstanceModificationEvent'],
    ['associators of {Win32_Service.Name="vmms"}', null],
    ["select 'x from Y'", null],
    ['', null],
  ])('of %j', (query, className) => expect(classOfQuery(query)).toBe(className));
});
