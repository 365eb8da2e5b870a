import { ProtocolError, UsageError } from '../errors.js';
import { CimDateTime, CimInterval } from '../cim/datetime.js';
import { type InstancePath, instancePath, isInstancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import { endpointReferenceContent, readEndpointReference } from '../soap/addressing.js';
import { ADDRESSING, ANONYMOUS, WSMAN } from '../soap/namespaces.js';
import { type XmlElement, attributeOf, childOf, elementsOf, textOf } from '../xml/element.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { type Dialect, readTarget, targetOf } from './dialect.js';

/**
 * The SelectorSet of a path's keys (DSP0226 §5.1.2.2); `null` when it has none.
 *
 * @throws UsageError - a key whose value cannot be a selector: null, an array, an embedded instance
 */
export function selectorSet(keys: InstancePath['keys'], dialect: Dialect = 'windows'): XmlNode | null {
  const selectors = Object.entries(keys).map(([name, value]) => xmlNode('w:Selector', { Name: name }, ...selectorContent(name, value, dialect)));
  return selectors.length === 0 ? null : xmlNode('w:SelectorSet', {}, ...selectors);
}

/** A path as the content of a reference: Address and ReferenceParameters, without an EndpointReference around them. */
export function referenceContent(path: InstancePath, dialect: Dialect = 'windows'): readonly XmlNode[] {
  const target = targetOf(path, dialect);
  const selectors = selectorSet(target.selectors, dialect);
  return endpointReferenceContent(ANONYMOUS, xmlNode('w:ResourceURI', {}, target.resourceUri), ...(selectors === null ? [] : [selectors]));
}

/**
 * The path an element refers to, `null` when it holds no endpoint reference. Key values are the text that was sent, or a
 * path for a key that is a reference itself.
 *
 * @throws ProtocolError - an endpoint reference without a WMI resource URI, or with a broken SelectorSet
 */
export function readReference(holder: XmlElement): InstancePath | null {
  const reference = readEndpointReference(holder);
  if (reference === null) return null;
  const uri = reference.parameters.find((parameter) => parameter.namespace === WSMAN && parameter.name === 'ResourceURI');
  const set = reference.parameters.find((parameter) => parameter.namespace === WSMAN && parameter.name === 'SelectorSet');
  const target = uri === undefined ? null : readTarget(textOf(uri), set === undefined ? {} : readSelectorSet(set));
  if (target === null) {
    throw new ProtocolError(`The reference in ${holder.name} names no WMI class: ${uri === undefined ? 'no ResourceURI' : textOf(uri)}`);
  }
  try {
    return instancePath(target.className, target.keys, target.namespace);
  } catch (error) {
    throw new ProtocolError(`The reference in ${holder.name} is no path: ${(error as Error).message}`, { cause: error });
  }
}

/** The keys of a SelectorSet. */
export function readSelectorSet(set: XmlElement): Record<string, CimValue> {
  const keys: Record<string, CimValue> = {};
  for (const selector of elementsOf(set, WSMAN, 'Selector')) {
    const name = attributeOf(selector, 'Name');
    if (name === null || name === '') throw new ProtocolError('A Selector without a Name');
    const value = childOf(selector, ADDRESSING, 'EndpointReference') === null ? textOf(selector) : readReference(selector);
    Object.defineProperty(keys, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return keys;
}

function selectorContent(name: string, value: CimValue, dialect: Dialect): readonly (XmlNode | string)[] {
  if (isInstancePath(value)) return [xmlNode('a:EndpointReference', {}, ...referenceContent(value, dialect))];
  if (value instanceof CimDateTime || value instanceof CimInterval) return [value.toCim()];
  if (typeof value === 'object') {
    throw new UsageError(`The key ${name} cannot select an instance: a key is a number, a string, a boolean, a date or a path`);
  }
  return [String(value)];
}
