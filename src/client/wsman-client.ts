import { type CimInstance, createInstance, isCimInstance } from '../cim/instance.js';
import { type InstancePath, isInstancePath } from '../cim/object-path.js';
import { UsageError } from '../errors.js';
import { READ_ONLY_METHODS } from '../schema/read-only-methods.js';
import type { ClassName, InParameters, InstanceOf, MethodName, OutParameters, ReturnValueOf } from '../schema/typed.js';
import type { Effect } from '../transport/session.js';
import { createRequest, readCreateResponse } from '../wsman/create.js';
import { deleteRequest } from '../wsman/delete.js';
import { ALL_CLASSES } from '../wsman/dialect.js';
import type { EnumerateOptions, PolymorphismMode } from '../wsman/enumerate.js';
import type { EnumerationItem, InstanceWithPath } from '../wsman/enumeration-page.js';
import { type AssociationFilter, type Filter, classOfQuery } from '../wsman/filter.js';
import { type Fragment, getFragmentRequest, putFragmentRequest, readFragment } from '../wsman/fragment.js';
import { getRequest, readGetResponse } from '../wsman/get.js';
import { type Identity, identifyRequest, readIdentifyResponse } from '../wsman/identify.js';
import type { TypeOf } from '../wsman/instance.js';
import { invokeRequest, readInvokeResponse } from '../wsman/invoke.js';
import { putRequest, readPutResponse } from '../wsman/put.js';
import type { WsmanRequest } from '../wsman/request.js';
import type { ShellOptions } from '../wsman/shell.js';
import { Caller, type Operation } from './caller.js';
import type { Limits } from './limits.js';
import { delegates } from './auth.js';
import { type CallOptions, type WsmanClientOptions, resolveOptions, whole } from './options.js';
import { instanceTypesFor, namespaceOf, typesFor } from './schema-types.js';
import type { CommandResult, WinrsShell } from './shell.js';
import type { SubscribeCall } from './subscription.js';

/** What an enumeration may set beside a call; `timeoutMs` is that of each page. */
export type EnumerationOptions = CallOptions & {
  /** The most items of a page. Default: 64, or what the host allows if that is less. More save round trips to a host that is far away, and cost memory. */
  readonly pageSize?: number;
};

/** What an enumeration of a class may set beside. */
export type ClassEnumerationOptions = EnumerationOptions & {
  /** Only the instances it finds; see {@link WsmanClient.query} for WQL. */
  readonly filter?: Filter;
  /** Whether derived classes bring their own properties, or come at all; Windows gives everything, whatever is asked. */
  readonly polymorphismMode?: PolymorphismMode;
};

/** Which associated instances; a part that is left out does not restrict. */
export type AssociationOptions = EnumerationOptions & Partial<Pick<AssociationFilter, 'associationClassName' | 'role' | 'resultClassName' | 'resultRole'>>;

/** What a method answered, typed by the schema where it knows the class. */
export type TypedInvokeResult<C extends string, M extends MethodName<C>> = {
  /** The method's ReturnValue; what it means is the method's own affair. */
  readonly returnValue: ReturnValueOf<C, M>;
  /** The OUT parameters that were sent. */
  readonly out: OutParameters<C, M>;
};

/**
 * A client of one WS-Management service: typed calls in, envelopes over an authenticated connection, typed answers out.
 * It connects with the first call and keeps the connection; close it when done. Classes of `root/virtualization/v2` are
 * typed by the schema; of other classes values stay text, unless `typeOf` says more.
 *
 * Every verb rejects with one of {@link AnyError}; what is special to a verb is told there.
 *
 * @example
 * ```ts
 * import { WsmanClient, instancePath } from 'hyperv-wsman';
 * const client = new WsmanClient({ url: 'https://hv01.example', auth: { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } });
 * try {
 *   for await (const job of client.enumerate('Msvm_MigrationJob')) console.log(job.InstanceID, job.JobState, job.PercentComplete);
 *   const machine = await client.get(instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: '3B0E2B5C-7C1D-4F55-9C0F-5E3A8D1B6F20' }));
 *   console.log(machine.ElementName);
 * } finally {
 *   await client.close();
 * }
 * ```
 */
export class WsmanClient implements AsyncDisposable {
  readonly #caller: Caller;
  #limits: Promise<Limits> | null = null;

  /** @throws UsageError - an option that cannot work or is not safe; nothing is sent yet */
  constructor(options: WsmanClientOptions) {
    this.#caller = new Caller(resolveOptions(options));
  }

