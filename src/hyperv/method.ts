import { type InstancePath, isInstancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import type { CallOptions } from '../client/options.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { ProtocolError, withAsked } from '../errors.js';
import { loadSchema } from '../schema/class-info.js';
import type { InParameters, MethodName } from '../schema/typed.js';
import { findGuid } from './guid.js';
import { type Job, toJob } from './job.js';
import { isMigrationJob, receivedReference } from './job-reference.js';
import { STARTED, checkReturnValue } from './return-value.js';

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
 * @throws ProtocolError - the job that it goes on in is not named, though the schema has a parameter for it
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
    const job = jobOf(client, out.Job ?? null);
    if (returnValue === STARTED && job === null && (await namesJob(path.className, method))) {
      throw new ProtocolError(`The host says that it goes on in a job (${STARTED}), and names none`);
    }
    return { returnValue, out, job };
  } catch (error) {
    throw withAsked(error, `${method} of ${path.className} on ${client.host}`);
  }
}

/** Whether the schema gives a method the OUT parameter Job: RequestStateChange of a job has none, and returns 4096 all the same. */
async function namesJob(className: string, method: string): Promise<boolean> {
  const { classInfo } = await loadSchema();
  return classInfo(className)?.methods.get(method)?.parameters.some(({ name, out }) => out && name === 'Job') ?? false;
}

/** Every method of Hyper-V that goes on in a job names it in the OUT parameter Job. */
function jobOf(client: WsmanClient, sent: CimValue): Job | null {
  if (sent === null) return null;
  const id = isInstancePath(sent) ? sent.keys.InstanceID : null;
  if (!isInstancePath(sent) || typeof id !== 'string') throw new ProtocolError('The Job that was answered is no reference with an InstanceID');
  const { namespace, className } = sent;
  if (isMigrationJob(className) && findGuid(id) === null) throw new ProtocolError(`The Job that was answered is a migration job whose InstanceID is no GUID: "${id}"`);
  return toJob(client, receivedReference(client.host, namespace, className, id));
}
