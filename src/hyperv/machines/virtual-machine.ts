import { DEFAULT_NAMESPACE, type InstancePath, instancePath } from '../../cim/object-path.js';
import type { CallOptions } from '../../client/options.js';
import { wql } from '../../client/wql.js';
import type { WsmanClient } from '../../client/wsman-client.js';
import { UsageError } from '../../errors.js';
import type { InstanceOf } from '../../schema/typed.js';
import { findGuid } from '../guid.js';
import type { Job } from '../job.js';
import { invokeMethod } from '../method.js';
import { type ClusterRole, readClusterRole } from './cluster.js';
import { type GuestInfo, readGuest } from './guest.js';
import { type MachineState, machineState } from './state.js';
import { type MachineSummary, readSummary } from './summary.js';
import { timeLeft } from '../time-left.js';

/** How a machine is stopped: `shutdown` asks its operating system, `turnOff` pulls the plug. */
export type StopOptions = CallOptions & { readonly how?: 'shutdown' | 'turnOff' };

/** RequestedState of RequestStateChange (Msvm_ComputerSystem): 2 is "Enabled", 3 "Disabled", 6 "Offline". */
const REQUESTED_STATE = { running: 2, off: 3, saved: 6 } as const;

/**
 * A virtual machine as its host showed it (Msvm_ComputerSystem). The fields are of that moment; the methods ask the host.
 * A machine that has moved since is a fault of its former host.
 *
 * Methods that change its state resolve to the job that does it, or to `null` when it is done already. They reject with a
 * ReturnValueError when the host refuses, as it does in the wrong state.
 *
 * @example
 * ```ts
 * import { HyperVHost } from 'hyperv-wsman';
 * const host = new HyperVHost({ url: 'https://hv01.example', auth: { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } });
 * const machine = await host.virtualMachine('web01');
 * const { memoryUsageMb, heartbeat } = await machine.summary();
 * console.log(machine.id, machine.state, memoryUsageMb, heartbeat, (await machine.guest())?.addresses);
 * const job = await machine.stop();
 * await job?.wait();
 * await host.close();
 * ```
 */
export class VirtualMachine {
  /** Its GUID, in upper case; the same on every host it moves to. */
  readonly id: string;
  /** Its display name, ElementName; several machines may have the same. */
  readonly name: string;
  /** `host:port` of the host that showed it. */
  readonly host: string;
  readonly path: InstancePath<'Msvm_ComputerSystem'>;
  /** The whole instance as the host sent it. */
  readonly instance: InstanceOf<'Msvm_ComputerSystem'>;
  readonly state: MachineState;
  readonly #client: WsmanClient;

  /**
   * @param instance - an Msvm_ComputerSystem, whole
   * @throws UsageError - it is the host itself, whose Name is no GUID
   */
  constructor(client: WsmanClient, instance: InstanceOf<'Msvm_ComputerSystem'>) {
    const { Name: name, CreationClassName } = instance;
    const id = findGuid(name ?? '');
    if (id === null) throw new UsageError(`${name ?? 'An Msvm_ComputerSystem without a name'} is no virtual machine: its Name is no GUID`);
    this.#client = client;
    this.id = id;
    this.name = instance.ElementName ?? '';
    this.host = client.host;
    this.path = instancePath('Msvm_ComputerSystem', { CreationClassName: CreationClassName ?? 'Msvm_ComputerSystem', Name: name });
    this.instance = instance;
    this.state = machineState(instance.EnabledState, instance.OtherEnabledState);
  }

  /** Asks how it does: state, heartbeat, memory, processors (GetSummaryInformation). */
  summary(call?: CallOptions): Promise<MachineSummary> {
    return readSummary(this.#client, this.id, call);
  }

  /** Asks what its operating system tells of itself: names and addresses; `null` when it tells nothing. */
  guest(call?: CallOptions): Promise<GuestInfo | null> {
    return readGuest(this.#client, this.id, call);
  }

  /**
   * Asks who owns it: `host` is the host that holds it, as {@link VirtualMachine.host}; `clusterNode` the node that owns its
   * role, `null` when no failover cluster owns it. A person is not meant: PrimaryOwnerName of Msvm_ComputerSystem is null on
   * Hyper-V.
   *
   * @throws FaultError - the cluster could not be asked
   */
  async owner(call?: CallOptions): Promise<{ readonly host: string; readonly clusterNode: string | null }> {
    return { host: this.host, clusterNode: (await this.cluster(call))?.ownerNode ?? null };
  }

  /** Asks whether a failover cluster owns it; `null` when none does. See {@link ClusterRole}. */
  cluster(call?: CallOptions): Promise<ClusterRole | null> {
    return readClusterRole(this.#client, this, call);
  }

  /** Turns it on, or wakes it where it was saved or paused. */
  start(call?: CallOptions): Promise<Job | null> {
    return this.#request('running', call);
  }

  /**
   * Stops it: its operating system is asked to shut down, and does not wait for programs that do not end. With
   * `{ how: 'turnOff' }` it is turned off at once, and what was not written is lost.
   *
   * @returns the job, or `null`: the operating system has been asked and shuts down in its own time
   * @throws UsageError - there is nobody in the guest to ask: it is off, or without integration services; `turnOff` needs none
   */
  async stop({ how = 'shutdown', ...call }: StopOptions = {}): Promise<Job | null> {
    if (how === 'turnOff') return this.#request('off', call);
    const left = timeLeft(call);
    const path = await this.#shutdownComponent(left());
    if (path === null) throw new UsageError(`${this.name} (${this.id}) on ${this.host} has no shutdown component that could be asked: stop it with { how: 'turnOff' }`);
    return (await invokeMethod(this.#client, path, 'InitiateShutdown', { Force: true, Reason: 'Requested over WS-Management' }, left())).job;
  }

  /** Saves its memory to disk and stops it. */
  save(call?: CallOptions): Promise<Job | null> {
    return this.#request('saved', call);
  }

  async #request(state: keyof typeof REQUESTED_STATE, call: CallOptions | undefined): Promise<Job | null> {
    return (await invokeMethod(this.#client, this.path, 'RequestStateChange', { RequestedState: REQUESTED_STATE[state] }, call)).job;
  }

  async #shutdownComponent(call: CallOptions): Promise<InstancePath<'Msvm_ShutdownComponent'> | null> {
    const query = wql`SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = ${this.id}`;
    for await (const component of this.#client.query(query, { namespace: DEFAULT_NAMESPACE, ...call })) {
      const { SystemCreationClassName = null, SystemName = null, CreationClassName = null, DeviceID = null } = component;
      return instancePath('Msvm_ShutdownComponent', { SystemCreationClassName, SystemName, CreationClassName, DeviceID });
    }
    return null;
  }
}
