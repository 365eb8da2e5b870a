import { writeEnvelope } from '../soap/envelope.js';
import { ADDRESSING, ANONYMOUS, CIM_COMMON, CIM_SCHEMA, ENUMERATION, EVENTING, MICROSOFT, TRANSFER, WSMAN, WSMAN_FAULT, XSI } from '../soap/namespaces.js';
import { type XmlNode, xmlNode } from '../xml/write.js';

/** What WMI says of a failure: the `__ExtendedStatus` in a fault's detail. */
export type ExtendedStatus = { readonly operation: string; readonly parameterInfo: string; readonly providerName: string };

/** The specification that defines a fault. */
type FaultFamily = 'addressing' | 'enumeration' | 'eventing' | 'wsman';

/** A fault of the simulated service, in the parts that Windows fills in. */
export type Fault = {
  /** The action: that of the specification which defines the fault; `wsman` for those of DSP0226 §14. */
  readonly family: FaultFamily;
  readonly code: 's:Sender' | 's:Receiver' | 's:MustUnderstand';
  readonly subcode?: string;
  readonly reason: string;
  /** The last part of the FaultDetail URI (DSP0226 §14.3). */
  readonly faultDetail?: string;
  /** The Code of WSManFault (MS-WSMV 2.2.4.43); without one there is no detail. */
  readonly wsman?: number;
  /** Whether it comes from the WMI plug-in rather than from the service in front of it. */
  readonly provider?: boolean;
  readonly extendedStatus?: ExtendedStatus;
  /** The header that was not understood (SOAP 1.2 Part 1, 5.4.8). */
  readonly notUnderstood?: { readonly namespace: string; readonly name: string };
  /** The detail instead of WSManFault. */
  readonly detail?: XmlNode;
};

/** The actions of faults, by the specification that defines them. */
const FAULT_ACTIONS: Readonly<Record<FaultFamily, string>> = {
  addressing: `${ADDRESSING}/fault`,
  enumeration: `${ENUMERATION}/fault`,
  eventing: `${EVENTING}/fault`,
  wsman: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/fault',
};

/** No such instance, class or namespace: Windows has one fault for them all. */
export function destinationUnreachable(extendedStatus: ExtendedStatus | null): Fault {
  return {
    family: 'addressing',
    code: 's:Sender',
    subcode: 'a:DestinationUnreachable',
    reason: 'The service knows no resource with this resource URI and these selectors. ',
    faultDetail: 'InvalidResourceURI',
    wsman: 2150858752,
    ...(extendedStatus === null ? {} : { provider: true, extendedStatus }),
  };
}

/** The selectors are not the keys of the class (DSP0226 §14.6). */
export function invalidSelectors(faultDetail: 'UnexpectedSelectors' | 'InsufficientSelectors' | 'TypeMismatch' | 'InvalidValue'): Fault {
  const reason = 'The selectors of the request are not those of the resource. ';
  return { family: 'wsman', code: 's:Sender', subcode: 'w:InvalidSelectors', reason, faultDetail, wsman: 2150858843, provider: true };
}

/** The class has no such operation or method (DSP0226 §14.6). */
export function actionNotSupported(): Fault {
  const reason = 'The service does not know the action of the request. ';
  return { family: 'addressing', code: 's:Sender', subcode: 'a:ActionNotSupported', reason, wsman: 2150858771 };
}

/** A header that every request needs is missing (DSP0226 §14.6). */
export function informationHeaderRequired(reason: string): Fault {
  return { family: 'addressing', code: 's:Sender', subcode: 'a:MessageInformationHeaderRequired', reason, wsman: 2150858769 };
}

/** The client takes only envelopes too small for any answer (DSP0226 §6.2, §14.6). */
export function encodingLimit(): Fault {
  const reason = 'The MaxEnvelopeSize of the request is below the least one, 8192. ';
  return { family: 'wsman', code: 's:Sender', subcode: 'w:EncodingLimit', reason, faultDetail: 'MinimumEnvelopeLimit', wsman: 2150858805 };
}

/** The request is not well-formed, or not an envelope that means anything (DSP0226 §14.6). */
export function schemaValidationError(reason: string): Fault {
  return { family: 'wsman', code: 's:Sender', subcode: 'w:SchemaValidationError', reason, wsman: 2150858817 };
}

/** A header is marked mustUnderstand, and the service does not (SOAP 1.2 Part 1, 5.4.8). Windows gives no detail here. */
export function mustUnderstand(notUnderstood: { namespace: string; name: string }): Fault {
  const reason = 'The request demands that a header is understood which the service does not know. ';
  return { family: 'addressing', code: 's:MustUnderstand', reason, notUnderstood };
}

