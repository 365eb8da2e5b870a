import type { InstancePath } from '../cim/object-path.js';
import { TRANSFER } from '../soap/namespaces.js';
import { type Dialect, targetOf } from './dialect.js';
import type { WsmanRequest } from './request.js';

/** The action of a Delete request (DSP0226 §7.5). */
export const DELETE_ACTION: string = `${TRANSFER}/Delete`;

/** The request that deletes an instance (DSP0226 §7.5). Its headers say everything: request and answer have an empty body. */
export function deleteRequest(path: InstancePath, dialect: Dialect = 'windows'): WsmanRequest {
  return { action: DELETE_ACTION, ...targetOf(path, dialect), body: null };
}
