import type { JsonValue } from '../../cim/json.js';
import type { XmlElement } from '../../xml/element.js';
import { elementsOf, textOf } from '../../xml/element.js';

/**
 * Any element: name, namespace, attributes when it has some (a qualified name as `{namespace}name`), its `text`, and its
 * `children` when it has some. White space between children is left out.
 */
export function describeElement(element: XmlElement): Readonly<Record<string, JsonValue>> {
  const { name, namespace, attributes } = element;
  const children = elementsOf(element);
  const text = textOf(element);
  return {
    element: name,
    namespace,
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes.map((one) => [one.namespace === '' ? one.name : `{${one.namespace}}${one.name}`, one.value])) }),
    ...(children.length === 0 || text.trim() !== '' ? { text } : {}),
    ...(children.length === 0 ? {} : { children: children.map(describeElement) }),
  };
}
