import { Command } from 'commander';
import type { WsmanClient } from '../../client/wsman-client.js';
import { ProtocolError } from '../../errors.js';
import { ANSWERED } from '../exit-status.js';
import type { Io } from '../io.js';
import { write } from '../output.js';
import { type ClientOptions, addClientOptions, waiting, withClient } from '../with-client.js';

/** An exit status has eight bits. */
const HIGHEST_STATUS = 255;

/**
 * `run`: runs a command on the host.
 *
 * @param finish - is told the exit status
 */
export function runCommand(io: Io, finish: (status: number) => void): Command {
  const command = new Command('run').description("run a command in the host's cmd.exe; its output comes as it is made").argument('<command>').argument('[args...]', 'after --; each goes out as it stands');
  return addClientOptions(command)
    .addHelpText(
      'after',
      "\nThe exit status is the command's exit code, 255 for one above or below what fits. When the command cannot be run it is\none of this program's own: 1 to 4, 70 or 130. The words after -- are read by cmd.exe: quote them for it.",
    )
    .action(async (name: string, args: readonly string[], options: ClientOptions) => {
      finish(await withClient(io, options, (client) => runOn(client, io, name, args), waiting(options)));
    });
}

/** A reader that went away ends the command on the host; that is no failure. */
async function runOn(client: WsmanClient, io: Io, name: string, args: readonly string[]): Promise<number> {
  const call = { signal: io.signal };
  const shell = await client.openShell(call);
  try {
    const command = await shell.start(name, args, call);
    for await (const { stream, data } of command) if (!(await write(io[stream], data))) return ANSWERED;
    const { exitCode } = command;
    if (exitCode === null) throw new ProtocolError('The command is done, but the host told no exit code');
    return exitCode >= 0 && exitCode < HIGHEST_STATUS ? exitCode : HIGHEST_STATUS;
  } finally {
    await shell.close();
  }
}
