import type { OpenEnvelope } from '../soap/envelope.js';
import { ENUMERATION } from '../soap/namespaces.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { childNumber, childText, openBody, readBody, requiredText } from './body.js';
import { type Dialect, type Scope, targetOf } from './dialect.js';
import { formatDuration, parseDuration } from './duration.js';
import { wholeFromOne } from './enumerate.js';
import { type EnumerationPage, type ReadPageOptions, type WritePageOptions, itemsNode, readPage } from './enumeration-page.js';
import type { WsmanRequest } from './request.js';

/** The action of a Pull request (DSP0226 §8.4). */
export const PULL_ACTION: string = `${ENUMERATION}/Pull`;
/** The action of a Release request (DSP0226 §8.5). */
export const RELEASE_ACTION: string = `${ENUMERATION}/Release`;

/** How much a Pull asks for at most; the size of the answer is bounded by the MaxEnvelopeSize header. */
export type PullOptions = {
  /** One when left out. */
  readonly maxElements?: number;
  /** How long the service may gather items before it answers with what it has, in milliseconds; not sent when left out. */
  readonly maxTimeMs?: number;
};

/**
 * The request for the next page of an enumeration or a subscription (DSP0226 §8.4).
 *
 * @param scope - as in the Enumerate or Subscribe
 * @param context - of the page before
 * @throws UsageError - maxElements that is no whole number from 1
 */
export function pullRequest(scope: Scope, context: string, options: PullOptions = {}, dialect: Dialect = 'windows'): WsmanRequest {
  const { maxElements = 1, maxTimeMs } = options;
  return {
    action: PULL_ACTION,
    ...targetOf(scope, dialect),
    body: xmlNode(
      'n:Pull',
      { 'xmlns:n': ENUMERATION },
      xmlNode('n:EnumerationContext', {}, context),
      ...(maxTimeMs === undefined ? [] : [xmlNode('n:MaxTime', {}, formatDuration(maxTimeMs))]),
      xmlNode('n:MaxElements', {}, wholeFromOne('maxElements', maxElements)),
    ),
  };
}

/**
 * Reads PullResponse.
 *
 * @throws ProtocolError - the body is something else, or an item cannot be read
 */
export function readPullResponse(envelope: OpenEnvelope, options: ReadPageOptions = {}): EnumerationPage {
  return readPage(openBody(envelope, ENUMERATION, 'PullResponse'), options);
}

/**
 * Reads what a Pull asks for, as a service does.
 *
 * @throws ProtocolError - the body is something else, names no context, or a number or a duration is none
 */
export function readPullRequest(envelope: OpenEnvelope): PullOptions & { readonly context: string } {
  const body = readBody(envelope, ENUMERATION, 'Pull');
  const maxTime = childText(body, ENUMERATION, 'MaxTime');
  return {
    context: requiredText(body, ENUMERATION, 'EnumerationContext'),
    maxElements: childNumber(body, ENUMERATION, 'MaxElements') ?? 1,
    ...(maxTime === null ? {} : { maxTimeMs: parseDuration(maxTime) }),
  };
}

/** The body that answers a Pull as Windows writes it: the context unless the sequence ends, the items, EndOfSequence. */
export function pullResponseBody(page: EnumerationPage, options: WritePageOptions): XmlNode {
  return xmlNode(
    'n:PullResponse',
    { 'xmlns:n': ENUMERATION },
    ...(page.context === null ? [] : [xmlNode('n:EnumerationContext', {}, page.context)]),
    itemsNode('n:Items', page, options),
    ...(page.endOfSequence ? [xmlNode('n:EndOfSequence')] : []),
  );
}

/**
 * The request that ends an enumeration before its end (DSP0226 §8.5); its answer has an empty body. A service keeps only so
 * many enumerations, and some for ever: release what you do not pull to its end.
 */
export function releaseRequest(scope: Scope, context: string, dialect: Dialect = 'windows'): WsmanRequest {
  return {
    action: RELEASE_ACTION,
    ...targetOf(scope, dialect),
    body: xmlNode('n:Release', { 'xmlns:n': ENUMERATION }, xmlNode('n:EnumerationContext', {}, context)),
  };
}

/**
 * Reads the context that a Release names, as a service does.
 *
 * @throws ProtocolError - the body is something else, or names no context
 */
export function readReleaseRequest(envelope: OpenEnvelope): { readonly context: string } {
  return { context: requiredText(readBody(envelope, ENUMERATION, 'Release'), ENUMERATION, 'EnumerationContext') };
}