  /** `host:port` of the service, as the URL names it. */
  get host(): string {
    return this.#caller.options.host;
  }

  /** How the client proves who is calling: `auth.type` of its options. */
  get authenticationType(): string {
    return this.#caller.options.auth.type;
  }

  /** Whether a forwarded Kerberos ticket is handed to the host: `auth.delegate`. */
  get delegatesTicket(): boolean {
    return delegates(this.#caller.options.auth);
  }

  /** How long the host may work on one request, in milliseconds: `operationTimeoutMs` of its options. */
  get operationTimeoutMs(): number {
    return this.#caller.options.operationTimeoutMs;
  }

  /** Asks the service what it is (DSP0226 §11). */
  identify(call: CallOptions = {}): Promise<Identity> {
    return this.#caller.call({ asked: 'Identify', effect: 'none', request: identifyRequest(), read: readIdentifyResponse }, call);
  }

  /**
   * Reads one instance (DSP0226 §7.3). Of a class that the schema knows every property is there, `null` when it was not
   * sent; of another, and with `typeOf`, only what was sent.
   *
   * @throws FaultError - there is no such instance, or it may not be read
   */
  async get<C extends string>(path: InstancePath<C>, call: CallOptions = {}): Promise<InstanceOf<C>> {
    const target = inNamespace(path, call);
    const { typeOf, propertiesOf } = await instanceTypesFor(target.namespace, call);
    return this.#ask('Get', 'none', target, getRequest(target, this.#dialect), (envelope) => readGetResponse(envelope, target, typeOf, propertiesOf) as InstanceOf<C>, call);
  }

  /** Reads a part of an instance (DSP0226 §7.7): `expression` is the name of a property, or an XPath the service knows. */
  async getFragment(path: InstancePath, expression: string, call: CallOptions = {}): Promise<Fragment> {
    const target = inNamespace(path, call);
    const typeOf = await typesFor(target.namespace, call);
    return this.#ask('Get', 'none', target, getFragmentRequest(target, expression, this.#dialect), (envelope) => readFragment(envelope, target, typeOf), call);
  }

  /**
   * Changes an instance (DSP0226 §7.4). Put replaces the whole instance, so what is not given is first read: two calls,
   * unless an instance that was read before is given whole.
   *
   * @param properties - an instance to put as it is, or the properties to change
   * @returns the instance as it then is, where the service tells; else as it was sent
   * @throws OutcomeUnknownError - it may or may not have been changed
   */
  async put<C extends string>(path: InstancePath<C>, properties: Partial<InstanceOf<C>>, call: CallOptions = {}): Promise<InstanceOf<C>> {
    const target = inNamespace(path, call);
    const typeOf = await typesFor(target.namespace, call);
    const given = properties as CimInstance;
    const whole = isCimInstance(given) ? given : merged(target, await this.get(target, { ...call, typeOf }), given, typeOf);
    const request = putRequest(target, whole, typeOf, this.#dialect);
    return this.#ask('Put', 'change', target, request, (envelope) => (readPutResponse(envelope, target, typeOf) ?? whole) as InstanceOf<C>, call);
  }

  /** Replaces a part of an instance and leaves the rest (DSP0226 §7.7); `expression` as in {@link WsmanClient.getFragment}. */
  async putFragment(path: InstancePath, expression: string, fragment: Fragment, call: CallOptions = {}): Promise<void> {
    const target = inNamespace(path, call);
    const typeOf = await typesFor(target.namespace, call);
    await this.#ask('Put', 'change', target, putFragmentRequest(target, expression, fragment, typeOf, this.#dialect), () => undefined, call);
  }

  /**
   * Creates an instance (DSP0226 §7.6).
   *
   * @returns where it is
   * @throws OutcomeUnknownError - it may or may not have been created
   */
  async create<C extends string>(className: C, properties: Partial<InstanceOf<C>>, call: CallOptions = {}): Promise<InstancePath> {
    const namespace = await namespaceOf(className, call, this.#caller.options.namespace);
    const typeOf = await typesFor(namespace, call);
    const given = properties as CimInstance;
    const instance = isCimInstance(given) ? given : createInstance({ className, properties: given });
    return this.#ask('Create', 'change', { className }, createRequest(namespace, instance, typeOf, this.#dialect), readCreateResponse, call);
  }

  /**
   * Deletes an instance (DSP0226 §7.5).
   *
   * @throws OutcomeUnknownError - it may or may not have been deleted
   */
  delete(path: InstancePath, call: CallOptions = {}): Promise<void> {
    const target = inNamespace(path, call);
    return this.#ask('Delete', 'change', target, deleteRequest(target, this.#dialect), () => undefined, call);
  }

  /**
   * Calls a method of an instance or class (DSP0230 §9). A method that is not known to change nothing is never sent
   * twice; say `idempotent` if yours may be.
   *
   * @param parameters - IN parameters by name: a path for a REF, an instance for an embedded one, `null` for nil
   * @returns the method's ReturnValue and OUT parameters; a ReturnValue that means failure is not judged here
   * @throws OutcomeUnknownError - the method may or may not have run
   */
  async invoke<C extends string, M extends MethodName<C>>(
    path: InstancePath<C>,
    method: M,
    parameters: InParameters<C, M> = {} as InParameters<C, M>,
    call: CallOptions = {},
  ): Promise<TypedInvokeResult<C, M>> {
    const target = inNamespace(path, call);
    const typeOf = call.typeOf ?? (await typesFor(target.namespace, call));
    const isSafe = call.idempotent ?? READ_ONLY_METHODS.has(method);
    const request = invokeRequest(target, method, parameters, typeOf, this.#dialect);
    const read = (envelope: Parameters<typeof readInvokeResponse>[0]): TypedInvokeResult<C, M> =>
      readInvokeResponse(envelope, target, method, typeOf) as TypedInvokeResult<C, M>;
    return this.#ask(method, isSafe ? 'none' : 'change', target, request, read, call);
  }

  /**
   * All instances of a class and of those that derive from it, page by page as the consumer asks (DSP0226 §8).
   *
   * @throws EnumerationExpiredError - the consumer took longer than the host waits
   */
  enumerate<C extends string>(className: C, options: ClassEnumerationOptions & { /** Whether `pathOf()` is to know where each instance is. */ readonly withPaths?: boolean } = {}): AsyncIterable<InstanceOf<C>> {
    if (options.withPaths !== true) return this.#enumerate(className, asked(options), options, instancesOf) as AsyncIterable<InstanceOf<C>>;
    return this.#enumerate(className, { ...asked(options), mode: 'EnumerateObjectAndEPR' }, options, locatedInstancesOf) as AsyncIterable<InstanceOf<C>>;
  }

  /** Where the instances of a class are, without what they hold. */
  enumeratePaths<C extends string>(className: C, options: ClassEnumerationOptions = {}): AsyncIterable<InstancePath<C extends ClassName ? ClassName : string>> {
    return this.#enumerate(className, { ...asked(options), mode: 'EnumerateEPR' }, options, pathsOf) as AsyncIterable<InstancePath<C extends ClassName ? ClassName : string>>;
  }

  /**
   * What a WQL query finds; build it with {@link wql}, which quotes values. A query with a list of properties gives
   * instances that have these alone.
   */
  query(query: string, options: EnumerationOptions = {}): AsyncIterable<CimInstance> {
    return this.#enumerate(ALL_CLASSES, { filter: { dialect: 'wql', query } }, options, instancesOf, classOfQuery(query));
  }

  /** The instances that an association leads to from this one (DSP0227 §8.2). */
  associators(path: InstancePath, options: AssociationOptions = {}): AsyncIterable<CimInstance> {
    return this.#associated('AssociatedInstances', path, options);
  }

  /** The associations themselves that refer to this instance (DSP0227 §8.2). */
  references(path: InstancePath, options: Omit<AssociationOptions, 'associationClassName' | 'resultRole'> = {}): AsyncIterable<CimInstance> {
    return this.#associated('AssociationInstances', path, options);
  }

  /**
   * Events as they come, until the consumer leaves: WS-Eventing with pull delivery. [specification, not seen on Windows]
   *
   * @param query - WQL for events
   */
  async *subscribe(query: string, call: SubscribeCall = {}): AsyncIterable<CimInstance> {
    const { subscribe } = await import('./subscription.js');
    yield* subscribe(this.#caller, call.namespace ?? this.#caller.options.namespace ?? 'root/cimv2', query, call);
  }

  /**
   * Runs a command on the host and collects what it says.
   *
   * @param command - a program, or a command of cmd.exe
   * @param args - each goes out as it stands: quoting is the caller's affair
   * @throws OutcomeUnknownError - it may or may not have been started
   */
  async run(command: string, args: readonly string[] = [], options: CallOptions & ShellOptions & { readonly input?: Uint8Array } = {}): Promise<CommandResult> {
    const { runCommand } = await import('./shell.js');
    return runCommand(this.#caller, command, args, options.input ?? null, options, options);
  }

  /** Opens a shell for several commands, or to read output as it comes. */
  async openShell(options: CallOptions & ShellOptions = {}): Promise<WinrsShell> {
    const { WinrsShell: Shell } = await import('./shell.js');
    return Shell.open(this.#caller, options, options);
  }

  /** Closes every connection at once; calls that are under way reject. Never fails, and may be called again. */
  close(): Promise<void> {
    this.#caller.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #dialect(): 'windows' | 'dmtf' {
    return this.#caller.options.dialect;
  }

  #ask<T>(verb: string, effect: Effect, { className }: Pick<InstancePath, 'className'>, request: WsmanRequest, read: Operation<T>['read'], call: CallOptions): Promise<T> {
    return this.#caller.call({ asked: `${verb} of ${className}`, effect, request, read }, call);
  }

  #associated(result: AssociationFilter['result'], object: InstancePath, options: AssociationOptions): AsyncIterable<CimInstance> {
    const { associationClassName, role, resultClassName, resultRole } = options;
    const given = { associationClassName, role, resultClassName, resultRole };
    const restrictions = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const filter: AssociationFilter = { dialect: 'association', object, result, ...restrictions };
    return this.#enumerate(ALL_CLASSES, { filter }, { namespace: object.namespace, ...options }, instancesOf);
  }

  /** The only generator that items pass through one by one: each would cost a third of a microsecond an item. */
  async *#enumerate<T extends EnumerationItem>(
    className: string,
    options: EnumerateOptions,
    call: EnumerationOptions,
    select: (items: readonly EnumerationItem[]) => readonly T[],
    fragmentClass: string | null = null,
  ): AsyncGenerator<T, void, undefined> {
    const [{ enumerate }, { readLimits }] = await Promise.all([import('./enumeration.js'), import('./limits.js')]);
    const namespace = await namespaceOf(fragmentClass ?? className, call, this.#caller.options.namespace);
    const types = await instanceTypesFor(namespace, call);
    this.#limits ??= readLimits(this.#caller, call).catch((error: unknown) => {
      this.#limits = null;
      throw error;
    });
    const limits = await this.#limits;
    const pageSize = call.pageSize === undefined ? limits.pageSize : whole('pageSize', call.pageSize, 1);
    const enumeration = {
      asked: `Enumerate of ${fragmentClass ?? className}`,
      scope: { namespace, className },
      options,
      read: fragmentClass === null ? types : { ...types, fragmentClass },
      limits: { ...limits, pageSize },
    };
    for await (const page of enumerate(this.#caller, enumeration, call)) {
      const items = select(page.items);
      for (let index = 0; index < items.length; index++) {
        if (index * 4 >= items.length * 3) page.prefetch();
        yield items[index]!;
      }
    }
  }
}

function asked({ filter, polymorphismMode }: ClassEnumerationOptions): EnumerateOptions {
  return { ...(filter === undefined ? {} : { filter }), ...(polymorphismMode === undefined ? {} : { polymorphismMode }) };
}

function instancesOf(items: readonly EnumerationItem[]): readonly CimInstance[] {
  return items.filter(isCimInstance);
}

function pathsOf(items: readonly EnumerationItem[]): readonly InstancePath[] {
  return items.filter(isInstancePath);
}

/** The instances that came with their paths, and know them. */
function locatedInstancesOf(items: readonly EnumerationItem[]): readonly CimInstance[] {
  return items.filter((item): item is InstanceWithPath => !isCimInstance(item) && 'instance' in item).map(({ instance }) => instance);
}

/** The instance that is, with changes; a name it does not have is most likely misspelt. */
function merged(path: InstancePath, instance: CimInstance, changes: CimInstance, typeOf: TypeOf): CimInstance {
  const unknown = Object.keys(changes).find((name) => !Object.hasOwn(instance, name) && typeOf(path.className, name) === null);
  if (unknown !== undefined) throw new UsageError(`${path.className} has no property ${unknown}`);
  return createInstance({ className: path.className, properties: { ...instance, ...changes }, path });
}

function inNamespace<C extends string>(path: InstancePath<C>, { namespace }: CallOptions): InstancePath<C> {
  return namespace === undefined ? path : { ...path, namespace };
}
