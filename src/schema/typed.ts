import type { CimInstance } from '../cim/instance.js';
import type { InstancePath } from '../cim/object-path.js';
import type { CimValue } from '../cim/types.js';
import type { Classes, Subclasses } from './generated/classes.js';

/** The name of a class that the schema knows: root/virtualization/v2 and three profile classes of root/interop. */
export type ClassName = keyof Classes;

/** Tells, to the compiler alone, which class an instance is of. */
declare const CLASS: unique symbol;

/** What a host sends: all of it, any of it null. A type alias fits where a {@link CimInstance} is expected, an interface does not. */
type Sent<T> = { readonly [P in keyof T]: T[P] | null };

type None = Readonly<Record<string, never>>;

/**
 * An instance of a class, or of one that derives from it: every property of the class, by its CIM name. Each may be `null`.
 * The numbers of a value map are literals, but any other number is accepted too, as hosts send values that their schema
 * does not list. A datetime may be a point in time or an interval; the schema does not say which. For a class that the
 * schema does not know, a {@link CimInstance}.
 */
export type InstanceOf<C extends string> = C extends ClassName ? Sent<Classes[C]['properties']> & { readonly [CLASS]?: Subclasses[C] } : CimInstance;

/**
 * An instance as a caller gives it: one of unknown class, as `createInstance` makes it, or one of the class or of a
 * class that derives from it. An instance that is known to be of another class does not compile.
 */
export type InstanceInput<C extends ClassName> = CimInstance & { readonly [CLASS]?: Subclasses[C] };

/**
 * The path of an instance of a class, or of one that derives from it. A path with a class name of type `string` does not
 * fit: say the class with `instancePath`.
 */
export type PathOf<C extends string> = C extends ClassName ? InstancePath<Subclasses[C]> : InstancePath<C>;

/** The keys of a class, by name; none for a class without keys, which is passed by value or has one instance only. */
export type KeysOf<C extends string> = C extends ClassName
  ? [Classes[C]['keys']] extends [never] ? None : Readonly<Pick<Classes[C]['properties'], Classes[C]['keys'] & keyof Classes[C]['properties']>>
  : Readonly<Record<string, CimValue>>;

/** The name of a method that a class declares or inherits, implemented or not; of several classes, one that all have. */
export type MethodName<C extends string> = [C] extends [ClassName] ? keyof Classes[C]['methods'] & string : string;

type MethodOf<C extends string, M> = C extends ClassName ? (M extends keyof Classes[C]['methods'] ? Classes[C]['methods'][M] : never) : never;

/**
 * The IN parameters of a method, by name. All are optional: no source says which of them a host insists on, so that the
 * compiler cannot tell when one is missing. `null` is sent as null. A parameter whose value map is closed takes only the
 * numbers of the map; an instance may also be given as its CIM-XML text.
 */
export type InParameters<C extends string, M extends MethodName<C>> = [C] extends [ClassName]
  ? MethodOf<C, M> extends { in: infer I } ? { readonly [P in keyof I]?: I[P] | null } : None
  : Readonly<Record<string, CimValue>>;

/** The OUT parameters of a method, by name. Each may be `null`. */
export type OutParameters<C extends string, M extends MethodName<C>> = [C] extends [ClassName]
  ? MethodOf<C, M> extends { out: infer O } ? Sent<O> : None
  : Readonly<Record<string, CimValue>>;

/** What a method returns: the known values as literals, and any other number. */
export type ReturnValueOf<C extends string, M extends MethodName<C>> = [C] extends [ClassName]
  ? MethodOf<C, M> extends { returns: infer R } ? R | (number & {}) : number
  : number;
