import type { CimInstance } from '../cim/instance.js';
import type { InstancePath } from '../cim/object-path.js';
import { ProtocolError } from '../errors.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import { TRANSFER } from '../soap/namespaces.js';
import type { XmlNode } from '../xml/write.js';
import { type Dialect, targetOf } from './dialect.js';
import { type TypeOf, instanceNode, untyped } from './instance.js';
import { readInstance } from './instance-read.js';
import type { WsmanRequest } from './request.js';

/** The action of a Put request (DSP0226 §7.4). */
export const PUT_ACTION: string = `${TRANSFER}/Put`;

/**
 * The request that replaces an instance (DSP0226 §7.4). A null array is not sent, and so stays as it is: Windows knows no
 * null array without `IsNullArray`, which it was not seen to take.
 *
 * @param path - which instance; the body's class is the instance's own
 * @param instance - its new state
 * @throws UsageError - a value that does not belong to its type
 */
export function putRequest(path: InstancePath, instance: CimInstance, typeOf: TypeOf = untyped, dialect: Dialect = 'windows'): WsmanRequest {
  return { action: PUT_ACTION, ...targetOf(path, dialect), body: instanceNode(instance, path.namespace, { typeOf, dialect }) };
}

/**
 * Reads the answer to a Put: the instance as it is now, or `null` when the service does not tell (DSP0226 §7.4).
 *
 * @throws ProtocolError - a value outside the type of its property
 */
export function readPutResponse(envelope: OpenEnvelope, path: InstancePath, typeOf: TypeOf = untyped): CimInstance | null {
  return envelope.body.event === 'start' ? readInstance(envelope.body, typeOf, path) : null;
}

/**
 * Reads the instance that a Put brings, as a service does.
 *
 * @throws ProtocolError - there is none, or a value is outside the type of its property
 */
export function readPutRequest(envelope: OpenEnvelope, typeOf: TypeOf = untyped): CimInstance {
  return readNewState(envelope, 'Put', typeOf);
}

/** The body that answers a Put: the instance as it is now. */
export function putResponseBody(instance: CimInstance, namespace: string, typeOf: TypeOf = untyped): XmlNode {
  return instanceNode(instance, namespace, { typeOf });
}

/** The instance in the body of a Put or a Create. */
export function readNewState({ body }: OpenEnvelope, operation: string, typeOf: TypeOf): CimInstance {
  if (body.event !== 'start') throw new ProtocolError(`The ${operation} has an empty body`);
  return readInstance(body, typeOf);
}
