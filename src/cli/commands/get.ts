import { Command } from 'commander';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { type PathOptions, addPathArgument, readPathArgument } from '../path-argument.js';
import { type OutputOptions, addOutputOptions, writeRecord } from '../records.js';
import { loadSchema } from '../../schema/class-info.js';
import { namesOf } from '../table.js';
import { type ClientOptions, addClientOptions, withClient } from '../with-client.js';

type Options = ClientOptions & OutputOptions & PathOptions;

/**
 * `get`: reads one instance.
 *
 * @param finish - is told the exit status
 */
export function getCommand(io: Io, finish: (status: number) => void): Command {
  const command = addPathArgument(new Command('get').description('read one instance'));
  return addOutputOptions(addClientOptions(command)).action(async (text: string, options: Options) => {
    const schema = await loadSchema();
    const path = await readPathArgument({ io, schema, namespace: options.namespace }, text, options);
    const instance = await withClient(io, options, (client) => client.get(path, { signal: io.signal }));
    await writeRecord(io, options, instance, namesOf(schema, instance));
    finish(ANSWERED);
  });
}
