import { Command, Option } from 'commander';
import { toJson } from '../../cim/json.js';
import { formatObjectPath } from '../../cim/object-path.js';
import { UsageError } from '../../errors.js';
import { loadSchema } from '../../schema/class-info.js';
import { type Assignment, collectAssignments, parseCount, parseNames } from '../assignment.js';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { formatJson, oneLine } from '../output.js';
import { type ListOptions, addOutputOptions, isForPeople, map, take, writeInstances, writeLines } from '../records.js';
import { readValues } from '../values.js';
import { type ClientOptions, addClientOptions, withClient } from '../with-client.js';

type Options = ClientOptions & ListOptions & { readonly paths?: true; readonly pageSize?: number; readonly filter?: readonly Assignment[] };

/**
 * `enum`: lists the instances of a class.
 *
 * @param finish - is told the exit status
 */
export function enumCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('enum')
    .description('list the instances of a class, and of those that derive from it')
    .argument('<Class>', 'the name of the class: Msvm_ComputerSystem')
    .addOption(new Option('--paths', 'only where the instances are').conflicts('select'))
    .addOption(new Option('--select <names>', 'the properties to print, with commas between them').argParser(parseNames))
    .addOption(new Option('--limit <n>', 'how many at most').argParser(parseCount))
    .addOption(new Option('--page-size <n>', 'how many to fetch at a time (default: 500, or what the host allows)').argParser(parseCount))
    .addOption(new Option('--filter <Name=value>', 'only those with this value; once for each property').argParser(collectAssignments));
  return addOutputOptions(addClientOptions(command)).action(async (className: string, options: Options) => {
    await enumerate(io, className, options);
    finish(ANSWERED);
  });
}

async function enumerate(io: Io, className: string, options: Options): Promise<void> {
  if (!/^[A-Za-z_]\w*$/.test(className)) throw new UsageError(`${JSON.stringify(className)} is not the name of a class; query takes WQL, get takes a path`);
  const { namespace, filter, pageSize, limit = Infinity } = options;
  const schema = await loadSchema();
  const selectors = await readValues({ io, schema, namespace }, schema.classInfo(className)?.properties ?? new Map<string, never>(), { texts: filter });
  const call = {
    signal: io.signal,
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(filter === undefined ? {} : { filter: { dialect: 'selector', selectors } as const }),
  };
  await withClient(io, options, (client) => {
    if (options.paths !== true) return writeInstances(io, schema, client.enumerate<string>(className, call), options);
    const paths = take(client.enumeratePaths<string>(className, call), limit);
    return writeLines(io, map(paths, (path) => (isForPeople(io, options) ? oneLine(formatObjectPath(path)) : formatJson(toJson(path)))));
  });
}
