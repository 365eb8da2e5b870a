import { UsageError } from '../../errors.js';
import { findGuid } from '../guid.js';
import type { MigrationOptions } from '../migrations/options.js';
import type { Precheck } from '../migrations/precheck.js';
import type { MachineState } from '../machines/state.js';
import { freeMemoryMb } from './free-memory.js';
import type { QueueHost, QueueMachine } from './queue-host.js';
import type { HostLoad } from './slots.js';

/** What a plan to empty a host is made with. */
export type DrainPlanOptions = {
  /** Where the machines can go. */
  readonly to: readonly QueueHost[];
  /** Whether machines that are off go too. Default `true`; those that are saved or paused always do. */
  readonly includeOff?: boolean;
  /** GUIDs or names, in any letter case, of machines that stay; each must be one of the host, so that a slip of the pen moves none that was to stay. */
  readonly exclude?: readonly string[];
  /** Default `VirtualSystem`, for storage that all hosts reach. */
  readonly type?: 'VirtualSystem' | 'VirtualSystemAndStorage';
  /** What else `host.migrations.start()` takes, for every machine. */
  readonly options?: Omit<MigrationOptions, 'to' | 'type'>;
  /** Whether the hosts are asked of every move if it can be; what cannot be is skipped. Default `false`. */
  readonly precheck?: boolean;
  readonly signal?: AbortSignal;
};

/** A machine of a plan. `memoryMb` is what it uses; `null` when its host does not say. */
export type PlannedMachine = { readonly id: string; readonly name: string; readonly state: MachineState; readonly memoryMb: number | null };

/** A machine, and where it goes. */
export type DrainMove = {
  readonly machine: PlannedMachine;
  /** `host:port`. */
  readonly to: string;
  /** What the hosts say of it; `null` when they were not asked. */
  readonly precheck: Precheck['verdict'] | null;
};

/** A machine that stays. */
export type DrainSkip = {
  readonly machine: PlannedMachine;
  readonly reason: 'excluded' | 'off' | 'clustered' | 'migrating' | 'noRoom' | 'notMigratable';
  /** One sentence. */
  readonly why: string;
};

/** A host as it was when the plan was made. */
export type DrainHost = {
  /** `host:port`. */
  readonly host: string;
  /** How other hosts call it. */
  readonly name: string;
  readonly machines: number;
  readonly running: number;
  /** `null` when it does not say, or not to this user. */
  readonly freeMemoryMb: number | null;
  readonly load: HostLoad;
};

/** Which machine goes where, in which order, and which one stays: plain data that can be edited. */
export type DrainPlan = {
  /** `host:port` of the host that is emptied. */
  readonly from: string;
  readonly moves: readonly DrainMove[];
  readonly skipped: readonly DrainSkip[];
  /** The host that is emptied first, then the destinations as given. */
  readonly hosts: readonly DrainHost[];
  /** What every migration of the plan is started with. */
  readonly options: Omit<MigrationOptions, 'to'>;
};

/**
 * Makes a plan; changes nothing. The machine that uses most memory goes first, each to the destination that then has most free memory left. Where the free
 * memory of a destination is not known, each goes to the one that then has the fewest machines. Among equals the first given counts.
 *
 * @throws UsageError - no destination, one twice, or the host itself; an entry of `exclude` that is no machine of the host
 */
export async function makeDrainPlan(host: QueueHost, plan: DrainPlanOptions, read: (host: QueueHost) => Promise<HostLoad>): Promise<DrainPlan> {
  const { to, options, type = 'VirtualSystem', precheck = false } = plan;
  const key = host.client.host;
  if (to.length === 0) throw new UsageError(`Where can the machines of ${key} go? Give at least one host in to`);
  const twice = to.find((one, index) => to.findIndex((other) => other.client.host === one.client.host) !== index);
  if (twice !== undefined) throw new UsageError(`${twice.client.host} is in to twice: its memory would be counted twice`);
  if (to.some((one) => one.client.host === key)) throw new UsageError(`${key} cannot be drained to itself`);
  const [machines, migrating, ...pictures] = await Promise.all([list(host.virtualMachines()), migratingOn(host), ...[host, ...to].map((one) => picture(one, read))]);
  const unmatched = (plan.exclude ?? []).find((one) => !machines.some((machine) => isNamed(machine, one)));
  if (unmatched !== undefined) throw new UsageError(`${key} has no virtual machine ${JSON.stringify(unmatched)}, neither as GUID nor as name, so nothing can be excluded by it`);
  const planned = await Promise.all(machines.map(plannedMachine));
  const skips = await Promise.all(machines.map((machine, index) => whySkipped(machine, planned[index]!, plan, migrating)));
  const rooms = pictures.slice(1).map(({ host: its, machines: count, freeMemoryMb: free }) => ({ host: its, machines: count, freeMemoryMb: free }));
  const moves: DrainMove[] = [];
  const skipped = skips.filter((skip) => skip !== null);
  for (const machine of planned.filter((_, index) => skips[index] === null).sort((a, b) => memoryOf(b) - memoryOf(a))) {
    const room = choose(rooms, memoryOf(machine));
    if (room === null) {
      skipped.push({ machine, reason: 'noRoom', why: `No destination has ${memoryOf(machine)} MB of memory left` });
      continue;
    }
    room.machines++;
    if (room.freeMemoryMb !== null) room.freeMemoryMb -= memoryOf(machine);
    moves.push({ machine, to: room.host, precheck: null });
  }
  const draft: DrainPlan = { from: key, moves, skipped, hosts: pictures, options: { ...options, type } };
  return precheck ? checked(draft, host, plan) : draft;
}

