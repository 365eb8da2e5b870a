import { describe, expect, it } from 'vitest';
import { instancePath } from '../../src/cim/object-path.js';
import { ProtocolError } from '../../src/errors.js';
import { openEnvelope } from '../../src/soap/envelope.js';
import { invokeRequest, invokeResponseBody, readInvokeRequest, readInvokeResponse } from '../../src/wsman/invoke.js';
import { writeRequest } from '../../src/wsman/request.js';
import { writeXml } from '../../src/xml/write.js';
import { fixture } from '../fixture.js';

const JOB = instancePath('Msvm_MigrationJob', { InstanceID: 'J' });
const respond = (body: string) =>
  openEnvelope(`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:p="urn:p" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Header/><s:Body>${body}</s:Body></s:Envelope>`);

describe('readInvokeResponse', () => {
  it('reads GetError as Windows answers it', () => {
    const result = readInvokeResponse(openEnvelope(fixture('wsman/get-error-response.xml')), JOB, 'GetError');
    expect(result.returnValue).toBe(0);
    expect(Object.keys(result.out)).toEqual(['Error']);
    expect(result.out.Error).toMatch(/^<INSTANCE CLASSNAME="Msvm_Error">.*<\/INSTANCE>$/);
  });

  it('reads nil, repeated and absent parameters', () => {
    expect(readInvokeResponse(respond('<p:M_OUTPUT><p:A xsi:nil="true"/><p:B>1</p:B><p:B>2</p:B><p:ReturnValue>4096</p:ReturnValue></p:M_OUTPUT>'), JOB, 'M')).toEqual({
      returnValue: 4096,
      out: { A: null, B: ['1', '2'] },
    });
  });

  it('types parameters by Class.Method', () => {
    const typeOf = (owner: string, name: string) => (owner === 'Msvm_MigrationJob.M' && name === 'A' ? { type: 'uint8' as const, array: true } : null);
    expect(readInvokeResponse(respond('<p:M_OUTPUT><p:A>9</p:A><p:ReturnValue>0</p:ReturnValue></p:M_OUTPUT>'), JOB, 'M', typeOf).out).toEqual({ A: [9] });
  });

  it.each([
    ['an empty body', '', 'an empty body'],
    ['another method', '<p:N_OUTPUT/>', 'found N_OUTPUT'],
    ['no ReturnValue', '<p:M_OUTPUT/>', 'no ReturnValue'],
    ['a nil ReturnValue', '<p:M_OUTPUT><p:ReturnValue xsi:nil="true"/></p:M_OUTPUT>', 'no uint32'],
    ['a ReturnValue out of range', '<p:M_OUTPUT><p:ReturnValue>4294967296</p:ReturnValue></p:M_OUTPUT>', 'no uint32'],
  ])('refuses %s', (_name, body, message) => {
    expect(() => readInvokeResponse(respond(body), JOB, 'M')).toThrow(ProtocolError);
    expect(() => readInvokeResponse(respond(body), JOB, 'M')).toThrow(message);
  });
});

it('carries an array of a hundred thousand and more', () => {
  const bytes = Array.from({ length: 130_000 }, (_unused, index) => index % 256);
  const request = writeRequest(invokeRequest(JOB, 'M', { Data: bytes }), { to: 'http://h/wsman', messageId: 'uuid:1', maxEnvelopeSize: 512000, operationTimeoutMs: 1000, locale: 'en-US' });
  expect(readInvokeRequest(openEnvelope(request)).Data).toHaveLength(130_000);
  expect(writeXml(invokeResponseBody(JOB, 'M', { returnValue: 0, out: { Data: bytes } })).match(/<p:Data>/g)).toHaveLength(130_000);
});

describe('the service side', () => {
  it('reads the parameters of a request', () => {
    const text = writeRequest(invokeRequest(JOB, 'RequestStateChange', { RequestedState: 4, TimeoutPeriod: null }), {
      to: 'http://h/wsman',
      messageId: 'uuid:1',
      maxEnvelopeSize: 512000,
      operationTimeoutMs: 1000,
      locale: 'en-US',
    });
    expect(readInvokeRequest(openEnvelope(text))).toEqual({ RequestedState: '4', TimeoutPeriod: null });
  });

  it('answers with the ReturnValue last', () => {
    const text = writeXml(invokeResponseBody(JOB, 'M', { returnValue: 0, out: { Error: null } }));
    expect(text).toMatch(/^<p:M_OUTPUT [^>]*><p:Error xsi:nil="true"\/><p:ReturnValue>0<\/p:ReturnValue><\/p:M_OUTPUT>$/);
  });
});
