import { type CimInstance, classOf, isCimInstance } from '../cim/instance.js';
import type { CimValue } from '../cim/types.js';
import { UsageError } from '../errors.js';
import { classUri } from '../wsman/dialect.js';
import { type TypeOf, instanceNode, memberNodes } from '../wsman/instance.js';
import { type XmlNode, xmlNode } from '../xml/write.js';

/**
 * Writes a parameter of type object: the properties of each instance as elements in the namespace of its class, inside an
 * element in the namespace of the service (as clients of GetSummaryInformation read it).
 *
 * @param name - the parameter
 * @param value - an instance, a list of them, or `null`
 * @param namespace - of the instances' classes
 * @throws UsageError - a value that is no instance
 */
export function objectNodes(name: string, value: CimValue, namespace: string, typeOf: TypeOf): readonly XmlNode[] {
  if (value === null) return memberNodes(name, null);
  const items = Array.isArray(value) ? (value as readonly CimValue[]) : [value];
  return items.map((item) => {
    if (!isCimInstance(item)) throw new UsageError(`${name} goes out by value: it is an instance, or a list of them`);
    return objectNode(name, item, namespace, typeOf);
  });
}

/** `p` names the class of the service: the properties need a prefix of their own. */
function objectNode(name: string, instance: CimInstance, namespace: string, typeOf: TypeOf): XmlNode {
  const className = classOf(instance);
  const { children } = instanceNode(instance, namespace, { typeOf });
  const members = children.map((child) => (typeof child === 'string' ? child : { ...child, name: child.name.replace(/^p:/, 'o:') }));
  return xmlNode(`p:${name}`, { 'xmlns:o': classUri({ namespace, className }), 'xsi:type': `o:${className}_Type` }, members);
}
