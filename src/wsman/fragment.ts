import type { InstancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import { MUST_UNDERSTAND } from '../soap/addressing.js';
import { type OpenEnvelope, headerText } from '../soap/envelope.js';
import { WSMAN, XSI } from '../soap/namespaces.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { openBody } from './body.js';
import { type Dialect, classUri } from './dialect.js';
import { getRequest } from './get.js';
import { type TypeOf, memberNamespaces, memberNodes, untyped } from './instance.js';
import { readSiblings } from './instance-read.js';
import { PUT_ACTION } from './put.js';
import type { WsmanRequest } from './request.js';

/** XPath 1.0, the default of DSP0226 §7.7; Windows takes the part that Annex D.1 calls Level 1. */
export const XPATH_DIALECT = 'http://www.w3.org/TR/1999/REC-xpath-19991116';

/**
 * A part of an instance: properties by name, as the expression `Caption` selects them, or text, as `Caption/text()` does;
 * `null` for nothing at all.
 */
export type Fragment = Readonly<Record<string, CimValue>> | string | null;

/**
 * The request that reads a part of an instance (DSP0226 §7.7).
 *
 * @param expression - in XPath, from the instance's element on: `Caption`, `Caption/text()`, `OperationalStatus[1]`
 */
export function getFragmentRequest(path: InstancePath, expression: string, dialect: Dialect = 'windows'): WsmanRequest {
  return { ...getRequest(path, dialect), headers: [fragmentTransfer(expression)] };
}

/**
 * The request that replaces a part of an instance and leaves the rest as it is (DSP0226 §7.7).
 *
 * @param expression - as in {@link getFragmentRequest}
 * @param fragment - in the form that the expression selects
 * @throws UsageError - a value that does not belong to its type
 */
export function putFragmentRequest(
  path: InstancePath,
  expression: string,
  fragment: Fragment,
  typeOf: TypeOf = untyped,
  dialect: Dialect = 'windows',
): WsmanRequest {
  return {
    ...getRequest(path, dialect),
    action: PUT_ACTION,
    headers: [fragmentTransfer(expression)],
    body: fragmentResponseBody(fragment, path, typeOf, dialect),
  };
}

/**
 * Reads the XmlFragment that answers a Get, and that a Put brings or answers.
 *
 * @throws ProtocolError - the body is something else, or a value is outside the type of its property
 */
export function readFragment(envelope: OpenEnvelope, path: InstancePath, typeOf: TypeOf = untyped): Fragment {
  const cursor = openBody(envelope, WSMAN, 'XmlFragment');
  const isNil = cursor.attribute('nil', XSI)?.trim() === 'true';
  let text = '';
  while (cursor.next() === 'text') text += cursor.text;
  if (cursor.event === 'start') return { ...readSiblings(cursor, path.className, typeOf) };
  return isNil || text === '' ? null : text;
}

/** The expression of a request for a part, as a service reads it; `null` when the request is for the whole. */
export function readFragmentTransfer(envelope: OpenEnvelope): string | null {
  return headerText(envelope, WSMAN, 'FragmentTransfer');
}

/** The XmlFragment that holds a part. */
export function fragmentResponseBody(fragment: Fragment, path: InstancePath, typeOf: TypeOf = untyped, dialect: Dialect = 'windows'): XmlNode {
  if (fragment === null) return xmlNode('w:XmlFragment', { 'xmlns:xsi': XSI, 'xsi:nil': 'true' });
  if (typeof fragment === 'string') return xmlNode('w:XmlFragment', {}, fragment);
  const members = Object.entries(fragment).flatMap(([name, value]) => memberNodes(name, value, typeOf(path.className, name), { typeOf, dialect }));
  return xmlNode('w:XmlFragment', memberNamespaces(classUri(path, dialect)), members);
}

/** Windows refuses this header unless it must be understood (MS-WSMV 3.1.4.1.18). */
function fragmentTransfer(expression: string): XmlNode {
  return xmlNode('w:FragmentTransfer', { ...MUST_UNDERSTAND, Dialect: XPATH_DIALECT }, expression);
}
