/** Hosts, machines and jobs that do what a test says; no socket, no clock. */
import { createInstance } from '../../../src/cim/instance.js';
import type { WsmanClient } from '../../../src/client/wsman-client.js';
import { UsageError } from '../../../src/errors.js';
import { toMsvmError } from '../../../src/hyperv/error.js';
import type { JobReference } from '../../../src/hyperv/job-reference.js';
import { toJobStatus } from '../../../src/hyperv/job-status.js';
import type { MigrationIntent } from '../../../src/hyperv/migrations/intent.js';
import { type JobOutcome, toOutcome } from '../../../src/hyperv/outcome.js';
import type { QueueFinding, QueueHost, QueueJob, QueueMachine } from '../../../src/hyperv/queue/queue-host.js';
import type { HostLoad } from '../../../src/hyperv/queue/slots.js';
import type { WaitOptions } from '../../../src/hyperv/wait.js';

/** A GUID that tells its machine: of `web01` always the same one. */
export function guidFor(name: string): string {
  const digits = Buffer.from(name).toString('hex').padEnd(12, '0').slice(0, 12);
  return `11111111-2222-4333-8444-${digits.toUpperCase()}`;
}

const evidence = (reference: JobReference) => ({ reference, status: null, observations: [] });

export class FakeJob implements QueueJob {
  readonly reference: JobReference;
  readonly waits: WaitOptions[] = [];
  cancels = 0;
  /** What `cancel()` rejects with. */
  refusesCancel: Error | null = null;
  #settle!: (outcome: JobOutcome) => void;
  #fail!: (error: unknown) => void;
  readonly #end = new Promise<JobOutcome>((resolve, reject) => {
    this.#settle = resolve;
    this.#fail = reject;
  });

  constructor(reference: JobReference) {
    this.reference = reference;
    this.#end.catch(() => undefined);
  }

  wait(options: WaitOptions = {}): Promise<JobOutcome> {
    this.waits.push(options);
    return new Promise((resolve, reject) => {
      this.#end.then(resolve, reject);
      const leave = (): void => reject(options.signal!.reason as Error);
      if (options.signal?.aborted === true) leave();
      options.signal?.addEventListener('abort', leave);
    });
  }

  cancel(): Promise<void> {
    this.cancels++;
    if (this.refusesCancel !== null) return Promise.reject(this.refusesCancel);
    this.#settle(toOutcome({ kind: 'cancelled', evidence: evidence(this.reference), errors: [] }));
    return Promise.resolve();
  }

  tell(percent: number): void {
    const instance = createInstance({ className: 'Msvm_MigrationJob', properties: { JobState: 4, PercentComplete: percent } });
    for (const { onStatus } of this.waits) onStatus?.(toJobStatus(this.reference, instance, new Date(0)));
  }

  succeed(): void {
    this.#settle(toOutcome({ kind: 'succeeded', evidence: evidence(this.reference), warnings: [] }));
  }

  /** @param percent - where it was then */
  failAt(percent: number, ...errors: { MessageID: string; Message: string }[]): void {
    const instance = createInstance({ className: 'Msvm_MigrationJob', properties: { JobState: 10, PercentComplete: percent } });
    const status = toJobStatus(this.reference, instance, new Date(0));
    const whole = errors.map((error) => toMsvmError(createInstance({ className: 'Msvm_Error', properties: error })));
    this.#settle(toOutcome({ kind: 'failed', evidence: { ...evidence(this.reference), status }, errors: whole }));
  }

  goneWith(machine: 'moved' | 'notMoved' | 'unknown'): void {
    this.#settle(toOutcome({ kind: 'gone', evidence: evidence(this.reference), machine, fault: null }));
  }

  loseSight(cause: Error): void {
    this.#settle(toOutcome({ kind: 'unknown', evidence: evidence(this.reference), cause }));
  }

  giveUp(error: Error): void {
    this.#fail(error);
  }
}

export type FakeMachine = { readonly name: string; readonly state?: QueueMachine['state']; readonly memoryMb?: number | null; readonly group?: string };

export class FakeHost implements QueueHost {
  readonly client: WsmanClient;
  load: HostLoad = { maximumMigrations: 2, maximumStorageMigrations: 2, activeMigrations: 0, activeStorageMigrations: 0 };
  /** FreePhysicalMemory of its operating system, in kilobytes; `null`: it refuses to tell. */
  freeKilobytes: string | null = null;
  machines: FakeMachine[];
  /** The machines whose migration it was asked for, by name, in this order. */
  readonly started: string[] = [];
  readonly intents: MigrationIntent[] = [];
  readonly jobs = new Map<string, FakeJob>();
  /** What `start()` does instead, once each. */
  readonly troubles: Error[] = [];
  /** What `intend()` rejects with, once each. */
  readonly intentTroubles: Error[] = [];
  readonly findings: ((intent: MigrationIntent) => QueueFinding)[] = [];
  readonly reconciled: { machine: string; destination: string | null }[] = [];
  running: string[] = [];
  notMigratable: string[] = [];
  readonly #name: string;

