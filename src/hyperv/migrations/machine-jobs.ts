import { isIP } from 'node:net';
import type { CallOptions } from '../../client/options.js';
import type { HyperVHost } from '../host.js';
import type { MigrationJobStatus } from '../job-status.js';
import { type MigrationKind, migrationType } from './options.js';

/** A machine as a job of its migration may name it. */
export type MachineName = { /** Its GUID. */ readonly id: string; readonly name: string };

/** The Msvm_MigrationJobs of a machine that its host still has, those that ended among them. */
export async function migrationJobsOf(host: HyperVHost, machine: MachineName, call: CallOptions): Promise<readonly MigrationJobStatus[]> {
  const jobs: MigrationJobStatus[] = [];
  for await (const status of host.migrationJobs(call)) if (isOf(machine, status.instance.VirtualSystemName)) jobs.push(status);
  return jobs;
}

/** VirtualSystemName holds the GUID or the name: what documentation there is does not say which. */
function isOf({ id, name }: MachineName, virtualSystemName: unknown): boolean {
  if (typeof virtualSystemName !== 'string') return false;
  const given = virtualSystemName.toLowerCase();
  return given.replace(/[{}]/g, '') === id.toLowerCase() || given === name.toLowerCase();
}

/**
 * Whether a job goes to a host: its name in any letter case, with or without the domain; addresses only when they are the
 * same. Any job does where the machine stays on its host.
 */
export function goesTo({ instance }: MigrationJobStatus, to: string | null): boolean {
  if (to === null) return true;
  if (typeof instance.DestinationHost !== 'string') return false;
  const given = instance.DestinationHost.toLowerCase();
  const wanted = to.toLowerCase();
  if (given === wanted || isIP(given) !== 0 || isIP(wanted) !== 0) return given === wanted;
  return given.split('.')[0] === wanted.split('.')[0];
}

/** Msvm_MigrationJob.JobType from "Checking Virtual Machine Compatibility" to "Checking Storage Migration". */
const FIRST_CHECK = 301;
const LAST_CHECK = 304;

/** Whether a job only looks whether a machine could be moved, as that of CheckVirtualSystemIsMigratable may do. */
export function isCheck({ instance: { JobType } }: MigrationJobStatus): boolean {
  return typeof JobType === 'number' && JobType >= FIRST_CHECK && JobType <= LAST_CHECK;
}

/** Whether a job is of a kind of migration, as far as it tells: what is null or 0 does not. A check is none, unless one was meant. */
export function isOfKind(status: MigrationJobStatus, kind: MigrationKind): boolean {
  const { MigrationType } = status.instance;
  if (typeof MigrationType === 'number' && MigrationType !== 0 && MigrationType !== migrationType(kind)) return false;
  return kind === 'StorageDeepCheck' || !isCheck(status);
}
