import { X509Certificate, randomBytes, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { tlsServerEndPoint } from '../auth/channel-binding.js';
import type { CimInstance } from '../cim/instance.js';
import { type InstancePath, instancePath } from '../cim/object-path.js';
import { UsageError } from '../errors.js';
import { type JobReference, resolveJobReference } from '../hyperv/job-reference.js';
import { type Schema, loadSchema } from '../schema/class-info.js';
import { createCertificate } from './certificate.js';
import { type DecodedRequest, HostConnection, type HostService } from './host-connection.js';
import { type Handle, type Listener, listen } from './http-listener.js';
import { createHostState } from './host-state.js';
import type { MethodHandler } from './methods.js';
import { MigrationJobs, type SimulatedJob } from './providers/migration-job.js';
import type { SeedInstance } from './repository/make-instance.js';
import type { Properties } from './repository.js';
import type { HostState } from './service.js';
import type { CommandHandler } from './shell-commands.js';
import { type Trouble, TroubleScript } from './trouble.js';
import { COMPUTER_NAME, DEFAULT_USER, type SimulatedUser, checkUsers } from './user-store.js';

/** How a simulated host is set up; every field has a default. */
export type SimulatedHostOptions = {
  /** The port for HTTP. Default 0: any that is free. */
  readonly httpPort?: number;
  /** The port for HTTPS. Default 0: any that is free. */
  readonly httpsPort?: number;
  /**
   * Who can log on, with NTLM or Basic; Basic takes domain accounts too, which a real host does not. Default: the one
   * user `Administrator` with the password `Simulated-1` ({@link DEFAULT_USER}).
   */
  readonly users?: readonly SimulatedUser[];
  /** Takes over HTTP what is not sealed, and Basic. Default `false`, as on Windows. */
  readonly allowUnencrypted?: boolean;
  /**
   * WinRM's CbtHardeningLevel for NTLM over HTTPS: `relaxed` refuses a wrong channel binding, `strict` a missing one too,
   * `none` neither. Default `relaxed`, as on Windows.
   */
  readonly cbt?: 'none' | 'relaxed' | 'strict';
  /** How long an enumeration is kept between two pages, in milliseconds. Default 240,000, as on Windows. */
  readonly enumerationTimeoutMs?: number;
  /**
   * How many operations and open enumerations one user may have at a time (MaxConcurrentOperationsPerUser). Default 1500,
   * as on Windows.
   */
  readonly maxOperations?: number;
};

const ADDRESS = '127.0.0.1';
const CBT: readonly string[] = ['none', 'relaxed', 'strict'];

/**
 * A Hyper-V host to test against: a WS-Management service over real sockets on 127.0.0.1, with NTLM and Basic, sealing,
 * channel binding and Windows' faults, that holds the instances you give it and fails where you tell it to. It serves
 * every operation on them: Get, Put, Create, Delete, Enumerate, queries, associations, methods you register, subscriptions, command shells.
 *
 * @example
 * ```ts
 * import { HyperVHost } from 'hyperv-wsman';
 * import { DEFAULT_USER, SimulatedHost } from 'hyperv-wsman/testing';
 *
 * const simulated = await SimulatedHost.start();
 * const { keys } = simulated.addJob({ JobState: 10, errors: [{ MessageID: '21024', Message: 'The migration of web01 failed.' }] });
 * const host = new HyperVHost({ url: simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER } });
 * try {
 *   const error = await host.migrationJob(keys.InstanceID).getError();
 *   console.log(error?.Message);                       // The migration of web01 failed.
 *   console.log(simulated.requests[0]?.method);        // GetError
 *
 *   simulated.trouble({ when: 'response', kind: 'drop' });
 *   await host.migrationJob(keys.InstanceID).getError();   // asked again on a new connection
 * } finally {
 *   await host.close();
 *   await simulated.close();
 * }
 * ```
 */
export class SimulatedHost implements AsyncDisposable {
  /** The certificate of HTTPS in PEM, made at the start for localhost, 127.0.0.1 and ::1; give it to a client as `tls.ca`. */
  readonly certificate: string;
  readonly #options: SimulatedHostOptions;
  readonly #channelBinding: Uint8Array | null;
  readonly #jobs: MigrationJobs;
  readonly #state: HostState;
  readonly #script = new TroubleScript();
  readonly #requests: DecodedRequest[] = [];
  readonly #closing = new AbortController();
  readonly #listeners: Listener[] = [];
  readonly #service: HostService;
  #connections = 0;
  #handshakes = 0;
  #closed: Promise<void> | null = null;

  private constructor(certificate: string, schema: Schema, options: SimulatedHostOptions) {
    // Any number of delays may wait on it.
    setMaxListeners(0, this.#closing.signal);
    this.certificate = certificate;
    this.#options = options;
    this.#channelBinding = tlsServerEndPoint(new X509Certificate(certificate).raw);
    this.#state = createHostState(schema, options, this.#closing.signal);
    this.#jobs = new MigrationJobs(this.#state.repository, this.#state.methods);
    this.#service = {
      state: this.#state,
      script: this.#script,
      allowUnencrypted: options.allowUnencrypted ?? false,
      address: ADDRESS,
      newMessageId: () => `uuid:${randomUUID().toUpperCase()}`,
      onHandshake: () => this.#handshakes++,
      onRequest: (request) => this.#requests.push(request),
      // The delay ends early when the host is closed.
      delay: (ms) => wait(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined),
    };
  }

  /**
   * Starts a host; it answers when this resolves. Close it when done.
   *
   * @throws UsageError - an option that cannot be
   * @throws TransportError - a port is not to be had
   */
  static async start(options: SimulatedHostOptions = {}): Promise<SimulatedHost> {
    checkOptions(options);
    const names = ['localhost', '127.0.0.1', '::1'];
    const tls = createCertificate({ commonName: COMPUTER_NAME, names, now: new Date(), random });
    const host = new SimulatedHost(tls.certificate, await loadSchema(), options);
    try {
      host.#listeners.push(await listen({ port: options.httpPort ?? 0, tls: null, connect: () => host.#connect(false) }));
      host.#listeners.push(await listen({ port: options.httpsPort ?? 0, tls, connect: () => host.#connect(true) }));
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  /** Where HTTP is: `http://127.0.0.1:PORT/wsman`. */
  get url(): string {
    return `http://${ADDRESS}:${this.#port(0)}/wsman`;
  }

  /** Where HTTPS is: `https://127.0.0.1:PORT/wsman`. */
  get httpsUrl(): string {
    return `https://${ADDRESS}:${this.#port(1)}/wsman`;
  }

  /** Every authenticated request that was understood, faults and troubles included, in the order of their coming. */
  get requests(): readonly DecodedRequest[] {
    return this.#requests;
  }

  /** How many connections were accepted so far, TLS finished. */
  get connections(): number {
    return this.#connections;
  }

  /** How many NTLM handshakes succeeded so far. */
  get handshakes(): number {
    return this.#handshakes;
  }

  /**
   * Puts a migration job on the host; one with the same InstanceID is replaced, so that a job can go on.
   *
   * @returns a reference with the host of {@link SimulatedHost.url}; over HTTPS use its InstanceID
   * @throws UsageError - an InstanceID that is no GUID, or a state, an error or a text that Hyper-V could not hold
   */
  addJob(job: SimulatedJob): JobReference {
    const reference = resolveJobReference(job.InstanceID ?? randomUUID(), `${ADDRESS}:${this.#port(0)}`);
    this.#jobs.add(reference, job, new Date());
    return reference;
  }

  /** Takes a job off the host, as Hyper-V does five minutes after its end. Only the InstanceID counts. */
  removeJob(reference: JobReference): void {
    this.#jobs.remove(instancePath('Msvm_MigrationJob', reference.keys));
  }

  /**
   * Puts instances on the host, in place of those with the same path. Instances of classes that the schema does not know
   * need their keys.
   *
   * @param instances - as `{ className, namespace?, keys?, properties? }` with values as `toJson` writes them, as instances,
   *   or as one CIM-XML text with any number of instances in it
   * @throws UsageError - an instance that its class does not allow; what stands before it is put in
   * @throws ProtocolError - a text that is no CIM-XML
   * @example
   * ```ts
   * import { SimulatedHost } from 'hyperv-wsman/testing';
   *
   * const host = await SimulatedHost.start();
   * host.seed([{ className: 'Msvm_ComputerSystem', properties: { CreationClassName: 'Msvm_ComputerSystem', Name: 'A1', ElementName: 'web01', EnabledState: 2 } }]);
   * await host.close();
   * ```
   */
  seed(instances: Iterable<SeedInstance | CimInstance> | string): void {
    this.#state.repository.seed(instances);
  }

  /**
   * Puts many instances of one class on the host that are made while an enumeration or a query goes through them, and kept
   * nowhere: for large results. All but the first one can be enumerated and queried only.
   *
   * @param make - makes the instance of an index from 0 on, the same one each time
   * @throws UsageError - the first instance is one that its class does not allow
   */
  seedMany(count: number, make: (index: number) => SeedInstance): void {
    this.#state.instances.addMany(count, make);
  }

  /**
   * Changes properties of an instance as the host itself does, read-only ones too; subscriptions are told of it.
   *
   * @throws UsageError - there is no such instance or property, or no such value; or it is a key
   */
  update(path: InstancePath, changes: Properties): void {
    this.#state.repository.update(path, changes);
  }

  /**
   * Takes an instance off the host; subscriptions are told of it.
   *
   * @throws UsageError - there is no such instance
   */
  remove(path: InstancePath): void {
    this.#state.repository.delete(path);
  }

  /**
   * Says what a method answers, for a class and all that derive from it; of several the one for the nearest class counts,
   * and of these the last. The instance has to be there, unless the method is called on the class. What the handler throws
   * becomes an InternalError fault. GetError and GetErrorEx of every class of jobs are there from the beginning.
   *
   * @example
   * ```ts
   * import { SimulatedHost } from 'hyperv-wsman/testing';
   *
   * const host = await SimulatedHost.start();
   * host.onInvoke('Msvm_ComputerSystem', 'RequestStateChange', (path, parameters) => {
   *   host.update(path, { EnabledState: Number(parameters.RequestedState) });
   *   return { returnValue: 0 };
   * });
   * await host.close();
   * ```
   */
  onInvoke(className: string, method: string, handler: MethodHandler): void {
    this.#state.methods.add(className, method, handler);
  }

  /**
   * Registers commands of the command shell (winrs); a later handler is asked before an earlier one, and `hostname`, `echo`
   * and `exit` are there when no handler knows a command. What the handler throws becomes stderr and exit code 1.
   *
   * @example
   * ```ts
   * import { SimulatedHost } from 'hyperv-wsman/testing';
   *
   * const host = await SimulatedHost.start();
   * host.onCommand((commandLine) => (commandLine === 'ver' ? { stdout: 'Simulated\r\n' } : null));
   * await host.close();
   * ```
   */
  onCommand(handler: CommandHandler): void {
    this.#state.shells.addHandler(handler);
  }

  /** How many command shells are open: created, and not deleted. */
  get openShells(): number {
    return this.#state.shells.count;
  }

  /** How many subscriptions are open: granted, and neither ended nor expired. */
  get openSubscriptions(): number {
    return this.#state.subscriptions.count;
  }

  /** How many enumerations are open: begun, and neither pulled to their end, released nor expired. */
  get openEnumerations(): number {
    return this.#state.enumerations.count();
  }

  /**
   * Plans a trouble. Troubles of one `when` happen in the order they were planned, one at each point of a request; one
   * that cannot happen to an answer waits for the next.
   *
   * @throws UsageError - a combination that cannot happen
   */
  trouble(trouble: Trouble): void {
    this.#script.add(trouble);
  }

  /** Cuts every connection and frees both ports. May be called again. */
  close(): Promise<void> {
    this.#closing.abort();
    this.#closed ??= Promise.all(this.#listeners.map((listener) => listener.close())).then(() => undefined);
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #connect(secure: boolean): Handle {
    this.#connections++;
    const { users = [DEFAULT_USER], cbt = 'relaxed' } = this.#options;
    const channelBinding = secure ? this.#channelBinding : null;
    const connection = new HostConnection(this.#service, { users, cbt, channelBinding, secure, random, now: () => new Date() });
    return (request) => connection.handle(request);
  }

  #port(index: 0 | 1): number {
    return this.#listeners[index]!.port;
  }
}

function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}

function checkOptions({ httpPort = 0, httpsPort = 0, users = [], cbt = 'relaxed', enumerationTimeoutMs = 1, maxOperations = 1 }: SimulatedHostOptions): void {
  for (const port of [httpPort, httpsPort]) {
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) throw new UsageError(`A port is from 0 to 65535, not ${port}`);
  }
  if (!CBT.includes(cbt)) throw new UsageError(`cbt is ${CBT.join(', ')}; not ${JSON.stringify(cbt)}`);
  for (const [name, value] of Object.entries({ enumerationTimeoutMs, maxOperations })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`${name} is a whole number from 1, not ${value}`);
  }
  checkUsers(users);
}
