import { ProtocolError } from '../errors.js';
import type { InstancePath } from '../cim/object-path.js';
import { MUST_UNDERSTAND, REPLY_TO } from '../soap/addressing.js';
import { type OpenEnvelope, headerText, writeEnvelope } from '../soap/envelope.js';
import { ADDRESSING, MICROSOFT, WSMAN } from '../soap/namespaces.js';
import { attributeOf, elementsOf, textOf } from '../xml/element.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { formatDuration } from './duration.js';
import { readSelectorSet, selectorSet } from './selector-set.js';

/** What an operation asks for, before it is addressed to a host. */
export type WsmanRequest = {
  /** The WS-Addressing action. */
  readonly action: string;
  readonly resourceUri: string;
  /** The keys of the instance; empty for a class. */
  readonly selectors: InstancePath['keys'];
  /** The options of the OptionSet header (DSP0226 §6.4); none when left out. */
  readonly options?: Readonly<Record<string, string>>;
  /** Headers of this operation alone, FragmentTransfer for one; none when left out. */
  readonly headers?: readonly XmlNode[];
  /** The body's element, `null` for an empty body. */
  readonly body: XmlNode | null;
};

/** The headers that are the same for every request of a client. */
export type RequestSettings = {
  /** The URL of the service, as the caller wrote it. */
  readonly to: string;
  /** `uuid:` and an upper-case GUID, new for every message. */
  readonly messageId: string;
  /** The largest answer the client takes, in bytes of the envelope (DSP0226 §6.2); Windows refuses less than 8,192. */
  readonly maxEnvelopeSize: number;
  /** How long the service may work before it answers with a TimedOut fault, in milliseconds (DSP0226 §6.1). */
  readonly operationTimeoutMs: number;
  /** A language tag (RFC 5646) for the texts in the answer. */
  readonly locale: string;
};

/**
 * The option that makes Windows tell a null array from one that was not sent: it marks it with `IsNullArray` (MS-WSMV
 * 4.11.1), and leaves it out otherwise.
 */
export const USE_PRECISE_ARRAYS: Readonly<Record<string, string>> = { 'msftwinrm:UsePreciseArrays': 'true' };

const PREFIXES = { a: ADDRESSING, w: WSMAN, p: MICROSOFT };

/**
 * Writes a request envelope with its headers in the order of Windows' own clients (MS-WSMV 4.11.2): one known server
 * reads the ResourceURI only before the SelectorSet.
 */
export function writeRequest(request: WsmanRequest, settings: RequestSettings): string {
  const language = { 'xml:lang': settings.locale, 's:mustUnderstand': 'false' };
  const selectors = selectorSet(request.selectors);
  const options = Object.entries(request.options ?? {});
  return writeEnvelope(
    PREFIXES,
    [
      xmlNode('a:To', {}, settings.to),
      xmlNode('w:ResourceURI', MUST_UNDERSTAND, request.resourceUri),
      REPLY_TO,
      xmlNode('a:Action', MUST_UNDERSTAND, request.action),
      xmlNode('w:MaxEnvelopeSize', MUST_UNDERSTAND, String(settings.maxEnvelopeSize)),
      xmlNode('a:MessageID', {}, settings.messageId),
      xmlNode('w:Locale', language),
      xmlNode('p:DataLocale', language),
      ...(selectors === null ? [] : [selectors]),
      ...(options.length === 0 ? [] : [optionSet(options)]),
      xmlNode('w:OperationTimeout', {}, formatDuration(settings.operationTimeoutMs)),
      ...(request.headers ?? []),
    ],
    request.body,
  );
}

/** The headers of a request, as a service reads them. */
export type RequestHeader = {
  readonly action: string;
  readonly messageId: string;
  readonly resourceUri: string;
  readonly selectors: InstancePath['keys'];
};

/** The options of a request's OptionSet, as a service reads them; one without a value is `''`. */
export function readOptions(envelope: OpenEnvelope): Record<string, string> {
  const set = envelope.headers.find((header) => header.namespace === WSMAN && header.name === 'OptionSet');
  const options = set === undefined ? [] : elementsOf(set, WSMAN, 'Option');
  return Object.fromEntries(options.map((option) => [attributeOf(option, 'Name') ?? '', textOf(option)]));
}

/**
 * Reads the headers of a request.
 *
 * @throws ProtocolError - Action, MessageID or ResourceURI is missing
 */
export function readRequestHeader(envelope: OpenEnvelope): RequestHeader {
  const required = (namespace: string, name: string): string => {
    const text = headerText(envelope, namespace, name);
    if (text === null || text === '') throw new ProtocolError(`The request has no ${name} header`);
    return text;
  };
  const set = envelope.headers.find((header) => header.namespace === WSMAN && header.name === 'SelectorSet');
  return {
    action: required(ADDRESSING, 'Action'),
    messageId: required(ADDRESSING, 'MessageID'),
    resourceUri: required(WSMAN, 'ResourceURI'),
    selectors: set === undefined ? {} : readSelectorSet(set),
  };
}

function optionSet(options: readonly (readonly [string, string])[]): XmlNode {
  return xmlNode('w:OptionSet', MUST_UNDERSTAND, ...options.map(([name, value]) => xmlNode('w:Option', { Name: name }, value)));
}
