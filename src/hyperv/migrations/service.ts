import type { InstancePath } from '../../cim/object-path.js';
import type { CallOptions } from '../../client/options.js';
import { UsageError } from '../../errors.js';
import type { HyperVHost } from '../host.js';
import type { MigrationJob } from '../job.js';
import { type MigrationIntent, checkIntent, makeIntent } from './intent.js';
import { type MigrationNetwork, addNetworks, modifyNetworks, readNetworks, removeNetworks } from './networks.js';
import type { MigrationOptions } from './options.js';
import { publishPhase } from './phase.js';
import { type Precheck, type PrecheckOptions, precheckMigration } from './precheck.js';
import { type Preflight, type PreflightOptions, preflightMigration } from './preflight.js';
import { type MigrationFinding, type ReconcileOptions, reconcileIntent } from './reconcile.js';
import { type MigrationCapabilities, type MigrationServiceSettings, modifyServiceSettings, onlyInstance } from './service-settings.js';
import { startMigration } from './start.js';
import { MigrationStartUnknownError } from './start-unknown-error.js';
import { timeLeft } from '../time-left.js';

/** When an intent was sent, by `performance.now()`, and whether it was found since that nothing of it began. */
type Sent = { readonly at: number; mayStart: boolean };

/**
 * The migrations of a host, which is their source: `host.migrations`. Machines are given by GUID, in any letter case and
 * with or without braces, or by name.
 *
 * @example
 * ```ts
 * import { HyperVHost } from 'hyperv-wsman';
 * const auth = { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } as const;
 * const source = new HyperVHost({ url: 'https://hv01.example', auth });
 * const destination = new HyperVHost({ url: 'https://hv02.example', auth });
 * const { verdict, findings } = await source.migrations.preflight({ destination });
 * for (const { what, how } of findings) console.error(`${what}. ${how}`);
 * if (verdict !== 'blocked') {
 *   const job = await source.migrations.start('web01', { to: destination });
 *   const outcome = await job.wait({ destination, onStatus: ({ percent }) => console.log(percent) });
 *   console.log(outcome.kind);
 * }
 * await Promise.all([source.close(), destination.close()]);
 * ```
 */
export class MigrationService {
  readonly #host: HyperVHost;
  /** The intents that were sent, or are being sent, by their ids: what shows on the host may come too late for the next one. */
  readonly #sent = new Map<string, Sent>();

  constructor(host: HyperVHost) {
    this.#host = host;
  }

