import type { HyperVHost } from '../host.js';
import { UsageError } from '../../errors.js';
import { timeLeft } from '../time-left.js';
import { type HostMigrationState, readHostState } from './host-state.js';
import { type MigrationKind, isMigrationKind, leavesHost } from './options.js';
import { type SecondHop, judgeSecondHop } from './second-hop.js';

/** Something that bears on migrations between two hosts. */
export type PreflightFinding = {
  /** `blocks`: a migration that is started now fails; `risk`: it may; `note`: worth knowing. */
  readonly severity: 'blocks' | 'risk' | 'note';
  /** What was seen. */
  readonly what: string;
  /** What to do. */
  readonly how: string;
  /** The name of the host that it was seen on. */
  readonly host: string;
};

/** What can be said of migrations between two hosts before one is started. */
export type Preflight = {
  /** `blocked` with a finding that blocks, `unsure` with one that is a risk. */
  readonly verdict: 'ready' | 'blocked' | 'unsure';
  readonly findings: readonly PreflightFinding[];
  readonly secondHop: SecondHop;
  readonly source: HostMigrationState;
  /** `null` when no destination was given. */
  readonly destination: HostMigrationState | null;
};

/** What is planned. */
export type PreflightOptions = {
  /** The destination, which is then looked at as well. */
  readonly destination?: HyperVHost;
  /** The destination's name as the source finds it. Default: what `destination` says. */
  readonly to?: string;
  /** Default `VirtualSystem`. */
  readonly type?: MigrationKind;
  readonly signal?: AbortSignal;
  /** For everything together, in milliseconds. Default: the client's, for each call. */
  readonly timeoutMs?: number;
};

/** Looks at both hosts; see `MigrationService.preflight`. */
export async function preflightMigration(host: HyperVHost, options: PreflightOptions): Promise<Preflight> {
  const { type = 'VirtualSystem', signal, timeoutMs } = options;
  if (!isMigrationKind(type)) throw new UsageError(`${JSON.stringify(type)} is no type of migration`);
  const call = timeLeft({ ...(signal === undefined ? {} : { signal }), ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const read = (one: HyperVHost): Promise<HostMigrationState> => readHostState(one, call());
  const [source, destination] = await Promise.all([read(host), options.destination === undefined ? null : read(options.destination)]);
  const to = options.to ?? destination?.name ?? 'the destination';
  const secondHop = judgeSecondHop(source.authenticationType, host.client, source.name, to);
  const findings = judge(type, source, destination, secondHop, to);
  const has = (severity: PreflightFinding['severity']): boolean => findings.some((finding) => finding.severity === severity);
  return { verdict: has('blocks') ? 'blocked' : has('risk') ? 'unsure' : 'ready', findings, secondHop, source, destination };
}

/** Everything that bears on a migration of a kind, what is worst first. */
export function judge(type: MigrationKind, source: HostMigrationState, destination: HostMigrationState | null, secondHop: SecondHop, to: string): readonly PreflightFinding[] {
  const hosts = destination === null || destination.name === source.name ? [source] : [source, destination];
  const findings = [...hosts.flatMap((state) => limits(type, state)), ...hopFindings(type, source, secondHop, to)];
  if (leavesHost(type)) findings.push(...hosts.flatMap(enabled), ...(destination?.name === source.name ? [itself(source)] : between(source, destination, to)));
  const order = ['blocks', 'risk', 'note'];
  return findings.sort((left, right) => order.indexOf(left.severity) - order.indexOf(right.severity));
}

function itself({ name }: HostMigrationState): PreflightFinding {
  return { severity: 'blocks', what: `${name} is source and destination: no host takes a migration from itself`, how: 'Give another host as the destination', host: name };
}

function enabled({ enabled: isEnabled, name }: HostMigrationState): readonly PreflightFinding[] {
  if (isEnabled === true) return [];
  const how = 'Set EnableVirtualSystemMigration to true with modifySettings()';
  return isEnabled === false
    ? [{ severity: 'blocks', what: `${name} takes part in no migrations: EnableVirtualSystemMigration is false`, how, host: name }]
    : [{ severity: 'risk', what: `${name} does not say whether it takes part in migrations`, how, host: name }];
}

const MOVES_MEMORY: readonly MigrationKind[] = ['VirtualSystem', 'VirtualSystemAndStorage'];
const MOVES_STORAGE: readonly MigrationKind[] = ['Storage', 'VirtualSystemAndStorage'];

function limits(type: MigrationKind, { name, virtualSystems, storages }: HostMigrationState): readonly PreflightFinding[] {
  return [
    ...(MOVES_MEMORY.includes(type) ? limit(name, 'MaximumActiveVirtualSystemMigration', virtualSystems) : []),
    ...(MOVES_STORAGE.includes(type) ? limit(name, 'MaximumActiveStorageMigration', storages) : []),
  ];
}

function limit(host: string, property: string, { maximum, active }: HostMigrationState['storages']): readonly PreflightFinding[] {
  if (maximum === null || active === null || active < maximum) return [];
  const what = `${host} is at its limit: ${property} is ${maximum}, and ${active} run`;
  return [{ severity: 'blocks', what, how: 'Wait for the end of one that runs, or raise the limit with modifySettings()', host }];
}

/** Of a machine that stays only the storage can be on another host. */
function hopFindings(type: MigrationKind, source: HostMigrationState, { verdict, missing, ways }: SecondHop, to: string): readonly PreflightFinding[] {
  const host = source.name;
  if (verdict === 'works') return [];
  const how = ways.find(({ way }) => way === missing)?.how ?? ways[0]!.how;
  if (!leavesHost(type)) {
    return [{ severity: 'note', what: `If the storage goes to or comes from a share of another host, ${host} has to prove there for whom it acts`, how, host }];
  }
  if (verdict === 'unknown') return [{ severity: 'risk', what: `${host} does not say how it authenticates to other hosts`, how, host }];
  if (verdict === 'dependsOnDelegation') {
    return [{ severity: 'risk', what: `${host} can only act on ${to} for you if a delegation is set up, which cannot be seen from here`, how, host }];
  }
  return [{ severity: 'blocks', what: `${host} gets no credentials that it could use on ${to}: the migration would fail with 0x8009030E`, how: ways.map((one) => one.how).join('; or: '), host }];
}

function between(source: HostMigrationState, destination: HostMigrationState | null, to: string): readonly PreflightFinding[] {
  const findings: PreflightFinding[] = [];
  const add = (severity: PreflightFinding['severity'], host: string, what: string, how: string): unknown => findings.push({ severity, what, how, host });
  if (source.smbTransport === true) add('note', source.name, 'Memory goes over SMB: the delegation has to cover cifs as well', `Let ${source.name} delegate to cifs of ${to} too`);
  if (destination === null) {
    add('risk', source.name, `${to} was not looked at`, 'Give destination; on the command line it is --to-url');
    return findings;
  }
  const { name, listenerAddresses, networks, authenticationType } = destination;
  if (listenerAddresses.length === 0) add('blocks', name, `${name} waits for migrations at no address`, 'Let it use any network for migrations, or add one that it has an address in with addNetworks()');
  else if (networks.length === 0) add('note', name, `${name} has no networks chosen for migrations and may use any that it has`, 'Choose with addNetworks() if memory must not cross some of them');
  if (authenticationType !== null && source.authenticationType !== null && authenticationType !== source.authenticationType) {
    add('risk', name, `${name} authenticates with ${authenticationType}, ${source.name} with ${source.authenticationType}`, 'Set the same AuthenticationType on both with modifySettings()');
  }
  return findings;
}
