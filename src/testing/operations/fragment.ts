import { type CimInstance, pathOf, typesOf } from '../../cim/instance.js';
import { type CimScalar, type CimValue, formatCimScalar } from '../../cim/types.js';
import type { OpenEnvelope } from '../../soap/envelope.js';
import { type Fragment, fragmentResponseBody, readFragment } from '../../wsman/fragment.js';
import type { XmlNode } from '../../xml/write.js';
import { invalidFragment } from '../operation-faults.js';
import { findByName } from '../repository/fold.js';
import { type HostState, ServiceFault } from '../service.js';

/** A property by name, `Caption`, or its text, `Caption/text()`. */
type Part = { readonly name: string; readonly isText: boolean };

/**
 * The XmlFragment of a property that an expression names (DSP0226 §7.7, Annex D.1).
 *
 * @throws ServiceFault - the expression is neither `Name` nor `Name/text()` of a property
 */
export function getFragment(instance: CimInstance, expression: string, host: HostState): XmlNode {
  const { name, isText } = partOf(instance, expression);
  const value = instance[name] ?? null;
  return fragmentResponseBody(fragmentOf(name, value, isText, instance), pathOf(instance)!, host.schema.typeOf);
}

/**
 * Changes the property that an expression names, and leaves the others as they are.
 *
 * @throws ServiceFault - as {@link getFragment}
 * @throws WmiError - as `Repository.put`
 */
export function putFragment(instance: CimInstance, expression: string, envelope: OpenEnvelope, host: HostState): XmlNode {
  const { name, isText } = partOf(instance, expression);
  const path = pathOf(instance)!;
  const fragment = readFragment(envelope, path, host.schema.typeOf);
  const value = fragment === null || typeof fragment === 'string' ? fragment : (findByName(fragment, name)?.[1] ?? null);
  const changed = host.repository.put(path, { [name]: value });
  return fragmentResponseBody(fragmentOf(name, changed[name] ?? null, isText, changed), path, host.schema.typeOf);
}

function partOf(instance: CimInstance, expression: string): Part {
  const match = /^\s*(?:\.\/)?(?:\w+:)?(\w+)(\/text\(\))?\s*$/.exec(expression);
  const own = match === null ? null : findByName(instance, match[1]!);
  if (match === null || own === null) throw new ServiceFault(invalidFragment());
  return { name: own[0], isText: match[2] !== undefined };
}

/** The text of an array is that of its first item: XPath takes the first node (XPath 1.0 §4.2). */
function fragmentOf(name: string, value: CimValue, isText: boolean, instance: CimInstance): Fragment {
  if (value === null) return null;
  if (!isText) return { [name]: value };
  const first = Array.isArray(value) ? ((value as readonly (CimScalar | null)[])[0] ?? null) : (value as CimScalar);
  return first === null ? null : formatCimScalar(typesOf(instance)[name]?.type ?? 'string', first);
}
