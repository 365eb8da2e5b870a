/** A simulated host with what a data centre puts on it, without the data centre. */
import type { WsmanClient } from '../../../src/index.js';
import type { SimulatedHost } from '../../../src/testing/index.js';
import { registerCompatibility } from '../../../src/testing/data-centre/compatibility-methods.js';
import { hostInstances } from '../../../src/testing/data-centre/host-instances.js';
import { machineInstances } from '../../../src/testing/data-centre/machine-instances.js';
import { registerMachineMethods } from '../../../src/testing/data-centre/machine-methods.js';
import { registerServiceMethods } from '../../../src/testing/data-centre/service-methods.js';
import { registerSummaryInformation } from '../../../src/testing/data-centre/summary-information.js';
import { type SimulatedCentreHost, type SimulatedMachine, resolveHost, resolveMachine } from '../../../src/testing/data-centre/types.js';
import { afterTest, clientOf, startHost } from '../support.js';

export const WEB01 = '1B0C4E2A-6D3F-4A57-9E81-7C5B2D9F0A11';
export const DB01 = '2C1D5F3B-7E40-4B68-8F92-8D6C3EA01B22';
const SINCE = new Date('2026-11-20T08:00:00Z');

export type Provided = { readonly host: SimulatedHost; readonly client: WsmanClient; readonly moving: Set<string> };

/** Starts a host with machines, web01 alone unless told. A change takes 20 ms, and a job stays 5 minutes unless told. */
export async function provide(options: { host?: Partial<SimulatedCentreHost>; machines?: readonly SimulatedMachine[]; changeMs?: number; jobLifetimeMs?: number } = {}): Promise<Provided> {
  const settings = resolveHost({ name: 'hv01', ...options.host });
  const machines = (options.machines ?? [{ id: WEB01, name: 'web01' }]).map(resolveMachine);
  const host = await startHost({ name: settings.name });
  const closing = new AbortController();
  afterTest(() => closing.abort());
  const moving = new Set<string>();
  const machineOf = (id: string) => machines.find((machine) => machine.id === id) ?? null;
  const jobs = { changeMs: options.changeMs ?? 20, jobLifetimeMs: options.jobLifetimeMs ?? 300_000, signal: closing.signal };
  host.seed(hostInstances(settings, SINCE));
  for (const machine of machines) host.seed(machineInstances(machine, settings.name, SINCE));
  registerMachineMethods(host, { ...jobs, machineOf, isMoving: (id) => moving.has(id) });
  registerServiceMethods(host, jobs);
  registerSummaryInformation(host, machineOf);
  registerCompatibility(host, settings, machineOf);
  return { host, client: clientOf(host), moving };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
