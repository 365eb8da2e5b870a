import { UsageError } from '../../errors.js';
import { sameName } from '../repository/fold.js';
import { SimulatedHost } from '../simulated-host.js';
import type { RebootOptions, SimulatedHostOptions } from '../simulated-host-options.js';
import type { SimulatedUser } from '../user-store.js';
import { Books } from './books.js';
import { registerCompatibility } from './compatibility-methods.js';
import { FailureQueue } from './failure-queue.js';
import { hostInstances } from './host-instances.js';
import { type CentreHost, Inventory } from './inventory.js';
import { registerMachineMethods } from './machine-methods.js';
import { Migrations } from './migrations.js';
import { registerServiceMethods } from './service-methods.js';
import { registerSummaryInformation } from './summary-information.js';
import { type MigrationFailure, type MigrationRecord, type ResolvedHost, type SimulatedCentreHost, type SimulatedMachine, resolveHost, resolveMachine } from './types.js';

/** How a data centre is set up. */
export type SimulatedDataCentreOptions = {
  /** Its hosts, by name or with what sets them apart; names differ in more than their letter case. */
  readonly hosts: readonly (string | SimulatedCentreHost)[];
  /** How long a migration takes, in milliseconds. Default 200. */
  readonly migrationMs?: number;
  /**
   * How long the hand-over of a machine to its destination takes after that, in milliseconds: its job runs at 99 percent. Default 0:
   * it is made at once with the end of the job.
   */
  readonly handOverMs?: number;
  /** Which hosts have the machine during the hand-over: both, or none, the planned machine on the destination aside. Default `both`. */
  readonly handOverOn?: 'both' | 'none';
  /** What VirtualSystemName of a job is: the machine's GUID or its name. Which it is on Windows has not been seen. Default `id`. */
  readonly jobsName?: 'id' | 'name';
  /** How long a job stays on its host after its end, in milliseconds. Default 300,000, as on Windows. */
  readonly jobLifetimeMs?: number;
  /** Who can log on to every host, as `SimulatedHostOptions.users`. */
  readonly users?: readonly SimulatedUser[];
  /** Lets every host take Kerberos, as `SimulatedHostOptions.kerberos`. */
  readonly kerberos?: SimulatedHostOptions['kerberos'];
  /** Lets every host take CredSSP. Default `false`. */
  readonly credssp?: boolean;
};

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Several simulated hosts that move virtual machines among themselves: migrations take time and show how far they are, obey
 * the hosts' limits, fail where you say so, can be cancelled, and are forgotten some time after their end; hosts can be
 * rebooted. What really happened stands in the books, to compare with what a client concluded.
 *
 * Each host is a {@link SimulatedHost}: its troubles, requests and instances are at hand as ever. The hosts call each other
 * by their names; clients reach them by their URLs on 127.0.0.1.
 *
 * @example
 * ```ts
 * import { HyperVHost } from 'hyperv-wsman';
 * import { DEFAULT_USER, SimulatedDataCentre } from 'hyperv-wsman/testing';
 *
 * const centre = await SimulatedDataCentre.start({ hosts: ['hv01', 'hv02'] });
 * const id = centre.addMachine('hv01', { name: 'web01' });
 * const source = new HyperVHost({ url: centre.host('hv01').url, name: 'hv01', auth: { type: 'ntlm', ...DEFAULT_USER } });
 * try {
 *   const job = await source.migrations.start(id, { to: 'hv02' });
 *   const outcome = await job.wait();
 *   console.log(outcome.kind, centre.whereIs(id), centre.migrations[0]?.end); // succeeded hv02 completed
 * } finally {
 *   await source.close();
 *   await centre.close();
 * }
 * ```
 */
export class SimulatedDataCentre implements AsyncDisposable {
  readonly #hosts: readonly CentreHost[];
  readonly #closing = new AbortController();
  readonly #inventory = new Inventory();
  readonly #failures = new FailureQueue();
  readonly #books = new Books();
  readonly #migrations: Migrations;

