import { type CimInstance, createInstance } from '../../cim/instance.js';
import type { CimType } from '../../cim/types.js';
import { fold, sameName } from './fold.js';

/** What happened to an instance of a repository. `previous` is the instance before it was modified. */
export type Change =
  | { readonly kind: 'created'; readonly instance: CimInstance }
  | { readonly kind: 'modified'; readonly instance: CimInstance; readonly previous: CimInstance }
  | { readonly kind: 'deleted'; readonly instance: CimInstance };

const CLASS_NAMES: Readonly<Record<Change['kind'], string>> = {
  created: '__InstanceCreationEvent',
  modified: '__InstanceModificationEvent',
  deleted: '__InstanceDeletionEvent',
};

/** The bases of the classes of {@link instanceEvent}, nearest first (WMI SDK, "WMI System Classes"). */
const BASES = ['__InstanceOperationEvent', '__Event', '__IndicationRelated', '__SystemClass'].map(fold);

const EMBEDDED: CimType = { type: 'string', array: false, embedded: true };
const TYPES: Readonly<Record<string, CimType>> = {
  PreviousInstance: EMBEDDED,
  SECURITY_DESCRIPTOR: { type: 'uint8', array: true },
  TargetInstance: EMBEDDED,
  TIME_CREATED: { type: 'uint64', array: false },
};

/** Milliseconds from 1601-01-01, where Windows' clock starts, to 1970-01-01. */
const UNIX_EPOCH = 11_644_473_600_000n;

/**
 * The event by which WMI tells of a change: `__InstanceCreationEvent`, `__InstanceModificationEvent` (with
 * PreviousInstance) or `__InstanceDeletionEvent`, with the instance as TargetInstance. Event queries match it.
 *
 * @param now - becomes TIME_CREATED, in units of 100 ns since 1601
 */
export function instanceEvent(change: Change, now: Date): CimInstance {
  const values = {
    ...(change.kind === 'modified' ? { PreviousInstance: change.previous } : {}),
    SECURITY_DESCRIPTOR: null,
    TargetInstance: change.instance,
    TIME_CREATED: (BigInt(now.getTime()) + UNIX_EPOCH) * 10_000n,
  };
  const types = Object.fromEntries(Object.keys(values).map((name) => [name, TYPES[name]!]));
  return createInstance({ className: CLASS_NAMES[change.kind], properties: values, types });
}

/** Whether a class is one of {@link instanceEvent}, and is or derives from another. */
export function isEventClass(className: string, base: string): boolean {
  const isLeaf = Object.values(CLASS_NAMES).some((name) => sameName(name, className));
  const place = isLeaf ? -1 : BASES.indexOf(fold(className));
  if (!isLeaf && place < 0) return false;
  return sameName(className, base) || BASES.indexOf(fold(base)) > place;
}
