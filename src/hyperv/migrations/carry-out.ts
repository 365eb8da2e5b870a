import type { InstancePath } from '../../cim/object-path.js';
import type { CallOptions } from '../../client/options.js';
import type { WsmanClient } from '../../client/wsman-client.js';
import type { InParameters, MethodName } from '../../schema/typed.js';
import { invokeMethod } from '../method.js';
import { servicePath } from '../service-path.js';
import { timeLeft } from '../time-left.js';

const SERVICE = 'Msvm_VirtualSystemMigrationService';

/**
 * Calls a method of the migration service, and waits for its job when it goes on in one.
 *
 * @throws ReturnValueError - the service refused
 * @throws JobError - the job failed
 * @throws OutcomeUnknownError - it may or may not have been carried out
 */
export async function carryOut<M extends MethodName<typeof SERVICE>>(client: WsmanClient, method: M, parameters: InParameters<typeof SERVICE, M>, options: CallOptions): Promise<void> {
  const call = timeLeft(options);
  const service: InstancePath<typeof SERVICE> = await servicePath(client, SERVICE, call());
  const { job } = await invokeMethod(client, service, method, parameters, call());
  if (job !== null) (await job.wait(call())).orThrow();
}
