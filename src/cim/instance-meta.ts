/** What makes an object a CIM instance. Apart from instance.ts, because the values that an instance holds have to tell it from themselves. */
import type { InstancePath } from './object-path.js';
import type { CimType, CimValue } from './types.js';

/** Where the meta data of an instance lies. Not enumerable: comparison, spreading and JSON see the properties alone. */
export const META: unique symbol = Symbol('cim instance');

/** What an instance knows beside its properties. */
export type Meta = { readonly className: string; readonly types: Readonly<Record<string, CimType>>; readonly path: InstancePath | null };

/**
 * An instance of a CIM class: a frozen object without a prototype whose own fields are the class's properties, by their
 * own names and in the order they came. A property that was not sent is `undefined`, a CIM null is `null`.
 * `classOf`, `pathOf` and `typesOf` tell what it is.
 */
export type CimInstance = { readonly [property: string]: CimValue; readonly [META]?: Meta };

/** Whether a value was made by `createInstance` (every instance that this package returns was). */
export function isCimInstance(value: unknown): value is CimInstance {
  return typeof value === 'object' && value !== null && META in value;
}
