/** What the instances of a simulated data centre are made with. */
import { CimDateTime } from '../../cim/datetime.js';
import { type InstancePath, instancePath } from '../../cim/object-path.js';
import type { CimValue } from '../../cim/types.js';

/** Values of properties by name. */
export type Values = Readonly<Record<string, CimValue>>;

/** An instance to seed that tells where it will be. */
export type PlacedInstance = { readonly className: string; readonly namespace: string; readonly keys: Values; readonly properties: Values };

/** Windows sends the first moment of 1601 where it has no date. */
export const NULL_DATE: CimDateTime = CimDateTime.parse('1601-01-01T00:00:00Z');

/** The path of an instance that was or will be seeded. */
export function placeOf({ className, keys, namespace }: PlacedInstance): InstancePath {
  return instancePath(className, keys, namespace);
}

/** An instance at a path. */
export function placed({ className, namespace, keys }: InstancePath, properties: Values): PlacedInstance {
  return { className, namespace, keys, properties };
}

/** An association: its keys are what it refers to. */
export function association(className: string, ends: Readonly<Record<string, InstancePath>>, properties?: Values): PlacedInstance {
  return placed(instancePath(className, ends), { ...properties });
}

/** The path of a service or of a device, whose keys name the system that it belongs to. */
export function scopedPath<C extends string>(className: C, system: { readonly className: string; readonly name: string }, own: Values): InstancePath<C> {
  return instancePath(className, { CreationClassName: className, SystemCreationClassName: system.className, SystemName: system.name, ...own });
}

/** A value that is a text; the empty one for any other value, which names nothing. */
export function textOf(value: CimValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
