import { X509Certificate, randomBytes, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { tlsServerEndPoint } from '../auth/channel-binding.js';
import { UsageError } from '../errors.js';
import { type JobReference, resolveJobReference } from '../hyperv/job-reference.js';
import { createCertificate } from './certificate.js';
import { type DecodedRequest, HostConnection, type HostService } from './host-connection.js';
import { type Handle, type Listener, listen } from './http-listener.js';
import { MigrationJobs, type SimulatedJob } from './providers/migration-job.js';
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
};

const ADDRESS = '127.0.0.1';
const CBT: readonly string[] = ['none', 'relaxed', 'strict'];

/**
 * A Hyper-V host to test against: a WS-Management service over real sockets on 127.0.0.1, with NTLM and Basic, sealing,
 * channel binding and Windows' faults, that holds the migration jobs you give it and fails where you tell it to. What it
 * knows is Identify, and Get, GetError and GetErrorEx of Msvm_MigrationJob.
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
  readonly #jobs = new MigrationJobs();
  readonly #script = new TroubleScript();
  readonly #requests: DecodedRequest[] = [];
  readonly #closing = new AbortController();
  readonly #listeners: Listener[] = [];
  readonly #service: HostService;
  #connections = 0;
  #handshakes = 0;
  #closed: Promise<void> | null = null;

  private constructor(certificate: string, options: SimulatedHostOptions) {
    // Any number of delays may wait on it.
    setMaxListeners(0, this.#closing.signal);
    this.certificate = certificate;
    this.#options = options;
    this.#channelBinding = tlsServerEndPoint(new X509Certificate(certificate).raw);
    this.#service = {
      providers: [this.#jobs.provider],
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
    const host = new SimulatedHost(tls.certificate, options);
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
    this.#jobs.add(reference.keys.InstanceID, job, new Date());
    return reference;
  }

  /** Takes a job off the host, as Hyper-V does five minutes after its end. Only the InstanceID counts. */
  removeJob(reference: JobReference): void {
    this.#jobs.remove(reference.keys.InstanceID.toUpperCase());
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

function checkOptions({ httpPort = 0, httpsPort = 0, users = [], cbt = 'relaxed' }: SimulatedHostOptions): void {
  for (const port of [httpPort, httpsPort]) {
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) throw new UsageError(`A port is from 0 to 65535, not ${port}`);
  }
  if (!CBT.includes(cbt)) throw new UsageError(`cbt is ${CBT.join(', ')}; not ${JSON.stringify(cbt)}`);
  checkUsers(users);
}
