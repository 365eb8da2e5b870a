import { type InstancePath, instancePath, parseObjectPath } from '../cim/object-path.js';
import { ProtocolError, UsageError } from '../errors.js';
import type { Schema } from '../schema/class-info.js';

/** Where to look for the namespace of a class that is given by name alone. */
export type Namespaces = { readonly schema: Schema; readonly namespace: string | undefined };

/** The namespace of a class: the one that was said, else the schema's, else `root/cimv2`, as the client has it. */
export function namespaceOf(className: string, { schema, namespace }: Namespaces): string {
  return namespace ?? schema.classInfo(className)?.namespace ?? 'root/cimv2';
}

/**
 * Reads a WMI object path. A host in it is passed over: the URL says which host is asked.
 *
 * @throws UsageError - not the path of an instance
 */
export function readObjectPath(text: string, namespaces: Namespaces): InstancePath {
  try {
    const { className } = parseObjectPath(text).path;
    return parseObjectPath(text, namespaceOf(className, namespaces)).path;
  } catch (error) {
    if (error instanceof ProtocolError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** The path of a class, or of its instance with these keys. */
export function classPath(className: string, keys: InstancePath['keys'], namespaces: Namespaces): InstancePath {
  return instancePath(className, keys, namespaceOf(className, namespaces));
}
