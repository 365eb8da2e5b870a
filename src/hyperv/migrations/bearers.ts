import type { CallOptions } from '../../client/options.js';
import { findGuid } from '../guid.js';
import type { HyperVHost } from '../host.js';
import { namesOf } from '../machine-presence.js';

/** A machine as it was found when its migration was meant. */
export type MachineName = { /** Its GUID, upper case. */ readonly id: string; readonly name: string };

/**
 * Asks hosts who has which name.
 *
 * @returns gives the GUIDs of the machines that have a name, in any letter case; the machine itself has the name of `machine`
 *   as well as the one that it has now
 */
export async function bearersOf(hosts: readonly HyperVHost[], machine: MachineName, call: CallOptions): Promise<(name: string | null) => readonly string[]> {
  const ids = new Map<string, Set<string>>();
  const add = (name: string, id: string): void => void ids.set(name.toLowerCase(), (ids.get(name.toLowerCase()) ?? new Set()).add(id));
  add(machine.name, machine.id);
  for (const { client } of hosts) {
    for (const { id, name } of await namesOf(client, 'Msvm_ComputerSystem', call)) {
      const guid = findGuid(id);
      if (guid !== null && name !== '') add(name, guid);
    }
  }
  return (name) => [...(ids.get(name?.toLowerCase() ?? '') ?? [])];
}
