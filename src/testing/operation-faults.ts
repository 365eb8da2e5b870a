/**
 * The faults of single operations. Which one an operation answers is [specification] (DSP0226 §14.6), the codes are those of
 * wsmerror.h (Windows SDK); a fault that was seen on Windows says so.
 */
import { CIM_BINDING, CIM_COMMON, XSI } from '../soap/namespaces.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import type { Fault } from './faults.js';
import type { WmiError } from './repository/wmi-error.js';

/** Where Windows keeps the class MSFT_WmiError. */
const WMI_ERROR = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/microsoft/windows/management/MSFT_WmiError';

/** The next item does not fit the MaxEnvelopeSize of the request (DSP0226 §6.2). */
export function itemTooLarge(): Fault {
  const reason = 'One item of the answer is larger than the MaxEnvelopeSize of the request. ';
  return { family: 'wsman', code: 's:Sender', subcode: 'w:EncodingLimit', reason, faultDetail: 'MaxEnvelopeSize', wsman: 2150858805 };
}

/** The context of a Pull or a Release is not, or no longer, one of the user's (DSP0226 §8.4). */
export function invalidEnumerationContext(): Fault {
  const reason = 'The service has no such enumeration context: it has ended, was released, or was not used for too long. ';
  return { family: 'enumeration', code: 's:Receiver', subcode: 'n:InvalidEnumerationContext', reason, wsman: 2150858779 };
}

/** The filter means nothing here: no query, or of no class (DSP0226 §8.3); seen on Windows. */
export function cannotProcessFilter(problem: string): Fault {
  const reason = `The service cannot process the filter: ${problem} `;
  return { family: 'enumeration', code: 's:Sender', subcode: 'n:CannotProcessFilter', reason, wsman: 2150858778, provider: true };
}

/** The expression of a FragmentTransfer is not one the service takes. The subcode is an inference. */
export function invalidFragment(): Fault {
  const reason = 'The fragment path is neither the name of a property nor Name/text(). ';
  return { family: 'addressing', code: 's:Sender', subcode: 'a:InvalidMessageInformationHeader', reason, wsman: 2150858899 };
}

/** Nothing to answer within the OperationTimeout (DSP0226 §6.1); seen on Windows. */
export function timedOut(): Fault {
  const reason = 'There was nothing to answer within the OperationTimeout of the request. ';
  return { family: 'wsman', code: 's:Receiver', subcode: 'w:TimedOut', reason, wsman: 2150858793 };
}

/** Something went wrong that the client is not to blame for. */
export function internalError(problem: string): Fault {
  return { family: 'wsman', code: 's:Receiver', subcode: 'w:InternalError', reason: `${problem} `, wsman: 2150859174, provider: true };
}

/** A part of the body names something that does not exist. */
export function invalidParameter(problem: string): Fault {
  return { family: 'wsman', code: 's:Sender', subcode: 'w:InvalidParameter', reason: `${problem} `, wsman: 2150858810 };
}

/** A subscription is not, or no longer, there for a Renew or an Unsubscribe (DSP0226 §10.3, §10.4). */
export function unknownSubscription(subcode: 'UnableToRenew' | 'InvalidMessage'): Fault {
  const reason = 'The service has no such subscription: it was ended, or has expired. ';
  return { family: 'eventing', code: 's:Sender', subcode: `e:${subcode}`, reason, wsman: subcode === 'UnableToRenew' ? 2150858788 : 2150858789 };
}

/** The filter of a Subscribe is no query in WQL (DSP0226 §10.2). */
export function filteringUnavailable(): Fault {
  const reason = 'A subscription is filtered by a query in WQL. ';
  return { family: 'eventing', code: 's:Sender', subcode: 'e:FilteringRequestedUnavailable', reason, wsman: 2150858786 };
}

/** The Expires of a Subscribe or a Renew is no time to come (DSP0226 §10.2). */
export function invalidExpirationTime(): Fault {
  return { family: 'eventing', code: 's:Sender', subcode: 'e:InvalidExpirationTime', reason: 'Expires has to be above zero. ', wsman: 2150858783 };
}

/** The bookmark of a Subscribe is none of this service's (DSP0226 §10.2.6). */
export function invalidBookmark(): Fault {
  return { family: 'wsman', code: 's:Sender', subcode: 'w:InvalidBookmark', reason: 'The service did not give this bookmark. ', wsman: 2150858808 };
}

/** What WMI refuses a Put or a Create with. That Windows gives the WMI status as the code is an inference, where there is no code of its own. */
export function wmiFault({ statusName, status, message }: WmiError): Fault {
  const reason = `${message}. `;
  const common = { family: 'wsman', code: 's:Sender', reason, provider: true } as const;
  switch (statusName) {
    case 'alreadyExists':
      return { ...common, subcode: 'w:AlreadyExists', wsman: 2150858803 };
    case 'invalidParameter':
    case 'typeMismatch':
      return { ...common, family: 'addressing', subcode: 'x:InvalidRepresentation', wsman: 2150858773 };
    case 'notFound':
    case 'invalidClass':
    case 'invalidNamespace':
      return { ...common, family: 'addressing', subcode: 'a:DestinationUnreachable', faultDetail: 'InvalidResourceURI', wsman: 2150858752 };
    default:
      return { ...common, code: 's:Receiver', subcode: 'w:InternalError', wsman: status };
  }
}

/** The user has as many operations and enumerations open as he may. Seen on Windows: its detail is an MSFT_WmiError and no WSManFault. */
export function quotaLimit(maxOperations: number): Fault {
  const reason = `A user may have ${maxOperations} operations at a time, and this one would be another. End some, or raise MaxConcurrentOperationsPerUser. `;
  return { family: 'wsman', code: 's:Sender', subcode: 'w:QuotaLimit', reason, detail: wmiErrorNode(2150859173, reason) };
}

function wmiErrorNode(code: number, message: string): XmlNode {
  const value = (name: string, type: string, text: string): XmlNode => xmlNode(`p:${name}`, { 'xsi:type': `cim:cim${type}` }, text);
  const nil = (name: string, type: string): XmlNode => xmlNode(`p:${name}`, { 'xsi:type': `cim:cim${type}`, 'xsi:nil': 'true' });
  return xmlNode(
    'p:MSFT_WmiError',
    { 'b:IsCIM_Error': 'true', 'xmlns:p': WMI_ERROR, 'xmlns:b': CIM_BINDING, 'xmlns:cim': CIM_COMMON, 'xmlns:xsi': XSI, 'xsi:type': 'p:MSFT_WmiError_Type' },
    value('CIMStatusCode', 'UnsignedInt', '27'),
    nil('CIMStatusCodeDescription', 'String'),
    nil('ErrorSource', 'String'),
    value('ErrorSourceFormat', 'UnsignedShort', '0'),
    value('ErrorType', 'UnsignedShort', '0'),
    value('Message', 'String', message),
    value('MessageID', 'String', `HRESULT 0x${code.toString(16)}`),
    nil('OtherErrorSourceFormat', 'String'),
    nil('OtherErrorType', 'String'),
    nil('OwningEntity', 'String'),
    value('PerceivedSeverity', 'UnsignedShort', '0'),
    value('ProbableCause', 'UnsignedShort', '0'),
    nil('ProbableCauseDescription', 'String'),
    value('error_Category', 'UnsignedInt', '30'),
    value('error_Code', 'UnsignedInt', String(code)),
    value('error_Type', 'String', 'HRESULT'),
    value('error_WindowsErrorMessage', 'String', message),
  );
}