  constructor(name: string, machines: readonly (string | FakeMachine)[] = []) {
    this.#name = name;
    this.machines = machines.map((machine) => (typeof machine === 'string' ? { name: machine } : machine));
    this.client = { host: `${name}:5985`, enumerate: () => this.#operatingSystem() } as unknown as WsmanClient;
  }

  readonly migrations: QueueHost['migrations'] = {
    settings: () => Promise.reject(new Error('not asked: limits are given')),
    precheck: (machine) => {
      const refused = this.notMigratable.includes(this.#machine(machine).name);
      const reasons = refused ? [toMsvmError(createInstance({ className: 'Msvm_Error', properties: { Message: 'The processors differ.' } }))] : [];
      const verdict = refused ? 'failed' : 'passed';
      return Promise.resolve({ verdict: refused ? 'notMigratable' : 'migratable', checks: [{ name: 'CheckVirtualSystemIsMigratable', verdict, reasons, error: null }] });
    },
    intend: async (machine, { to, type = 'VirtualSystem' }) => {
      const trouble = this.intentTroubles.shift();
      if (trouble !== undefined) throw trouble;
      const { name } = this.#machine(machine);
      const destination = typeof to === 'object' ? await to.name() : (to ?? null);
      return {
        version: 1, id: `intent-${this.intents.length + 1}`, host: this.client.host, machine: { id: guidFor(name), name }, to: destination, type,
        options: { MigrationSettingData: '<INSTANCE/>', NewSystemSettingData: null, NewResourceSettingData: null }, knownJobs: [], intendedAt: '2026-01-01T00:00:00.000Z',
      };
    },
    start: (intent) => {
      this.started.push(intent.machine.name);
      this.intents.push(intent);
      const trouble = this.troubles.shift();
      return trouble === undefined ? Promise.resolve(this.addJob(intent.machine.name)) : Promise.reject(trouble);
    },
    reconcile: (intent, { destination } = {}) => {
      this.reconciled.push({ machine: intent.machine.name, destination: destination?.client.host ?? null });
      const find = this.findings.shift();
      return find === undefined ? Promise.reject(new Error('no finding is planned')) : Promise.resolve(find(intent));
    },
  };

  addJob(machine: string): FakeJob {
    const InstanceID = guidFor(machine).replace('11111111', String(this.started.length).padStart(8, '0'));
    const job = new FakeJob({ host: this.client.host, namespace: 'root/virtualization/v2', className: 'Msvm_MigrationJob', keys: { InstanceID } });
    this.jobs.set(machine, job);
    return job;
  }

  /** The last job of a machine. */
  jobOf(machine: string): FakeJob {
    return this.jobs.get(machine)!;
  }

  name(): Promise<string> {
    return Promise.resolve(this.#name);
  }

  virtualMachine(idOrName: string): Promise<QueueMachine> {
    return Promise.resolve().then(() => this.#queueMachine(this.#machine(idOrName)));
  }

  async *virtualMachines(): AsyncGenerator<QueueMachine> {
    await Promise.resolve();
    for (const machine of this.machines) yield this.#queueMachine(machine);
  }

  migrationJob(reference: JobReference): FakeJob {
    const job = [...this.jobs.values()].find((one) => one.reference.keys.InstanceID === reference.keys.InstanceID);
    if (job === undefined) throw new UsageError('no such job in the test');
    return job;
  }

  async *migrationJobs(): ReturnType<QueueHost['migrationJobs']> & AsyncGenerator {
    await Promise.resolve();
    for (const machine of this.running) {
      const instance = createInstance({ className: 'Msvm_MigrationJob', properties: { JobState: 4, VirtualSystemName: machine } });
      yield toJobStatus({ host: this.client.host, namespace: '', className: '', keys: { InstanceID: '' } }, instance, new Date(0));
    }
  }

  #machine(idOrName: string): FakeMachine {
    const machine = this.machines.find(({ name }) => name === idOrName || guidFor(name) === idOrName);
    if (machine === undefined) throw new UsageError(`no machine ${idOrName} on ${this.#name}`);
    return machine;
  }

  #queueMachine({ name, state = 'running', memoryMb = null, group }: FakeMachine): QueueMachine {
    return {
      id: guidFor(name), name, state,
      summary: () => Promise.resolve({ memoryUsageMb: memoryMb }),
      cluster: () => Promise.resolve(group === undefined ? null : { group, ownerNode: this.#name, resource: `Virtual Machine ${name}` }),
    };
  }

  async *#operatingSystem(): AsyncGenerator {
    await Promise.resolve();
    if (this.freeKilobytes === null) throw new Error('access denied');
    yield { FreePhysicalMemory: this.freeKilobytes };
  }
}

/** What a queue reads of a fake host. */
export const limits = (host: QueueHost): Promise<HostLoad> => Promise.resolve((host as QueueHost & { load: HostLoad }).load);

/** Lets everything happen that waits for nothing but its turn. */
export async function calm(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
