import { DEFAULT_NAMESPACE } from '../cim/object-path.js';
import type { CallOptions } from '../client/options.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { findGuid } from './guid.js';
import { notRunning } from './service-path.js';

/** What a host has of a machine: itself, a planned one that a migration to it prepares, or nothing. */
export type MachinePresence = 'realized' | 'planned' | 'absent';

/** Names are short, so that many fit into a page. */
const PAGE_SIZE = 100;

/**
 * Asks a host whether it has a virtual machine.
 *
 * @param machine - its GUID in any letter case, braces allowed, or its ElementName in any letter case
 * @throws TransportError - the host shows not even itself, so that it cannot tell: its management service does not run
 * @throws AnyError - see {@link AnyError}
 */
export async function machinePresence(client: WsmanClient, machine: string, call: CallOptions = {}): Promise<MachinePresence> {
  // Planned first: a machine that turns from planned to realized in between is then seen at least once.
  const planned = await namesOf(client, 'Msvm_PlannedComputerSystem', call);
  // One enumeration for the host and its machines, so that they are of the same moment.
  const realized = await namesOf(client, 'Msvm_ComputerSystem', call);
  if (!realized.some(({ id }) => findGuid(id) === null)) throw notRunning(client.host, 'Msvm_ComputerSystem');
  const isIt = ({ id, name }: Names): boolean => sameText(id, findGuid(machine) ?? machine) || sameText(name, machine);
  if (realized.some((one) => findGuid(one.id) !== null && isIt(one))) return 'realized';
  return planned.some(isIt) ? 'planned' : 'absent';
}

type Names = { readonly id: string; readonly name: string };

async function namesOf(client: WsmanClient, className: string, call: CallOptions): Promise<readonly Names[]> {
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
