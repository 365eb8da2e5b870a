import { describe, expect, it } from 'vitest';
import { CimDateTime } from '../../src/cim/datetime.js';
import { classOf, createInstance, pathOf } from '../../src/cim/instance.js';
import { instancePath } from '../../src/cim/object-path.js';
import { ProtocolError, UsageError } from '../../src/errors.js';
import { createRequest, createResponseBody, readCreateRequest, readCreateResponse } from '../../src/wsman/create.js';
import { deleteRequest } from '../../src/wsman/delete.js';
import type { TypeOf } from '../../src/wsman/instance.js';
import { putRequest, putResponseBody, readPutRequest, readPutResponse } from '../../src/wsman/put.js';
import { WMI, answer, answered, answeredBody, bodyOf, ownHeadersOf, received, reference } from './support.js';

const PATH = instancePath('Msvm_Note', { Key: '7' });
const TYPES: TypeOf = (className, name) =>
  className !== 'Msvm_Note' ? null : name === 'Size' ? { type: 'uint64', array: false } : name === 'Tags' || name === 'Flags' ? { type: 'string', array: true } : null;
const NOTE = createInstance({
  className: 'Msvm_Note',
  properties: { Key: '7', Size: 4294967296n, Tags: ['a'], Flags: null, Text: '', Since: CimDateTime.parse('2026-03-01T10:00:00Z'), Owner: null },
});
const BODY =
  `<p:Msvm_Note xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="${WMI}/Msvm_Note" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" xsi:type="p:Msvm_Note_Type">` +
  '<p:Key>7</p:Key><p:Size>4294967296</p:Size><p:Tags>a</p:Tags><p:Text></p:Text><p:Since><cim:Datetime>2026-03-01T10:00:00Z</cim:Datetime></p:Since>' +
  '<p:Owner xsi:nil="true"/></p:Msvm_Note>';

describe('Put', () => {
  it('sends the whole instance to its path (DSP0226 §7.4, DSP0230 §7)', () => {
    const request = putRequest(PATH, NOTE, TYPES);
    expect(request.action).toBe('http://schemas.xmlsoap.org/ws/2004/09/transfer/Put');
    expect(request.resourceUri).toBe(`${WMI}/Msvm_Note`);
    expect(ownHeadersOf(request)).toBe('<w:SelectorSet><w:Selector Name="Key">7</w:Selector></w:SelectorSet>|');
    expect(bodyOf(request)).toBe(BODY);
  });

  it('refuses a value outside its type before anything is sent', () => {
    expect(() => putRequest(PATH, createInstance({ className: 'Msvm_Note', properties: { Size: -1 } }), TYPES)).toThrow(UsageError);
  });

  it('reads the instance as it is now, or that the service does not tell', () => {
    const now = readPutResponse(answer(BODY), PATH, TYPES)!;
    expect({ ...now }).toEqual({ Key: '7', Size: 4294967296n, Tags: ['a'], Text: '', Since: CimDateTime.parse('2026-03-01T10:00:00Z'), Owner: null });
    expect(pathOf(now)).toEqual(PATH);
    expect(readPutResponse(answer(''), PATH)).toBeNull();
  });

  it('is read by a service, and answered', () => {
    const instance = readPutRequest(received(putRequest(PATH, NOTE, TYPES)), TYPES);
    expect([classOf(instance), instance.Size, instance.Tags]).toEqual(['Msvm_Note', 4294967296n, ['a']]);
    expect(() => readPutRequest(answer(''))).toThrow(ProtocolError);
    expect(answeredBody(putResponseBody(NOTE, 'root/virtualization/v2', TYPES))).toBe(BODY);
  });
});

describe('Create', () => {
  it('sends the instance to its class (DSP0226 §7.6)', () => {
    const request = createRequest('root/virtualization/v2', NOTE, TYPES);
    expect(request.action).toBe('http://schemas.xmlsoap.org/ws/2004/09/transfer/Create');
    expect(ownHeadersOf(request)).toBe('|');
    expect(bodyOf(request)).toBe(BODY);
    expect(createRequest('root/virtualization/v2', NOTE, TYPES, 'dmtf').selectors).toEqual({ __cimnamespace: 'root/virtualization/v2' });
  });

  it.each([
    ['directly inside, as Windows sends it', reference(`${WMI}/Msvm_Note`, { Key: '7' })],
    ['in an EndpointReference', `<a:EndpointReference>${reference(`${WMI}/Msvm_Note`, { Key: '7' })}</a:EndpointReference>`],
  ])('reads the path %s', (_name, inside) => {
    expect(readCreateResponse(answer(`<x:ResourceCreated>${inside}</x:ResourceCreated>`))).toEqual(PATH);
  });

  it.each([
    ['an empty body', '', 'an empty body'],
    ['another element', '<x:Other/>', 'found Other'],
    ['no reference', '<x:ResourceCreated/>', 'no endpoint reference'],
    ['a reference to no class', `<x:ResourceCreated>${reference('urn:shell', {})}</x:ResourceCreated>`, 'names no WMI class'],
  ])('refuses %s', (_name, body, message) => {
    expect(() => readCreateResponse(answer(body))).toThrow(ProtocolError);
    expect(() => readCreateResponse(answer(body))).toThrow(message);
  });

  it('is read by a service, and answered', () => {
    expect(classOf(readCreateRequest(received(createRequest('root/virtualization/v2', NOTE, TYPES))))).toBe('Msvm_Note');
    expect(() => readCreateRequest(answer(''))).toThrow('The Create has an empty body');
    expect(answeredBody(createResponseBody(PATH))).toBe(
      `<x:ResourceCreated xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer">${reference(`${WMI}/Msvm_Note`, { Key: '7' })}</x:ResourceCreated>`,
    );
    expect(readCreateResponse(answered(createResponseBody(PATH, 'dmtf')))).toEqual(PATH);
  });
});

it('Delete is all in its headers (DSP0226 §7.5)', () => {
  const request = deleteRequest(PATH);
  expect(request.action).toBe('http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete');
  expect(ownHeadersOf(request)).toBe('<w:SelectorSet><w:Selector Name="Key">7</w:Selector></w:SelectorSet>|');
  expect(request.body).toBeNull();
  expect(deleteRequest(PATH, 'dmtf').selectors).toEqual({ __cimnamespace: 'root/virtualization/v2', Key: '7' });
});
