import type { SimulatedDataCentre } from '../../testing/data-centre/data-centre.js';
import type { SimulatedUser } from '../../testing/user-store.js';

/** Long enough to watch it, and to cancel it. */
const MIGRATION_MS = 30_000;
const MACHINES = ['web', 'db'];

/** A data centre of so many hosts, `hv01` and on, each with two machines that run. */
export async function startHosts(count: number, user: SimulatedUser): Promise<SimulatedDataCentre> {
  const { SimulatedDataCentre: Centre } = await import('../../testing/data-centre/data-centre.js');
  const numbers = Array.from({ length: count }, (_, index) => String(index + 1).padStart(2, '0'));
  const centre = await Centre.start({ hosts: numbers.map((number) => ({ name: `hv${number}`, authenticationType: 'Kerberos' as const })), migrationMs: MIGRATION_MS, users: [user] });
  for (const number of numbers) for (const name of MACHINES) centre.addMachine(`hv${number}`, { name: `${name}${number}` });
  return centre;
}

/** Tells where the hosts are, who may connect, and how to ask them. */
export function hostsIntroduction({ hosts }: SimulatedDataCentre, account: readonly string[], logOn: string): string {
  return [
    `${hosts.length} simulated Hyper-V hosts are running, which move machines among themselves; Ctrl-C ends them.`,
    ...hosts.map(({ name, url }) => `  ${name.padEnd(9)} ${url}`),
    ...account,
    'On another terminal, ask one which machines it has, and move one:',
    `  hyperv-wsman vms --url ${hosts[0]!.url} ${logOn}`,
    `  hyperv-wsman migrate web01 --to-url ${hosts[1]!.url} --url ${hosts[0]!.url} ${logOn}`,
  ].join('\n');
}
