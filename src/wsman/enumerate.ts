import { ProtocolError, UsageError } from '../errors.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import { CIM_BINDING, ENUMERATION, WSMAN } from '../soap/namespaces.js';
import { childOf } from '../xml/element.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { childNumber, childText, openBody, readBody } from './body.js';
import { ALL_CLASSES, type Dialect, type Scope, targetOf } from './dialect.js';
import { type EnumerationPage, type ReadPageOptions, type WritePageOptions, itemsNode, readPage } from './enumeration-page.js';
import { type Filter, filterNode, readFilter } from './filter.js';
import type { WsmanRequest } from './request.js';

/** The action of an Enumerate request (DSP0226 §8.2). */
export const ENUMERATE_ACTION: string = `${ENUMERATION}/Enumerate`;

/** What the items are: instances, where they are, or both (DSP0226 §8.7). */
export type EnumerationMode = 'EnumerateObject' | 'EnumerateEPR' | 'EnumerateObjectAndEPR';

/**
 * What is told of a derived class: its own properties too, the base class's alone, or nothing as it is left out
 * (DSP0227 §8.1). Windows does as `IncludeSubClassProperties` says, whatever is asked.
 */
export type PolymorphismMode = 'IncludeSubClassProperties' | 'ExcludeSubClassProperties' | 'None';

/** What an Enumerate asks for. */
export type EnumerateOptions = {
  /** Default `EnumerateObject`, and then not sent. */
  readonly mode?: EnumerationMode;
  /** All instances of the class when left out. */
  readonly filter?: Filter;
  /** With it the answer to Enumerate itself brings up to so many items (DSP0226 §8.2.3, OptimizeEnumeration). */
  readonly maxElements?: number;
  /** Left to the service when left out. */
  readonly polymorphismMode?: PolymorphismMode;
};

const MODES: readonly string[] = ['EnumerateObject', 'EnumerateEPR', 'EnumerateObjectAndEPR'] satisfies EnumerationMode[];
const POLYMORPHISM_MODES: readonly string[] = ['IncludeSubClassProperties', 'ExcludeSubClassProperties', 'None'] satisfies PolymorphismMode[];

/**
 * The request that begins an enumeration (DSP0226 §8.2).
 *
 * @param scope - the class; for a WQL or an association filter all classes of the namespace
 * @throws UsageError - such a filter on a class, which Windows answers with a fault; or maxElements that is no whole number from 1
 */
export function enumerateRequest(scope: Scope, options: EnumerateOptions = {}, dialect: Dialect = 'windows'): WsmanRequest {
  const { mode = 'EnumerateObject', filter, maxElements, polymorphismMode } = options;
  if (filter !== undefined && filter.dialect !== 'selector' && scope.className !== ALL_CLASSES) {
    throw new UsageError(`A ${filter.dialect} filter asks all classes of a namespace: className must be "${ALL_CLASSES}", not ${JSON.stringify(scope.className)}`);
  }
  const optimized = maxElements === undefined ? [] : [xmlNode('w:OptimizeEnumeration'), xmlNode('w:MaxElements', {}, wholeFromOne('maxElements', maxElements))];
  return {
    action: ENUMERATE_ACTION,
    ...targetOf(scope, dialect),
    body: xmlNode(
      'n:Enumerate',
      { 'xmlns:n': ENUMERATION },
      ...optimized,
      ...(mode === 'EnumerateObject' ? [] : [xmlNode('w:EnumerationMode', {}, mode)]),
      ...(filter === undefined ? [] : [filterNode(filter, dialect)]),
      ...(polymorphismMode === undefined ? [] : [xmlNode('b:PolymorphismMode', { 'xmlns:b': CIM_BINDING }, polymorphismMode)]),
    ),
  };
}

/**
 * Reads EnumerateResponse; with items only if the request was optimised and the service took it up.
 *
 * @throws ProtocolError - the body is something else, an item cannot be read, or it neither ends nor can be gone on with
 */
export function readEnumerateResponse(envelope: OpenEnvelope, options: ReadPageOptions = {}): EnumerationPage {
  const page = readPage(openBody(envelope, ENUMERATION, 'EnumerateResponse'), options);
  if (page.context === null && !page.endOfSequence) throw new ProtocolError('The EnumerateResponse has neither an EnumerationContext nor an EndOfSequence');
  return page;
}

/**
 * Reads what an Enumerate asks for, as a service does.
 *
 * @throws ProtocolError - the body is something else, or a part of it means nothing
 */
export function readEnumerateRequest(envelope: OpenEnvelope): EnumerateOptions {
  const body = readBody(envelope, ENUMERATION, 'Enumerate');
  const mode = oneOf('EnumerationMode', childText(body, WSMAN, 'EnumerationMode'), MODES) as EnumerationMode | null;
  const polymorphismMode = oneOf('PolymorphismMode', childText(body, CIM_BINDING, 'PolymorphismMode'), POLYMORPHISM_MODES) as PolymorphismMode | null;
  const filter = childOf(body, WSMAN, 'Filter') ?? childOf(body, ENUMERATION, 'Filter');
  const isOptimized = childOf(body, WSMAN, 'OptimizeEnumeration') !== null;
  return {
    ...(mode === null ? {} : { mode }),
    ...(filter === null ? {} : { filter: readFilter(filter) }),
    ...(isOptimized ? { maxElements: childNumber(body, WSMAN, 'MaxElements') ?? 1 } : {}),
    ...(polymorphismMode === null ? {} : { polymorphismMode }),
  };
}

/**
 * The body that answers an Enumerate as Windows writes it: an EnumerationContext always, empty when there is nothing more;
 * items only when there are some, or the sequence ends.
 */
export function enumerateResponseBody(page: EnumerationPage, options: WritePageOptions): XmlNode {
  const hasItems = page.items.length > 0 || page.endOfSequence;
  return xmlNode(
    'n:EnumerateResponse',
    { 'xmlns:n': ENUMERATION },
    xmlNode('n:EnumerationContext', {}, page.context ?? ''),
    ...(hasItems ? [itemsNode('w:Items', page, options)] : []),
    ...(page.endOfSequence ? [xmlNode('w:EndOfSequence')] : []),
  );
}

/** @throws UsageError - not a whole number from 1 */
export function wholeFromOne(name: string, value: number): string {
  if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`${name} is a whole number from 1, not ${value}`);
  return String(value);
}

function oneOf(name: string, text: string | null, values: readonly string[]): string | null {
  if (text !== null && !values.includes(text)) throw new ProtocolError(`${name} cannot be ${JSON.stringify(text)}`, { text });
  return text;
}
