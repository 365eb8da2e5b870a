import { Command, Option } from 'commander';
import { UsageError } from '../../errors.js';
import { loadSchema } from '../../schema/class-info.js';
import { type Assignment, collectAssignments } from '../assignment.js';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { type PathOptions, addPathArgument, readPathArgument } from '../path-argument.js';
import { type OutputOptions, addOutputOptions, writeRecord } from '../records.js';
import { namesOf } from '../table.js';
import { readValues } from '../values.js';
import { type ClientOptions, addClientOptions, withClient } from '../with-client.js';

type Options = ClientOptions & OutputOptions & PathOptions & { readonly set?: readonly Assignment[]; readonly setJson?: readonly Assignment[] };

/**
 * `put`: changes properties of an instance.
 *
 * @param finish - is told the exit status
 */
export function putCommand(io: Io, finish: (status: number) => void): Command {
  const command = addPathArgument(new Command('put').description('change properties of an instance, and print it as it then is'))
    .addOption(new Option('--set <Property=value>', 'a new value, typed by the schema; null for none; once for each property').argParser(collectAssignments))
    .addOption(new Option('--set-json <Property=json>', 'a new value as JSON: an array, an instance, the text "null"').argParser(collectAssignments));
  return addOutputOptions(addClientOptions(command)).action(async (text: string, options: Options) => {
    const { set, setJson, namespace } = options;
    if (set === undefined && setJson === undefined) throw new UsageError('put needs at least one --set or --set-json');
    const schema = await loadSchema();
    const context = { io, schema, namespace };
    const path = await readPathArgument(context, text, options);
    const changes = await readValues(context, schema.classInfo(path.className)?.properties ?? new Map<string, never>(), { texts: set, jsons: setJson });
    const instance = await withClient(io, options, (client) => client.put(path, changes, { signal: io.signal }));
    await writeRecord(io, options, instance, namesOf(schema, instance));
    finish(ANSWERED);
  });
}
