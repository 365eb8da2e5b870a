import { type Command, Option } from 'commander';
import type { WsmanClientOptions } from '../client/options.js';
import type { WsmanClient } from '../client/wsman-client.js';
import { type ConnectionOptions, addConnectionOptions, toClientOptions } from './connection-options.js';
import type { Io } from './io.js';

/** The options of every command that speaks of classes. */
export type ClientOptions = ConnectionOptions & { readonly namespace?: string; readonly dialect?: 'windows' | 'dmtf' };

/** Declares {@link ClientOptions} on a command. */
export function addClientOptions(command: Command): Command {
  return addConnectionOptions(command)
    .addOption(
      new Option('--namespace <name>', 'where a class or path is that names none (default: root/virtualization/v2 for classes of Hyper-V, else root/cimv2)').argParser(
        (name) => name.replaceAll('\\', '/'),
      ),
    )
    .addOption(new Option('--dialect <name>', 'how the service names classes (default: windows)').choices(['windows', 'dmtf']))
    .addHelpText('after', '\nThe password comes from --password-file, from HYPERV_WSMAN_PASSWORD or from the terminal.');
}

/**
 * Does something with a client, and closes it. What is wrong with the options is told before anybody is asked for a password.
 *
 * @param more - options of the client that no option of the command line sets
 * @throws UsageError - options that cannot work, or no password
 */
export async function withClient<T>(io: Io, options: ClientOptions, use: (client: WsmanClient) => Promise<T>, more: Partial<WsmanClientOptions> = {}): Promise<T> {
  const { WsmanClient } = await import('../client/wsman-client.js');
  const { namespace, dialect } = options;
  const { client: clientOptions, askPassword } = await toClientOptions(io, options);
  const client = new WsmanClient({
    ...clientOptions,
    ...(namespace === undefined ? {} : { namespace }),
    ...(dialect === undefined ? {} : { dialect }),
    ...more,
  });
  try {
    await askPassword();
    return await use(client);
  } finally {
    await client.close();
  }
}

/**
 * For calls that wait for something to happen: the host is to say that nothing did before the client gives up, so it gets
 * half of the time.
 */
export function waiting({ timeout }: ConnectionOptions): Partial<WsmanClientOptions> {
  return timeout === undefined ? {} : { operationTimeoutMs: Math.ceil(timeout / 2) };
}
