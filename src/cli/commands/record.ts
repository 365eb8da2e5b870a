import { access, rm, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { UsageError } from '../../errors.js';
import type { Recorder } from '../../testing/recorder.js';
import type { Io } from '../io.js';
import { writeLine } from '../output.js';
import { PASSWORD_VARIABLE } from '../password.js';

type Options = { readonly output: string; readonly force?: true; readonly remove?: readonly string[] };

/**
 * `record`: runs another command and writes down what was exchanged with the host, scrubbed.
 *
 * @param finish - is told the exit status, which is the other command's
 * @param run - runs a command line
 */
export function recordCommand(io: Io, finish: (status: number) => void, run: (argv: readonly string[], io: Io) => Promise<number>): Command {
  return new Command('record')
    .description('run a command and write what was exchanged with the host to a file, without names, addresses and GUIDs')
    .argument('<command...>', 'the command and its arguments, after --')
    .requiredOption('--output <file>', 'where to write the recording, as JSON')
    .option('--force', 'replace the file when it exists')
    .option('--remove <text...>', 'texts that may not be in it')
    .addHelpText('after', "\nExample:\n  hyperv-wsman record --output recording.json -- get-error ID --url http://hv01.example --username 'EXAMPLE\\ops'")
    .action(async (argv: readonly string[], options: Options) => finish(await record(io, argv, options, run)));
}

async function record(io: Io, argv: readonly string[], { output, force, remove = [] }: Options, run: (argv: readonly string[], io: Io) => Promise<number>): Promise<number> {
  if (force === undefined && (await exists(output))) throw new UsageError(`${output} exists; give --force to replace it`);
  const { createRecorder } = await import('../../testing/recorder.js');
  const password = io.env[PASSWORD_VARIABLE] ?? '';
  const recorder = createRecorder({ users: valuesOf('--username', argv), secrets: [password, ...remove].filter((text) => text !== '') });
  const { stdin, stdout, stderr, env, signal } = io;
  const observed: Io & Pick<Recorder, 'observe'> = { stdin, stdout, stderr, env, signal, observe: recorder.observe };
  const status = await run(argv, observed);
  const count = recorder.exchanges.length;
  if (count === 0) {
    await writeLine(io.stderr, `Nothing was exchanged with a host; ${output} was not written.`);
    return status;
  }
  await write(output, recorder.toJson(), force === true);
  await writeLine(io.stderr, `${output}: ${count} ${count === 1 ? 'exchange' : 'exchanges'} recorded. Read it before you send it to anybody: texts of the host may say more than was found.`);
  return status;
}

/** What an option of the other command was given: `--username ops` and `--username=ops`. */
function valuesOf(option: string, argv: readonly string[]): readonly string[] {
  return argv.flatMap((word, index) => {
    if (word.startsWith(`${option}=`)) return [word.slice(option.length + 1)];
    return word === option ? argv.slice(index + 1, index + 2) : [];
  });
}

function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}

/** A file that is replaced is removed first: the new one is the owner's alone, whatever the old one was. */
async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    if (force) await rm(file, { force: true });
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new UsageError(`Cannot write the recording: ${(error as Error).message}`, { cause: error });
  }
}
