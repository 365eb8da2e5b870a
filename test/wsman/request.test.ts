import { describe, expect, it } from 'vitest';
import { instancePath } from '../../src/cim/object-path.js';
import { ProtocolError, UsageError } from '../../src/errors.js';
import { openEnvelope } from '../../src/soap/envelope.js';
import { getRequest } from '../../src/wsman/get.js';
import { invokeRequest } from '../../src/wsman/invoke.js';
import { readRequestHeader, writeRequest } from '../../src/wsman/request.js';

const SETTINGS = {
  to: 'http://hv01.example:5985/wsman',
  messageId: 'uuid:7B1D9C64-52B7-4B0E-9A43-6A1A0E1F2C02',
  maxEnvelopeSize: 512000,
  operationTimeoutMs: 60_000,
  locale: 'en-US',
};
const JOB = instancePath('Msvm_MigrationJob', { InstanceID: '6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11' });
const CLASS_URI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_MigrationJob';
const ENVELOPE =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
  ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd">';

describe('writeRequest', () => {
  it('writes GetError as Windows expects it, element by element (headers in the order of MS-WSMV 4.11.2)', () => {
    expect(writeRequest(invokeRequest(JOB, 'GetError', {}), SETTINGS)).toBe(
      ENVELOPE +
        '<s:Header><a:To>http://hv01.example:5985/wsman</a:To>' +
        `<w:ResourceURI s:mustUnderstand="true">${CLASS_URI}</w:ResourceURI>` +
        '<a:ReplyTo><a:Address s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>' +
        `<a:Action s:mustUnderstand="true">${CLASS_URI}/GetError</a:Action>` +
        '<w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>' +
        '<a:MessageID>uuid:7B1D9C64-52B7-4B0E-9A43-6A1A0E1F2C02</a:MessageID>' +
        '<w:Locale xml:lang="en-US" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>' +
        '<w:SelectorSet><w:Selector Name="InstanceID">6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11</w:Selector></w:SelectorSet>' +
        '<w:OperationTimeout>PT60.000S</w:OperationTimeout></s:Header>' +
        `<s:Body><p:GetError_INPUT xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="${CLASS_URI}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"/></s:Body></s:Envelope>`,
    );
  });

  it('writes options, a broken second and an empty body', () => {
    const text = writeRequest({ ...getRequest(instancePath('Win32_X', {}, 'root/cimv2')), options: { A: '1' } }, { ...SETTINGS, operationTimeoutMs: 1500 });
    expect(text).toContain('<w:OptionSet s:mustUnderstand="true"><w:Option Name="A">1</w:Option></w:OptionSet><w:OperationTimeout>PT1.500S</w:OperationTimeout>');
    expect(text).not.toContain('SelectorSet');
    expect(text).toContain('<s:Body/>');
  });

  it('escapes what stands in selectors', () => {
    const text = writeRequest(getRequest(instancePath('C', { K: `a<b&"c"'` })), SETTINGS);
    expect(text).toContain('<w:Selector Name="K">a&lt;b&amp;');
    expect(readRequestHeader(openEnvelope(text)).selectors).toEqual({ K: `a<b&"c"'` });
  });

  it.each([[null], [['a', 'b']]])('refuses %j as a key', (value) => {
    expect(() => writeRequest(getRequest(instancePath('C', { K: value })), SETTINGS)).toThrow(UsageError);
  });
});

describe('readRequestHeader', () => {
  it('reads what writeRequest wrote, references as keys included', () => {
    const path = instancePath('Assoc', { Antecedent: JOB, Index: 5 });
    expect(readRequestHeader(openEnvelope(writeRequest(getRequest(path), SETTINGS)))).toEqual({
      action: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get',
      messageId: SETTINGS.messageId,
      resourceUri: 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Assoc',
      selectors: { Antecedent: JOB, Index: '5' },
    });
  });

  it.each(['Action', 'MessageID', 'ResourceURI'])('misses %s', (name) => {
    const text = writeRequest(getRequest(JOB), SETTINGS).replace(new RegExp(`<(\\w):${name}[^>]*>[^<]*</\\1:${name}>`), '');
    expect(() => readRequestHeader(openEnvelope(text))).toThrow(ProtocolError);
    expect(() => readRequestHeader(openEnvelope(text))).toThrow(name);
  });
});
