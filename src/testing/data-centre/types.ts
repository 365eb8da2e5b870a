/** What a simulated data centre is made of, and what it keeps in its books. */
import { randomUUID } from 'node:crypto';
import { utf8 } from '../../bytes.js';
import { UsageError } from '../../errors.js';
import type { MsvmError } from '../../hyperv/error.js';

/** A Hyper-V host of a simulated data centre. */
export type SimulatedCentreHost = {
  /** How the other hosts call it, and its computer name: `hv01`. */
  readonly name: string;
  /** How many machines may move at a time (MaximumActiveVirtualSystemMigration). Default 2, as on Windows. */
  readonly maximumMigrations?: number;
  /** How many storage migrations may run at a time (MaximumActiveStorageMigration). Default 2, as on Windows. */
  readonly maximumStorageMigrations?: number;
  /** How the host authenticates to the other one (AuthenticationType). Default `CredSSP`, as on Windows. */
  readonly authenticationType?: 'CredSSP' | 'Kerberos';
  /** Whether the host takes part in live migrations (EnableVirtualSystemMigration). Default `true`; on Windows it is off until someone turns it on. */
  readonly migrationEnabled?: boolean;
  /** Where it listens for migrations (MigrationServiceListenerIPAddressList). Default: one address, made from the name. */
  readonly listenerAddresses?: readonly string[];
  /** The kind of its processors: a running machine moves between hosts of the same kind only. Default `GenuineIntel Family 6 Model 106`. */
  readonly processor?: string;
  /** Whether it is a node of the failover cluster: root/mscluster answers. Default `false`. */
  readonly clustered?: boolean;
};

/** What a machine can be: off, running, saved to disk, or paused. */
export type SimulatedMachineState = 'running' | 'off' | 'saved' | 'paused';

/** A virtual machine to put on a host of a simulated data centre. */
export type SimulatedMachine = {
  /** A GUID in any letter case; default: a new one. */
  readonly id?: string;
  /** Its name (ElementName); several machines may have the same. */
  readonly name: string;
  /** Default `running`. */
  readonly state?: SimulatedMachineState;
  /** Its memory in megabytes. Default 4096. */
  readonly memoryMb?: number;
  /** The paths of its virtual hard disks on the host. Default: one, named after the machine. */
  readonly disks?: readonly string[];
  /** The addresses that its guest tells. Default: one, made from its GUID. */
  readonly addresses?: readonly string[];
  /** Whether it is a role of the failover cluster. Default `false`. */
  readonly clustered?: boolean;
};

/** A {@link SimulatedCentreHost} with every default filled in. */
export type ResolvedHost = Required<SimulatedCentreHost>;

/** A {@link SimulatedMachine} with every default filled in; `id` is an upper-case GUID without braces. */
export type ResolvedMachine = Required<SimulatedMachine>;

/** How a migration is to fail. With `reject` it does not even begin; without it its job fails. */
export type MigrationFailure = {
  /** The GUID or the name of the machine. Default: the next one that is to move, whichever. */
  readonly machine?: string;
  /** The PercentComplete at which the job fails. Default 50. */
  readonly atPercent?: number;
  /** A code of the catalogue of errors (`diagnosis`): an HRESULT, an NTSTATUS or the number of an event. The errors of the job are made of it. */
  readonly code?: number;
  /** The errors of the job, the general one first, as `SimulatedJob.errors`. */
  readonly errors?: readonly Partial<MsvmError>[];
  /** What GetErrorEx answers as it stands, as `SimulatedJob.errorTexts`. */
  readonly errorTexts?: readonly string[];
  /** What MigrateVirtualSystemToHost itself returns, without a job: 32768 and above. */
  readonly reject?: number;
};

/** What really happened to one migration. */
export type MigrationRecord = {
  /** The InstanceID of its Msvm_MigrationJob. */
  readonly id: string;
  /** The GUID of the machine. */
  readonly machine: string;
  /** The name of the host it was to leave. */
  readonly from: string;
  /** The name of the host it was to go to; the same one for a migration of its storage alone. */
  readonly to: string;
  /** Its MigrationType: 32768 the machine, 32769 its storage, 32770 staged, 32771 both, 32772 a deep check. */
  readonly type: number;
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** When it ended; `null` while it runs. */
  readonly endedAt: number | null;
  /** How it ended; `lost` when a host went down under it; `null` while it runs. */
  readonly end: 'completed' | 'failed' | 'cancelled' | 'lost' | null;
};

const GUID = /^\{?([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\}?$/i;

/**
 * Fills in the defaults of a host. Its name is checked where the host is started.
 *
 * @throws UsageError - a limit that is no whole number from 0
 */
export function resolveHost(host: string | SimulatedCentreHost): ResolvedHost {
  const given: SimulatedCentreHost = typeof host === 'string' ? { name: host } : host;
  const resolved: ResolvedHost = {
    maximumMigrations: 2,
    maximumStorageMigrations: 2,
    authenticationType: 'CredSSP',
    migrationEnabled: true,
    listenerAddresses: [`10.20.0.${addressByte(given.name)}`],
    processor: 'GenuineIntel Family 6 Model 106',
    clustered: false,
    ...given,
  };
  for (const name of ['maximumMigrations', 'maximumStorageMigrations'] as const) {
    if (!Number.isSafeInteger(resolved[name]) || resolved[name] < 0) throw new UsageError(`hosts: ${name} is a whole number from 0, not ${resolved[name]}`);
  }
  return resolved;
}

/**
 * Fills in the defaults of a machine.
 *
 * @throws UsageError - an empty name, an id that is no GUID, or memory that is no whole number from 32
 */
export function resolveMachine({ id = randomUUID(), ...given }: SimulatedMachine): ResolvedMachine {
  const guid = GUID.exec(id)?.[1]?.toUpperCase();
  if (guid === undefined) throw new UsageError(`machine: ${JSON.stringify(id)} is not a GUID`);
  if (given.name === '') throw new UsageError('machine: a machine needs a name');
  const resolved: ResolvedMachine = {
    state: 'running',
    memoryMb: 4096,
    disks: [`C:\\VMs\\${given.name}\\${given.name}.vhdx`],
    addresses: [`10.30.0.${addressByte(guid)}`],
    clustered: false,
    ...given,
    id: guid,
  };
  if (!Number.isSafeInteger(resolved.memoryMb) || resolved.memoryMb < 32) throw new UsageError(`machine: memoryMb is a whole number from 32, not ${resolved.memoryMb}`);
  return resolved;
}

/** The last byte of an address, from 1 to 254, that is always the same for a text. */
function addressByte(text: string): number {
  return utf8(text).reduce((sum, byte) => (sum * 31 + byte) % 254, 0) + 1;
}
