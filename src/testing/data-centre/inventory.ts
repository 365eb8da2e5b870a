import type { CimInstance } from '../../cim/instance.js';
import type { InstancePath } from '../../cim/object-path.js';
import { UsageError } from '../../errors.js';
import type { SimulatedHost } from '../simulated-host.js';
import { type PlacedInstance, placeOf } from './instances.js';
import { ifThere } from './jobs.js';
import { diskPath, machineInstances, plannedInstances, settingsPath } from './machine-instances.js';
import { stateOf } from './machine-state.js';
import type { ResolvedHost, ResolvedMachine } from './types.js';

/** A host of a data centre. */
export type CentreHost = { readonly host: SimulatedHost; readonly settings: ResolvedHost };

/** A machine, the host whose it is, and what it consists of on each host that has it: on two, or on none, while it is handed over. */
type Entry = { machine: ResolvedMachine; on: CentreHost; readonly places: Map<CentreHost, readonly InstancePath[]>; folders: Readonly<Record<string, string>> };

/** Which machine is on which host, realized or planned, and the instances that it consists of there. */
export class Inventory {
  readonly #entries = new Map<string, Entry>();
  readonly #planned = new Map<string, readonly InstancePath[]>();

  /** @throws UsageError - there is a machine with this GUID */
  add(machine: ResolvedMachine, on: CentreHost): void {
    if (this.#entries.has(machine.id)) throw new UsageError(`machine: there is already a machine ${machine.id}, on ${this.hostOf(machine.id)!.host.name}`);
    const places = put(on.host, machineInstances(machine, on.host.name, new Date()));
    this.#entries.set(machine.id, { machine, on, places: new Map([[on, places]]), folders: {} });
  }

  /** Forgets a machine, and takes what is left of it off its host. */
  drop(id: string): void {
    const { on, places } = this.#entries.get(id)!;
    take(on.host, places.get(on)!);
    this.#entries.delete(id);
  }

  /** Whose a machine is, its source's until it has been handed over; `null` for one that nobody has added. */
  hostOf(id: string): CentreHost | null {
    return this.#entries.get(id)?.on ?? null;
  }

  /** What a machine that is on a host is made of; its state is the one it came with. */
  machineOn(on: CentreHost, id: string): ResolvedMachine | null {
    const entry = this.#entries.get(id);
    return entry?.places.has(on) === true ? entry.machine : null;
  }

  /** Whether its host still has the computer system of a machine: somebody may have taken it away. */
  isThere(id: string): boolean {
    return this.#systemOf(id) !== undefined;
  }

  /** A machine as it is now; `null` while it changes its state, when somebody has taken it away, and for one that was never there. */
  current(id: string): ResolvedMachine | null {
    const entry = this.#entries.get(id);
    const state = stateOf(Number(this.#systemOf(id)?.EnabledState));
    return entry === undefined || state === null ? null : { ...entry.machine, state };
  }

  /** Whether each InstanceID is that of a disk of the machine. */
  hasDisks(id: string, instanceIds: Iterable<string>): boolean {
    return [...instanceIds].every((instanceId) => this.#diskIndex(id, instanceId) >= 0);
  }

  /** Puts disks and folders of a machine elsewhere, on the host that has it. */
  relocate(id: string, disks: ReadonlyMap<string, string>, folders: Readonly<Record<string, string>>): void {
    const entry = this.#entries.get(id)!;
    const paths = [...entry.machine.disks];
    for (const [instanceId, path] of disks) paths[this.#diskIndex(id, instanceId)] = path;
    entry.machine = { ...entry.machine, disks: paths };
    entry.folders = { ...entry.folders, ...folders };
    paths.forEach((path, index) => ifThere(() => entry.on.host.update(diskPath(id, index), { HostResource: [path] })));
    ifThere(() => entry.on.host.update(settingsPath(id), entry.folders));
  }

  /** Takes a machine from its host to another one: what of `arrive` and `leave` has not been done. */
  move(id: string, to: CentreHost): void {
    this.arrive(id, to);
    this.leave(id);
    this.#entries.get(id)!.on = to;
  }

  /** Puts a machine on another host, where a planned one gives way to it. It keeps its state, and stays on its host, too. */
  arrive(id: string, to: CentreHost): void {
    const entry = this.#entries.get(id)!;
    if (entry.places.has(to)) return;
    entry.machine = this.current(id) ?? entry.machine;
    this.unplan(id, to);
    entry.places.set(to, put(to.host, machineInstances(entry.machine, to.host.name, new Date())));
    ifThere(() => to.host.update(settingsPath(id), entry.folders));
  }

  /** Takes a machine off its host. */
  leave(id: string): void {
    const entry = this.#entries.get(id)!;
    entry.machine = this.current(id) ?? entry.machine;
    take(entry.on.host, entry.places.get(entry.on) ?? []);
    entry.places.delete(entry.on);
  }

  /** Whether a host has the planned form of a machine. */
  isPlanned(id: string, on: CentreHost): boolean {
    return this.#planned.has(planKey(id, on));
  }

  /** Puts the planned form of a machine on a host. */
  plan(id: string, on: CentreHost): void {
    this.#planned.set(planKey(id, on), put(on.host, plannedInstances(this.#entries.get(id)!.machine, new Date())));
  }

  /** Takes the planned form of a machine off a host, if it is there. */
  unplan(id: string, on: CentreHost): void {
    take(on.host, this.#planned.get(planKey(id, on)) ?? []);
    this.#planned.delete(planKey(id, on));
  }

  #systemOf(id: string): CimInstance | undefined {
    return this.#entries.get(id)?.on.host.query(`SELECT EnabledState FROM Msvm_ComputerSystem WHERE Name = '${id}'`)[0];
  }

  #diskIndex(id: string, instanceId: string): number {
    const disks = this.#entries.get(id)?.machine.disks ?? [];
    return disks.findIndex((_disk, index) => (diskPath(id, index).keys.InstanceID as string).toUpperCase() === instanceId.toUpperCase());
  }
}

function planKey(id: string, { host }: CentreHost): string {
  return `${host.name} ${id}`;
}

function put(host: SimulatedHost, instances: readonly PlacedInstance[]): readonly InstancePath[] {
  host.seed(instances);
  return instances.map(placeOf);
}

function take(host: SimulatedHost, places: readonly InstancePath[]): void {
  for (const place of places) ifThere(() => host.remove(place));
}
