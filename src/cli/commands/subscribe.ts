import { Command, Option } from 'commander';
import { toJson } from '../../cim/json.js';
import { ProtocolError, UsageError } from '../../errors.js';
import { loadSchema } from '../../schema/class-info.js';
import { parseCount } from '../assignment.js';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { formatJson, oneLine } from '../output.js';
import { type OutputOptions, addOutputOptions, formatRecord, isForPeople, map, take, writeLines } from '../records.js';
import { namesOf } from '../table.js';
import { type ClientOptions, addClientOptions, waiting, withClient } from '../with-client.js';

type Options = ClientOptions & OutputOptions & { readonly limit?: number; readonly bookmark?: string; readonly bookmarks?: true };

/**
 * `subscribe`: prints events as they come.
 *
 * @param finish - is told the exit status
 */
export function subscribeCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('subscribe')
    .description('print events as they come, until Ctrl-C')
    .argument('<wql>', "one argument: 'SELECT * FROM __InstanceModificationEvent WITHIN 5 WHERE TargetInstance ISA \"Msvm_MigrationJob\"'")
    .addOption(new Option('--limit <n>', 'how many at most').argParser(parseCount))
    .option('--bookmark <xml>', 'go on after this bookmark of an earlier subscription')
    .option('--bookmarks', 'ask for bookmarks, and write each on a line of standard error');
  return addOutputOptions(addClientOptions(command))
    .addHelpText('after', '\nEvents of Hyper-V need --namespace root/virtualization/v2; the default is root/cimv2.')
    .action(async (wql: string, options: Options) => {
      await subscribe(io, wql, options);
      finish(ANSWERED);
    });
}

async function subscribe(io: Io, wql: string, options: Options): Promise<void> {
  const { limit = Infinity, bookmark, bookmarks } = options;
  if (bookmark !== undefined) await checkBookmark(bookmark);
  const schema = await loadSchema();
  const call = {
    signal: io.signal,
    ...(bookmark === undefined ? {} : { bookmark }),
    ...(bookmarks === true ? { onBookmark: (next: string) => void io.stderr.write(`${oneLine(next)}\n`) } : {}),
  };
  const isRecord = isForPeople(io, options);
  await withClient(
    io,
    options,
    (client) =>
      writeLines(io, map(take(client.subscribe(wql, call), limit), (event) => (isRecord ? `${formatRecord(event, namesOf(schema, event))}\n` : formatJson(toJson(event))))),
    waiting(options),
  );
}

/** @throws UsageError - no bookmark that a host could have sent */
async function checkBookmark(bookmark: string): Promise<void> {
  const { bookmarkNode } = await import('../../wsman/bookmark.js');
  try {
    bookmarkNode(bookmark);
  } catch (error) {
    if (error instanceof ProtocolError) throw new UsageError(`--bookmark takes the XML of a bookmark as it was written: ${error.message}`, { cause: error });
    throw error;
  }
}
