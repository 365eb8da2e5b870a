import { Command, Option } from 'commander';
import type { AssociationOptions } from '../../client/wsman-client.js';
import { loadSchema } from '../../schema/class-info.js';
import { parseCount } from '../assignment.js';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { type PathOptions, addPathArgument, readPathArgument } from '../path-argument.js';
import { type ListOptions, addOutputOptions, writeInstances } from '../records.js';
import { type ClientOptions, addClientOptions, withClient } from '../with-client.js';

type Restrictions = { readonly association?: string; readonly resultClass?: string; readonly role?: string; readonly resultRole?: string };
type Options = ClientOptions & Omit<ListOptions, 'select'> & PathOptions & Restrictions & { readonly references?: true };

/**
 * `associators`: lists what is associated with an instance.
 *
 * @param finish - is told the exit status
 */
export function associatorsCommand(io: Io, finish: (status: number) => void): Command {
  const command = addPathArgument(new Command('associators').description('list the instances that are associated with one'))
    .option('--association <Class>', 'only through this association')
    .option('--result-class <Class>', 'only instances of this class')
    .option('--role <property>', 'the property of the association that refers to <path>')
    .option('--result-role <property>', 'the property of the association that refers to what is wanted')
    .addOption(new Option('--references', 'the associations themselves').conflicts(['association', 'resultRole']))
    .addOption(new Option('--limit <n>', 'how many at most').argParser(parseCount));
  return addOutputOptions(addClientOptions(command)).action(async (text: string, options: Options) => {
    const schema = await loadSchema();
    const path = await readPathArgument({ io, schema, namespace: options.namespace }, text, options);
    const call = { signal: io.signal, ...restrictions(options) };
    await withClient(io, options, (client) =>
      writeInstances(io, schema, options.references === true ? client.references(path, call) : client.associators(path, call), options),
    );
    finish(ANSWERED);
  });
}

function restrictions({ association, resultClass, role, resultRole }: Restrictions): AssociationOptions {
  return {
    ...(association === undefined ? {} : { associationClassName: association }),
    ...(resultClass === undefined ? {} : { resultClassName: resultClass }),
    ...(role === undefined ? {} : { role }),
    ...(resultRole === undefined ? {} : { resultRole }),
  };
}
