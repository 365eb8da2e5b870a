import type { Command } from 'commander';
import { UsageError } from '../errors.js';
import type { HyperVHost } from '../hyperv/host.js';
import { type ConnectionOptions, addConnectionOptions, toClientOptions } from './connection-options.js';
import type { Io } from './io.js';

/** Another host than that of `--url`, which is logged on to in the same way. */
export type OtherHost = {
  readonly url: string;
  /** What other hosts call it; `null` where its URL or the host itself is to tell. */
  readonly name: string | null;
};

/** The options of a command that may ask the destination of a migration, too. */
export type DestinationOptions = { readonly to?: string; readonly toUrl?: string };

/** Declares {@link ConnectionOptions} on a command, and says where the password comes from. */
export function addHostOptions(command: Command): Command {
  return addConnectionOptions(command).addHelpText('after', '\nThe password comes from --password-file, from HYPERV_WSMAN_PASSWORD or from the terminal.');
}

/** Declares {@link DestinationOptions} on a command. */
export function addDestinationOptions(command: Command): Command {
  return command
    .option('--to <name>', 'the destination, as the source host calls it')
    .option('--to-url <url>', 'where the destination itself can be asked, with the same user and password');
}

/** The destination of `--to-url`; none when it was not given. */
export function otherHosts({ to, toUrl }: DestinationOptions): readonly OtherHost[] {
  return toUrl === undefined ? [] : [{ url: toUrl, name: to ?? null }];
}

/**
 * Does something with a host and with others, and closes them. What is wrong with the options is told before anybody is
 * asked for a password.
 *
 * @param others - given to `use` in the same order
 * @throws UsageError - options that cannot work, or no password
 */
export async function withHosts<T>(
  io: Io,
  options: ConnectionOptions,
  others: readonly OtherHost[],
  use: (host: HyperVHost, others: readonly HyperVHost[]) => Promise<T>,
): Promise<T> {
  if (options.fingerprint !== undefined && others.length > 0) throw new UsageError('--fingerprint is of the certificate of one host; give the certificates of several in --ca');
  const { HyperVHost: Host } = await import('../hyperv/host.js');
  const { client, askPassword } = await toClientOptions(io, options);
  const hosts = [new Host(client), ...others.map(({ url, name }) => new Host({ ...client, url, ...(name === null ? {} : { name }) }))];
  const [host, ...rest] = hosts;
  try {
    await askPassword();
    return await use(host!, rest);
  } finally {
    await Promise.all(hosts.map((each) => each.close()));
  }
}
