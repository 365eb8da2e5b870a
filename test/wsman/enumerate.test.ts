import { describe, expect, it } from 'vitest';
import { type CimInstance, classOf, createInstance, pathOf } from '../../src/cim/instance.js';
import { instancePath } from '../../src/cim/object-path.js';
import type { CimType } from '../../src/cim/types.js';
import { ProtocolError, UsageError } from '../../src/errors.js';
import { type EnumerateOptions, enumerateRequest, enumerateResponseBody, readEnumerateRequest, readEnumerateResponse } from '../../src/wsman/enumerate.js';
import type { EnumerationPage, InstanceWithPath } from '../../src/wsman/enumeration-page.js';
import type { TypeOf } from '../../src/wsman/instance.js';
import { pullRequest, pullResponseBody, readPullRequest, readPullResponse, readReleaseRequest, releaseRequest } from '../../src/wsman/pull.js';
import { DMTF, WMI, answer, answered, answeredBody, bodyOf, ownHeadersOf, received, reference } from './support.js';

const NAMESPACE = 'root/virtualization/v2';
const SYSTEMS = { namespace: NAMESPACE, className: 'Msvm_ComputerSystem' };
const ALL = { namespace: NAMESPACE, className: '*' };
const ENUMERATION = 'xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"';
const CLASS = (name: string, inside: string) =>
  `<p:${name} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="${WMI}/${name}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" xsi:type="p:${name}_Type">${inside}</p:${name}>`;
const LEAF = CLASS('Msvm_Leaf', '<p:Name>l1</p:Name><p:Size>3</p:Size>');
const LEAF_PATH = instancePath('Msvm_Leaf', { Name: 'l1' });
const LEAF_REFERENCE = `<a:EndpointReference>${reference(`${WMI}/Msvm_Leaf`, { Name: 'l1' })}</a:EndpointReference>`;

const TYPES: Readonly<Record<string, CimType>> = {
  'Msvm_Leaf.Size': { type: 'uint8', array: false },
  'Msvm_Tree.Size': { type: 'uint64', array: false },
  'Msvm_Tree.Rings': { type: 'uint8', array: true },
};
const typeOf: TypeOf = (owner, member) => TYPES[`${owner}.${member}`] ?? null;
const described = ({ items, ...rest }: EnumerationPage) => ({ ...rest, items: items.map((item) => [classOf(item as CimInstance), { ...(item as CimInstance) }]) });

describe('enumerateRequest', () => {
  it.each<[string, EnumerateOptions, string]>([
    ['nothing but the class', {}, ''],
    ['the first page with the answer (DSP0226 §8.2.3)', { maxElements: 250 }, '<w:OptimizeEnumeration/><w:MaxElements>250</w:MaxElements>'],
    ['paths', { mode: 'EnumerateEPR' }, '<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>'],
    [
      'everything (DSP0226 §8.7, Annex E; DSP0227 §8.1)',
      { mode: 'EnumerateObjectAndEPR', maxElements: 2, filter: { dialect: 'selector', selectors: { EnabledState: '2' } }, polymorphismMode: 'None' },
      '<w:OptimizeEnumeration/><w:MaxElements>2</w:MaxElements><w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>' +
        '<w:Filter Dialect="http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"><w:SelectorSet><w:Selector Name="EnabledState">2</w:Selector></w:SelectorSet></w:Filter>' +
        '<b:PolymorphismMode xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd">None</b:PolymorphismMode>',
    ],
  ])('asks for %s', (_name, options, inside) => {
    const request = enumerateRequest(SYSTEMS, options);
    expect([request.action, request.resourceUri]).toEqual(['http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate', `${WMI}/Msvm_ComputerSystem`]);
    expect(ownHeadersOf(request)).toBe('|');
    expect(bodyOf(request)).toBe(inside === '' ? `<n:Enumerate ${ENUMERATION}/>` : `<n:Enumerate ${ENUMERATION}>${inside}</n:Enumerate>`);
    expect(readEnumerateRequest(received(request))).toEqual(options);
  });

  it('sends a query to all classes of the namespace, as Windows demands it', () => {
    const filter = { dialect: 'wql', query: 'select * from Msvm_ComputerSystem' } as const;
    expect(enumerateRequest(ALL, { filter }).resourceUri).toBe(`${WMI}/*`);
    expect(enumerateRequest(ALL, { filter }, 'dmtf')).toMatchObject({
      resourceUri: 'http://schemas.dmtf.org/wbem/wscim/1/*',
      selectors: { __cimnamespace: NAMESPACE },
    });
    expect(() => enumerateRequest(SYSTEMS, { filter })).toThrow(UsageError);
    expect(() => enumerateRequest(SYSTEMS, { filter: { dialect: 'association', result: 'AssociationInstances', object: LEAF_PATH } })).toThrow('className must be "*"');
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s elements', (maxElements) => {
    expect(() => enumerateRequest(SYSTEMS, { maxElements })).toThrow(UsageError);
    expect(() => pullRequest(SYSTEMS, 'c', { maxElements })).toThrow(UsageError);
  });
});

