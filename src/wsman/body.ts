import { ProtocolError } from '../errors.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import { type XmlElement, childOf, readElement, textOf } from '../xml/element.js';
import type { XmlCursor } from '../xml/parse.js';

/**
 * The body's cursor, once it is certain which element it stands on.
 *
 * @throws ProtocolError - the body is empty, or holds something else
 */
export function openBody({ body }: OpenEnvelope, namespace: string, name: string): XmlCursor {
  if (body.event === 'start' && body.namespace === namespace && body.name === name) return body;
  throw new ProtocolError(`Expected ${name}, found ${body.event === 'start' ? body.name : 'an empty body'}`);
}

/**
 * The body's element as a tree.
 *
 * @throws ProtocolError - the body is empty, or holds something else
 */
export function readBody(envelope: OpenEnvelope, namespace: string, name: string): XmlElement {
  return readElement(openBody(envelope, namespace, name));
}

/** The text of a child, trimmed; `null` when there is no such child or nothing in it. */
export function childText(parent: XmlElement, namespace: string, name: string): string | null {
  const child = childOf(parent, namespace, name);
  const text = child === null ? '' : textOf(child).trim();
  return text === '' ? null : text;
}

/**
 * The text of a child that must be there.
 *
 * @throws ProtocolError - it is not, or is empty
 */
export function requiredText(parent: XmlElement, namespace: string, name: string): string {
  const text = childText(parent, namespace, name);
  if (text === null) throw new ProtocolError(`${parent.name} has no ${name}`);
  return text;
}

/**
 * A whole number from 0 to 2^53 - 1 in a child; `null` when there is no such child.
 *
 * @throws ProtocolError - not such a number
 */
export function childNumber(parent: XmlElement, namespace: string, name: string): number | null {
  const text = childText(parent, namespace, name);
  if (text === null) return null;
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) throw new ProtocolError(`The ${name} of ${parent.name} is no whole number`, { text });
  return Number(text);
}
