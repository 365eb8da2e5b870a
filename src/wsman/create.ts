import { type CimInstance, classOf } from '../cim/instance.js';
import type { InstancePath } from '../cim/object-path.js';
import { ProtocolError } from '../errors.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import { TRANSFER } from '../soap/namespaces.js';
import { type XmlNode, xmlNode } from '../xml/write.js';
import { readBody } from './body.js';
import { type Dialect, targetOf } from './dialect.js';
import { type TypeOf, instanceNode, untyped } from './instance.js';
import { readNewState } from './put.js';
import type { WsmanRequest } from './request.js';
import { readReference, referenceContent } from './selector-set.js';

/** The action of a Create request (DSP0226 §7.6). */
export const CREATE_ACTION: string = `${TRANSFER}/Create`;

/**
 * The request that makes an instance (DSP0226 §7.6), sent to its class.
 *
 * @throws UsageError - a value that does not belong to its type
 */
export function createRequest(namespace: string, instance: CimInstance, typeOf: TypeOf = untyped, dialect: Dialect = 'windows'): WsmanRequest {
  return {
    action: CREATE_ACTION,
    ...targetOf({ namespace, className: classOf(instance) }, dialect),
    body: instanceNode(instance, namespace, { typeOf, dialect }),
  };
}

/**
 * Reads where the new instance is: the endpoint reference in ResourceCreated (DSP0226 §7.6).
 *
 * @throws ProtocolError - the body is something else, or the reference names no class
 */
export function readCreateResponse(envelope: OpenEnvelope): InstancePath {
  const path = readReference(readBody(envelope, TRANSFER, 'ResourceCreated'));
  if (path === null) throw new ProtocolError('ResourceCreated holds no endpoint reference');
  return path;
}

/**
 * Reads the instance that a Create brings, as a service does.
 *
 * @throws ProtocolError - there is none, or a value is outside the type of its property
 */
export function readCreateRequest(envelope: OpenEnvelope, typeOf: TypeOf = untyped): CimInstance {
  return readNewState(envelope, 'Create', typeOf);
}

/** The body that answers a Create: Address and ReferenceParameters directly in ResourceCreated, as Windows writes it. */
export function createResponseBody(path: InstancePath, dialect: Dialect = 'windows'): XmlNode {
  return xmlNode('x:ResourceCreated', { 'xmlns:x': TRANSFER }, ...referenceContent(path, dialect));
}