describe('readEnumerateRequest', () => {
  const read = (inside: string) => readEnumerateRequest(answer(`<n:Enumerate>${inside}</n:Enumerate>`));

  it('takes one element where a number is missing, and a filter of WS-Enumeration', () => {
    expect(read('<w:OptimizeEnumeration/>')).toEqual({ maxElements: 1 });
    expect(read('<n:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">select * from X</n:Filter>').filter).toEqual({ dialect: 'wql', query: 'select * from X' });
  });

  it.each([
    ['another mode', '<w:EnumerationMode>Everything</w:EnumerationMode>', 'EnumerationMode cannot be "Everything"'],
    ['another polymorphism', '<b:PolymorphismMode>Some</b:PolymorphismMode>', 'PolymorphismMode cannot be "Some"'],
    ['a number that is none', '<w:OptimizeEnumeration/><w:MaxElements>-3</w:MaxElements>', 'MaxElements of Enumerate is no whole number'],
    ['a number out of reach', '<w:OptimizeEnumeration/><w:MaxElements>9007199254740993</w:MaxElements>', 'no whole number'],
  ])('refuses %s', (_name, inside, message) => {
    expect(() => read(inside)).toThrow(ProtocolError);
    expect(() => read(inside)).toThrow(message);
  });
});

describe('reading pages', () => {
  const pull = (inside: string) => readPullResponse(answer(`<n:PullResponse>${inside}</n:PullResponse>`), { typeOf });

  it('reads an EnumerateResponse with a context and no items', () => {
    expect(readEnumerateResponse(answer('<n:EnumerateResponse><n:EnumerationContext> uuid:F3 </n:EnumerationContext></n:EnumerateResponse>'))).toEqual({
      items: [],
      context: 'uuid:F3',
      endOfSequence: false,
    });
  });

  it('reads an optimised one that is complete, as Windows sends it: an empty context, w:Items, w:EndOfSequence', () => {
    const page = readEnumerateResponse(
      answer(`<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:Items>${LEAF}</w:Items><w:EndOfSequence/></n:EnumerateResponse>`),
      { typeOf },
    );
    expect(described(page)).toEqual({ items: [['Msvm_Leaf', { Name: 'l1', Size: 3 }]], context: null, endOfSequence: true });
  });

  it('types each instance by its own class: an enumeration of Msvm_Leaf gives derived ones', () => {
    const tree = CLASS('Msvm_Tree', '<p:Name>t1</p:Name><p:Rings>7</p:Rings><p:Size>18446744073709551615</p:Size><p:Unknown>x</p:Unknown>');
    expect(described(pull(`<n:EnumerationContext>c2</n:EnumerationContext><n:Items>\n${LEAF}\n${tree}\n</n:Items>`))).toEqual({
      items: [
        ['Msvm_Leaf', { Name: 'l1', Size: 3 }],
        ['Msvm_Tree', { Name: 't1', Rings: [7], Size: 18446744073709551615n, Unknown: 'x' }],
      ],
      context: 'c2',
      endOfSequence: false,
    });
  });

  it.each([
    ['without a context', `<n:Items>${LEAF}</n:Items><n:EndOfSequence/>`, 1, null],
    ['with a context even then, as OMI sends it', `<n:EnumerationContext>9</n:EnumerationContext><n:Items>${LEAF}</n:Items><n:EndOfSequence/>`, 1, '9'],
    ['with nothing in it', '<n:EnumerationContext>9</n:EnumerationContext><n:Items/><n:EndOfSequence/>', 0, '9'],
    ['with EndOfSequence in the namespace of WS-Management', '<w:Items/><w:EndOfSequence/>', 0, null],
    ['without Items at all', '<n:EndOfSequence/>', 0, null],
  ])('reads the last page %s', (_name, inside, count, context) => {
    const page = pull(inside);
    expect([page.items.length, page.context, page.endOfSequence]).toEqual([count, context, true]);
  });

  it('reads paths, and instances with their paths in either order', () => {
    const both = (inside: string) => pull(`<n:Items><w:Item>${inside}</w:Item></n:Items>`).items[0];
    expect(pull(`<n:Items>${LEAF_REFERENCE}</n:Items>`).items).toEqual([LEAF_PATH]);
    expect(both(`${LEAF}${LEAF_REFERENCE}`)).toEqual({ instance: { Name: 'l1', Size: 3 }, path: LEAF_PATH });
    const { instance, path } = both(`${LEAF_REFERENCE}${LEAF}`) as InstanceWithPath;
    expect({ instance, path }).toEqual({ instance: { Name: 'l1', Size: 3 }, path: LEAF_PATH });
    expect(pathOf(instance)).toBe(path);
  });

  it("reads a reference in DMTF's dialect", () => {
    const epr = `<a:EndpointReference>${reference(`${DMTF}/Msvm_Leaf`, { __cimnamespace: NAMESPACE, Name: 'l1' })}</a:EndpointReference>`;
    expect(pull(`<n:Items>${epr}</n:Items>`).items).toEqual([LEAF_PATH]);
  });

  it('reads the parts that a query with a list of properties gives: elements without a prefix', () => {
    const fragment = '<w:XmlFragment><Name>t1</Name><Size>5</Size><Rings>1</Rings><Rings>2</Rings><Owner xsi:nil="true"/></w:XmlFragment>';
    const body = `<n:PullResponse><n:Items>${fragment}</n:Items></n:PullResponse>`;
    expect(described(readPullResponse(answer(body), { typeOf, fragmentClass: 'Msvm_Tree' })).items).toEqual([
      ['Msvm_Tree', { Name: 't1', Size: 5n, Rings: [1, 2], Owner: null }],
    ]);
    expect(described(readPullResponse(answer(body))).items).toEqual([['*', { Name: 't1', Size: '5', Rings: ['1', '2'], Owner: null }]]);
  });

  it.each([
    ['an empty body', '', 'Expected EnumerateResponse, found an empty body'],
    ['another answer', '<n:PullResponse/>', 'found PullResponse'],
    ['an answer of another namespace', '<w:EnumerateResponse/>', 'found EnumerateResponse'],
    ['neither context nor end', '<n:EnumerateResponse/>', 'neither an EnumerationContext nor an EndOfSequence'],
    ['half an Item', `<n:EnumerateResponse><w:Items><w:Item>${LEAF}</w:Item></w:Items><w:EndOfSequence/></n:EnumerateResponse>`, 'An Item without'],
    ['a reference that is none', '<n:EnumerateResponse><w:Items><a:EndpointReference/></w:Items><w:EndOfSequence/></n:EnumerateResponse>', 'ReferenceParameters'],
    ['a value outside its type', `<n:EnumerateResponse><w:Items>${CLASS('Msvm_Leaf', '<p:Size>256</p:Size>')}</w:Items><w:EndOfSequence/></n:EnumerateResponse>`, 'Size'],
  ])('refuses %s', (_name, body, message) => {
    expect(() => readEnumerateResponse(answer(body), { typeOf })).toThrow(ProtocolError);
    expect(() => readEnumerateResponse(answer(body), { typeOf })).toThrow(message);
  });
});