  /**
   * Asks the hosts whether a machine could be migrated; changes nothing. The source checks (CheckVirtualSystemIsMigratable,
   * a job whose errors are the reasons); with a destination, that one says whether it can run the machine
   * (GetSystemCompatibilityInfo and CheckSystemCompatibilityInfo). CheckVirtualSystemIsMigratableToHost is declared in the
   * schema, but Hyper-V does not implement it, so it is not asked.
   *
   * @throws UsageError - options that cannot be, no such machine or several; what goes wrong in a check is in its `error`
   */
  precheck(machine: string, options: PrecheckOptions): Promise<Precheck> {
    return precheckMigration(this.#host, machine, options);
  }

  /**
   * Looks at the settings of both hosts and at what runs there, and says whether a migration that is started now can work:
   * above all, whether the source can prove to the destination for whom it acts.
   *
   * @throws AnyError - a host could not be read
   */
  preflight(options: PreflightOptions = {}): Promise<Preflight> {
    return preflightMigration(this.#host, options);
  }

  /**
   * Makes what `start()` would send, without sending it: to store it first. Reads, and changes nothing.
   *
   * @throws UsageError - options that cannot be; no such machine, several, one of a cluster, or one that is in a migration
   */
  intend(machine: string, options: MigrationOptions & CallOptions): Promise<MigrationIntent> {
    return this.#intend(machine, options, timeLeft(options));
  }

  /**
   * Starts a migration: MigrateVirtualSystemToHost is sent once, whatever becomes of it. The job goes on without this
   * program. An intent that was sent is not sent again, unless it was found not to have begun: by this service never, and
   * by another process not while the host shows its job. So reconcile first what may have been started before.
   *
   * @param machine - with an intent all that is sent comes from it, and of the options only those of the call count
   * @throws UsageError - as `intend()`; something that is no intent, one of another host, or one that was sent already or
   *   may be running. Nothing was started now
   * @throws ReturnValueError, FaultError - the host refused; nothing was started
   * @throws TimeoutError, TransportError, AuthError, TlsError - nothing was sent
   * @throws MigrationStartUnknownError - it may or may not have been started; `reconcile()` finds out
   */
  async start(machine: string | MigrationIntent, options: MigrationOptions & CallOptions = {}): Promise<MigrationJob> {
    const call = timeLeft(options);
    const intent = typeof machine === 'string' ? await this.#intend(machine, options, call) : checkIntent(machine, this.#host.client.host);
    if (this.#sent.get(intent.id)?.mayStart === false) throw new UsageError(`This intent to migrate ${intent.machine.name} was sent already: reconcile it, or make a new one`);
    this.#sent.set(intent.id, { at: performance.now(), mayStart: false });
    try {
      return await startMigration({ host: this.#host, reconcile: (given, how) => this.reconcile(given, how) }, intent, call);
    } catch (error) {
      if (!(error instanceof MigrationStartUnknownError)) this.#sent.delete(intent.id);
      throw error;
    }
  }

  /**
   * Finds out what became of an intent, by the jobs of the source and by where the machine is; asks again until something
   * is definite.
   *
   * - `job`: a migration job of the machine, of that kind and to that destination, which was not there before.
   * - `moved`: no such job any more, the machine is on the destination and not on the source; of a Staged migration, which
   *   moves nothing: the planned machine is on the destination, for `settleMs`. Needs `destination`.
   * - `notMoved`: no such job; the machine is on the source, in no migration, and nothing of it on the destination, for
   *   `settleMs`. It may be started again when `mayStart` is true: it certainly never began. Otherwise it did not begin, or
   *   began, failed and was forgotten. Without `destination` only the source is looked at. Never of Storage and
   *   StorageDeepCheck, and of Staged only with `destination`: there the job alone tells, and it may have come and gone.
   * - `unknown`: none of these within `timeoutMs`, or nothing that could tell more.
   *
   * @throws UsageError - something that is no intent, one of another host, or times that are no whole numbers of milliseconds
   * @throws AuthError, TlsError, FaultError - a host does not let us in; one that cannot be reached is asked again
   * @throws the signal's reason - it was aborted
   */
  async reconcile(intent: MigrationIntent, options?: ReconcileOptions): Promise<MigrationFinding> {
    const sent = this.#sent.get(intent.id);
    const finding = await reconcileIntent(this.#host, intent, options, sent?.at);
    if (sent !== undefined && finding.kind === 'notMoved') sent.mayStart = finding.mayStart;
    return finding;
  }

  /** What the migration service can do (Msvm_VirtualSystemMigrationCapabilities). */
  capabilities(call: CallOptions = {}): Promise<MigrationCapabilities> {
    return onlyInstance(this.#host.client, 'Msvm_VirtualSystemMigrationCapabilities', call);
  }

  /** How the migration service is set (Msvm_VirtualSystemMigrationServiceSettingData). */
  settings(call: CallOptions = {}): Promise<MigrationServiceSettings> {
    return onlyInstance(this.#host.client, 'Msvm_VirtualSystemMigrationServiceSettingData', call);
  }

  /**
   * Changes settings of the migration service; what is left out stays as it is.
   *
   * @example
   * ```ts
   * import type { HyperVHost } from 'hyperv-wsman';
   * async function useKerberos(host: HyperVHost) {
   *   await host.migrations.modifySettings({ EnableVirtualSystemMigration: true, AuthenticationType: 1 });
   * }
   * ```
   * @throws UsageError - InstanceID, or a setting that the class does not have
   * @throws ReturnValueError, JobError - the host refused
   */
  modifySettings(changes: Partial<MigrationServiceSettings>, call: CallOptions = {}): Promise<void> {
    return modifyServiceSettings(this.#host.client, changes, call);
  }

  /** The networks that migrations to this host may use; `pathOf()` of each is what `removeNetworks()` takes. */
  networks(call: CallOptions = {}): Promise<readonly MigrationNetwork[]> {
    return readNetworks(this.#host.client, call);
  }

  /**
   * Adds networks for migrations: SubnetNumber and PrefixLength, and Metric, of which the least is used first.
   *
   * @throws UsageError - an empty list, or a property that the class does not have
   * @throws ReturnValueError, JobError - the host refused
   */
  addNetworks(networks: readonly Partial<MigrationNetwork>[], call: CallOptions = {}): Promise<void> {
    return addNetworks(this.#host.client, networks, call);
  }

  /**
   * Changes networks for migrations; each needs its InstanceID, what is left out stays as it is.
   *
   * @throws UsageError - an empty list, an InstanceID that is missing, or a property that the class does not have
   * @throws ReturnValueError, JobError - the host refused
   */
  modifyNetworks(networks: readonly Partial<MigrationNetwork>[], call: CallOptions = {}): Promise<void> {
    return modifyNetworks(this.#host.client, networks, call);
  }

  /**
   * Takes networks off the list of those that migrations may use.
   *
   * @throws UsageError - an empty list
   * @throws ReturnValueError, JobError - the host refused
   */
  removeNetworks(paths: readonly InstancePath<'Msvm_VirtualSystemMigrationNetworkSettingData'>[], call: CallOptions = {}): Promise<void> {
    return removeNetworks(this.#host.client, paths, call);
  }

  async #intend(machine: string, options: MigrationOptions, call: () => CallOptions): Promise<MigrationIntent> {
    const intent = await makeIntent(this.#host, machine, options, call);
    publishPhase(intent, 'intended');
    return intent;
  }
}
