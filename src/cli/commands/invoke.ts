import { Command, Option } from 'commander';
import { toJson } from '../../cim/json.js';
import type { CimValue } from '../../cim/types.js';
import { ReturnValueError, UsageError } from '../../errors.js';
import { type MethodInfo, type ParameterInfo, loadSchema } from '../../schema/class-info.js';
import { type Assignment, collectAssignments } from '../assignment.js';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { formatJson, write } from '../output.js';
import { type PathOptions, addPathArgument, readPathArgument } from '../path-argument.js';
import { type OutputOptions, addOutputOptions, formatRecord, isForPeople } from '../records.js';
import { findMember, readValues } from '../values.js';
import { type ClientOptions, addClientOptions, withClient } from '../with-client.js';

type Options = ClientOptions & OutputOptions & PathOptions & { readonly param?: readonly Assignment[]; readonly paramJson?: readonly Assignment[] };

/** Completed, and Job Started: what the methods of Hyper-V return when they did not fail. */
const SUCCESS: readonly number[] = [0, 4096];

/**
 * `invoke`: calls a method.
 *
 * @param finish - is told the exit status
 */
export function invokeCommand(io: Io, finish: (status: number) => void): Command {
  const command = addPathArgument(new Command('invoke').description('call a method of an instance or of a class'))
    .argument('<Method>')
    .addOption(new Option('--param <Name=value>', 'typed by the schema: a reference as a WMI path, an instance as JSON or @file with CIM-XML').argParser(collectAssignments))
    .addOption(new Option('--param-json <Name=json>', 'a parameter as JSON').argParser(collectAssignments));
  return addOutputOptions(addClientOptions(command))
    .addHelpText('after', '\nA ReturnValue other than 0 and 4096 (a job was started) gives exit status 1; the answer is printed all the same.')
    .action(async (text: string, method: string, options: Options) => {
      await invoke(io, text, method, options);
      finish(ANSWERED);
    });
}

/** @throws ReturnValueError - what the method returned means that it failed */
async function invoke(io: Io, text: string, given: string, options: Options): Promise<void> {
  const schema = await loadSchema();
  const context = { io, schema, namespace: options.namespace };
  const path = await readPathArgument(context, text, options);
  const [method, info] = findMember(schema.classInfo(path.className)?.methods ?? new Map<string, MethodInfo>(), given);
  const declared = new Map((info?.parameters ?? []).map((parameter) => [parameter.name, parameter]));
  const parameters = await readValues(context, declared, { texts: options.param, jsons: options.paramJson });
  const unknown = info === null ? undefined : Object.keys(parameters).find((name) => declared.get(name)?.in !== true);
  if (unknown !== undefined) throw new UsageError(`${path.className}.${method} takes no parameter ${unknown}`);

  const { returnValue, out } = await withClient(io, options, (client) => client.invoke<string, string>(path, method, parameters, { signal: io.signal }));
  const returnValueName = info?.returnValues?.name(returnValue) ?? null;
  const answer = isForPeople(io, options)
    ? formatAnswer(returnValue, out, info, declared)
    : formatJson({ returnValue, returnValueName, out: Object.fromEntries(Object.entries(out).map(([name, value]) => [name, toJson(value)])) });
  await write(io.stdout, `${answer}\n`);
  if (!SUCCESS.includes(returnValue)) throw new ReturnValueError(method, returnValue, returnValueName);
}

function formatAnswer(returnValue: number, out: Readonly<Record<string, CimValue>>, info: MethodInfo | null, parameters: ReadonlyMap<string, ParameterInfo>): string {
  return formatRecord({ ReturnValue: returnValue, ...out }, (name) => (name === 'ReturnValue' ? info?.returnValues : parameters.get(name)?.values) ?? null);
}
