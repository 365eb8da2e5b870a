import { type CimInstance, classOf } from '../../cim/instance.js';
import { type InstancePath, isInstancePath } from '../../cim/object-path.js';
import { sameName } from './fold.js';
import { targetIdentity } from './identity.js';
import type { InstanceStore, IsA } from './instance-store.js';

/** Which associations of an instance count (DSP0200, References; WQL's REFERENCES OF). What is not given lets all pass. */
export type ReferencesFilter = {
  /** The association is of this class, or of one that derives from it. */
  readonly resultClass?: string;
  /** The property of the association that refers to the instance has this name. */
  readonly role?: string;
};

/** Which instances at the other end count (DSP0200, Associators; WQL's ASSOCIATORS OF). What is not given lets all pass. */
export type AssociatorsFilter = {
  /** The association is of this class, or of one that derives from it. */
  readonly associationClass?: string;
  /** The instance at the other end is of this class, or of one that derives from it. */
  readonly resultClass?: string;
  /** The property of the association that refers to the instance has this name. */
  readonly role?: string;
  /** The property of the association that refers to the other end has this name. */
  readonly resultRole?: string;
};

/** Association instances by what they refer to. */
export class Associations {
  readonly #byTarget = new Map<string, Set<CimInstance>>();
  readonly #isA: IsA;

  constructor(isA: IsA) {
    this.#isA = isA;
  }

  /** Takes in an association instance. */
  add(association: CimInstance): void {
    for (const { path } of referencesIn(association)) {
      const target = targetIdentity(path);
      const known = this.#byTarget.get(target) ?? new Set();
      this.#byTarget.set(target, known.add(association));
    }
  }

  /** Forgets an association instance; one it does not know, too. */
  remove(association: CimInstance): void {
    for (const { path } of referencesIn(association)) {
      const target = targetIdentity(path);
      const known = this.#byTarget.get(target);
      known?.delete(association);
      if (known?.size === 0) this.#byTarget.delete(target);
    }
  }

  /** The associations that refer to an instance. */
  *references(path: InstancePath, { resultClass, role }: ReferencesFilter): Generator<CimInstance, void, undefined> {
    for (const association of this.#byTarget.get(targetIdentity(path)) ?? []) {
      if (!this.#isOf(association, resultClass)) continue;
      if (referencesIn(association).some((reference) => isRole(reference, role) && this.#refersTo(reference, path))) yield association;
    }
  }

  /** The instances at the other ends of an instance's associations, each once. One that `store` does not hold is passed over. */
  *associators(path: InstancePath, filter: AssociatorsFilter, store: InstanceStore): Generator<CimInstance, void, undefined> {
    const { associationClass, resultClass, role, resultRole } = filter;
    const seen = new Set<CimInstance>();
    for (const association of this.#byTarget.get(targetIdentity(path)) ?? []) {
      if (!this.#isOf(association, associationClass)) continue;
      for (const far of this.#farEnds(referencesIn(association), path, role)) {
        const instance = isRole(far, resultRole) ? store.find(far.path) : null;
        if (instance === null || seen.has(instance) || !this.#isOf(instance, resultClass)) continue;
        seen.add(instance);
        yield instance;
      }
    }
  }

  /** All references but the one that refers to the instance; when several do, each of them is a far end of the others. */
  #farEnds(references: readonly Reference[], path: InstancePath, role: string | undefined): readonly Reference[] {
    const near = references.filter((reference) => isRole(reference, role) && this.#refersTo(reference, path));
    return references.filter((reference) => near.some((other) => other !== reference));
  }

  #isOf(instance: CimInstance, base: string | undefined): boolean {
    return base === undefined || this.#isA(classOf(instance), base);
  }

  /** A reference may name a base of the instance's class, and so may the path that was asked for. */
  #refersTo(reference: Reference, path: InstancePath): boolean {
    const [left, right] = [reference.path.className, path.className];
    return targetIdentity(reference.path) === targetIdentity(path) && (this.#isA(left, right) || this.#isA(right, left));
  }
}

type Reference = { readonly name: string; readonly path: InstancePath };

function referencesIn(association: CimInstance): readonly Reference[] {
  return Object.entries(association).flatMap(([name, value]) => (isInstancePath(value) ? [{ name, path: value }] : []));
}

function isRole(reference: Reference, role: string | undefined): boolean {
  return role === undefined || sameName(reference.name, role);
}
