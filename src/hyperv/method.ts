import { type InstancePath, isInstancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import type { CallOptions } from '../client/options.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { ProtocolError, withAsked } from '../errors.js';
import type { InParameters, MethodName } from '../schema/typed.js';
import { type Job, toJob } from './job.js';
import { resolveJobReference } from './job-reference.js';
import { checkReturnValue } from './return-value.js';

/** What a method that succeeded, or goes on in a job, answered. */
export type MethodResult = {
  /** 0, or 4096 when it goes on in a job. */
  readonly returnValue: number;
  /** The OUT parameters that were sent, the job's among them. */
  readonly out: Readonly<Record<string, CimValue>>;
  /** The job that was answered, of the class that was answered; `null` when there was none, as with most methods that are done at once. */
  readonly job: Job | null;
};

/**
 * Calls a method of a Hyper-V object and judges what it returns.
 *
 * @param parameters - IN parameters by name, see {@link WsmanClient.invoke}
 * @throws ReturnValueError - neither 0 nor 4096, with the name that the schema gives it
 * @throws OutcomeUnknownError - it may or may not have run
 * @throws AnyError - see {@link AnyError}
 */
export async function invokeMethod<C extends string, M extends MethodName<C>>(
  client: WsmanClient,
  path: InstancePath<C>,
  method: M,
  parameters?: InParameters<C, M>,
  call?: CallOptions,
): Promise<MethodResult> {
  const { returnValue, out } = (await client.invoke(path, method, parameters, call)) as { returnValue: number; out: Readonly<Record<string, CimValue>> };
  try {
    await checkReturnValue(path.className, method, returnValue);
    return { returnValue, out, job: jobOf(client, out.Job ?? null) };
  } catch (error) {
    throw withAsked(error, `${method} of ${path.className} on ${client.host}`);
  }
}

/** Every method of Hyper-V that goes on in a job names it in the OUT parameter Job. */
function jobOf(client: WsmanClient, sent: CimValue): Job | null {
  if (sent === null) return null;
  const id = isInstancePath(sent) ? sent.keys.InstanceID : null;
  if (!isInstancePath(sent) || typeof id !== 'string') throw new ProtocolError('The Job that was answered is no reference with an InstanceID');
  const { namespace, className } = sent;
  return toJob(client, resolveJobReference({ host: client.host, namespace, className, keys: { InstanceID: id } }, client.host));
}
