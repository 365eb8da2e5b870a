import { pathOf } from '../../cim/instance.js';
import type { InstancePath } from '../../cim/object-path.js';
import { invokeResponseBody } from '../../wsman/invoke.js';
import { actionNotSupported } from '../faults.js';
import { internalError } from '../operation-faults.js';
import type { MethodAnswer, MethodHandler } from '../methods.js';
import { type Call, type HostState, type Outcome, ServiceFault } from '../service.js';
import { instanceOf, targetOf } from '../target.js';

/** A method of an instance, or without selectors of a class, as it was registered. */
export async function invoke(call: Call, host: HostState): Promise<Outcome> {
  const { request } = call;
  const method = request.method ?? '';
  const target = targetOf(call, host);
  // Throws when there is no such class.
  host.repository.enumerate(target.namespace, target.className);
  const handler = host.methods.find(target.className, method);
  if (handler === null) throw new ServiceFault(actionNotSupported());
  const path = Object.keys(target.keys).length === 0 ? target : pathOf(instanceOf(call, host))!;
  const { returnValue, out = {} } = await answerOf(handler, path, request.parameters);
  return { action: `${request.action}Response`, body: invokeResponseBody(target, method, { returnValue, out: { ...out } }, host.schema.typeOf) };
}

/** What a handler throws is told to the client: it is a mistake of the test, and must not look like a lost connection. */
async function answerOf(handler: MethodHandler, path: InstancePath, parameters: Call['request']['parameters']): Promise<MethodAnswer> {
  try {
    return await handler(path, parameters);
  } catch (error) {
    if (error instanceof ServiceFault) throw error;
    throw new ServiceFault(internalError(error instanceof Error ? error.message : String(error)));
  }
}
