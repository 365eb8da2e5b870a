import { type CimInstance, pathOf } from '../../cim/instance.js';
import type { InstancePath } from '../../cim/object-path.js';
import { fold } from './fold.js';
import { keysIdentity, namespaceIdentity } from './identity.js';

/** Whether a class is another one or derives from it. */
export type IsA = (className: string, base: string) => boolean;

type ClassStore = { readonly className: string; readonly instances: Map<string, CimInstance> };

/** Instances by namespace, class and keys. Within a class they keep the order in which they came; a replaced one its place. */
export class InstanceStore {
  readonly #namespaces = new Map<string, Map<string, ClassStore>>();
  readonly #isA: IsA;

  constructor(isA: IsA) {
    this.#isA = isA;
  }

  /** The instance of a path, which may name a base of the instance's class. */
  find(path: InstancePath): CimInstance | null {
    const identity = keysIdentity(path.keys);
    for (const { instances } of this.#classes(path.namespace, path.className)) {
      const instance = instances.get(identity);
      if (instance !== undefined) return instance;
    }
    return null;
  }

  /** Puts an instance where its path says, in place of one that is there. */
  set(instance: CimInstance): void {
    const { namespace, className, keys } = pathOf(instance)!;
    const classes = this.#namespaces.get(namespaceIdentity(namespace)) ?? new Map<string, ClassStore>();
    const store = classes.get(fold(className)) ?? { className, instances: new Map<string, CimInstance>() };
    store.instances.set(keysIdentity(keys), instance);
    classes.set(fold(className), store);
    this.#namespaces.set(namespaceIdentity(namespace), classes);
  }

  /** Takes an instance away. */
  delete(instance: CimInstance): void {
    const { namespace, className, keys } = pathOf(instance)!;
    this.#namespaces.get(namespaceIdentity(namespace))?.get(fold(className))?.instances.delete(keysIdentity(keys));
  }

  /**
   * The instances of a class, then with `deep` those of the classes that derive from it. Nothing is copied: what is taken
   * away or put in while the caller goes on is missing or there when its turn comes.
   */
  *enumerate(namespace: string, className: string, deep: boolean): Generator<CimInstance, void, undefined> {
    for (const store of this.#classes(namespace, className)) {
      if (deep || fold(store.className) === fold(className)) yield* store.instances.values();
    }
  }

  /** The class itself first, then its derived ones in the order of their first instances. */
  *#classes(namespace: string, className: string): Generator<ClassStore, void, undefined> {
    const classes = this.#namespaces.get(namespaceIdentity(namespace));
    const own = classes?.get(fold(className));
    if (own !== undefined) yield own;
    for (const store of classes?.values() ?? []) {
      if (store !== own && this.#isA(store.className, className)) yield store;
    }
  }
}
