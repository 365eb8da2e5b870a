import { describe, expect, it } from 'vitest';
import { openEnvelope } from '../../src/soap/envelope.js';
import { identifyRequest, identifyResponse, isIdentifyRequest, readIdentifyResponse } from '../../src/wsman/identify.js';

const envelope = (body: string) => openEnvelope(`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>${body}</s:Body></s:Envelope>`);

describe('Identify', () => {
  it('asks with no header at all (DSP0226 §11)', () => {
    expect(identifyRequest()).toBe(
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>',
    );
    expect(isIdentifyRequest(openEnvelope(identifyRequest()))).toBe(true);
    expect(isIdentifyRequest(envelope('<Identify/>'))).toBe(false);
  });

  it('reads an answer, in whatever namespace', () => {
    expect(readIdentifyResponse(openEnvelope(identifyResponse({ productVendor: 'V', productVersion: '1' })))).toEqual({
      protocolVersion: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
      productVendor: 'V',
      productVersion: '1',
    });
    expect(readIdentifyResponse(envelope('<s:IdentifyResponse xmlns:i="urn:i"><i:ProtocolVersion> urn:v </i:ProtocolVersion></s:IdentifyResponse>'))).toEqual({
      protocolVersion: 'urn:v',
      productVendor: null,
      productVersion: null,
    });
  });

  it.each([['', 'no IdentifyResponse'], ['<x/>', 'no IdentifyResponse'], ['<IdentifyResponse/>', 'no ProtocolVersion']])('refuses %j', (body, message) => {
    expect(() => readIdentifyResponse(envelope(body))).toThrow(message);
  });
});
