import type { CimValue } from '../cim/types.js';
import { HyperVWsmanError } from '../errors.js';
import { type OpenEnvelope, headerText, openEnvelope } from '../soap/envelope.js';
import { ADDRESSING, EVENTING, MICROSOFT, SOAP, WSMAN } from '../soap/namespaces.js';
import { isIdentifyRequest } from '../wsman/identify.js';
import { type Parameters, readInvokeRequest } from '../wsman/invoke.js';
import { parseDuration } from '../wsman/duration.js';
import type { TypeOf } from '../wsman/instance.js';
import { readRequestHeader } from '../wsman/request.js';
import { parseResourceUri } from '../wsman/resource-uri.js';
import { type XmlElement, attributeOf } from '../xml/element.js';
import { LIMITS } from './limits.js';
import { type Fault, encodingLimit, informationHeaderRequired, mustUnderstand, schemaValidationError } from './faults.js';

/** A request as the service understands it. */
export type ServiceRequest = {
  /** The WS-Addressing action; Identify has none and gets `IDENTIFY_ACTION`. */
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
  /** The IN parameters of a method, typed as the schema says; what it does not know is text. */
  readonly parameters: Parameters;
  /** `null` for Identify. */
  readonly messageId: string | null;
};

/** What {@link readRequest} makes of an envelope: a request, or the fault that answers it. */
export type ReadRequest = OpenRequest | { readonly request: null; readonly fault: Fault; readonly relatesTo: string | null };

/** A request, and what of its envelope is still to be read. */
export type OpenRequest = {
  readonly request: ServiceRequest;
  readonly fault: null;
  /** With its body to be read, unless the request calls a method. */
  readonly envelope: OpenEnvelope;
  /** The largest answer that the client takes, in bytes; that of a service as installed when the client does not say. */
  readonly maxEnvelopeSize: number;
  /** How long the service may work, in milliseconds; its own limit when the client does not say. */
  readonly operationTimeoutMs: number;
};

/** Stands for the action of Identify, which has no headers. */
export const IDENTIFY_ACTION = 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd/Identify';

/** The headers the service understands. */
const UNDERSTOOD: Readonly<Record<string, readonly string[]>> = {
  [ADDRESSING]: ['To', 'From', 'ReplyTo', 'FaultTo', 'Action', 'MessageID', 'RelatesTo'],
  [EVENTING]: ['Identifier'],
  [WSMAN]: ['ResourceURI', 'SelectorSet', 'OptionSet', 'MaxEnvelopeSize', 'OperationTimeout', 'Locale', 'FragmentTransfer'],
  [MICROSOFT]: ['DataLocale', 'SessionId'],
};
const LEAST_ENVELOPE_SIZE = 8192;
const MAX_ENVELOPE_SIZE = LIMITS.MaxEnvelopeSizekb * 1024;

/**
 * Reads a request envelope as the service in front of the WMI plug-in does. Whatever comes, it gives a request or a fault.
 *
 * @param typeOf - the types of the parameters of methods
 */
export function readRequest(input: Uint8Array, typeOf: TypeOf): ReadRequest {
  let envelope: OpenEnvelope;
  try {
    envelope = openEnvelope(input);
  } catch (error) {
    return refuse(schemaValidationError(reasonOf(error)), null);
  }
  const relatesTo = headerText(envelope, ADDRESSING, 'MessageID');
  const unknown = envelope.headers.find((header) => isCompulsory(header) && UNDERSTOOD[header.namespace]?.includes(header.name) !== true);
  if (unknown !== undefined) return refuse(mustUnderstand(unknown), relatesTo);
  if (isIdentifyRequest(envelope)) return { ...IDENTIFY, envelope };
  const size = Number(headerText(envelope, WSMAN, 'MaxEnvelopeSize') ?? MAX_ENVELOPE_SIZE);
  if (!(size >= LEAST_ENVELOPE_SIZE)) return refuse(encodingLimit(), relatesTo);
  try {
    return readAddressed(envelope, Math.min(size, MAX_ENVELOPE_SIZE), typeOf);
  } catch (error) {
    return refuse(schemaValidationError(reasonOf(error)), relatesTo);
  }
}

const IDENTIFY: Omit<OpenRequest, 'envelope'> = {
  request: { action: IDENTIFY_ACTION, method: null, resourceUri: null, className: null, namespace: null, selectors: {}, parameters: {}, messageId: null },
  fault: null,
  maxEnvelopeSize: MAX_ENVELOPE_SIZE,
  operationTimeoutMs: LIMITS.MaxTimeoutms,
};

function readAddressed(envelope: OpenEnvelope, maxEnvelopeSize: number, typeOf: TypeOf): ReadRequest {
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
  const parameters = method === null ? {} : readInvokeRequest(envelope, `${className}.${method}`, typeOf);
  const timeout = headerText(envelope, WSMAN, 'OperationTimeout');
  const operationTimeoutMs = Math.min(timeout === null ? Infinity : parseDuration(timeout), LIMITS.MaxTimeoutms);
  return { request: { ...header, method, className, namespace, parameters }, fault: null, envelope, maxEnvelopeSize, operationTimeoutMs };
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
