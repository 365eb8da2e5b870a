import type { MigrationKind } from '../migrations/options.js';
import { onlyInstance } from '../migrations/service-settings.js';
import type { QueueHost } from './queue-host.js';

/** How many migrations a host allows at a time, and how many it says are active, whoever started them. */
export type HostLoad = {
  /** MaximumActiveVirtualSystemMigration of Msvm_VirtualSystemMigrationServiceSettingData; 1 when the host does not say. */
  readonly maximumMigrations: number;
  /** MaximumActiveStorageMigration of it; 1 when the host does not say. */
  readonly maximumStorageMigrations: number;
  /** ActiveVirtualSystemMigrationCount of Msvm_VirtualSystemMigrationService; 0 when the host does not say. */
  readonly activeMigrations: number;
  /** ActiveStorageMigrationCount of it; 0 when the host does not say. */
  readonly activeStorageMigrations: number;
};

/**
 * Reads the limits of a host and what is active there now.
 *
 * @throws TransportError - its Hyper-V management service does not run
 * @throws AnyError - see {@link AnyError}
 */
export async function readHostLoad(host: QueueHost): Promise<HostLoad> {
  const settings = await host.migrations.settings();
  const service = await onlyInstance(host.client, 'Msvm_VirtualSystemMigrationService', {});
  return {
    maximumMigrations: settings.MaximumActiveVirtualSystemMigration ?? 1,
    maximumStorageMigrations: settings.MaximumActiveStorageMigration ?? 1,
    activeMigrations: service.ActiveVirtualSystemMigrationCount ?? 0,
    activeStorageMigrations: service.ActiveStorageMigrationCount ?? 0,
  };
}

/** The slots that one migration takes on one host, 0 or 1 of each kind. */
export type Need = { readonly machines: number; readonly storage: number };

/** What a migration needs on its source and on its destination. A deep check moves nothing, and takes no slot. */
export const NEEDS: Readonly<Record<MigrationKind, { readonly source: Need; readonly destination: Need }>> = {
  VirtualSystem: { source: { machines: 1, storage: 0 }, destination: { machines: 1, storage: 0 } },
  Staged: { source: { machines: 1, storage: 0 }, destination: { machines: 1, storage: 0 } },
  VirtualSystemAndStorage: { source: { machines: 1, storage: 1 }, destination: { machines: 1, storage: 1 } },
  Storage: { source: { machines: 0, storage: 1 }, destination: { machines: 0, storage: 0 } },
  StorageDeepCheck: { source: { machines: 0, storage: 0 }, destination: { machines: 0, storage: 0 } },
};

/**
 * The slots of one host. What the host counts as active and is not ours counts against its limits, so the host has to be
 * read again whenever one of ours begins or ends.
 */
export class HostSlots {
  /** Through which it is read: of several objects of one host the newest, as the others may be closed. */
  host: QueueHost;
  readonly #read: (host: QueueHost) => Promise<HostLoad>;
  /** Who holds slots, and whether the host counts them among the active ones. */
  readonly #held = new Map<object, { readonly need: Need; isActive: boolean }>();
  #load: HostLoad | null = null;
  /** What is active on the host and not ours. */
  #foreign: Need = { machines: 0, storage: 0 };
  #isCurrent = false;
  /** Counts what changed of ours, so that a reading during which something changed is not relied on. */
  #changes = 0;
  #reading: Promise<void> | null = null;
  #failingSince: number | null = null;

  constructor(host: QueueHost, read: (host: QueueHost) => Promise<HostLoad>) {
    this.host = host;
    this.#read = read;
  }

  /** Whether what is known of the host takes account of all that is ours. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  get isReading(): boolean {
    return this.#reading !== null;
  }

  /** For how many milliseconds the host could not be read; 0 when it could be the last time. */
  get failingMs(): number {
    return this.#failingSince === null ? 0 : performance.now() - this.#failingSince;
  }

  /** Whether the host has what is needed; nobody knows of a host that was not read. */
  hasRoom(need: Need): boolean {
    if (this.#load === null) return false;
    const held = [...this.#held.values()].map((one) => one.need);
    const machines = sum(held, 'machines') + this.#foreign.machines + need.machines;
    const storage = sum(held, 'storage') + this.#foreign.storage + need.storage;
    // What is not needed may well be overbooked by others.
    return (need.machines === 0 || machines <= this.#load.maximumMigrations) && (need.storage === 0 || storage <= this.#load.maximumStorageMigrations);
  }

  /** Whether what is needed could ever have room, as far as is known: a host may allow none at all. */
  allows(need: Need): boolean {
    return this.#load === null || (need.machines <= this.#load.maximumMigrations && need.storage <= this.#load.maximumStorageMigrations);
  }

  hold(holder: object, need: Need): void {
    this.#held.set(holder, { need, isActive: false });
  }

  /** The host counts the holder among what is active from now on. */
  activate(holder: object): void {
    const held = this.#held.get(holder);
    if (held === undefined || held.isActive) return;
    held.isActive = true;
    this.#changed();
  }

  release(holder: object): void {
    if (this.#held.delete(holder)) this.#changed();
  }

  /**
   * Reads the host anew; calls at the same time share one reading.
   *
   * @throws AnyError - the host could not be read
   */
  refresh(): Promise<void> {
    this.#reading ??= this.#refresh().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** What is known is too old; what is being read is not. */
  outdate(): void {
    if (!this.isReading) this.#isCurrent = false;
  }

  /** What failed is forgotten: the next failure begins anew. */
  forgive(): void {
    this.#failingSince = null;
  }

  #changed(): void {
    this.#changes++;
    this.#isCurrent = false;
  }

  async #refresh(): Promise<void> {
    const changes = this.#changes;
    try {
      const load = await this.#read(this.host);
      const ours = [...this.#held.values()].filter((one) => one.isActive).map((one) => one.need);
      this.#foreign = {
        machines: Math.max(0, load.activeMigrations - sum(ours, 'machines')),
        storage: Math.max(0, load.activeStorageMigrations - sum(ours, 'storage')),
      };
      this.#load = load;
      this.#isCurrent = changes === this.#changes;
      this.#failingSince = null;
    } catch (error) {
      this.#isCurrent = false;
      this.#failingSince ??= performance.now();
      throw error;
    }
  }
}

function sum(needs: readonly Need[], kind: keyof Need): number {
  return needs.reduce((total, need) => total + need[kind], 0);
}
