import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { attributeOf, childOf, elementsOf, parseXml, readElement, textOf } from '../../src/xml/element.js';
import { openXml } from '../../src/xml/parse.js';
import { treeOf, tree } from './tree.js';

const SOAP = 'http://www.w3.org/2003/05/soap-envelope';
const ENUMERATION = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const SYSTEM = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_ComputerSystem';

test('elementsOf, childOf, textOf and attributeOf', () => {
  const root = parseXml('<a xmlns:p="urn:1">1<b n="1"/>2<p:b p:n="3"/><b>x</b></a>');
  expect(elementsOf(root).map((child) => child.namespace)).toEqual(['', 'urn:1', '']);
  expect(elementsOf(root, '')).toHaveLength(2);
  expect(elementsOf(root, undefined, 'b')).toHaveLength(3);
  expect(elementsOf(root, 'urn:1', 'b')).toHaveLength(1);
  expect(elementsOf(root, '', 'c')).toEqual([]);
  expect(attributeOf(childOf(root, '', 'b')!, 'n')).toBe('1');
  expect(attributeOf(childOf(root, 'urn:1', 'b')!, 'n')).toBeNull();
  expect(attributeOf(childOf(root, 'urn:1', 'b')!, 'n', 'urn:1')).toBe('3');
  expect(childOf(root, 'urn:2', 'b')).toBeNull();
  expect(textOf(root)).toBe('12');
  expect(textOf(childOf(root, '', 'b')!)).toBe('');
});

test('readElement reads one element and leaves the cursor on its end', () => {
  const cursor = openXml('<a><b>1<c/></b><d/></a>');
  cursor.next();
  expect(treeOf(readElement(cursor))).toEqual(tree('b', {}, '1', tree('c')));
  expect([cursor.event, cursor.name]).toEqual(['end', 'b']);
  expect([cursor.next(), cursor.name]).toEqual(['start', 'd']);
});

test('an element resolves prefixes in its own scope, after the whole document was read', () => {
  const root = parseXml('<a xmlns:p="urn:1"><b xmlns:p="urn:2" xmlns="urn:3"/></a>');
  const inner = elementsOf(root)[0]!;
  expect([root.resolvePrefix('p'), root.resolvePrefix(''), root.resolvePrefix('q')]).toEqual(['urn:1', '', null]);
  expect([inner.resolvePrefix('p'), inner.resolvePrefix('')]).toEqual(['urn:2', 'urn:3']);
});

test('a response in the shape of Windows', () => {
  const envelope = parseXml(readFileSync(new URL('../../fixtures/xml/enumerate-response.xml', import.meta.url)));
  expect(attributeOf(envelope, 'lang', 'http://www.w3.org/XML/1998/namespace')).toBe('de-CH');
  const pull = childOf(childOf(envelope, SOAP, 'Body')!, ENUMERATION, 'PullResponse')!;
  const system = childOf(childOf(pull, ENUMERATION, 'Items')!, SYSTEM, 'Msvm_ComputerSystem')!;
  expect(attributeOf(system, 'type', XSI)).toBe('p:Msvm_ComputerSystem_Type');
  expect(system.resolvePrefix('p')).toBe(SYSTEM);
  expect(textOf(childOf(system, SYSTEM, 'Caption')!)).toBe('Virtueller Computer f\u00FCr Pr\u00FCfl\u00E4ufe');
  expect(textOf(childOf(system, SYSTEM, 'Description')!)).toBe('Line one\r\nline two <unchanged> & done');
  expect(attributeOf(childOf(system, SYSTEM, 'CommunicationStatus')!, 'nil', XSI)).toBe('true');
  expect(attributeOf(childOf(system, SYSTEM, 'OtherEnabledState')!, 'nil', XSI)).toBeNull();
  expect(elementsOf(system, SYSTEM, 'OperationalStatus').map(textOf)).toEqual(['2', '32775']);
});
