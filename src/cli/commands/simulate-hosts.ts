import type { SimulatedDataCentre } from '../../testing/data-centre/data-centre.js';
import type { SimulatedUser } from '../../testing/user-store.js';

/** Long enough to watch it, and to cancel it. */
const MIGRATION_MS = 30_000;
const MACHINES = ['web', 'db'];

/** A data centre of so many hosts, `hv01` and on, each with two machines that run. */
export async function startHosts(count: number, user: SimulatedUser): Promise<SimulatedDataCentre> {
  const { SimulatedDataCentre: Centre } = await import('../../testing/data-centre/data-centre.js');
  const numbers = Array.from({ length: count }, (_, index) => String(index + 1).padStart(2, '0'));
  const centre = await Centre.start({ hosts: numbers.map((number) => `hv${number}`), migrationMs: MIGRATION_MS, users: [user] });
  for (const number of numbers) for (const name of MACHINES) centre.addMachine(`hv${number}`, { name: `${name}${number}` });
  return centre;
}

/** Tells where the hosts are, who may connect, and how to ask them. */
export function hostsIntroduction({ hosts }: SimulatedDataCentre, account: readonly string[], logOn: string): string {
  return [
    `${hosts.length} simulated Hyper-V hosts are running, which move machines among themselves; Ctrl-C ends them.`,
    ...hosts.map(({ name, url }) => `  ${name.padEnd(9)} ${url}`),
    ...account,
    'Ask one, on another terminal, which machines it has:',
    `  hyperv-wsman query 'SELECT Name, ElementName, EnabledState FROM Msvm_ComputerSystem' --url ${hosts[0]!.url} ${logOn}`,
  ].join('\n');
}
