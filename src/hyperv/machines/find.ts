import { DEFAULT_NAMESPACE } from '../../cim/object-path.js';
import type { CallOptions } from '../../client/options.js';
import { wql } from '../../client/wql.js';
import type { WsmanClient } from '../../client/wsman-client.js';
import { UsageError } from '../../errors.js';
import type { InstanceOf } from '../../schema/typed.js';
import { findGuid } from '../guid.js';
import type { HyperVHost } from '../host.js';
import { machinePresence } from '../machine-presence.js';
import { notRunning } from '../service-path.js';
import { timeLeft } from '../time-left.js';
import { VirtualMachine } from './virtual-machine.js';

/** Where a machine was found, and where it could not be looked for. */
export type FoundMachine = {
  /** In the order of the hosts; several for a name that several machines have, or while a machine moves. */
  readonly places: readonly { readonly host: HyperVHost; readonly machine: VirtualMachine }[];
  /** The hosts that could not tell: nothing is known of what they have. */
  readonly failures: readonly { readonly host: HyperVHost; readonly error: unknown }[];
};

/**
 * All virtual machines of a host, page by page. The host itself and machines that are only planned are none.
 *
 * @throws TransportError - at the end, when the host did not show even itself: its management service does not run
 */
export async function* listVirtualMachines(client: WsmanClient, call?: CallOptions): AsyncGenerator<VirtualMachine, void, undefined> {
  let isHostSeen = false;
  for await (const system of client.enumerate('Msvm_ComputerSystem', { namespace: DEFAULT_NAMESPACE, ...call })) {
    if (isMachine(system)) yield new VirtualMachine(client, system);
    else isHostSeen = true;
  }
  if (!isHostSeen) throw notRunning(client.host, 'Msvm_ComputerSystem');
}

/**
 * Finds one virtual machine of a host.
 *
 * @param idOrName - its GUID, in any letter case, braces allowed, or its display name in any letter case; the machine with
 *   the GUID is preferred to one that has it for a name
 * @throws UsageError - the host has no such machine, or several of that name: their GUIDs are in the message
 * @throws TransportError - the host cannot tell: its management service does not run
 */
export async function getVirtualMachine(client: WsmanClient, idOrName: string, call?: CallOptions): Promise<VirtualMachine> {
  const [machine, ...others] = await matching(client, idOrName, call);
  if (machine === undefined) throw new UsageError(`${client.host} has no virtual machine ${JSON.stringify(idOrName)}, neither as GUID nor as name`);
  if (others.length === 0) return machine;
  const ids = [machine, ...others].map(({ id }) => id);
  throw new UsageError(`${JSON.stringify(idOrName)} is the name of ${ids.length} virtual machines on ${client.host}; say which one by its GUID: ${ids.join(', ')}`);
}

/**
 * Looks for a virtual machine on several hosts, on all at the same time. A host that fails does not hide what the others
 * have; only when `failures` is empty, a machine without places is nowhere.
 *
 * @param idOrName - as for {@link HyperVHost.virtualMachine}
 * @param call - the time is that of each host
 * @throws UsageError - an empty name
 *
 * @example
 * ```ts
 * import { HyperVHost, findVirtualMachine } from 'hyperv-wsman';
 * const auth = { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } as const;
 * const hosts = ['https://hv01.example', 'https://hv02.example'].map((url) => new HyperVHost({ url, auth }));
 * const { places, failures } = await findVirtualMachine(hosts, 'web01');
 * for (const { machine } of places) console.log(machine.host, machine.state);
 * for (const { host, error } of failures) console.error(host.client.host, error);
 * ```
 */
export async function findVirtualMachine(hosts: readonly HyperVHost[], idOrName: string, call?: CallOptions): Promise<FoundMachine> {
  checkName(idOrName);
  const answers = await Promise.allSettled(hosts.map((host) => matching(host.client, idOrName, call)));
  call?.signal?.throwIfAborted();
  const told = hosts.map((host, index) => ({ host, answer: answers[index]! }));
  return {
    places: told.flatMap(({ host, answer }) => (answer.status === 'fulfilled' ? answer.value.map((machine) => ({ host, machine })) : [])),
    failures: told.flatMap(({ host, answer }) => (answer.status === 'rejected' ? [{ host, error: answer.reason as unknown }] : [])),
  };
}

async function matching(client: WsmanClient, idOrName: string, call: CallOptions | undefined): Promise<readonly VirtualMachine[]> {
  checkName(idOrName);
  const left = timeLeft(call);
  const id = findGuid(idOrName);
  const byName = wql`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = ${idOrName}`;
  const query = id === null ? byName : byName + wql` OR Name = ${id}`;
  const found: VirtualMachine[] = [];
  for await (const system of client.query(query, { namespace: DEFAULT_NAMESPACE, ...left() }) as AsyncIterable<InstanceOf<'Msvm_ComputerSystem'>>) {
    if (isMachine(system)) found.push(new VirtualMachine(client, system));
  }
  // A host whose management service does not run answers with nothing as well: this throws then.
  if (found.length === 0) await machinePresence(client, idOrName, left());
  const byId = found.filter((machine) => machine.id === id);
  return byId.length > 0 ? byId : found;
}

function isMachine({ Name: name }: InstanceOf<'Msvm_ComputerSystem'>): boolean {
  return findGuid(name ?? '') !== null;
}

function checkName(idOrName: string): void {
  if (idOrName === '') throw new UsageError('A virtual machine is found by its GUID or its name, not by an empty text');
}
