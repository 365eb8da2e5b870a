// The answers of a Windows host as texts, cut where the caller's MessageID belongs.
import { Buffer } from 'node:buffer';

const TO = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';
export const VIRTUALIZATION = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2';
/** The declarations that Windows writes on every instance and every `<method>_OUTPUT`. */
export const MEMBER_NAMESPACES = (className) =>
  `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="${VIRTUALIZATION}/${className}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"`;

/** An answer with a hole for RelatesTo: what stands before it and what stands behind, in UTF-8. */
export function prepare(action, body) {
  const before =
    '<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
    ' xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"' +
    ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd">' +
    `<s:Header><a:Action>${action}</a:Action><a:MessageID>uuid:5E0B7A92-6C1D-4F38-A4E7-D2917C08B6F3</a:MessageID><a:To>${TO}</a:To><a:RelatesTo>`;
  return { before: Buffer.from(before), behind: Buffer.from(`</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`) };
}

/** The whole answer to one request. */
export function relatedTo({ before, behind }, messageId) {
  return Buffer.concat([before, messageId, behind]);
}

/** Text as an element holds it, escaped as Windows does. */
export function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
