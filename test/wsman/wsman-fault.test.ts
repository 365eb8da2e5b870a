import { describe, expect, it } from 'vitest';
import { readFault } from '../../src/soap/fault.js';
import { SOAP, WSMAN, WSMAN_FAULT, XSI } from '../../src/soap/namespaces.js';
import { faultMessage, isNotFound, readFaultData } from '../../src/wsman/wsman-fault.js';
import { childOf, parseXml } from '../../src/xml/element.js';
import { fixture } from '../fixture.js';

const soapFault = (code: string, subcode: string | null, reason: string, detail: string) =>
  `<s:Fault xmlns:s="${SOAP}" xmlns:w="${WSMAN}" xmlns:f="${WSMAN_FAULT}" xmlns:xsi="${XSI}"><s:Code><s:Value>s:${code}</s:Value>` +
  `${subcode === null ? '' : `<s:Subcode><s:Value>${subcode}</s:Value></s:Subcode>`}</s:Code>` +
  `<s:Reason><s:Text xml:lang="">${reason}</s:Text></s:Reason>${detail === '' ? '' : `<s:Detail>${detail}</s:Detail>`}</s:Fault>`;
const read = (text: string) => readFaultData(readFault(parseXml(text)), 500);

describe('readFaultData', () => {
  it('decodes WSManFault with a nested ProviderFault and an ExtendedError without a status', () => {
    const envelope = parseXml(fixture('wsman/fault-destination-unreachable.xml'));
    const data = readFaultData(readFault(childOf(childOf(envelope, SOAP, 'Body')!, SOAP, 'Fault')!), 500);
    expect(data).toEqual({
      status: 500,
      soapCode: 'Sender',
      subcode: 'DestinationUnreachable',
      reason: 'Nothing answers to this resource URI and these selectors.',
      lang: 'en-US',
      faultDetail: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/InvalidResourceURI',
      wsman: 2150858752,
      provider: 'VmmsProvider',
      wmi: null,
      hresult: 2150858752,
      machine: 'NODE-A.lab.example',
      messages: [],
    });
    expect(isNotFound(data)).toBe(true);
    expect(faultMessage(data)).toBe('Nothing answers to this resource URI and these selectors. [DestinationUnreachable, 0x80338000]');
  });

  it('takes the WMI status of an ExtendedError and the most specific message', () => {
    const data = read(
      soapFault(
        'Receiver',
        'w:InternalError',
        'General.',
        '<f:WSManFault Code="2150859174" Machine="10.0.0.1"><f:Message><f:ProviderFault provider="WMI Provider" path="x.dll">' +
          '<f:WSManFault Code="2150859174" Machine="NODE-B"><f:Message>Specific. </f:Message></f:WSManFault>' +
          '<f:ExtendedError><q:__ExtendedStatus xmlns:q="urn:q"><q:Description>Most specific.</q:Description><q:StatusCode>2147749890</q:StatusCode></q:__ExtendedStatus></f:ExtendedError>' +
          '</f:ProviderFault></f:Message></f:WSManFault>',
      ),
    );
    expect(data).toMatchObject({ wsman: 2150859174, wmi: 0x80041002, hresult: 0x80041002, machine: 'NODE-B', provider: 'WMI Provider', messages: ['Specific.', 'Most specific.'] });
    expect(isNotFound(data)).toBe(true);
    expect(faultMessage(data)).toBe('Most specific. [InternalError, 0x80041002]');
  });

  it('makes an HRESULT of a Win32 error', () => {
    const data = read(soapFault('Sender', 'w:AccessDenied', 'No.', '<f:WSManFault Code="5" Machine="hv"><f:Message>Access is denied. </f:Message></f:WSManFault>'));
    expect(data).toMatchObject({ wsman: 5, hresult: 0x80070005, messages: ['Access is denied.'] });
    expect(isNotFound(data)).toBe(false);
  });

  it('reads the text of a provider that has no fault of its own', () => {
    const data = read(
      soapFault('Receiver', null, 'R', '<f:WSManFault Code="1726" Machine="hv"><f:Message><f:ProviderFault provider="P">Plain words</f:ProviderFault></f:Message></f:WSManFault>'),
    );
    expect(data).toMatchObject({ wsman: 1726, hresult: 0x800706be, provider: 'P', messages: ['Plain words'] });
  });

  it('decodes MSFT_WmiError, which has no WSManFault', () => {
    const data = read(
      soapFault(
        'Receiver',
        'w:InternalError',
        'Quota.',
        '<e:MSFT_WmiError b:IsCIM_Error="true" xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd" xmlns:e="urn:e">' +
          '<e:CIMStatusCode>27</e:CIMStatusCode><e:ErrorSource xsi:nil="true"/><e:Message>Too many operations.</e:Message><e:MessageID>HRESULT 0x803381A5</e:MessageID><e:error_Code>2150859173</e:error_Code></e:MSFT_WmiError>',
      ),
    );
    expect(data).toMatchObject({ wsman: null, hresult: 0x803381a5, messages: ['Too many operations.'] });
  });

  it('takes the HRESULT of a MessageID when there is no error_Code, and a negative code as unsigned', () => {
    expect(read(soapFault('Receiver', null, 'R', '<e:MSFT_WmiError xmlns:e="urn:e"><e:MessageID>HRESULT 0x80041003</e:MessageID></e:MSFT_WmiError>')).wmi).toBe(0x80041003);
    expect(read(soapFault('Receiver', null, 'R', '<f:WSManFault Code="-2147024891"/>')).hresult).toBe(0x80070005);
  });

  it('decodes a bare MustUnderstand fault', () => {
    const data = read(soapFault('MustUnderstand', null, 'A header is not understood. ', ''));
    expect(data).toMatchObject({ soapCode: 'MustUnderstand', subcode: null, reason: 'A header is not understood.', lang: '', wsman: null, hresult: null, messages: [] });
    expect(faultMessage(data)).toBe('A header is not understood. [MustUnderstand]');
  });

  it('passes over detail it does not know', () => {
    expect(read(soapFault('Sender', 'w:X', 'R', '<z:Strange xmlns:z="urn:z">1</z:Strange>')).messages).toEqual([]);
    expect(read(soapFault('Sender', 'w:X', '', '<f:WSManFault Code="junk"/>'))).toMatchObject({ wsman: null });
  });
});
