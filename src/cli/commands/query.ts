import { Command, Option } from 'commander';
import { loadSchema } from '../../schema/class-info.js';
import { parseCount } from '../assignment.js';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { type ListOptions, addOutputOptions, isForPeople, writeInstances } from '../records.js';
import { type ClientOptions, addClientOptions, withClient } from '../with-client.js';

type Options = ClientOptions & Omit<ListOptions, 'select'>;

/**
 * `query`: lists what a WQL query finds.
 *
 * @param finish - is told the exit status
 */
export function queryCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('query')
    .description('list what a WQL query finds')
    .argument('<wql>', "one argument: 'SELECT Name, EnabledState FROM Msvm_ComputerSystem'")
    .addOption(new Option('--limit <n>', 'how many at most').argParser(parseCount));
  return addOutputOptions(addClientOptions(command)).action(async (wql: string, options: Options) => {
    const schema = await loadSchema();
    const columns = isForPeople(io, options) ? columnsOf(wql) : null;
    const list = { ...options, ...(columns === null ? {} : { select: columns }) };
    await withClient(io, options, (client) => writeInstances(io, schema, client.query(wql, { signal: io.signal }), list));
    finish(ANSWERED);
  });
}

/** The properties that a query lists, `null` for all. */
function columnsOf(wql: string): readonly string[] | null {
  const list = /^\s*select\s+([\w\s,]+?)\s+from\s/i.exec(wql)?.[1];
  return list?.split(',').map((name) => name.trim()) ?? null;
}