/** The prefixes of subcodes, beside those that every answer declares. */
const PREFIXES: Readonly<Record<Fault['family'], Readonly<Record<string, string>>>> = {
  addressing: {},
  enumeration: { n: ENUMERATION },
  eventing: { e: EVENTING },
  wsman: {},
};

/** How a fault names the host: as the client addressed it, and as the host calls itself. */
export type FaultOrigin = { readonly address: string; readonly machine: string };

/**
 * Writes a fault as Windows does; its HTTP status is always 500.
 *
 * @param relatesTo - the MessageID of the request, `null` when it could not be read
 */
export function writeFault(fault: Fault, header: { messageId: string; relatesTo: string | null }, origin: FaultOrigin): string {
  const { family, notUnderstood } = fault;
  return writeEnvelope(
    { a: ADDRESSING, x: TRANSFER, ...PREFIXES[family], w: WSMAN, p: MICROSOFT },
    [
      xmlNode('a:Action', {}, FAULT_ACTIONS[family]),
      xmlNode('a:MessageID', {}, header.messageId),
      xmlNode('a:To', {}, ANONYMOUS),
      ...(header.relatesTo === null ? [] : [xmlNode('a:RelatesTo', {}, header.relatesTo)]),
      ...(notUnderstood === undefined ? [] : [notUnderstoodNode(notUnderstood)]),
    ],
    faultNode(fault, origin),
    'en-US',
  );
}

function notUnderstoodNode({ namespace, name }: { namespace: string; name: string }): XmlNode {
  return xmlNode('s:NotUnderstood', namespace === '' ? { qname: name } : { qname: `q:${name}`, 'xmlns:q': namespace });
}

function faultNode({ code, subcode, reason, faultDetail, ...fault }: Fault, origin: FaultOrigin): XmlNode {
  const value = (text: string): XmlNode => xmlNode('s:Value', {}, text);
  const detail = [
    ...(faultDetail === undefined ? [] : [xmlNode('w:FaultDetail', {}, `http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/${faultDetail}`)]),
    ...(fault.wsman === undefined ? [] : [wsmanFaultNode({ ...fault, wsman: fault.wsman, reason }, origin)]),
    ...(fault.detail === undefined ? [] : [fault.detail]),
  ];
  return xmlNode(
    's:Fault',
    {},
    xmlNode('s:Code', {}, value(code), ...(subcode === undefined ? [] : [xmlNode('s:Subcode', {}, value(subcode))])),
    xmlNode('s:Reason', {}, xmlNode('s:Text', { 'xml:lang': 'en-US' }, reason)),
    ...(detail.length === 0 ? [] : [xmlNode('s:Detail', {}, ...detail)]),
  );
}

/** WSManFault; a provider's holds the provider's own inside, which names the machine instead of its address. */
function wsmanFaultNode({ wsman, reason, ...fault }: Pick<Fault, 'reason' | 'provider' | 'extendedStatus'> & { wsman: number }, { address, machine }: FaultOrigin): XmlNode {
  const layer = (name: string, content: XmlNode | string): XmlNode =>
    xmlNode('f:WSManFault', { 'xmlns:f': WSMAN_FAULT, Code: String(wsman), Machine: name }, xmlNode('f:Message', {}, content));
  if (fault.provider !== true) return layer(address, reason);
  const providerFault = xmlNode(
    'f:ProviderFault',
    { provider: 'WMI Provider', path: '%systemroot%\\system32\\WsmWmiPl.dll' },
    layer(machine, reason),
    ...(fault.extendedStatus === undefined ? [] : [xmlNode('f:ExtendedError', {}, extendedStatusNode(fault.extendedStatus))]),
  );
  return layer(address, providerFault);
}

function extendedStatusNode({ operation, parameterInfo, providerName }: ExtendedStatus): XmlNode {
  const string = (name: string, text: string): XmlNode => xmlNode(`p:${name}`, { 'xsi:type': 'cim:cimString' }, text);
  return xmlNode(
    'p:__ExtendedStatus',
    { 'xmlns:xsi': XSI, 'xmlns:p': `${CIM_SCHEMA}/__ExtendedStatus`, 'xmlns:cim': CIM_COMMON, 'xsi:type': 'p:__ExtendedStatus_Type' },
    xmlNode('p:Description', { 'xsi:nil': 'true', 'xsi:type': 'cim:cimString' }),
    string('Operation', operation),
    string('ParameterInfo', parameterInfo),
    string('ProviderName', providerName),
    xmlNode('p:StatusCode', { 'xsi:nil': 'true', 'xsi:type': 'cim:cimUnsignedInt' }),
  );
}
