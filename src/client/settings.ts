import { createInstance } from '../cim/instance.js';
import type { CimValue } from '../cim/types.js';
import type { ClassName, InstanceInput, InstanceOf } from '../schema/typed.js';

/**
 * Makes an instance to give to a method, with only what is set: Hyper-V takes a setting that is left out as "leave it as
 * it is", and refuses read-only ones that are not. Names and types are those of the schema.
 *
 * @example
 * ```ts
 * import { settings } from 'hyperv-wsman';
 * const migration = settings('Msvm_VirtualSystemMigrationSettingData', { MigrationType: 32768, TransportType: 5 });
 * ```
 */
export function settings<C extends ClassName>(className: C, properties: Partial<InstanceOf<C>>): InstanceInput<C> {
  return createInstance({ className, properties: properties as Readonly<Record<string, CimValue>> });
}
