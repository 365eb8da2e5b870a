import { describe, expect, it } from 'vitest';
import { FaultError, ProtocolError } from '../../src/errors.js';
import { headerText } from '../../src/soap/envelope.js';
import { ADDRESSING } from '../../src/soap/namespaces.js';
import { openResponse, writeResponse } from '../../src/wsman/response.js';
import { xmlNode } from '../../src/xml/write.js';
import { fixture } from '../fixture.js';

const ID = 'uuid:7B1D9C64-52B7-4B0E-9A43-6A1A0E1F2C02';
const OTHER = 'uuid:00000000-52B7-4B0E-9A43-6A1A0E1F2C02';

describe('openResponse', () => {
  it('opens the answer to its request, in any letter case of the id', () => {
    expect(openResponse(fixture('wsman/get-error-response.xml'), ID.toLowerCase(), 200).lang).toBe('en-US');
  });

  it('refuses the answer to another request', () => {
    expect(() => openResponse(fixture('wsman/get-error-response.xml'), OTHER, 200)).toThrow(ProtocolError);
    expect(() => openResponse(fixture('wsman/get-error-response.xml'), OTHER, 200)).toThrow(`relates to ${ID}`);
  });

  it('refuses an answer that relates to nothing', () => {
    const text = fixture('wsman/get-error-response.xml').replace(/<a:RelatesTo>.*<\/a:RelatesTo>/, '');
    expect(() => openResponse(text, ID, 200)).toThrow('relates to no message');
  });

  it('throws a fault, but not one that answers another request', () => {
    expect(() => openResponse(fixture('wsman/fault-destination-unreachable.xml'), ID, 500)).toThrow(FaultError);
    expect(() => openResponse(fixture('wsman/fault-destination-unreachable.xml'), OTHER, 500)).toThrow(ProtocolError);
  });

  it('takes a fault without RelatesTo: the host may not have understood the request', () => {
    const text = fixture('wsman/fault-destination-unreachable.xml').replace(/<a:RelatesTo>.*<\/a:RelatesTo>/, '');
    expect(() => openResponse(text, ID, 500)).toThrow(FaultError);
  });
});

describe('writeResponse', () => {
  it('writes the headers Windows writes', () => {
    const text = writeResponse({ action: 'urn:done', messageId: OTHER, relatesTo: ID, lang: 'en-US' }, xmlNode('w:X'));
    expect(text).toContain(
      `<s:Header><a:Action>urn:done</a:Action><a:MessageID>${OTHER}</a:MessageID>` +
        `<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To><a:RelatesTo>${ID}</a:RelatesTo></s:Header>`,
    );
    expect(headerText(openResponse(text, ID, 200), ADDRESSING, 'Action')).toBe('urn:done');
  });
});
