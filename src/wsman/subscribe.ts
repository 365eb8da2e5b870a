import { type CimDateTime, type CimInterval, parseCimDatetime } from '../cim/datetime.js';
import type { InstancePath } from '../cim/object-path.js';
import { ProtocolError } from '../errors.js';
import { endpointReferenceContent, readEndpointReference } from '../soap/addressing.js';
import { type OpenEnvelope, headerText } from '../soap/envelope.js';
import { ADDRESSING, ANONYMOUS, ENUMERATION, EVENTING, WSMAN } from '../soap/namespaces.js';
import { type XmlElement, attributeOf, childOf, textOf } from '../xml/element.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { childText, readBody, requiredText } from './body.js';
import { type Bookmark, bookmarkNode, bookmarkOf } from './bookmark.js';
import { type Dialect, type Scope, targetOf } from './dialect.js';
import { formatDuration, parseDuration } from './duration.js';
import { type Filter, filterNode, readFilter } from './filter.js';
import type { WsmanRequest } from './request.js';
import { readSelectorSet, selectorSet } from './selector-set.js';

/** The action of a Subscribe request (DSP0226 §10.2). */
export const SUBSCRIBE_ACTION: string = `${EVENTING}/Subscribe`;
/** The action of a Renew request (DSP0226 §10.3). */
export const RENEW_ACTION: string = `${EVENTING}/Renew`;
/** The action of an Unsubscribe request (DSP0226 §10.4). */
export const UNSUBSCRIBE_ACTION: string = `${EVENTING}/Unsubscribe`;
/** The delivery mode in which the client fetches its events with Pull (DSP0226 §10.2.9.5). */
export const PULL_DELIVERY = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull';

/** What a Subscribe asks for. */
export type SubscribeOptions = {
  /** Which events; every event of the scope when left out. */
  readonly filter?: Filter;
  /** How long the subscription is to last unless it is renewed, in milliseconds; left to the service when left out. */
  readonly expiresMs?: number;
  /** Whether each page of events brings a bookmark; default false. */
  readonly sendBookmarks?: boolean;
  /** Where to go on: the events after this bookmark of an earlier subscription. */
  readonly bookmark?: Bookmark;
};

/** What Renew and Unsubscribe are sent to: the reference that SubscribeResponse gives. */
export type SubscriptionManager = {
  readonly resourceUri: string;
  readonly selectors: InstancePath['keys'];
  /** Which of its subscriptions. */
  readonly identifier: string;
};

/** When a subscription ends: at a time, or after a time; `null` when the service does not tell. */
export type Expires = CimDateTime | CimInterval | null;

/** A subscription that was granted. */
export type Subscription = {
  readonly manager: SubscriptionManager;
  /** For the first Pull. */
  readonly context: string;
  readonly expires: Expires;
};

/**
 * The request for events that the client will pull (DSP0226 §10.2): then {@link pullRequest} with the same scope and the
 * subscription's context. A Pull without an event within the OperationTimeout is answered with a fault that
 * `isTimedOut` knows, and the subscription goes on with the same context.
 *
 * @param scope - a class of events; for a WQL filter all classes of the namespace
 */
export function subscribeRequest(scope: Scope, options: SubscribeOptions = {}, dialect: Dialect = 'windows'): WsmanRequest {
  const { filter, expiresMs, sendBookmarks = false, bookmark } = options;
  return {
    action: SUBSCRIBE_ACTION,
    ...targetOf(scope, dialect),
    body: xmlNode(
      'e:Subscribe',
      { 'xmlns:e': EVENTING },
      xmlNode('e:Delivery', { Mode: PULL_DELIVERY }),
      ...(expiresMs === undefined ? [] : [xmlNode('e:Expires', {}, formatDuration(expiresMs))]),
      ...(filter === undefined ? [] : [filterNode(filter, dialect)]),
      ...(bookmark === undefined ? [] : [bookmarkNode(bookmark)]),
      ...(sendBookmarks ? [xmlNode('w:SendBookmarks')] : []),
    ),
  };
}

/**
 * Reads SubscribeResponse.
 *
 * @param request - whose resource the manager stands for when its reference names none
 * @throws ProtocolError - the body is something else, or names no manager, identifier or context
 */
export function readSubscribeResponse(envelope: OpenEnvelope, request: Pick<WsmanRequest, 'resourceUri' | 'selectors'>): Subscription {
  const body = readBody(envelope, EVENTING, 'SubscribeResponse');
  return {
    manager: readManager(body, request),
    context: requiredText(body, ENUMERATION, 'EnumerationContext'),
    expires: readExpires(body),
  };
}

/**
 * Reads what a Subscribe asks for, as a service does.
 *
 * @throws ProtocolError - the body is something else, asks for another delivery mode, or a part of it means nothing
 */
export function readSubscribeRequest(envelope: OpenEnvelope): SubscribeOptions {
  const body = readBody(envelope, EVENTING, 'Subscribe');
  const delivery = childOf(body, EVENTING, 'Delivery');
  const mode = delivery === null ? null : attributeOf(delivery, 'Mode');
  if (mode?.trim() !== PULL_DELIVERY) throw new ProtocolError(`The delivery mode ${JSON.stringify(mode ?? '')} is not Pull`);
  const filter = childOf(body, WSMAN, 'Filter') ?? childOf(body, EVENTING, 'Filter');
  const expires = childText(body, EVENTING, 'Expires');
  const bookmark = childOf(body, WSMAN, 'Bookmark');
  return {
    ...(filter === null ? {} : { filter: readFilter(filter) }),
    ...(expires === null ? {} : { expiresMs: parseDuration(expires) }),
    ...(bookmark === null ? {} : { bookmark: bookmarkOf(bookmark) }),
    sendBookmarks: childOf(body, WSMAN, 'SendBookmarks') !== null,
  };
}

