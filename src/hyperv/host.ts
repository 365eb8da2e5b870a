import type { InstancePath } from '../cim/object-path.js';
import type { CallOptions, WsmanClientOptions } from '../client/options.js';
import { WsmanClient } from '../client/wsman-client.js';
import type { InParameters, MethodName } from '../schema/typed.js';
import { askComputerName, nameInAuthority } from './host-name.js';
import { type Job, MigrationJob, toJob } from './job.js';
import { type JobListOptions, listJobs } from './job-list.js';
import { type JobReference, resolveJobReference } from './job-reference.js';
import type { JobStatus, MigrationJobStatus } from './job-status.js';
import { getVirtualMachine, listVirtualMachines } from './machines/find.js';
import type { VirtualMachine } from './machines/virtual-machine.js';
import { type MethodResult, invokeMethod } from './method.js';
import { MigrationService } from './migrations/service.js';

/** Where a host is and how to log on to it, or `{ client }` to share a client, which `close()` then leaves open. */
export type HyperVHostOptions = (WsmanClientOptions | { readonly client: WsmanClient }) & {
  /** What other hosts call it, see {@link HyperVHost.name}. */
  readonly name?: string;
};

/**
 * One Hyper-V host: the door to its machines, migrations and jobs. It connects with the first call; close it when done.
 *
 * @example
 * ```ts
 * import { HyperVHost } from 'hyperv-wsman';
 * const host = new HyperVHost({ url: 'https://hv01.example', auth: { type: 'ntlm', username: '.\\ops', password: () => process.env.PASSWORD ?? '' } });
 * try {
 *   for (const error of await host.migrationJob('{6d6a6a4e-2c0b-4c52-9e0e-6b9f5c2b7a11}').getErrorEx()) console.error(error.Message);
 * } finally {
 *   await host.close();
 * }
 * ```
 */
export class HyperVHost implements AsyncDisposable {
  /** The generic client underneath. */
  readonly client: WsmanClient;
  readonly #owned: boolean;
  #name: string | null;
  #migrations: MigrationService | null = null;

  /** @throws UsageError - an option that cannot work or is not safe */
  constructor({ name, ...options }: HyperVHostOptions) {
    this.#owned = !('client' in options);
    this.client = 'client' in options ? options.client : new WsmanClient({ namespace: 'root/virtualization/v2', ...options });
    this.#name = name ?? nameInAuthority(this.client.host);
  }

  /** The service that moves virtual machines from this host to others. */
  get migrations(): MigrationService {
    this.#migrations ??= new MigrationService(this);
    return this.#migrations;
  }

  /**
   * What other hosts call this one, as the destination of a migration: the option `name`, else the name in the URL, else,
   * when that is an address or localhost, the computer's own name. The host is asked for that once.
   *
   * @throws TransportError - the host does not tell: its management service (vmms) does not run
   * @throws AnyError - see {@link AnyError}
   */
  async name(call?: CallOptions): Promise<string> {
    this.#name ??= await askComputerName(this.client, call);
    return this.#name;
  }

  /**
   * A migration that is known by its id or by an earlier reference. Nothing is asked of the host yet.
   *
   * @param idOrReference - an InstanceID in any letter case, braces allowed, or a reference
   * @throws UsageError - not a GUID, or the reference of another host
   */
  migrationJob(idOrReference: string | JobReference): MigrationJob {
    return new MigrationJob(this.client, resolveJobReference(idOrReference, this.client.host));
  }

  /** The migrations that run on this host or ended there in the last minutes: those that were started on it. */
  migrationJobs(options?: JobListOptions): AsyncIterable<MigrationJobStatus> {
    return listJobs(this.client, 'Msvm_MigrationJob', options);
  }

  /**
   * A job of any class that is known by an earlier reference; a {@link MigrationJob} when its class says so. Nothing is asked
   * of the host yet.
   *
   * @throws UsageError - not a whole reference, or that of another host
   */
  job(reference: JobReference): Job {
    return toJob(this.client, resolveJobReference(reference, this.client.host));
  }

  /** The jobs of every class that run on this host or ended there in the last minutes. */
  jobs(options?: JobListOptions): AsyncIterable<JobStatus> {
    return listJobs(this.client, 'CIM_ConcreteJob', options);
  }

  /**
   * Calls a method of an object of Hyper-V, judges what it returns, and gives the job in which it goes on.
   *
   * @param parameters - IN parameters by name: a path for a REF, an instance for an embedded one
   * @throws ReturnValueError - it returned neither 0 nor 4096
   * @throws OutcomeUnknownError - it may or may not have run
   * @throws AnyError - see {@link AnyError}
   *
   * @example
   * ```ts
   * import { HyperVHost, instancePath } from 'hyperv-wsman';
   * const host = new HyperVHost({ url: 'http://hv01.example', auth: { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } });
   * const machine = instancePath('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: '3B0E2B5C-7C1D-4F55-9C0F-5E3A8D1B6F20' });
   * const { job } = await host.invoke(machine, 'RequestStateChange', { RequestedState: 2 });
   * await job?.wait();
   * await host.close();
   * ```
   */
  invoke<C extends string, M extends MethodName<C>>(path: InstancePath<C>, method: M, parameters?: InParameters<C, M>, call?: CallOptions): Promise<MethodResult> {
    return invokeMethod(this.client, path, method, parameters, call);
  }

  /** The virtual machines of this host, in no order. */
  virtualMachines(call?: CallOptions): AsyncIterable<VirtualMachine> {
    return listVirtualMachines(this.client, call);
  }

  /**
   * A virtual machine of this host.
   *
   * @param idOrName - its GUID in any letter case, braces allowed, or its name in any letter case
   * @throws UsageError - there is none, or several have the name: their GUIDs are listed
   * @throws AnyError - see {@link AnyError}
   */
  virtualMachine(idOrName: string, call?: CallOptions): Promise<VirtualMachine> {
    return getVirtualMachine(this.client, idOrName, call);
  }

  /** Closes the client, unless it was handed in. */
  async close(): Promise<void> {
    if (this.#owned) await this.client.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
