import type { CimType } from '../cim/types.js';

/**
 * What is known of the members of a class, or of a method (then the owner is `Class.Method`); `null` for a member it does
 * not know, which then stays text.
 */
export type TypeOf = (owner: string, member: string) => CimType | null;

/** For classes of which nothing is known. */
export const untyped: TypeOf = () => null;

/** The properties of a class, where it is known; none where it is not. */
export type PropertiesOf = (className: string) => Iterable<string>;

/**
 * The types in one answer, each asked for once: the instances of a page are mostly of one class. Made for one answer and
 * dropped with it, because a peer can name members without end.
 */
export class KnownTypes {
  /** What is asked, for those who ask of other texts: of embedded instances. */
  readonly typeOf: TypeOf;
  readonly #propertiesOf: PropertiesOf | undefined;
  readonly #owners = new Map<string, OwnerTypes>();

  /** @param propertiesOf - the properties that are null in an instance that was sent without them; none by default */
  constructor(typeOf: TypeOf, propertiesOf?: PropertiesOf) {
    this.typeOf = typeOf;
    this.#propertiesOf = propertiesOf;
  }

  /** What is known of a class, or of `Class.Method`. */
  of(owner: string): OwnerTypes {
    const before = this.#owners.get(owner);
    if (before !== undefined) return before;
    const types = new OwnerTypes(owner, this.typeOf, this.#propertiesOf);
    this.#owners.set(owner, types);
    return types;
  }
}

/** What is known of the members of one class or method. */
export class OwnerTypes {
  /** The class, or `Class.Method`. */
  readonly owner: string;
  readonly #typeOf: TypeOf;
  readonly #propertiesOf: PropertiesOf | undefined;
  readonly #types = new Map<string, CimType | null>();
  #properties: readonly string[] | null = null;

  constructor(owner: string, typeOf: TypeOf, propertiesOf: PropertiesOf | undefined) {
    this.owner = owner;
    this.#typeOf = typeOf;
    this.#propertiesOf = propertiesOf;
  }

  /** The type of a member; `null` when nothing is known of it. */
  typeOf(member: string): CimType | null {
    const before = this.#types.get(member);
    if (before !== undefined) return before;
    const type = this.#typeOf(this.owner, member);
    this.#types.set(member, type);
    return type;
  }

  /** The properties that are null when they were not sent. */
  get properties(): readonly string[] {
    this.#properties ??= [...(this.#propertiesOf?.(this.owner) ?? [])];
    return this.#properties;
  }
}
