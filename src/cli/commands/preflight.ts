import { Command } from 'commander';
import type { MigrationKind } from '../../hyperv/migrations/options.js';
import type { HostMigrationState } from '../../hyperv/migrations/host-state.js';
import type { Preflight } from '../../hyperv/migrations/preflight.js';
import type { ConnectionOptions } from '../connection-options.js';
import { ANSWERED, NOT_DONE } from '../exit-status.js';
import type { Io } from '../io.js';
import { addTypeOption } from '../migration-options.js';
import { oneLine, writeJson, writeLine } from '../output.js';
import { type DestinationOptions, addDestinationOptions, addHostOptions, otherHosts, withHosts } from '../with-host.js';

type Options = ConnectionOptions & DestinationOptions & { readonly type: MigrationKind; readonly json?: true };

const VERDICT: Readonly<Record<Preflight['verdict'], string>> = {
  ready: 'Ready: nothing was found that stands in the way of a migration',
  unsure: 'Unsure: a migration may fail',
  blocked: 'Blocked: a migration that is started now fails',
};

/**
 * `preflight`: looks whether migrations between two hosts can work.
 *
 * @param finish - is told the exit status
 */
export function preflightCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('preflight').description('look at the settings of hosts, and say whether a migration that is started now can work; nothing is changed');
  return addTypeOption(addDestinationOptions(addHostOptions(command)))
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nThe exit status is 1 when something was found that blocks it.')
    .action(async (options: Options) => finish(await preflight(io, options)));
}

async function preflight(io: Io, options: Options): Promise<number> {
  const { to, type, json } = options;
  const answer = await withHosts(io, options, otherHosts(options), (host, [destination]) =>
    host.migrations.preflight({ type, signal: io.signal, ...(to === undefined ? {} : { to }), ...(destination === undefined ? {} : { destination }) }),
  );
  if (json === true) await writeJson(io.stdout, { ...answer, source: stateToJson(answer.source), destination: answer.destination === null ? null : stateToJson(answer.destination) });
  else await writeLine(io.stdout, format(answer));
  return answer.verdict === 'blocked' ? NOT_DONE : ANSWERED;
}

function format({ verdict, findings, source, destination }: Preflight): string {
  const found = findings.map(({ severity, what, how }) => [`${severity.padEnd(6)}  ${oneLine(what)}`, `        ${oneLine(how)}`].join('\n'));
  const hosts = [source, ...(destination === null ? [] : [destination])].map(formatState);
  return [VERDICT[verdict], ...(found.length === 0 ? [] : [found.join('\n')]), hosts.join('\n')].join('\n\n');
}

function formatState({ name, authenticationType, virtualSystems, storages, listenerAddresses }: HostMigrationState): string {
  const counts = (what: string, { maximum, active }: HostMigrationState['storages']): string => `${active ?? '?'} of ${maximum ?? '?'} ${what}`;
  const listens = listenerAddresses.length === 0 ? 'at no address' : `at ${listenerAddresses.join(', ')}`;
  return oneLine(`${name}: ${authenticationType ?? 'authentication unknown'}, ${counts('migrations', virtualSystems)} and ${counts('of storage', storages)} run, listens ${listens}`);
}

/** Without the networks as they were sent, which are instances. */
function stateToJson({ networks, ...state }: HostMigrationState): Omit<HostMigrationState, 'networks'> & { readonly networks: readonly string[] } {
  return { ...state, networks: networks.map(({ SubnetNumber, PrefixLength }) => `${SubnetNumber ?? ''}/${PrefixLength ?? ''}`) };
}
