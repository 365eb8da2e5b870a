import { Command } from 'commander';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { type OutputOptions, addOutputOptions, writeRecord } from '../records.js';
import { type ClientOptions, addClientOptions, withClient } from '../with-client.js';

/**
 * `identify`: asks a service what it is.
 *
 * @param finish - is told the exit status
 */
export function identifyCommand(io: Io, finish: (status: number) => void): Command {
  const command = addClientOptions(new Command('identify').description('ask a service what it is, and whether it lets you in'));
  return addOutputOptions(command).action(async (options: ClientOptions & OutputOptions) => {
    const identity = await withClient(io, options, (client) => client.identify({ signal: io.signal }));
    await writeRecord(io, options, identity, () => null);
    finish(ANSWERED);
  });
}
