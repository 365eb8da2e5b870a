import type { CallOptions } from '../../client/options.js';
import { FaultError, OutcomeUnknownError, ProtocolError } from '../../errors.js';
import type { HyperVHost } from '../host.js';
import { type Job, MigrationJob } from '../job.js';
import { invokeMethod } from '../method.js';
import { servicePath } from '../service-path.js';
import { type MigrationIntent, migrationParameters } from './intent.js';
import { publishPhase } from './phase.js';
import { reconcileIntent } from './reconcile.js';
import { MigrationStartUnknownError } from './start-unknown-error.js';
import { timeLeft } from '../machines/time-left.js';

/** Asks for the migration of an intent, once; see `MigrationService.start`. */
export async function startMigration(host: HyperVHost, intent: MigrationIntent, options: CallOptions): Promise<MigrationJob> {
  const call = timeLeft(options);
  const { client } = host;
  try {
    const service = await servicePath(client, 'Msvm_VirtualSystemMigrationService', call());
    const job = await migrate(host, service, intent, call());
    publishPhase(intent, 'started', job.reference.keys.InstanceID);
    return new MigrationJob(client, job.reference, intent);
  } catch (error) {
    publishPhase(intent, error instanceof MigrationStartUnknownError ? 'unknown' : 'refused');
    throw error;
  }
}

async function migrate(host: HyperVHost, service: Awaited<ReturnType<typeof servicePath>>, intent: MigrationIntent, call: CallOptions): Promise<Job> {
  const unknown = (cause: unknown): MigrationStartUnknownError => new MigrationStartUnknownError(intent, (given) => reconcileIntent(host, intent, given), cause);
  let job: Job | null;
  try {
    ({ job } = await invokeMethod(host.client, service, 'MigrateVirtualSystemToHost', migrationParameters(intent.machine.id, intent.to, intent.options), {
      ...call,
      // Whatever the caller says of it: sent twice, it would be two migrations.
      idempotent: false,
    }));
  } catch (error) {
    throw leavesOpen(error) ? unknown(error) : error;
  }
  if (job === null) throw unknown(new ProtocolError('MigrateVirtualSystemToHost succeeded, and named no job'));
  return job;
}

/** RPC_S_CALL_FAILED and RPC_E_DISCONNECTED: the management service went away while it worked on the request. */
const WENT_AWAY: readonly (number | null)[] = [0x800706be, 0x80010108];

function leavesOpen(error: unknown): boolean {
  return error instanceof OutcomeUnknownError || error instanceof ProtocolError || (error instanceof FaultError && WENT_AWAY.includes(error.hresult));
}
