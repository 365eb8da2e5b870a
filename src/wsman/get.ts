import type { CimInstance } from '../cim/instance.js';
import type { InstancePath } from '../cim/object-path.js';
import { ProtocolError } from '../errors.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import { TRANSFER } from '../soap/namespaces.js';
import { type Dialect, targetOf } from './dialect.js';
import { readInstance } from './instance-read.js';
import { type PropertiesOf, type TypeOf, untyped } from './known-types.js';
import type { WsmanRequest } from './request.js';

/** The action of a Get request (DSP0226 §7.3). */
export const GET_ACTION: string = `${TRANSFER}/Get`;

/** The request that reads one instance (DSP0226 §7.3). */
export function getRequest(path: InstancePath, dialect: Dialect = 'windows'): WsmanRequest {
  return { action: GET_ACTION, ...targetOf(path, dialect), body: null };
}

/**
 * Reads the instance that answers a Get.
 *
 * @throws ProtocolError - the body is empty
 */
export function readGetResponse(envelope: OpenEnvelope, path: InstancePath, typeOf: TypeOf = untyped, propertiesOf?: PropertiesOf): CimInstance {
  if (envelope.body.event !== 'start') throw new ProtocolError(`The answer to Get of ${path.className} has an empty body`);
  return readInstance(envelope.body, typeOf, path, propertiesOf);
}