describe('Pull and Release', () => {
  it('name the context (DSP0226 §8.4, §8.5), in the scope of the Enumerate', () => {
    const pull = pullRequest(SYSTEMS, 'uuid:F3', { maxElements: 20, maxTimeMs: 1500 });
    expect(pull.action).toBe('http://schemas.xmlsoap.org/ws/2004/09/enumeration/Pull');
    expect(bodyOf(pull)).toBe(
      `<n:Pull ${ENUMERATION}><n:EnumerationContext>uuid:F3</n:EnumerationContext><n:MaxTime>PT1.500S</n:MaxTime><n:MaxElements>20</n:MaxElements></n:Pull>`,
    );
    expect(readPullRequest(received(pull))).toEqual({ context: 'uuid:F3', maxElements: 20, maxTimeMs: 1500 });
    expect(bodyOf(pullRequest(SYSTEMS, 'c'))).toBe(`<n:Pull ${ENUMERATION}><n:EnumerationContext>c</n:EnumerationContext><n:MaxElements>1</n:MaxElements></n:Pull>`);
    expect(readPullRequest(answer('<n:Pull><n:EnumerationContext>c</n:EnumerationContext></n:Pull>'))).toEqual({ context: 'c', maxElements: 1 });

    const release = releaseRequest(ALL, 'uuid:F3', 'dmtf');
    expect([release.action, release.resourceUri]).toEqual(['http://schemas.xmlsoap.org/ws/2004/09/enumeration/Release', 'http://schemas.dmtf.org/wbem/wscim/1/*']);
    expect(bodyOf(release)).toBe(`<n:Release ${ENUMERATION}><n:EnumerationContext>uuid:F3</n:EnumerationContext></n:Release>`);
    expect(readReleaseRequest(received(release))).toEqual({ context: 'uuid:F3' });
  });

  it('are refused without a context', () => {
    expect(() => readPullRequest(answer('<n:Pull/>'))).toThrow('Pull has no EnumerationContext');
    expect(() => readReleaseRequest(answer('<n:Release><n:EnumerationContext> </n:EnumerationContext></n:Release>'))).toThrow(ProtocolError);
    expect(() => readPullRequest(answer('<n:Pull><n:EnumerationContext>c</n:EnumerationContext><n:MaxTime>soon</n:MaxTime></n:Pull>'))).toThrow(ProtocolError);
  });
});

