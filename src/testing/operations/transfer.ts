/** Get, Put, Create and Delete of instances (DSP0226 §7). */
import { pathOf } from '../../cim/instance.js';
import { createResponseBody, readCreateRequest } from '../../wsman/create.js';
import { readFragmentTransfer } from '../../wsman/fragment.js';
import { instanceNode } from '../../wsman/instance.js';
import { putResponseBody, readPutRequest } from '../../wsman/put.js';

import type { Call, HostState, Outcome } from '../service.js';
import { instanceOf, targetOf } from '../target.js';
import { getFragment, putFragment } from './fragment.js';

/** Get of an instance, or of a part of it. */
export function get(call: Call, host: HostState): Outcome {
  const instance = instanceOf(call, host);
  const expression = readFragmentTransfer(call.envelope);
  const body = expression === null ? instanceNode(instance, pathOf(instance)!.namespace, host.schema) : getFragment(instance, expression, host);
  return { action: `${call.request.action}Response`, body };
}

/** Put of an instance, or of a part of it: what is not sent, and what is sent as it is, stays. */
export function put(call: Call, host: HostState): Outcome {
  const instance = instanceOf(call, host);
  const path = pathOf(instance)!;
  const expression = readFragmentTransfer(call.envelope);
  const body =
    expression === null
      ? putResponseBody(host.repository.put(path, readPutRequest(call.envelope, host.schema.typeOf)), path.namespace, host.schema.typeOf)
      : putFragment(instance, expression, call.envelope, host);
  return { action: `${call.request.action}Response`, body };
}

/** Create of an instance, sent to its class. */
export function create(call: Call, host: HostState): Outcome {
  const { namespace, className } = targetOf(call, host);
  const path = host.repository.create(className, readCreateRequest(call.envelope, host.schema.typeOf), namespace);
  return { action: `${call.request.action}Response`, body: createResponseBody(path) };
}

/** Delete of an instance. */
export function remove(call: Call, host: HostState): Outcome {
  host.repository.delete(pathOf(instanceOf(call, host))!);
  return { action: `${call.request.action}Response`, body: null };
}
