import type { CallOptions } from '../../client/options.js';
import { findGuid } from '../guid.js';
import type { HyperVHost } from '../host.js';
import type { MigrationJobStatus } from '../job-status.js';
import { type MachineName, bearersOf } from './bearers.js';
import { type Match, goesTo } from './goes-to.js';
import { type MigrationKind, migrationType } from './options.js';

/** Where the jobs are, and where else a machine of the same name may be. */
export type JobHosts = { readonly source: HyperVHost; readonly destination: HyperVHost | null };

/** The Msvm_MigrationJobs that a host still has, those that ended among them. */
export type MachineJobs = {
  /** Those of the machine. */
  readonly own: readonly MigrationJobStatus[];
  /** Those that may be of the machine: they name a name that several machines have, or they run and name none that can be found. */
  readonly unclear: readonly MigrationJobStatus[];
};

/**
 * The migration jobs of a machine. VirtualSystemName holds the GUID or the name: what documentation there is does not say
 * which. A name is looked up on the hosts, for it may have changed, and others may have it as well.
 *
 * @param known - the InstanceIDs of jobs that do not matter
 */
export async function migrationJobsOf({ source, destination }: JobHosts, machine: MachineName, known: readonly string[], call: CallOptions): Promise<MachineJobs> {
  const own: MigrationJobStatus[] = [];
  const named: { readonly status: MigrationJobStatus; readonly name: string | null }[] = [];
  for await (const status of source.migrationJobs(call)) {
    const name = typeof status.instance.VirtualSystemName === 'string' ? status.instance.VirtualSystemName : null;
    const id = findGuid(name ?? '');
    if (known.includes(status.reference.keys.InstanceID)) continue;
    if (id === null) named.push({ status, name });
    else if (id === machine.id) own.push(status);
  }
  if (named.length === 0) return { own, unclear: [] };
  const bearers = await bearersOf(destination === null ? [source] : [source, destination], machine, call);
  const whose = ({ status, name }: (typeof named)[number]): 'own' | 'other' | 'unclear' => {
    const ids = bearers(name);
    if (ids.length === 0) return status.phase === 'running' ? 'unclear' : 'other';
    if (!ids.includes(machine.id)) return 'other';
    return ids.length === 1 ? 'own' : 'unclear';
  };
  const those = (wanted: ReturnType<typeof whose>): readonly MigrationJobStatus[] => named.filter((one) => whose(one) === wanted).map(({ status }) => status);
  return { own: [...own, ...those('own')], unclear: those('unclear') };
}

/** Msvm_MigrationJob.JobType from "Checking Virtual Machine Compatibility" to "Checking Storage Migration". */
const FIRST_CHECK = 301;
const LAST_CHECK = 304;

/** Whether a job only looks whether a machine could be moved, as that of CheckVirtualSystemIsMigratable may do. */
function isCheck({ instance: { JobType } }: MigrationJobStatus): boolean {
  return typeof JobType === 'number' && JobType >= FIRST_CHECK && JobType <= LAST_CHECK;
}

/** Whether a job runs, and moves something. */
export function isMigrating(status: MigrationJobStatus): boolean {
  return status.phase === 'running' && !isCheck(status);
}

/** Whether a job is of a kind of migration, as far as it tells: what is null or 0 does not. A check is none, unless one was meant. */
export function isOfKind(status: MigrationJobStatus, kind: MigrationKind): boolean {
  const { MigrationType } = status.instance;
  if (typeof MigrationType === 'number' && MigrationType !== 0 && MigrationType !== migrationType(kind)) return false;
  return kind === 'StorageDeepCheck' || !isCheck(status);
}

/** Whether a job is what was asked for: of that kind, and to that destination. */
export function fits(status: MigrationJobStatus, { type, to }: { readonly type: MigrationKind; readonly to: string | null }): Match {
  return isOfKind(status, type) ? goesTo(status, to) : 'no';
}

/** A job in a sentence. */
export function jobText({ reference }: MigrationJobStatus): string {
  return `job ${reference.keys.InstanceID} on ${reference.host}`;
}
