import type { CallOptions } from '../../client/options.js';
import { FaultError, ProtocolError, ReturnValueError, UsageError } from '../../errors.js';
import type { HyperVHost } from '../host.js';
import { type Job, MigrationJob } from '../job.js';
import { invokeMethod } from '../method.js';
import { servicePath } from '../service-path.js';
import { type MigrationIntent, migrationParameters } from './intent.js';
import { leavesOpen } from './leaves-open.js';
import { fits, isMigrating, jobText, migrationJobsOf } from './machine-jobs.js';
import { publishPhase } from './phase.js';
import type { MigrationFinding, ReconcileOptions } from './reconcile.js';
import { MigrationStartUnknownError } from './start-unknown-error.js';

/** What a start needs of its service. */
export type StartContext = {
  readonly host: HyperVHost;
  readonly reconcile: (intent: MigrationIntent, options?: ReconcileOptions) => Promise<MigrationFinding>;
};

/** Asks for the migration of an intent, once; see `MigrationService.start`. */
export async function startMigration({ host, reconcile }: StartContext, intent: MigrationIntent, call: () => CallOptions): Promise<MigrationJob> {
  const { client } = host;
  let isReady = false;
  try {
    await refuseStarted(host, intent, call());
    const service = await servicePath(client, 'Msvm_VirtualSystemMigrationService', call());
    const options = call();
    isReady = true;
    const { reference } = await migrate(host, service, intent, options);
    publishPhase(intent, 'started', { instanceId: reference.keys.InstanceID });
    return new MigrationJob(client, reference, intent);
  } catch (error) {
    const isOpen = isReady && leavesOpen(error);
    const isRefusal = isReady && (error instanceof ReturnValueError || error instanceof FaultError);
    publishPhase(intent, isOpen ? 'unknown' : isRefusal ? 'refused' : 'notSent');
    throw isOpen ? new MigrationStartUnknownError(intent, (given) => reconcile(intent, given), error) : error;
  }
}

/** A stored intent may have been started by another process. */
async function refuseStarted(host: HyperVHost, intent: MigrationIntent, call: CallOptions): Promise<void> {
  const { machine, knownJobs } = intent;
  const { own, unclear } = await migrationJobsOf({ source: host, destination: null }, machine, knownJobs, call);
  const started = own.find((job) => isMigrating(job) || fits(job, intent) !== 'no') ?? unclear.find((job) => fits(job, intent) !== 'no');
  if (started === undefined) return;
  throw new UsageError(`${machine.name} (${machine.id}) has, or may have, a migration since this one was intended, ${jobText(started)}: reconcile the intent, or make a new one`);
}

async function migrate({ client }: HyperVHost, service: Awaited<ReturnType<typeof servicePath>>, { machine, to, options }: MigrationIntent, call: CallOptions): Promise<Job> {
  const { job } = await invokeMethod(client, service, 'MigrateVirtualSystemToHost', migrationParameters(machine.id, to, options), {
    ...call,
    // Whatever the caller says of it: sent twice, it would be two migrations.
    idempotent: false,
  });
  if (job === null) throw new ProtocolError('MigrateVirtualSystemToHost succeeded, and named no job');
  return job;
}