async function list<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What Msvm_MigrationJob calls the machines that migrate now, in lower case: by GUID or by name. */
async function migratingOn(host: QueueHost): Promise<ReadonlySet<string>> {
  const jobs = await list(host.migrationJobs());
  return new Set(jobs.filter((job) => job.phase === 'running').map(({ instance: { VirtualSystemName: name } }) => (typeof name === 'string' ? name.toLowerCase() : '')));
}

async function picture(host: QueueHost, read: (host: QueueHost) => Promise<HostLoad>): Promise<DrainHost> {
  const [name, machines, free, load] = await Promise.all([host.name(), list(host.virtualMachines()), freeMemoryMb(host), read(host)]);
  return { host: host.client.host, name, machines: machines.length, running: machines.filter((one) => one.state === 'running').length, freeMemoryMb: free, load };
}

async function plannedMachine(machine: QueueMachine): Promise<PlannedMachine> {
  const { id, name, state } = machine;
  // A plan is no worse for a machine that does not tell its memory.
  const memoryMb = await machine.summary().then((summary) => summary.memoryUsageMb, () => null);
  return { id, name, state, memoryMb };
}

async function whySkipped(machine: QueueMachine, planned: PlannedMachine, plan: DrainPlanOptions, migrating: ReadonlySet<string>): Promise<DrainSkip | null> {
  const { exclude = [], includeOff = true, options = {} } = plan;
  const skip = (reason: DrainSkip['reason'], why: string): DrainSkip => ({ machine: planned, reason, why });
  const names = [machine.id.toLowerCase(), machine.name.toLowerCase()];
  if (exclude.some((one) => isNamed(machine, one))) return skip('excluded', 'It is excluded');
  if (!includeOff && machine.state === 'off') return skip('off', 'It is off');
  if (names.some((name) => migrating.has(name))) return skip('migrating', 'A migration of it is running');
  const role = options.clustered === 'allow' ? null : await machine.cluster();
  return role === null ? null : skip('clustered', `It belongs to the cluster group ${role.group}: the cluster has to move it`);
}

function isNamed({ id, name }: QueueMachine, idOrName: string): boolean {
  return findGuid(idOrName) === id || name.toLowerCase() === idOrName.toLowerCase();
}

function memoryOf({ memoryMb }: PlannedMachine): number {
  return memoryMb ?? 0;
}

type Room = { readonly host: string; machines: number; freeMemoryMb: number | null };

function choose(rooms: readonly Room[], memoryMb: number): Room | null {
  const isKnown = rooms.every((room) => room.freeMemoryMb !== null);
  const fitting = isKnown ? rooms.filter((room) => room.freeMemoryMb! >= memoryMb) : rooms;
  const [best] = fitting.toSorted((a, b) => (isKnown ? b.freeMemoryMb! - a.freeMemoryMb! : a.machines - b.machines));
  return best ?? null;
}

async function checked(draft: DrainPlan, host: QueueHost, { to, signal }: DrainPlanOptions): Promise<DrainPlan> {
  const moves: DrainMove[] = [];
  const skipped = [...draft.skipped];
  for (const move of draft.moves) {
    const destination = to.find((one) => one.client.host === move.to)!;
    const precheck = await host.migrations.precheck(move.machine.id, { ...draft.options, to: destination, destination, ...(signal === undefined ? {} : { signal }) });
    if (precheck.verdict === 'notMigratable') skipped.push({ machine: move.machine, reason: 'notMigratable', why: reasonOf(precheck) });
    else moves.push({ ...move, precheck: precheck.verdict });
  }
  return { ...draft, moves, skipped };
}

function reasonOf({ checks }: Precheck): string {
  const messages = checks.flatMap((check) => check.reasons.map((reason) => reason.Message ?? ''));
  return messages.findLast((message) => message !== '') ?? 'The hosts refuse it and give no reason';
}
