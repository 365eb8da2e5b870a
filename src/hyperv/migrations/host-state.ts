import type { CallOptions } from '../../client/options.js';
import type { HyperVHost } from '../host.js';
import { timeLeft } from '../time-left.js';
import { type MigrationNetwork, readNetworks } from './networks.js';
import type { MigrationAuthentication } from './second-hop.js';
import { onlyInstance } from './service-settings.js';

/** How a host stands to migrations now. What it did not send is `null`. */
export type HostMigrationState = {
  /** How other hosts call it. */
  readonly name: string;
  /** `host:port` of the service that was asked. */
  readonly host: string;
  /** Whether it takes part in migrations from and to other hosts. */
  readonly enabled: boolean | null;
  readonly authenticationType: MigrationAuthentication | null;
  /** Whether it moves memory over SMB, to shares of the destination. */
  readonly smbTransport: boolean | null;
  /** How many may run at a time, and how many do. */
  readonly virtualSystems: { readonly maximum: number | null; readonly active: number | null };
  readonly storages: { readonly maximum: number | null; readonly active: number | null };
  /** The addresses at which it waits for incoming migrations. */
  readonly listenerAddresses: readonly string[];
  readonly networks: readonly MigrationNetwork[];
  /** The InstanceIDs of the migration jobs that run there. */
  readonly runningJobs: readonly string[];
};

const AUTHENTICATION: Readonly<Record<number, MigrationAuthentication>> = { 0: 'CredSSP', 1: 'Kerberos' };

/** Reads how a host stands to migrations. */
export async function readHostState(host: HyperVHost, options: CallOptions): Promise<HostMigrationState> {
  const call = timeLeft(options);
  const settings = await onlyInstance(host.client, 'Msvm_VirtualSystemMigrationServiceSettingData', call());
  const service = await onlyInstance(host.client, 'Msvm_VirtualSystemMigrationService', call());
  const networks = await readNetworks(host.client, call());
  const runningJobs: string[] = [];
  for await (const { phase, reference } of host.migrationJobs(call())) if (phase === 'running') runningJobs.push(reference.keys.InstanceID);
  return {
    name: await host.name(call()),
    host: host.client.host,
    enabled: settings.EnableVirtualSystemMigration,
    authenticationType: AUTHENTICATION[settings.AuthenticationType ?? -1] ?? null,
    smbTransport: settings.EnableSmbTransport,
    virtualSystems: { maximum: settings.MaximumActiveVirtualSystemMigration, active: service.ActiveVirtualSystemMigrationCount },
    storages: { maximum: settings.MaximumActiveStorageMigration, active: service.ActiveStorageMigrationCount },
    listenerAddresses: service.MigrationServiceListenerIPAddressList ?? [],
    networks,
    runningJobs,
  };
}
