import { type CimInstance, isCimInstance } from '../../cim/instance.js';
import { settings } from '../../client/settings.js';
import { UsageError } from '../../errors.js';
import type { InstanceOf } from '../../schema/typed.js';
import { instanceText } from './instance-text.js';
import { type MigrationKind, type MigrationSettings, migrationType } from './options.js';

/**
 * The Msvm_VirtualSystemMigrationSettingData of a migration, as CIM-XML text: MigrationType and what was given, nothing
 * else, so that the host's own defaults hold for all the rest.
 *
 * @throws UsageError - MigrationType, which the kind says; a property that the class does not have; a value that is not of its type
 */
export async function migrationSettingData(kind: MigrationKind, given: MigrationSettings = {}): Promise<string> {
  if (Object.hasOwn(given, 'MigrationType')) throw new UsageError('MigrationType follows from type: leave it out of settings');
  const { UnmanagedVhds, ...others } = given;
  const properties: Partial<InstanceOf<'Msvm_VirtualSystemMigrationSettingData'>> = {
    MigrationType: migrationType(kind),
    ...others,
    ...(UnmanagedVhds === undefined ? {} : { UnmanagedVhds: (UnmanagedVhds?.map(unmanagedVhd) ?? null) as InstanceOf<'Msvm_VirtualSystemMigrationSettingData'>['UnmanagedVhds'] }),
  };
  return instanceText(settings('Msvm_VirtualSystemMigrationSettingData', properties));
}

function unmanagedVhd(given: Partial<InstanceOf<'Msvm_MoveUnmanagedVhd'>> | CimInstance): CimInstance {
  return isCimInstance(given) ? given : settings('Msvm_MoveUnmanagedVhd', given);
}
