import { type Command, Option } from 'commander';
import type { InstancePath } from '../cim/object-path.js';
import { UsageError } from '../errors.js';
import { type Assignment, collectAssignments } from './assignment.js';
import { readObjectPath, classPath } from './paths.js';
import { type Context, readValues } from './values.js';

/** The options that go with a `<path>`. */
export type PathOptions = { readonly key?: readonly Assignment[] };

/** Declares `<path>` and {@link PathOptions} on a command. */
export function addPathArgument(command: Command): Command {
  return command
    .argument('<path>', 'a WMI object path, Class.Key="value"; or a class, with its keys as --key')
    .addOption(new Option('--key <Name=value>', 'a key of the instance; once for each').argParser(collectAssignments));
}

/**
 * The path that was given, as a whole or as a class and its keys. A class without keys is the only instance of its class, or
 * the class itself.
 *
 * @throws UsageError - no path
 */
export async function readPathArgument(context: Context, text: string, { key }: PathOptions): Promise<InstancePath> {
  if (/^[A-Za-z_]\w*$/.test(text)) {
    const keys = await readValues(context, context.schema.classInfo(text)?.properties ?? new Map<string, never>(), { texts: key });
    return classPath(text, keys, context);
  }
  if (key !== undefined) throw new UsageError('--key goes with the name of a class; the path holds its keys itself');
  return readObjectPath(text, context);
}
