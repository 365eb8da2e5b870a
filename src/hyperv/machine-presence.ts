import { DEFAULT_NAMESPACE } from '../cim/object-path.js';
import type { CallOptions } from '../client/options.js';
import { wql } from '../client/wql.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { findGuid } from './guid.js';
import { notRunning } from './service-path.js';

/** What a host has of a machine: itself, a planned one that a migration to it prepares, or nothing. */
export type MachinePresence = 'realized' | 'planned' | 'absent';

/** Names are short, so that many fit into a page. */
const PAGE_SIZE = 100;

/**
 * Asks a host whether it has a virtual machine, or any of that name.
 *
 * @param machine - its GUID in any letter case, braces allowed, or its ElementName in any letter case
 * @throws TransportError - the host shows not even itself, so that it cannot tell: its management service does not run
 * @throws AnyError - see {@link AnyError}
 */
export async function machinePresence(client: WsmanClient, machine: string, call: CallOptions = {}): Promise<MachinePresence> {
  return presenceOf(await machinesOf(client, machine, call));
}

/**
 * Asks a host whether it has one virtual machine: `ambiguous` when several of its machines have the name, planned ones among them.
 *
 * @throws as {@link machinePresence}
 */
export async function lookForMachine(client: WsmanClient, machine: string, call: CallOptions = {}): Promise<MachinePresence | 'ambiguous'> {
  const found = await machinesOf(client, machine, call);
  return new Set([...found.realized, ...found.planned]).size > 1 ? 'ambiguous' : presenceOf(found);
}

/**
 * Asks a host for the machines that have a name, in any letter case: their GUIDs. Planned ones are none.
 *
 * @throws AnyError - see {@link AnyError}
 */
export async function machinesNamed(client: WsmanClient, name: string, call: CallOptions = {}): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { Name } of client.query(wql`SELECT Name FROM Msvm_ComputerSystem WHERE ElementName = ${name}`, { namespace: DEFAULT_NAMESPACE, ...call })) {
    const id = typeof Name === 'string' ? findGuid(Name) : null;
    if (id !== null) ids.push(id);
  }
  return ids;
}

/** The GUIDs of the machines that a GUID or a name stands for. */
type Machines = { readonly realized: readonly string[]; readonly planned: readonly string[] };

function presenceOf({ realized, planned }: Machines): MachinePresence {
  if (realized.length > 0) return 'realized';
  return planned.length > 0 ? 'planned' : 'absent';
}

async function machinesOf(client: WsmanClient, machine: string, call: CallOptions): Promise<Machines> {
  // Planned first: a machine that turns from planned to realized in between is then seen at least once.
  const planned = await namesOf(client, 'Msvm_PlannedComputerSystem', call);
  // One enumeration for the host and its machines, so that they are of the same moment.
  const realized = await namesOf(client, 'Msvm_ComputerSystem', call);
  if (!realized.some(({ id }) => findGuid(id) === null)) throw notRunning(client.host, 'Msvm_ComputerSystem');
  const wanted = findGuid(machine);
  const idsOf = (all: readonly Names[]): string[] =>
    all.flatMap(({ id, name }) => {
      const guid = findGuid(id);
      return guid !== null && (wanted === null ? sameText(name, machine) : guid === wanted) ? [guid] : [];
    });
  return { realized: idsOf(realized), planned: idsOf(planned) };
}

/** Name and ElementName of a computer system: the GUID and the name of a machine, twice its name for the host itself. */
export type Names = { readonly id: string; readonly name: string };

/** Asks a host what the computer systems of a class are called. */
export async function namesOf(client: WsmanClient, className: string, call: CallOptions): Promise<readonly Names[]> {
  const names: Names[] = [];
  const query = `SELECT Name, ElementName FROM ${className}`;
  for await (const { Name, ElementName } of client.query(query, { namespace: DEFAULT_NAMESPACE, pageSize: PAGE_SIZE, ...call })) {
    if (typeof Name === 'string') names.push({ id: Name, name: typeof ElementName === 'string' ? ElementName : '' });
  }
  return names;
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
