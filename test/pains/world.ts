/** What the tests of the pains share: a data centre, and its hosts as a user has them, closed after each test. */
import { afterEach, vi } from 'vitest';
import { HyperVHost, type HyperVHostOptions } from '../../src/index.js';
import { DEFAULT_USER, SimulatedDataCentre, type SimulatedDataCentreOptions } from '../../src/testing/index.js';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** How jobs are followed here, so that no test waits long. */
export const OFTEN = { firstPollMs: 5, slowestPollMs: 20 } as const;

/** Two hosts, `hv01` and `hv02`, unless told. */
export async function startCentre(options: Partial<SimulatedDataCentreOptions> = {}): Promise<SimulatedDataCentre> {
  const centre = await SimulatedDataCentre.start({ hosts: ['hv01', 'hv02'], migrationMs: 80, ...options });
  open.push(centre);
  return centre;
}

/** A host of the data centre, as somebody on Linux logs on to it. */
export function logOn(centre: SimulatedDataCentre, name: string, options: Partial<HyperVHostOptions> = {}): HyperVHost {
  const host = new HyperVHost({ url: centre.host(name).url, name, auth: { type: 'ntlm', ...DEFAULT_USER }, ...options });
  open.push(host);
  return host;
}

/** Lets the clock of this process jump, by which clients reckon how long they wait, and data centres how far migrations are. */
export function jumpingClock(): { readonly jump: (ms: number) => void } {
  const now = performance.now.bind(performance);
  let ahead = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
  return { jump: (ms) => (ahead += ms) };
}

/** Waits until something of the data centre is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** How many jobs of migrations a host still has. */
export function jobsOn(centre: SimulatedDataCentre, name: string): number {
  return centre.host(name).query('SELECT * FROM Msvm_MigrationJob').length;
}

/** The books without times and ids: which machine went where, and how that ended. */
export function books(centre: SimulatedDataCentre): readonly unknown[] {
  return centre.migrations.map(({ machine, from, to, end }) => ({ machine, from, to, end }));
}
