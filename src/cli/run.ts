import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { HyperVWsmanError } from '../errors.js';
import { loadCommands } from './commands.js';
import { ANSWERED, exitStatus } from './exit-status.js';
import { type Io, Interruption } from './io.js';
import { tellNotes } from './notes.js';
import { inOptionNames } from './option-names.js';
import { OutputError, oneLine } from './output.js';

const HELP = `
Examples:
  Why did this migration fail? (asks for the password)
    hyperv-wsman get-error 6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11 --url http://hv01.example --username 'EXAMPLE\\ops'
  All errors, the specific one last, for a program:
    hyperv-wsman get-error 6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11 --url https://hv01.example --username ops@example.com --all --json
  Which machines are there?
    hyperv-wsman vms --url https://hv01.example --username ops@example.com
  Move one, and tell how that ended:
    hyperv-wsman migrate web01 --to hv02 --to-url https://hv02.example --url https://hv01.example --username ops@example.com
  What does this code mean, and what is to be done?
    hyperv-wsman explain 0x8009030E
  What does this message say?
    hyperv-wsman decode response.xml
  A host to try it on, without Windows:
    hyperv-wsman simulate --hosts 2

Exit status:
  0  answered, or done    1  the host reported a failure, or it is not done
  2  usage                3  not reached, or what became of it is not known
  4  logon refused       10  the job has an error (get-error --exit-code)
  70 internal error      74  the output cannot be written
 130 interrupted
  run: the exit code of the command`;

/**
 * Runs one command line.
 *
 * @param argv - the arguments alone, without the names of Node and of the program
 * @returns the exit status; see `exit-status.ts`
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const stop = tellNotes(io);
  try {
    return await runProgram(argv, io);
  } finally {
    stop();
  }
}

async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  // A closed pipe is also told to the writer (see writeLine); the event alone would end the process.
  for (const stream of [io.stdout, io.stderr]) stream.on('error', () => undefined);
  let status = ANSWERED;
  const finish = (result: number): void => {
    status = result;
  };
  const program = new Command('hyperv-wsman')
    .description('WS-Management for Microsoft Hyper-V: migrate virtual machines, and ask why a migration failed')
    .version(readVersion())
    .addHelpText('after', HELP);
  for (const makeCommand of await loadCommands(argv[0])) program.addCommand(makeCommand(io, finish, runProgram));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(usageMessage(text)),
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) io.stderr.write(`hyperv-wsman: ${describe(error, io)}\n`);
    return exitStatus(error);
  }
}

/** What commander says, without the value that was given to an option it does not know: `--password=...` and `-p...` are tried. */
function usageMessage(text: string): string {
  return text.replace(/^error: /, 'hyperv-wsman: ').replace(/(unknown option ')(.*)'/s, (_all, before: string, option: string) => `${before}${nameOf(option)}'`);
}

/** The name of a long option ends before `=`, that of a short one after its letter. */
function nameOf(option: string): string {
  return option.startsWith('--') ? option.replace(/=.*/s, '') : option.slice(0, 2);
}

/** One line for what was expected to happen; a defect of this program shows where it is when HYPERV_WSMAN_DEBUG is set. */
function describe(error: unknown, { env }: Io): string {
  if (error instanceof HyperVWsmanError || error instanceof Interruption || error instanceof OutputError) return oneLine(inOptionNames(error.message));
  if (env.HYPERV_WSMAN_DEBUG !== undefined && error instanceof Error) return `internal error: ${error.stack ?? error.message}`;
  return `internal error: ${oneLine(error instanceof Error ? error.message : String(error))} (HYPERV_WSMAN_DEBUG=1 tells where)`;
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
