import type { CimValue } from '../../src/cim/types.js';
import { createInstance } from '../../src/cim/instance.js';
import { type InstancePath, instancePath } from '../../src/cim/object-path.js';
import type { Clock } from '../../src/hyperv/clock.js';
import { HyperVHost } from '../../src/hyperv/host.js';
import { type JobStatus, toJobStatus } from '../../src/hyperv/job-status.js';
import { DEFAULT_USER, SimulatedHost } from '../../src/testing/index.js';

export const MACHINE = 'C2F0A9D4-6B1E-4E57-8C33-91D5A7E40B62';

/** A simulated host, and a client of it. */
export type Rig = { readonly simulated: SimulatedHost; readonly host: HyperVHost; readonly close: () => Promise<void> };

export async function startRig(name = 'HV01'): Promise<Rig> {
  const simulated = await SimulatedHost.start({ name });
  seedComputer(simulated);
  const host = new HyperVHost({ url: simulated.url, auth: { type: 'ntlm', ...DEFAULT_USER }, name });
  return { simulated, host, close: () => host.close().then(() => simulated.close()) };
}

/** Puts on the host what every Hyper-V host shows of itself, whether or not it is there already. */
export function seedComputer(simulated: SimulatedHost): InstancePath {
  return seedSystem(simulated, 'Msvm_ComputerSystem', simulated.name, simulated.name);
}

/** Takes it off, as if the management service were stopped. */
export function hideComputer(simulated: SimulatedHost): void {
  simulated.remove(seedComputer(simulated));
}

export function seedMachine(simulated: SimulatedHost, elementName = 'web01', id = MACHINE): InstancePath {
  return seedSystem(simulated, 'Msvm_ComputerSystem', id, elementName);
}

export function seedPlanned(simulated: SimulatedHost, elementName = 'web01', id = MACHINE): InstancePath {
  return seedSystem(simulated, 'Msvm_PlannedComputerSystem', id, elementName);
}

function seedSystem(simulated: SimulatedHost, className: string, Name: string, ElementName: string): InstancePath {
  simulated.seed([{ className, properties: { CreationClassName: className, Name, ElementName } }]);
  return instancePath(className, { CreationClassName: className, Name });
}

/** How many requests of an action or method came since `from`. */
export function countOf(simulated: SimulatedHost, what: string, from = 0): number {
  return simulated.requests.slice(from).filter(({ method, action }) => method === what || action.endsWith(`/${what}`)).length;
}

/** A clock that stands still but for sleeping, which takes no time and is written down. */
export function fakeClock(): Clock & { readonly slept: number[]; advance: (ms: number) => void } {
  let time = 1000;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    advance: (ms) => (time += ms),
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      time += ms;
      return Promise.resolve();
    },
  };
}

export const REFERENCE = { host: 'hv01:5985', namespace: 'root/virtualization/v2', className: 'Msvm_MigrationJob', keys: { InstanceID: '0B6E9C11-47D2-4E0A-9B6C-2F54D3A1E870' } };

/** The status of a job as a host would show it. */
export function statusOf(properties: Readonly<Record<string, CimValue>>): JobStatus {
  return toJobStatus(REFERENCE, createInstance({ className: 'Msvm_MigrationJob', properties }), new Date(0));
}
