import { type OpenEnvelope, openEnvelope } from '../../src/soap/envelope.js';
import { type WsmanRequest, writeRequest } from '../../src/wsman/request.js';
import { writeResponse } from '../../src/wsman/response.js';
import type { XmlNode } from '../../src/xml/write.js';

export const WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2';
export const DMTF = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2';
export const ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';

/** An answer with the declarations that Windows puts on its envelopes. */
export function answer(body: string, headers = ''): OpenEnvelope {
  return openEnvelope(
    '<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
      ' xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer" xmlns:e="http://schemas.xmlsoap.org/ws/2004/08/eventing"' +
      ' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"' +
      ' xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd" xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"' +
      ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common">' +
      `<s:Header>${headers}</s:Header><s:Body>${body}</s:Body></s:Envelope>`,
  );
}

/** A request as it goes out. */
export function written(request: WsmanRequest): string {
  return writeRequest(request, {
    to: 'http://hv02.example:5985/wsman',
    messageId: 'uuid:5E0B9C1D-8A47-4F36-B2D9-C3F17A60E482',
    maxEnvelopeSize: 512000,
    operationTimeoutMs: 60_000,
    locale: 'en-US',
  });
}

/** What is in the Body of a request as it goes out. */
export function bodyOf(request: WsmanRequest): string {
  return /<s:Body>(.*)<\/s:Body>/s.exec(written(request))?.[1] ?? '';
}

/** The headers of a request from the SelectorSet on: those that differ between operations. */
export function ownHeadersOf(request: WsmanRequest): string {
  return /<p:DataLocale [^>]*\/>(.*)<w:OperationTimeout>PT60\.000S<\/w:OperationTimeout>(.*)<\/s:Header>/s.exec(written(request))?.slice(1).join('|') ?? '';
}

/** A request as the service gets it. */
export function received(request: WsmanRequest): OpenEnvelope {
  return openEnvelope(written(request));
}

/** An answer of our own service as the client gets it. */
export function answered(body: XmlNode): OpenEnvelope {
  return openEnvelope(answeredText(body));
}

/** The same as text. */
export function answeredText(body: XmlNode): string {
  return writeResponse({ action: 'urn:done', messageId: 'uuid:1', relatesTo: 'uuid:2', lang: 'en-US' }, body);
}

/** What is in the Body of an answer of our own service. */
export function answeredBody(body: XmlNode): string {
  return /<s:Body>(.*)<\/s:Body>/s.exec(answeredText(body))?.[1] ?? '';
}

/** A reference as Windows writes it: Address and ReferenceParameters. */
export function reference(uri: string, selectors: Readonly<Record<string, string>>): string {
  const set = Object.entries(selectors).map(([name, value]) => `<w:Selector Name="${name}">${value}</w:Selector>`);
  return (
    `<a:Address>${ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>${uri}</w:ResourceURI>` +
    `<w:SelectorSet>${set.join('')}</w:SelectorSet></a:ReferenceParameters>`
  );
}
