/** How the settings of a simulated migration service are changed, and its networks added, changed and removed. */
import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { type CimInstance, classOf, isCimInstance } from '../../cim/instance.js';
import { isInstancePath } from '../../cim/object-path.js';
import type { CimValue } from '../../cim/types.js';
import { UsageError } from '../../errors.js';
import type { MethodAnswer } from '../methods.js';
import type { SimulatedHost } from '../simulated-host.js';
import { MIGRATION_SETTINGS_PATH, type MigrationNetwork, migrationNetworkPath, networkComponent, networkInstances } from './host-instances.js';
import { placeOf, textOf } from './instances.js';
import { type JobOptions, concreteJob } from './jobs.js';

const SERVICE = 'Msvm_VirtualSystemMigrationService';
const NETWORK_CLASS = 'Msvm_VirtualSystemMigrationNetworkSettingData';
const DONE: MethodAnswer = { returnValue: 0 };
const INVALID_PARAMETER: MethodAnswer = { returnValue: 32773 };
const INCORRECT_DATA_TYPE: MethodAnswer = { returnValue: 32776 };
const AUTHENTICATION_TYPES: readonly CimValue[] = [0, 1];

/**
 * Registers ModifyServiceSettings, AddNetworkSettings, ModifyNetworkSettings and RemoveNetworkSettings of the migration
 * service. All take effect at once; the first then answers 0, the others 4096 with a job that ends a moment later, so that
 * a client meets both. An instance of another class is refused with 32776; with 32773 what is no setting, a value that its
 * property cannot have, and a network that is not there.
 */
export function registerServiceMethods(host: SimulatedHost, options: JobOptions): void {
  host.onInvoke(SERVICE, 'ModifyServiceSettings', (_service, { ServiceSettingData = null }) => {
    if (!isCimInstance(ServiceSettingData)) return INVALID_PARAMETER;
    if (classOf(ServiceSettingData) !== MIGRATION_SETTINGS_PATH.className) return INCORRECT_DATA_TYPE;
    const { InstanceID = null, AuthenticationType = null } = ServiceSettingData;
    if (InstanceID !== null && InstanceID !== MIGRATION_SETTINGS_PATH.keys.InstanceID) return INVALID_PARAMETER;
    if (AuthenticationType !== null && !AUTHENTICATION_TYPES.includes(AuthenticationType)) return INVALID_PARAMETER;
    return attempt(() => {
      host.update(MIGRATION_SETTINGS_PATH, changesIn(ServiceSettingData));
      return DONE;
    });
  });
  host.onInvoke(SERVICE, 'AddNetworkSettings', (_service, { NetworkSettings = null }) =>
    withNetworks(NetworkSettings, (given) => {
      if (!given.every(isNetwork)) return INVALID_PARAMETER;
      for (const network of given) host.seed(networkInstances(`Microsoft:${randomUUID().toUpperCase()}`, network));
      return concreteJob(host, 'Adding migration networks', () => undefined, options);
    }),
  );
  host.onInvoke(SERVICE, 'ModifyNetworkSettings', (_service, { NetworkSettings = null }) =>
    withNetworks(NetworkSettings, (given) => {
      const changed = given.map((network) => {
        const path = migrationNetworkPath(textOf(network.InstanceID));
        return { path, changes: changesIn(network), isNetwork: isNetwork({ ...host.get(path), ...changesIn(network) }) };
      });
      if (!changed.every((each) => each.isNetwork)) return INVALID_PARAMETER;
      for (const { path, changes } of changed) host.update(path, changes);
      return concreteJob(host, 'Changing migration networks', () => undefined, options);
    }),
  );
  host.onInvoke(SERVICE, 'RemoveNetworkSettings', (_service, { NetworkSettings = null }) =>
    attempt(() => {
      const given = listOf(NetworkSettings).filter(isInstancePath);
      const paths = given.map((path) => migrationNetworkPath(textOf(path.keys.InstanceID)));
      if (paths.length === 0) return INVALID_PARAMETER;
      for (const path of paths) host.get(path);
      for (const path of paths) {
        host.remove(path);
        host.remove(placeOf(networkComponent(path)));
      }
      return concreteJob(host, 'Removing migration networks', () => undefined, options);
    }),
  );
}

/** Does something with the networks of a parameter, or says what is wrong with them. */
function withNetworks(parameter: CimValue, act: (networks: readonly CimInstance[]) => MethodAnswer): MethodAnswer {
  const given = listOf(parameter);
  if (given.length === 0 || !given.every(isCimInstance)) return INVALID_PARAMETER;
  if (!given.every((network) => classOf(network) === NETWORK_CLASS)) return INCORRECT_DATA_TYPE;
  return attempt(() => act(given));
}

/** What the repository refuses is an invalid parameter: a path of nothing, a property that is none, a value that it cannot have. */
function attempt(act: () => MethodAnswer): MethodAnswer {
  try {
    return act();
  } catch (error) {
    if (error instanceof UsageError) return INVALID_PARAMETER;
    throw error;
  }
}

function listOf(parameter: CimValue): readonly CimValue[] {
  return Array.isArray(parameter) ? (parameter as readonly CimValue[]) : [];
}

/** A null is no change; the key tells only which instance it is. The properties that Windows adds are none of the class. */
function changesIn(instance: CimInstance): Readonly<Record<string, CimValue>> {
  return Object.fromEntries(Object.entries(instance).filter(([name, value]) => value !== null && name !== 'InstanceID' && !name.startsWith('__')));
}

function isNetwork(network: Readonly<Record<string, CimValue>>): network is Readonly<Record<string, CimValue>> & MigrationNetwork {
  const { SubnetNumber = null, PrefixLength = null } = network;
  const version = isIP(textOf(SubnetNumber));
  return version !== 0 && typeof PrefixLength === 'number' && PrefixLength <= (version === 4 ? 32 : 128);
}
