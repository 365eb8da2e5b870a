import { DEFAULT_NAMESPACE } from '../../cim/object-path.js';
import { settings } from '../../client/settings.js';
import type { CallOptions } from '../../client/options.js';
import type { WsmanClient } from '../../client/wsman-client.js';
import { UsageError } from '../../errors.js';
import { loadSchema } from '../../schema/class-info.js';
import type { ClassName, InstanceOf } from '../../schema/typed.js';
import { notRunning } from '../service-path.js';
import { carryOut } from './carry-out.js';
import { timeLeft } from '../time-left.js';

/** How the migration service of a host is set, by CIM names; AuthenticationType is 0 for CredSSP, 1 for Kerberos. */
export type MigrationServiceSettings = InstanceOf<'Msvm_VirtualSystemMigrationServiceSettingData'>;

/** What the migration service of a host can do. */
export type MigrationCapabilities = InstanceOf<'Msvm_VirtualSystemMigrationCapabilities'>;

/**
 * The one instance of a class.
 *
 * @throws TransportError - the host shows none: its management service does not run
 */
export async function onlyInstance<C extends ClassName>(client: WsmanClient, className: C, call: CallOptions): Promise<InstanceOf<C>> {
  for await (const instance of client.enumerate(className, { namespace: DEFAULT_NAMESPACE, ...call })) return instance;
  throw notRunning(client.host, className);
}

/**
 * Changes settings of the migration service. ModifyServiceSettings takes the class of the migration service's settings,
 * whatever its reference page says; what is left out stays as it is.
 *
 * @throws UsageError - InstanceID, or a setting that the class does not have
 */
export async function modifyServiceSettings(client: WsmanClient, changes: Partial<MigrationServiceSettings>, options: CallOptions): Promise<void> {
  const className = 'Msvm_VirtualSystemMigrationServiceSettingData';
  if (Object.hasOwn(changes, 'InstanceID')) throw new UsageError('There is only one instance of the settings: leave InstanceID out');
  await checkNames(className, changes);
  const call = timeLeft(options);
  const { InstanceID } = await onlyInstance(client, className, call());
  await carryOut(client, 'ModifyServiceSettings', { ServiceSettingData: settings(className, { InstanceID, ...changes }) }, call());
}

/** @throws UsageError - a property that the class does not have, most likely misspelt */
export async function checkNames(className: ClassName, properties: object): Promise<void> {
  const info = (await loadSchema()).classInfo(className);
  const unknown = Object.keys(properties).find((name) => info?.properties.has(name) !== true);
  if (unknown !== undefined) throw new UsageError(`${className} has no property ${unknown}`);
}
