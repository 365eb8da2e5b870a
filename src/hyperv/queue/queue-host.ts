import type { WsmanClient } from '../../client/wsman-client.js';
import type { CallOptions } from '../../client/options.js';
import type { JobReference } from '../job-reference.js';
import type { JobStatus } from '../job-status.js';
import type { ClusterRole } from '../machines/cluster.js';
import type { MachineState } from '../machines/state.js';
import type { MachineSummary } from '../machines/summary.js';
import type { MigrationIntent } from '../migrations/intent.js';
import type { MigrationOptions } from '../migrations/options.js';
import type { Precheck } from '../migrations/precheck.js';
import type { MigrationFinding } from '../migrations/reconcile.js';
import type { Observation, JobOutcome } from '../outcome.js';
import type { WaitOptions } from '../wait.js';

/** What a queue needs of a job that it follows; `MigrationJob` is one. */
export type QueueJob = {
  readonly reference: JobReference;
  wait(options?: WaitOptions): Promise<JobOutcome>;
  cancel(options?: { signal?: AbortSignal }): Promise<void>;
};

/** What a queue needs of a machine; `VirtualMachine` is one. */
export type QueueMachine = {
  readonly id: string;
  readonly name: string;
  readonly state: MachineState;
  summary(call?: CallOptions): Promise<Pick<MachineSummary, 'memoryUsageMb'>>;
  cluster(call?: CallOptions): Promise<ClusterRole | null>;
};

/** What reconciling comes to, with the job as the queue sees it. */
export type QueueFinding = { readonly kind: 'job'; readonly job: QueueJob; readonly observations: readonly Observation[] } | Exclude<MigrationFinding, { kind: 'job' }>;

/** What a queue needs of the migration service; `MigrationService` is one. */
export type QueueMigrations = {
  settings(call?: CallOptions): Promise<{ readonly MaximumActiveVirtualSystemMigration: number | null; readonly MaximumActiveStorageMigration: number | null }>;
  precheck(machine: string, options: QueueMigrationOptions & { destination?: QueueHost; signal?: AbortSignal }): Promise<Precheck>;
  intend(machine: string, options: QueueMigrationOptions & CallOptions): Promise<MigrationIntent>;
  start(intent: MigrationIntent, options: CallOptions): Promise<QueueJob>;
  reconcile(intent: MigrationIntent, options?: { destination?: QueueHost; signal?: AbortSignal }): Promise<QueueFinding>;
};

type QueueMigrationOptions = Omit<MigrationOptions, 'to'> & { to?: string | QueueHost };

/** What a queue needs of a host; `HyperVHost` is one, and hosts are told apart by `client.host`. */
export type QueueHost = {
  readonly client: WsmanClient;
  readonly migrations: QueueMigrations;
  name(call?: CallOptions): Promise<string>;
  virtualMachine(idOrName: string, call?: CallOptions): Promise<QueueMachine>;
  virtualMachines(): AsyncIterable<QueueMachine>;
  migrationJob(reference: JobReference): QueueJob;
  migrationJobs(): AsyncIterable<JobStatus>;
};