  private constructor(hosts: readonly CentreHost[], options: SimulatedDataCentreOptions) {
    this.#hosts = hosts;
    const { migrationMs = 200, handOverMs = 0, handOverOn = 'both', jobsName = 'id', jobLifetimeMs = 300_000 } = options;
    this.#migrations = new Migrations({ hosts, inventory: this.#inventory, failures: this.#failures, books: this.#books, migrationMs, handOverMs, handOverOn, jobsName, jobLifetimeMs });
    for (const at of hosts) {
      const machineOf = (id: string): ReturnType<Inventory['machineOn']> => this.#inventory.machineOn(at, id);
      const jobOptions = { jobLifetimeMs, signal: this.#closing.signal };
      at.host.seed(hostInstances(at.settings, new Date()));
      registerMachineMethods(at.host, { ...jobOptions, machineOf, isMoving: (id) => this.#migrations.isMoving(id) });
      registerServiceMethods(at.host, jobOptions);
      registerSummaryInformation(at.host, machineOf);
      registerCompatibility(at.host, at.settings, machineOf);
    }
  }

  /**
   * Starts all hosts; they answer when this resolves. Close the data centre when done.
   *
   * @throws UsageError - no host, two of one name, or an option that cannot be
   * @throws TransportError - a port is not to be had
   */
  static async start(options: SimulatedDataCentreOptions): Promise<SimulatedDataCentre> {
    const settings = options.hosts.map(resolveHost);
    checkOptions(options, settings);
    const { users, kerberos, credssp = false } = options;
    const logons: SimulatedHostOptions = { credssp, ...(users === undefined ? {} : { users }), ...(kerberos === undefined ? {} : { kerberos }) };
    const started = await Promise.allSettled(settings.map(({ name }) => SimulatedHost.start({ name, ...logons })));
    const failed = started.find((each) => each.status === 'rejected');
    const hosts = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    if (failed === undefined) return new SimulatedDataCentre(hosts.map((host, index) => ({ host, settings: settings[index]! })), options);
    await Promise.all(hosts.map((host) => host.close()));
    throw failed.reason;
  }

  /** In the order they were given. */
  get hosts(): readonly SimulatedHost[] {
    return this.#hosts.map(({ host }) => host);
  }

  /**
   * The host of a name, in any letter case.
   *
   * @throws UsageError - there is none
   */
  host(name: string): SimulatedHost {
    return this.#hostNamed(name).host;
  }

  /**
   * Puts a machine on a host.
   *
   * @returns its GUID, in upper case
   * @throws UsageError - there is no such host, there is already a machine of this GUID, or it is one that cannot be
   */
  addMachine(hostName: string, machine: SimulatedMachine): string {
    const resolved = resolveMachine(machine);
    this.#inventory.add(resolved, this.#hostNamed(hostName));
    return resolved.id;
  }

  /**
   * The name of the host that has a machine, by its GUID in any letter case: its source's until it has been handed over. `null` when
   * there is no such machine, or none any more as it was taken away while it moved.
   */
  whereIs(machineId: string): string | null {
    return this.#inventory.hostOf(machineId.toUpperCase())?.host.name ?? null;
  }

  /**
   * Plans a failure for the next migration, or for that of one machine. Each is for one migration; several happen in the
   * order they were planned. One `atPercent: 0` is told by a check, too. A check does not use a failure up, and neither does a
   * migration that fails by itself before it begins.
   *
   * @throws UsageError - a percentage, a code or a return value that cannot be
   */
  failNext(failure: MigrationFailure): void {
    this.#failures.add(failure);
  }

  /**
   * Reboots a host, see {@link SimulatedHost.reboot}. Its jobs are gone; what it was moving stays with it, and a migration to
   * it fails at its source. A machine that is being handed over arrives all the same, though the source has lost the job. Machines keep their state.
   *
   * @returns resolves when it answers again
   * @throws UsageError - there is no such host
   */
  async reboot(hostName: string, options: RebootOptions = {}): Promise<void> {
    await this.host(hostName).reboot(options);
  }

  /**
   * The books: every migration that began to move something, in the order of their beginning. What was refused, or failed
   * before that (a limit, a destination that cannot be reached, a failure `atPercent: 0`), did not begin.
   */
  get migrations(): readonly MigrationRecord[] {
    return this.#books.records;
  }

  /** Stops every migration where it is, and closes every host. May be called again. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#migrations.close();
    await Promise.all(this.#hosts.map(({ host }) => host.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #hostNamed(name: string): CentreHost {
    const found = this.#hosts.find(({ host }) => sameName(host.name, name));
    if (found === undefined) throw new UsageError(`There is no host ${name}; there are ${this.#hosts.map(({ host }) => host.name).join(', ')}`);
    return found;
  }
}

function checkOptions({ migrationMs = 0, handOverMs = 0, jobLifetimeMs = 0 }: SimulatedDataCentreOptions, hosts: readonly ResolvedHost[]): void {
  if (hosts.length === 0) throw new UsageError('hosts: a data centre has at least one host');
  const twice = hosts.find(({ name }, index) => hosts.findIndex((other) => sameName(other.name, name)) !== index);
  if (twice !== undefined) throw new UsageError(`hosts: there are two of the name ${twice.name}`);
  for (const [name, value] of Object.entries({ migrationMs, handOverMs, jobLifetimeMs })) {
    if (!Number.isSafeInteger(value) || value < 0 || value > LONGEST_TIMER_MS) throw new UsageError(`${name} is a whole number of milliseconds up to ${LONGEST_TIMER_MS}, not ${value}`);
  }
}
