import { X509Certificate, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { tlsServerEndPoint } from '../auth/channel-binding.js';
import { type KeytabEntry, decodeKeytab } from '../auth/kerberos/keytab.js';
import type { CimInstance } from '../cim/instance.js';
import { type InstancePath, instancePath } from '../cim/object-path.js';
import { UsageError } from '../errors.js';
import { findGuid } from '../hyperv/guid.js';
import { type JobReference, resolveJobReference } from '../hyperv/job-reference.js';
import { type Schema, loadSchema } from '../schema/class-info.js';
import { random } from '../transport/random.js';
import { createCertificate } from './certificate.js';
import { mappedAccount } from './certificate-mapping.js';
import { type DecodedRequest, HostConnection, type HostService } from './host-connection.js';
import { createHostAcceptors } from './host-acceptors.js';
import { type Handle, type Listener, type ListenerTls, listen } from './http-listener.js';
import { createHostState } from './host-state.js';
import type { MethodHandler } from './methods.js';
import { MigrationJobs, type SimulatedJob } from './providers/migration-job.js';
import type { SeedInstance } from './repository/make-instance.js';
import type { Properties } from './repository.js';
import type { HostState } from './service.js';
import type { CommandHandler } from './shell-commands.js';
import { type RebootOptions, type SimulatedHostOptions, checkOptions } from './simulated-host-options.js';
import { type Trouble, TroubleScript } from './trouble.js';
import { COMPUTER_NAME, DEFAULT_USER } from './user-store.js';

const ADDRESS = '127.0.0.1';
/** A port that was free a moment ago may be another program's for a moment. */
const PORT_TRIES = 100;
const PORT_RETRY_MS = 50;

/**
 * A Hyper-V host to test against: a WS-Management service over real sockets on 127.0.0.1, with every authentication that
 * Windows takes, sealing, channel binding and Windows' faults, that holds the instances you give it and fails where you tell it to. It serves
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
  readonly #keytab: readonly KeytabEntry[] | null;
  readonly #channelBinding: Uint8Array | null;
  readonly #jobs: MigrationJobs;
  readonly #state: HostState;
  readonly #script = new TroubleScript();
  readonly #requests: DecodedRequest[] = [];
  readonly #closing = new AbortController();
  readonly #name: string;
  readonly #tls: ListenerTls;
  /** Aborts when the host goes down, for a reboot or for good. */
  #down = new AbortController();
  #listeners: Listener[] = [];
  #ports: readonly [http: number, https: number] = [0, 0];
  readonly #service: HostService;
  readonly #rebootListeners: (() => void)[] = [];
  /** The Kerberos requests that were seen, on whatever connection. */
  readonly #replayCache = new Set<string>();
  #connections = 0;
  #handshakes = 0;
  #closed: Promise<void> | null = null;
  #rebooting: Promise<void> | null = null;

  private constructor(tls: { certificate: string; key: string }, schema: Schema, options: SimulatedHostOptions) {
    // Any number of requests may wait on them.
    setMaxListeners(0, this.#closing.signal, this.#down.signal);
    this.certificate = tls.certificate;
    this.#tls = { ...tls, requestCertificate: options.clientCertificates !== undefined };
    this.#name = options.name ?? COMPUTER_NAME;
    this.#options = options;
    this.#keytab = options.kerberos === undefined ? null : decodeKeytab(options.kerberos.keytab);
    this.#channelBinding = tlsServerEndPoint(new X509Certificate(tls.certificate).raw);
    this.#state = createHostState(schema, { ...options, name: this.#name }, this.#closing.signal);
    this.#jobs = new MigrationJobs(this.#state.repository, this.#state.methods, schema);
    this.#service = {
      state: this.#state,
      script: this.#script,
      allowUnencrypted: options.allowUnencrypted ?? false,
      origin: { address: ADDRESS, machine: this.#name },
      newMessageId: () => `uuid:${randomUUID().toUpperCase()}`,
      onHandshake: () => this.#handshakes++,
      onRequest: (request) => this.#requests.push(request),
      down: () => this.#down.signal,
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
    const tls = createCertificate({ commonName: options.name ?? COMPUTER_NAME, names, now: new Date(), random });
    const host = new SimulatedHost(tls, await loadSchema(), options);
    try {
      await host.#listen(options.httpPort ?? 0, options.httpsPort ?? 0);
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  /** The computer's name. */
  get name(): string {
    return this.#name;
  }

  /** Where HTTP is: `http://127.0.0.1:PORT/wsman`. */
  get url(): string {
    return `http://${ADDRESS}:${this.#ports[0]}/wsman`;
  }

  /** Where HTTPS is: `https://127.0.0.1:PORT/wsman`. */
  get httpsUrl(): string {
    return `https://${ADDRESS}:${this.#ports[1]}/wsman`;
  }

  /** Every authenticated request that was understood, faults and troubles included, in the order of their coming. */
  get requests(): readonly DecodedRequest[] {
    return this.#requests;
  }

  /** How many connections were accepted so far, TLS finished. */
  get connections(): number {
    return this.#connections;
  }

  /** How many handshakes succeeded so far, in whatever scheme. */
  get handshakes(): number {
    return this.#handshakes;
  }

  /**
   * Puts a job on the host, a migration job unless told; one with the same InstanceID is replaced, so that a job can go on.
   * With its first job the host shows its own Msvm_ComputerSystem, unless it has one: without it, a client cannot tell a job
   * that is gone from a management service that does not run.
   *
   * @returns a reference with the host of {@link SimulatedHost.url}; over HTTPS use its InstanceID
   * @throws UsageError - an InstanceID that is no GUID, a class that is none of jobs, or a state, a property, an error or a
   *   text that Hyper-V could not hold
   */
  addJob(job: SimulatedJob): JobReference {
    const reference = { ...resolveJobReference(guidOf(job), `${ADDRESS}:${this.#ports[0]}`), className: this.#jobs.className(job) };
    this.#jobs.add(reference, job, new Date());
    this.#showItself();
    return reference;
  }

  /** Takes a job off the host, as Hyper-V does five minutes after its end. Only its class and InstanceID count. */
  removeJob(reference: JobReference): void {
    this.#jobs.remove(instancePath(reference.className, reference.keys));
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
   * An instance as it is now.
   *
   * @throws UsageError - there is no such instance
   */
  get(path: InstancePath): CimInstance {
    return this.#state.repository.get(path);
  }

  /**
   * What a query for data finds now.
   *
   * @throws UsageError - it is no query, or its class is not known
   */
  query(query: string, namespace?: string): readonly CimInstance[] {
    return [...this.#state.repository.query(query, namespace)];
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

  /**
   * Reboots the host: every connection is cut, both ports are closed, and what a Windows host forgets is gone (jobs,
   * enumerations, subscriptions, shells). Instances stay. After a while it answers on the same ports again. While it is
   * away another call joins the reboot under way.
   *
   * @returns resolves when it answers again, the management service perhaps not yet, or when it is closed
   * @throws TransportError - another program has taken one of the ports
   */
  reboot(options: RebootOptions = {}): Promise<void> {
    this.#rebooting ??= this.#reboot(options).finally(() => (this.#rebooting = null));
    return this.#rebooting;
  }

  /** Calls a listener at each reboot, when the host has just gone down. */
  onReboot(listener: () => void): void {
    this.#rebootListeners.push(listener);
  }

  /** Whether it is not away for a reboot, and its management service runs. */
  get isUp(): boolean {
    return this.#state.vmms.isRunning;
  }

  /** Cuts every connection and frees both ports. May be called again. */
  close(): Promise<void> {
    this.#closing.abort();
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #connect(secure: boolean, clientCertificate: Uint8Array | null): Handle {
    this.#connections++;
    const { users: given = [DEFAULT_USER], cbt = 'relaxed' } = this.#options;
    const users = given.map((user) => ({ domain: this.#name, ...user }));
    const channelBinding = secure ? this.#channelBinding : null;
    const now = (): Date => new Date();
    const certificateUser = mappedAccount(this.#options.clientCertificates ?? [], clientCertificate, this.#name);
    const acceptors = createHostAcceptors({
      users,
      computerName: this.#name,
      keytab: this.#keytab,
      replayCache: this.#replayCache,
      credssp: this.#options.credssp === true ? this.#tls : null,
      cbt,
      channelBinding,
      random,
      now,
    });
    const connection = new HostConnection(this.#service, { acceptors, users, computerName: this.#name, certificateUser, secure });
    return (request) => connection.handle(request);
  }

  #showItself(): void {
    const className = 'Msvm_ComputerSystem';
    if (this.query(`SELECT Name FROM ${className}`).length > 0) return;
    this.seed([{ className, keys: { CreationClassName: className, Name: this.#name }, properties: { ElementName: this.#name } }]);
  }

  async #listen(http: number, https: number): Promise<void> {
    for (const [port, tls] of [[http, null], [https, this.#tls]] as const) {
      this.#listeners.push(await listen({ port, tls, connect: (certificate) => this.#connect(tls !== null, certificate) }));
    }
    this.#ports = [this.#listeners[0]!.port, this.#listeners[1]!.port];
  }

  async #reboot({ downMs = 0, vmmsDelayMs = 0 }: RebootOptions): Promise<void> {
    const { signal } = this.#closing;
    await this.#goDown();
    this.#jobs.clear();
    for (const listener of this.#rebootListeners) listener();
    const { enumerations, subscriptions, shells, vmms } = this.#state;
    for (const lost of [enumerations, subscriptions, shells]) lost.clear();
    vmms.isRunning = false;
    await wait(downMs, undefined, { signal }).catch(() => undefined);
    await this.#comeUp();
    const { signal: nextDown } = this.#down;
    void wait(vmmsDelayMs, undefined, { signal: nextDown, ref: false }).then(() => (vmms.isRunning = true), () => undefined);
  }

  async #goDown(): Promise<void> {
    this.#down.abort();
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()));
  }

  async #comeUp(): Promise<void> {
    this.#down = new AbortController();
    setMaxListeners(0, this.#down.signal);
    for (let tries = 1; !this.#closing.signal.aborted; tries++) {
      try {
        await this.#listen(...this.#ports);
        return;
      } catch (error) {
        await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()));
        if (tries === PORT_TRIES) throw error;
        await wait(PORT_RETRY_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
  }

  async #close(): Promise<void> {
    await this.#goDown();
    // A host that was about to come up does so, and goes down again.
    await this.#rebooting?.catch(() => undefined);
    await this.#goDown();
  }
}

/** A reference of a job would keep a text that is no GUID as it is; on a host it is one. */
function guidOf({ InstanceID = randomUUID() }: SimulatedJob): string {
  if (findGuid(InstanceID) === null) throw new UsageError(`InstanceID: "${InstanceID}" is not a GUID`);
  return InstanceID;
}