describe('what a service answers', () => {
  const instance = createInstance({ className: 'Msvm_Leaf', properties: { Name: 'l1', Size: 3 } });
  const page = (items: EnumerationPage['items'], context: string | null): EnumerationPage => ({ items, context, endOfSequence: context === null });
  const first = (value: EnumerationPage) => answeredBody(enumerateResponseBody(value, { namespace: NAMESPACE }));
  const next = (value: EnumerationPage) => answeredBody(pullResponseBody(value, { namespace: NAMESPACE }));

  it('is what Windows answers to Enumerate', () => {
    expect(first(page([], 'c1'))).toBe(`<n:EnumerateResponse ${ENUMERATION}><n:EnumerationContext>c1</n:EnumerationContext></n:EnumerateResponse>`);
    expect(first(page([instance], null))).toBe(
      `<n:EnumerateResponse ${ENUMERATION}><n:EnumerationContext></n:EnumerationContext><w:Items>${LEAF}</w:Items><w:EndOfSequence/></n:EnumerateResponse>`,
    );
    expect(first(page([], null))).toBe(`<n:EnumerateResponse ${ENUMERATION}><n:EnumerationContext></n:EnumerationContext><w:Items/><w:EndOfSequence/></n:EnumerateResponse>`);
  });

  it('is what Windows answers to Pull', () => {
    expect(next(page([instance], 'c2'))).toBe(`<n:PullResponse ${ENUMERATION}><n:EnumerationContext>c2</n:EnumerationContext><n:Items>${LEAF}</n:Items></n:PullResponse>`);
    expect(next(page([instance], null))).toBe(`<n:PullResponse ${ENUMERATION}><n:Items>${LEAF}</n:Items><n:EndOfSequence/></n:PullResponse>`);
  });

  it('holds paths, both, and parts', () => {
    expect(next(page([LEAF_PATH], null))).toContain(`<n:Items>${LEAF_REFERENCE}</n:Items>`);
    expect(next(page([{ instance, path: LEAF_PATH }], null))).toContain(`<n:Items><w:Item>${LEAF}${LEAF_REFERENCE}</w:Item></n:Items>`);
    const parts = pullResponseBody(page([instance], null), { namespace: NAMESPACE, fragments: true });
    expect(answeredBody(parts)).toContain('<Name>l1</Name><Size>3</Size></w:XmlFragment>');
    expect(readPullResponse(answered(parts), { typeOf, fragmentClass: 'Msvm_Leaf' }).items).toEqual([{ Name: 'l1', Size: 3 }]);
  });
});
