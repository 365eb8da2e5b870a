import type { InstancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import type { Parameters } from '../wsman/invoke.js';
import { sameName } from './repository/fold.js';

/** What a method of a simulated host answers. */
export type MethodAnswer = {
  readonly returnValue: number;
  /** OUT parameters by name; none when left out. */
  readonly out?: Readonly<Record<string, CimValue>>;
  /**
   * The names of OUT parameters whose instances go out as elements, as Windows sends those of type object
   * (`SummaryInformation`). The others go out as their CIM-XML texts.
   */
  readonly byValue?: readonly string[];
};

/**
 * Carries out a method.
 *
 * @param path - of the instance; without keys when the method was called on the class
 * @param parameters - IN parameters by name, typed as the schema says; texts where it does not know them
 */
export type MethodHandler = (path: InstancePath, parameters: Parameters) => MethodAnswer | Promise<MethodAnswer>;

type Registered = { readonly className: string; readonly method: string; readonly handler: MethodHandler };

/** The methods that a host can carry out. */
export class Methods {
  readonly #registered: Registered[] = [];
  readonly #isA: (className: string, base: string) => boolean;

  constructor(isA: (className: string, base: string) => boolean) {
    this.#isA = isA;
  }

  /** Registers a method of a class and of all that derive from it; a later one takes the place of an earlier one. */
  add(className: string, method: string, handler: MethodHandler): void {
    this.#registered.unshift({ className, method, handler });
  }

  /** The handler that was registered for the class or for the nearest of its bases; `null` for none. */
  find(className: string, method: string): MethodHandler | null {
    const candidates = this.#registered.filter((one) => sameName(one.method, method) && this.#isA(className, one.className));
    const [first, ...others] = candidates;
    if (first === undefined) return null;
    return others.reduce((best, one) => (!sameName(one.className, best.className) && this.#isA(one.className, best.className) ? one : best), first).handler;
  }
}
