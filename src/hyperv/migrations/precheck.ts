import type { CallOptions } from '../../client/options.js';
import { type MsvmError, ProtocolError, ReturnValueError, UsageError } from '../../errors.js';
import { untyped } from '../../wsman/instance.js';
import type { Parameters } from '../../wsman/invoke.js';
import { decodeErrorsLeniently } from '../error-list.js';
import type { HyperVHost } from '../host.js';
import { timeLeft } from '../time-left.js';
import { invokeMethod } from '../method.js';
import { checkReturnValue } from '../return-value.js';
import { servicePath } from '../service-path.js';
import { type MigrationPlan, machinePath, migrationParameters, planMigration } from './intent.js';
import { type MigrationOptions, isMigrationKind, leavesHost } from './options.js';

/** What one check says. */
export type MigrationCheck = {
  /** The method that was asked: of the source, or with the source's GetSystemCompatibilityInfo of the destination. */
  readonly name: 'CheckVirtualSystemIsMigratable' | 'CheckSystemCompatibilityInfo';
  readonly verdict: 'passed' | 'failed' | 'unknown';
  /** Why it failed, or with what warnings it passed, in the host's words; the general one first. */
  readonly reasons: readonly MsvmError[];
  /** What was thrown, or what the host returned instead of an answer; `null` when it answered. */
  readonly error: unknown;
};

/** What the hosts say before a migration. */
export type Precheck = {
  /** `notMigratable` when one check failed; `migratable` when all passed. */
  readonly verdict: 'migratable' | 'notMigratable' | 'unknown';
  readonly checks: readonly MigrationCheck[];
};

/** What to check, and whom to ask beside. */
export type PrecheckOptions = MigrationOptions & {
  /** The destination, which is asked whether it can run the machine. Default: `to`, where that is a host. */
  readonly destination?: HyperVHost;
  readonly signal?: AbortSignal;
  /** For everything together, in milliseconds; default 600,000. */
  readonly timeoutMs?: number;
};

type Answer = Omit<MigrationCheck, 'name'>;

/** 32771 Status is unknown, 32772 Timeout, 32777 System is not available, 32778 Out of memory: the check did not come to an end. */
const INCONCLUSIVE: readonly number[] = [32771, 32772, 32777, 32778];
const NOT_COMPATIBLE = 32784;

/** Asks both hosts; see `MigrationService.precheck`. */
export async function precheckMigration(host: HyperVHost, idOrName: string, options: PrecheckOptions): Promise<Precheck> {
  const { signal, timeoutMs = 600_000 } = options;
  const call = timeLeft({ ...(signal === undefined ? {} : { signal }), timeoutMs });
  const destination = destinationOf(options);
  const to = options.to ?? destination;
  const plan = await planMigration(host, idOrName, { ...options, ...(to === undefined ? {} : { to }) }, call);
  const asked: Promise<MigrationCheck>[] = [check('CheckVirtualSystemIsMigratable', signal, () => checkOnSource(host, plan, call))];
  if (destination !== undefined) asked.push(check('CheckSystemCompatibilityInfo', signal, () => checkOnDestination(host, destination, plan.machine.id, call)));
  const checks = await Promise.all(asked);
  const has = (verdict: MigrationCheck['verdict']): boolean => checks.some((one) => one.verdict === verdict);
  return { verdict: has('failed') ? 'notMigratable' : has('unknown') ? 'unknown' : 'migratable', checks };
}

/** @throws UsageError - a destination for a machine that stays */
function destinationOf({ to, destination, type }: PrecheckOptions): HyperVHost | undefined {
  if (destination !== undefined && isMigrationKind(type) && !leavesHost(type)) {
    throw new UsageError(`A migration of type ${type} stays on its host: leave destination out`);
  }
  return destination ?? (typeof to === 'object' ? to : undefined);
}

/** A check that cannot be made does not hide the other; only the caller's own signal ends both. */
async function check(name: MigrationCheck['name'], signal: AbortSignal | undefined, ask: () => Promise<Answer>): Promise<MigrationCheck> {
  try {
    return { name, ...(await ask()) };
  } catch (error) {
    signal?.throwIfAborted();
    const failed = error instanceof ReturnValueError && !INCONCLUSIVE.includes(error.returnValue);
    return { name, verdict: failed ? 'failed' : 'unknown', reasons: [], error };
  }
}

async function checkOnSource({ client }: HyperVHost, { machine, to, options }: MigrationPlan, call: () => CallOptions): Promise<Answer> {
  const service = await servicePath(client, 'Msvm_VirtualSystemMigrationService', call());
  const { job } = await invokeMethod(client, service, 'CheckVirtualSystemIsMigratable', migrationParameters(machine.id, to, options), {
    ...call(),
    // It only looks: asked twice, it looks twice.
    idempotent: true,
  });
  if (job === null) return { verdict: 'passed', reasons: [], error: null };
  const outcome = await job.wait(call());
  switch (outcome.kind) {
    case 'succeeded':
      return { verdict: 'passed', reasons: outcome.warnings, error: null };
    case 'failed':
      return { verdict: 'failed', reasons: outcome.errors, error: null };
    case 'cancelled':
      return { verdict: 'unknown', reasons: outcome.errors, error: null };
    case 'gone':
      return { verdict: 'unknown', reasons: [], error: outcome.fault };
    case 'unknown':
      return { verdict: 'unknown', reasons: [], error: outcome.cause };
  }
}

/** What the source says of the machine goes to the destination as it is: only Hyper-V can read it. */
async function checkOnDestination(source: HyperVHost, destination: HyperVHost, id: string, call: () => CallOptions): Promise<Answer> {
  const className = 'Msvm_VirtualSystemMigrationService';
  const [asking, asked] = await Promise.all([servicePath(source.client, className, call()), servicePath(destination.client, className, call())]);
  const { out } = await invokeMethod(source.client, asking, 'GetSystemCompatibilityInfo', { ComputerSystem: machinePath(id) }, call());
  const CompatibilityInfo = (out.CompatibilityInfo ?? null) as readonly number[] | null;
  if (CompatibilityInfo === null) throw new ProtocolError('GetSystemCompatibilityInfo succeeded, and told nothing');
  // Untyped: one reason that is no Msvm_Error must not spoil the others.
  const method = 'CheckSystemCompatibilityInfo';
  const { returnValue, out: answered } = await destination.client.invoke(asked, method, { CompatibilityInfo }, { ...call(), typeOf: untyped });
  const { errors: reasons } = decodeErrorsLeniently((answered as Parameters).Reasons ?? null);
  if (returnValue === NOT_COMPATIBLE) return { verdict: 'failed', reasons, error: null };
  await checkReturnValue(className, method, returnValue);
  return { verdict: returnValue === 0 ? 'passed' : 'unknown', reasons, error: null };
}
