import { randomUUID } from 'node:crypto';
import { type InstancePath, instancePath } from '../../cim/object-path.js';
import type { CallOptions } from '../../client/options.js';
import { UsageError } from '../../errors.js';
import type { Parameters } from '../../wsman/invoke.js';
import { findGuid } from '../guid.js';
import type { HyperVHost } from '../host.js';
import type { VirtualMachine } from '../machines/virtual-machine.js';
import { isMigrating, jobText, migrationJobsOf } from './machine-jobs.js';
import { type MigrationKind, type MigrationOptions, destinationName, isMigrationKind, kindOf, leavesHost } from './options.js';
import { migrationSettingData } from './setting-data.js';
import { type NewSettings, newSettings } from './storage.js';

/** What MigrateVirtualSystemToHost is given beside machine and destination: CIM-XML texts, by the names of the parameters. */
export type MigrationTexts = NewSettings & { readonly MigrationSettingData: string };

/**
 * A migration that is about to be started: plain JSON that holds everything that will be sent, and what is needed to find
 * out later what became of it. Store it before the start; whoever comes after a crash reconciles it.
 */
export type MigrationIntent = {
  readonly version: 1;
  /** A random UUID: a service that has sent it does not send it again. */
  readonly id: string;
  /** `host:port` of the source, as in a job's reference. */
  readonly host: string;
  readonly machine: { /** Its GUID, upper case. */ readonly id: string; readonly name: string };
  /** The destination's name as the source finds it; `null` when the machine stays. */
  readonly to: string | null;
  readonly type: MigrationKind;
  readonly options: MigrationTexts;
  /** The InstanceIDs of the migration jobs that were there before: those of the machine, and those that may be. */
  readonly knownJobs: readonly string[];
  /** By the clock of this machine: ISO 8601. */
  readonly intendedAt: string;
};

/** What a migration would be asked for with. */
export type MigrationPlan = {
  readonly machine: VirtualMachine;
  readonly to: string | null;
  readonly type: MigrationKind;
  readonly options: MigrationTexts;
};

/**
 * Finds the machine and makes what will be sent; changes nothing.
 *
 * @throws UsageError - options that cannot be, no such machine or several, no such disk
 */
export async function planMigration(host: HyperVHost, idOrName: string, options: MigrationOptions, call: () => CallOptions): Promise<MigrationPlan> {
  const type = kindOf(options);
  const MigrationSettingData = await migrationSettingData(type, options.settings);
  const machine = await host.virtualMachine(idOrName, call());
  const to = await destinationName(options.to, call());
  return { machine, to, type, options: { MigrationSettingData, ...(await newSettings(host.client, machine.id, options, call)) } };
}

/**
 * Makes an intent; see `MigrationService.intend`.
 *
 * @throws UsageError - as {@link planMigration}; a machine of a cluster, or one that is in a migration now
 */
export async function makeIntent(host: HyperVHost, idOrName: string, options: MigrationOptions, call: () => CallOptions): Promise<MigrationIntent> {
  const { machine, to, type, options: texts } = await planMigration(host, idOrName, options, call);
  const { id, name } = machine;
  if (options.clustered !== 'allow' && leavesHost(type)) await refuseClustered(machine, call());
  const { own, unclear } = await migrationJobsOf({ source: host, destination: null }, machine, [], call());
  const running = own.find(isMigrating);
  if (running !== undefined) throw new UsageError(`${name} (${id}) is in a migration already, ${jobText(running)}: wait for its end, or cancel it`);
  const knownJobs = [...own, ...unclear].map(({ reference }) => reference.keys.InstanceID);
  return { version: 1, id: randomUUID(), host: host.client.host, machine: { id, name }, to, type, options: texts, knownJobs, intendedAt: new Date().toISOString() };
}

async function refuseClustered(machine: VirtualMachine, call: CallOptions): Promise<void> {
  if ((await machine.cluster(call)) === null) return;
  throw new UsageError(
    `${machine.name} (${machine.id}) belongs to a failover cluster, which would lose track of it: let the cluster move it ` +
      "(Move-ClusterVirtualMachineRole, or MoveToNewNodeParams of its MSCluster_ResourceGroup), or say clustered: 'allow'",
  );
}

/**
 * Looks at an intent that comes out of a store.
 *
 * @throws UsageError - it is none, of a version this package does not know, or of another host
 */
export function checkIntent(given: unknown, host: string): MigrationIntent {
  const { version, id, host: itsHost, machine, to, type, options, knownJobs } = (given ?? {}) as Partial<MigrationIntent>;
  if (version !== 1) throw new UsageError(`This is no intent of version 1: version is ${JSON.stringify(version)}`);
  const { MigrationSettingData, NewSystemSettingData = null, NewResourceSettingData = null } = (options ?? {}) as Partial<MigrationTexts>;
  const isWhole = [
    isText(id),
    isText(itsHost),
    isText(machine?.id) && findGuid(machine.id) === machine.id && typeof machine.name === 'string',
    isMigrationKind(type) && (leavesHost(type) ? isText(to) : to === null),
    isText(MigrationSettingData),
    NewSystemSettingData === null || isText(NewSystemSettingData),
    NewResourceSettingData === null || areTexts(NewResourceSettingData),
    areTexts(knownJobs),
  ].every(Boolean);
  if (!isWhole) throw new UsageError('This is no whole MigrationIntent: store what intend() gave, and give it back unchanged');
  const intent = given as MigrationIntent;
  if (intent.host.toLowerCase() !== host.toLowerCase()) {
    throw new UsageError(`The intent is of ${intent.host}; this client is connected to ${host}. Make a HyperVHost for ${intent.host}`);
  }
  return intent;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

/** The path of a machine. */
export function machinePath(id: string): InstancePath<'Msvm_ComputerSystem'> {
  return instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: id });
}

/** The IN parameters of MigrateVirtualSystemToHost and of CheckVirtualSystemIsMigratable, in the order of the schema; what is null is left out. */
export function migrationParameters(id: string, to: string | null, { MigrationSettingData, NewSystemSettingData, NewResourceSettingData }: MigrationTexts): Parameters {
  return {
    ComputerSystem: machinePath(id),
    ...(to === null ? {} : { DestinationHost: to }),
    MigrationSettingData,
    ...(NewSystemSettingData === null ? {} : { NewSystemSettingData }),
    ...(NewResourceSettingData === null ? {} : { NewResourceSettingData }),
  };
}
