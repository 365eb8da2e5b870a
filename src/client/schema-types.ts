import { type Schema, loadSchema } from '../schema/class-info.js';
import { type PropertiesOf, type TypeOf, untyped } from '../wsman/instance.js';
import type { CallOptions } from './options.js';

/** The namespaces that the schema describes; it is not loaded for another. */
const KNOWN: readonly string[] = ['root/virtualization/v2', 'root/interop'];

function isKnown(namespace: string): boolean {
  return KNOWN.includes(namespace.toLowerCase());
}

/** The types that a call goes by: the caller's, else the schema's where it knows the namespace, else none. */
export async function typesFor(namespace: string, { typeOf }: CallOptions): Promise<TypeOf> {
  if (typeOf !== undefined) return typeOf;
  return isKnown(namespace) ? (await loadSchema()).typeOf : untyped;
}

/**
 * The types of a call, and the properties of whole instances, which are null when they were not sent; where the caller
 * gives the types, only what was sent is there.
 */
export async function instanceTypesFor(
  namespace: string,
  { typeOf: given }: CallOptions,
): Promise<{ readonly typeOf: TypeOf; readonly propertiesOf?: PropertiesOf }> {
  if (given !== undefined) return { typeOf: given };
  if (!isKnown(namespace)) return { typeOf: untyped };
  const { typeOf, classInfo } = await loadSchema();
  return { typeOf, propertiesOf: (className) => classInfo(className)?.properties.keys() ?? [] };
}

/** The namespace of a class that was given by name alone: the call's, else the client's, else the one the schema says, else `root/cimv2`. */
export async function namespaceOf(className: string, { namespace }: CallOptions, ofClient: string | null): Promise<string> {
  return namespace ?? ofClient ?? (await schemaFor(className))?.classInfo(className)?.namespace ?? 'root/cimv2';
}

/** The classes of the schema have these prefixes, so that it is not loaded for a Win32_Service. */
async function schemaFor(className: string): Promise<Schema | null> {
  return /^(Msvm|CIM)_/i.test(className) ? loadSchema() : null;
}
