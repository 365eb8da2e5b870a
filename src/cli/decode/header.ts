import type { JsonValue } from '../../cim/json.js';
import { ADDRESSING, MICROSOFT, SOAP, WSMAN, XML } from '../../soap/namespaces.js';
import { type XmlElement, attributeOf, childOf, elementsOf, textOf } from '../../xml/element.js';
import { describeElement } from './element.js';
import type { Properties } from './value.js';

/**
 * Describes header blocks by their local names; the value of a name that comes several times is a list.
 *
 * - OptionSet: its options by their names (DSP0226 §6.4)
 * - Locale, DataLocale: the language
 * - NotUnderstood: the name of the header that was not understood, as `{namespace}name` (SOAP 1.2 Part 1, 5.4.8)
 * - an endpoint reference that is an address and nothing else, such as ReplyTo: the address
 * - any other: its text, or the element when there are elements in it
 */
export function describeHeaders(headers: readonly XmlElement[]): Properties {
  return byName(headers.map((header) => [header.name, describeHeader(header)]));
}

function describeHeader(header: XmlElement): JsonValue {
  const { namespace, name } = header;
  if (namespace === WSMAN && name === 'OptionSet') return describeOptions(header);
  if ((namespace === WSMAN && name === 'Locale') || (namespace === MICROSOFT && name === 'DataLocale')) return attributeOf(header, 'lang', XML);
  if (namespace === SOAP && name === 'NotUnderstood') return expandedName(header, attributeOf(header, 'qname')?.trim() ?? '');
  const children = elementsOf(header);
  const address = children.length === 1 ? childOf(header, ADDRESSING, 'Address') : null;
  return children.length === 0 || address !== null ? textOf(address ?? header).trim() : describeElement(header);
}

function describeOptions(set: XmlElement): Properties {
  return byName(elementsOf(set, WSMAN, 'Option').map((option) => [attributeOf(option, 'Name') ?? '', textOf(option)]));
}

/** A name whose prefix is not declared stays as it was sent. */
function expandedName(element: XmlElement, qname: string): string {
  const [, prefix = '', name = qname] = /^(?:([^:]*):)?(.*)$/s.exec(qname) ?? [];
  const namespace = element.resolvePrefix(prefix);
  return namespace === null || namespace === '' ? qname : `{${namespace}}${name}`;
}

function byName(entries: readonly (readonly [name: string, value: JsonValue])[]): Properties {
  const values = new Map<string, JsonValue[]>();
  for (const [name, value] of entries) {
    const earlier = values.get(name);
    if (earlier === undefined) values.set(name, [value]);
    else earlier.push(value);
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, list.length > 1 ? list : (list[0] ?? null)]));
}
