import { DEFAULT_NAMESPACE, type InstancePath } from '../../cim/object-path.js';
import { settings } from '../../client/settings.js';
import type { CallOptions } from '../../client/options.js';
import type { WsmanClient } from '../../client/wsman-client.js';
import { UsageError } from '../../errors.js';
import type { InstanceOf, InstanceInput } from '../../schema/typed.js';
import { carryOut } from './carry-out.js';
import { checkNames } from './service-settings.js';

const CLASS = 'Msvm_VirtualSystemMigrationNetworkSettingData';

/** A network that migrations may come in by, by CIM names: SubnetNumber, PrefixLength, Metric (the least first), Tags. */
export type MigrationNetwork = InstanceOf<typeof CLASS>;

/** The networks that migrations to a host may use; `pathOf()` tells where each is. */
export async function readNetworks(client: WsmanClient, call: CallOptions): Promise<readonly MigrationNetwork[]> {
  const networks: MigrationNetwork[] = [];
  for await (const network of client.enumerate(CLASS, { namespace: DEFAULT_NAMESPACE, ...call, withPaths: true })) networks.push(network);
  return networks;
}

/** @throws UsageError - none, or a property that the class does not have */
export async function addNetworks(client: WsmanClient, networks: readonly Partial<MigrationNetwork>[], call: CallOptions): Promise<void> {
  await carryOut(client, 'AddNetworkSettings', { NetworkSettings: await instances(networks) }, call);
}

/** @throws UsageError - none, one without its InstanceID, or a property that the class does not have */
export async function modifyNetworks(client: WsmanClient, networks: readonly Partial<MigrationNetwork>[], call: CallOptions): Promise<void> {
  if (networks.some(({ InstanceID }) => typeof InstanceID !== 'string')) throw new UsageError('Each network to modify needs its InstanceID, as networks() tells it');
  await carryOut(client, 'ModifyNetworkSettings', { NetworkSettings: await instances(networks) }, call);
}

/** RemoveNetworkSettings takes references, whatever its reference page says. */
export async function removeNetworks(client: WsmanClient, paths: readonly InstancePath<typeof CLASS>[], call: CallOptions): Promise<void> {
  if (paths.length === 0) throw new UsageError('There is no network to remove in an empty list');
  await carryOut(client, 'RemoveNetworkSettings', { NetworkSettings: paths }, call);
}

async function instances(networks: readonly Partial<MigrationNetwork>[]): Promise<readonly InstanceInput<typeof CLASS>[]> {
  if (networks.length === 0) throw new UsageError('There is no network in an empty list');
  for (const network of networks) await checkNames(CLASS, network);
  return networks.map((network) => settings(CLASS, network));
}