/** The body that answers a Subscribe. */
export function subscribeResponseBody(subscription: Subscription): XmlNode {
  const { manager, context, expires } = subscription;
  const selectors = selectorSet(manager.selectors);
  const reference = endpointReferenceContent(
    ANONYMOUS,
    xmlNode('w:ResourceURI', {}, manager.resourceUri),
    ...(selectors === null ? [] : [selectors]),
    xmlNode('e:Identifier', {}, manager.identifier),
  );
  return xmlNode(
    'e:SubscribeResponse',
    { 'xmlns:e': EVENTING, 'xmlns:n': ENUMERATION },
    xmlNode('e:SubscriptionManager', {}, ...reference),
    ...expiresNodes(expires),
    xmlNode('n:EnumerationContext', {}, context),
  );
}

/** The request that prolongs a subscription from now on (DSP0226 §10.3). */
export function renewRequest(manager: SubscriptionManager, expiresMs: number): WsmanRequest {
  return toManager(RENEW_ACTION, manager, xmlNode('e:Renew', { 'xmlns:e': EVENTING }, xmlNode('e:Expires', {}, formatDuration(expiresMs))));
}

/**
 * Reads until when a subscription was prolonged.
 *
 * @throws ProtocolError - the body is something else
 */
export function readRenewResponse(envelope: OpenEnvelope): Expires {
  return readExpires(readBody(envelope, EVENTING, 'RenewResponse'));
}

/**
 * Reads how long a Renew asks for, in milliseconds, as a service does; which subscription is in the headers.
 *
 * @throws ProtocolError - the body is something else, or no duration
 */
export function readRenewRequest(envelope: OpenEnvelope): { readonly expiresMs: number | null } {
  const expires = childText(readBody(envelope, EVENTING, 'Renew'), EVENTING, 'Expires');
  return { expiresMs: expires === null ? null : parseDuration(expires) };
}

/** The body that answers a Renew. */
export function renewResponseBody(expires: Expires): XmlNode {
  return xmlNode('e:RenewResponse', { 'xmlns:e': EVENTING }, ...expiresNodes(expires));
}

/** The request that ends a subscription (DSP0226 §10.4); its answer has an empty body. */
export function unsubscribeRequest(manager: SubscriptionManager): WsmanRequest {
  return toManager(UNSUBSCRIBE_ACTION, manager, xmlNode('e:Unsubscribe', { 'xmlns:e': EVENTING }));
}

/** Which subscription a Renew or an Unsubscribe is for, as a service reads it; `null` when it does not say. */
export function readSubscriptionIdentifier(envelope: OpenEnvelope): string | null {
  return headerText(envelope, EVENTING, 'Identifier');
}

/** What a reference holds beside the resource goes into the headers as it is (WS-Addressing of August 2004, §2.2). */
function toManager(action: string, { resourceUri, selectors, identifier }: SubscriptionManager, body: XmlNode): WsmanRequest {
  return { action, resourceUri, selectors, headers: [xmlNode('e:Identifier', { 'xmlns:e': EVENTING }, identifier)], body };
}

function readManager(body: XmlElement, request: Pick<WsmanRequest, 'resourceUri' | 'selectors'>): SubscriptionManager {
  const holder = childOf(body, EVENTING, 'SubscriptionManager');
  const parameters = holder === null ? [] : (readEndpointReference(holder)?.parameters ?? propertiesOf(holder));
  const parameter = (namespace: string, name: string) => parameters.find((one) => one.namespace === namespace && one.name === name);
  const identifier = parameter(EVENTING, 'Identifier');
  if (identifier === undefined) throw new ProtocolError('The SubscribeResponse has no SubscriptionManager with an Identifier');
  const resourceUri = parameter(WSMAN, 'ResourceURI');
  const set = parameter(WSMAN, 'SelectorSet');
  if (resourceUri === undefined) return { resourceUri: request.resourceUri, selectors: request.selectors, identifier: textOf(identifier).trim() };
  return { resourceUri: textOf(resourceUri).trim(), selectors: set === undefined ? {} : readSelectorSet(set), identifier: textOf(identifier).trim() };
}

/** WS-Eventing's own examples have the Identifier among ReferenceProperties (WS-Eventing of August 2004, §3.1). */
function propertiesOf(holder: XmlElement): readonly XmlElement[] {
  const properties = childOf(holder, ADDRESSING, 'ReferenceProperties');
  return properties === null ? [] : properties.children.filter((child) => typeof child !== 'string');
}

function readExpires(body: XmlElement): Expires {
  const text = childText(body, EVENTING, 'Expires');
  return text === null ? null : parseCimDatetime(text);
}

function expiresNodes(expires: Expires): readonly XmlNode[] {
  return expires === null ? [] : [xmlNode('e:Expires', {}, expires.toXml())];
}
