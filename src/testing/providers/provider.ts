import type { CimInstance } from '../../cim/instance.js';
import type { InvokeResult, Parameters } from '../../wsman/invoke.js';

/** The values of an instance's keys, by the names that {@link Provider.keys} gives them. */
export type Keys = Readonly<Record<string, string>>;

/** One class of the simulated host, as WMI's own providers serve theirs. */
export type Provider = {
  readonly namespace: string;
  readonly className: string;
  /** The key properties; a request has to give all of them and no other. */
  readonly keys: readonly string[];
  /** The instance, `null` when there is none. */
  readonly get: (keys: Keys) => CimInstance | null;
  /** What the methods of an instance answer, `null` when there is no such instance. */
  readonly methods: ReadonlyMap<string, (keys: Keys, parameters: Parameters) => InvokeResult | null>;
};
