import { pathOf } from '../../cim/instance.js';
import type { InstancePath } from '../../cim/object-path.js';
import type { TypeOf } from '../../wsman/instance.js';
import { invokeResponseBody } from '../../wsman/invoke.js';
import type { XmlNode } from '../../xml/write.js';
import { actionNotSupported } from '../faults.js';
import { internalError } from '../operation-faults.js';
import type { MethodAnswer, MethodHandler } from '../methods.js';
import { objectNodes } from '../object-node.js';
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
  const answer = await answerOf(handler, path, request.parameters);
  return { action: `${request.action}Response`, body: responseBody(target, method, answer, host.schema.typeOf) };
}

/** The OUT parameters, those that go out by value behind the others, and the ReturnValue last. */
function responseBody(target: InstancePath, method: string, { returnValue, out = {}, byValue = [] }: MethodAnswer, typeOf: TypeOf): XmlNode {
  const others = Object.fromEntries(Object.entries(out).filter(([name]) => !byValue.includes(name)));
  const body = invokeResponseBody(target, method, { returnValue, out: others }, typeOf);
  const objects = byValue.flatMap((name) => objectNodes(name, out[name] ?? null, target.namespace, typeOf));
  return { ...body, children: [...body.children.slice(0, -1), ...objects, ...body.children.slice(-1)] };
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
