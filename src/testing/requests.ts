import type { CimValue } from '../cim/types.js';
import { HyperVWsmanError } from '../errors.js';
import { type OpenEnvelope, headerText, openEnvelope } from '../soap/envelope.js';
import { ADDRESSING, MICROSOFT, SOAP, WSMAN } from '../soap/namespaces.js';
import { isIdentifyRequest } from '../wsman/identify.js';
import { type Parameters, readInvokeRequest } from '../wsman/invoke.js';
import { readRequestHeader } from '../wsman/request.js';
import { parseResourceUri } from '../wsman/resource-uri.js';
import { type XmlElement, attributeOf } from '../xml/element.js';
import { type Fault, encodingLimit, informationHeaderRequired, mustUnderstand, schemaValidationError } from './faults.js';

/** A request as the service understands it. */
export type ServiceRequest = {
  /** The WS-Addressing action; Identify has none and gets {@link IDENTIFY_ACTION}. */
  readonly action: string;
  /** The method that an Invoke calls, `null` for any other request. */
  readonly method: string | null;
  /** `null` for Identify. */
  readonly resourceUri: string | null;
  /** The class that the resource URI names, `null` when it is not one of WMI's. */
  readonly className: string | null;
  /** Its namespace, with forward slashes. */
  readonly namespace: string | null;
  /** As sent: the service compares them in any letter case. */
  readonly selectors: Readonly<Record<string, CimValue>>;
  /** The IN parameters of a method, untyped. */
  readonly parameters: Parameters;
  /** `null` for Identify. */
  readonly messageId: string | null;
};

/** What {@link readRequest} makes of an envelope: a request, or the fault that answers it. */
export type ReadRequest =
  | { readonly request: ServiceRequest; readonly fault: null }
  | { readonly request: null; readonly fault: Fault; readonly relatesTo: string | null };

/** Stands for the action of Identify, which has no headers. */
export const IDENTIFY_ACTION = 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd/Identify';

/** The headers the service understands. */
const UNDERSTOOD: Readonly<Record<string, readonly string[]>> = {
  [ADDRESSING]: ['To', 'From', 'ReplyTo', 'FaultTo', 'Action', 'MessageID', 'RelatesTo'],
  [WSMAN]: ['ResourceURI', 'SelectorSet', 'OptionSet', 'MaxEnvelopeSize', 'OperationTimeout', 'Locale'],
  [MICROSOFT]: ['DataLocale', 'SessionId'],
};
const LEAST_ENVELOPE_SIZE = 8192;

/** Reads a request envelope as the service in front of the WMI plug-in does. Whatever comes, it gives a request or a fault. */
export function readRequest(input: Uint8Array): ReadRequest {
  let envelope: OpenEnvelope;
  try {
    envelope = openEnvelope(input);
  } catch (error) {
    return refuse(schemaValidationError(reasonOf(error)), null);
  }
  const relatesTo = headerText(envelope, ADDRESSING, 'MessageID');
  const unknown = envelope.headers.find((header) => isCompulsory(header) && UNDERSTOOD[header.namespace]?.includes(header.name) !== true);
  if (unknown !== undefined) return refuse(mustUnderstand(unknown), relatesTo);
  if (isIdentifyRequest(envelope)) return { request: IDENTIFY, fault: null };
  const size = headerText(envelope, WSMAN, 'MaxEnvelopeSize');
  if (size !== null && !(Number(size) >= LEAST_ENVELOPE_SIZE)) return refuse(encodingLimit(), relatesTo);
  try {
    return readAddressed(envelope);
  } catch (error) {
    return refuse(schemaValidationError(reasonOf(error)), relatesTo);
  }
}

const IDENTIFY: ServiceRequest = {
  action: IDENTIFY_ACTION,
  method: null,
  resourceUri: null,
  className: null,
  namespace: null,
  selectors: {},
  parameters: {},
  messageId: null,
};

function readAddressed(envelope: OpenEnvelope): ReadRequest {
  const missing = [[ADDRESSING, 'Action'], [ADDRESSING, 'MessageID'], [WSMAN, 'ResourceURI']] as const;
  for (const [namespace, name] of missing) {
    if ((headerText(envelope, namespace, name) ?? '') === '') {
      return refuse(informationHeaderRequired(`The request has no ${name} header. `), headerText(envelope, ADDRESSING, 'MessageID'));
    }
  }
  const header = readRequestHeader(envelope);
  const { className = null, namespace = null } = parseResourceUri(header.resourceUri) ?? {};
  const prefix = `${header.resourceUri}/`;
  const method = header.action.toLowerCase().startsWith(prefix.toLowerCase()) ? header.action.slice(prefix.length) : null;
  const parameters = method === null ? {} : readInvokeRequest(envelope);
  return { request: { ...header, method, className, namespace, parameters }, fault: null };
}

function isCompulsory(header: XmlElement): boolean {
  return /^(true|1)$/.test(attributeOf(header, 'mustUnderstand', SOAP)?.trim() ?? '');
}

function refuse(fault: Fault, relatesTo: string | null): ReadRequest {
  return { request: null, fault, relatesTo };
}

/** Only what our own codecs refuse is the client's doing; anything else is a defect here. */
function reasonOf(error: unknown): string {
  if (!(error instanceof HyperVWsmanError)) throw error;
  return `The request cannot be read: ${error.message} `;
}
