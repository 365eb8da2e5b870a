import type { JsonValue } from '../../cim/json.js';
import type { XmlElement } from '../../xml/element.js';
import { elementsOf, textOf } from '../../xml/element.js';

/**
 * Any element: name, namespace, attributes when it has some (a qualified name as `{namespace}name`), and its `text`, or
 * its `children` when it has some. White space between children and text beside them is left out.
 */
export function describeElement(element: XmlElement): Readonly<Record<string, JsonValue>> {
  const { name, namespace, attributes } = element;
  const children = elementsOf(element);
  return {
    element: name,
    namespace,
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes.map((one) => [one.namespace === '' ? one.name : `{${one.namespace}}${one.name}`, one.value])) }),
    ...(children.length === 0 ? { text: textOf(element) } : { children: children.map(describeElement) }),
  };
}
