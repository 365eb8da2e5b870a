/** What a command of a simulated host is told beside its command line. */
export type CommandInput = {
  /** All that the client sends to stdin, as UTF-8; resolves when it says that this was the last, or ends the command. */
  readonly stdin: Promise<string>;
  /** The variables that the client gave the shell. */
  readonly environment: Readonly<Record<string, string>>;
};

/** What a command leaves behind. */
export type CommandResult = {
  /** Sent as UTF-8. Default none. */
  readonly stdout?: string;
  /** Sent as UTF-8. Default none. */
  readonly stderr?: string;
  /** Default 0. */
  readonly exitCode?: number;
};

/**
 * Runs a command line of a simulated host: the command and its arguments with blanks between. `null` for one that it does
 * not know.
 */
export type CommandHandler = (commandLine: string, input: CommandInput) => CommandResult | null | Promise<CommandResult | null>;

/** `hostname`, `echo` and `exit`, and as cmd.exe does for a command that does not exist: a message on stderr, exit code 1. */
export function defaultCommand(commandLine: string, computerName: string): CommandResult {
  const [, name = '', rest = ''] = /^\s*(\S*)\s?(.*)$/s.exec(commandLine) ?? [];
  switch (name.toLowerCase()) {
    case 'hostname':
      return { stdout: `${computerName}\r\n` };
    case 'echo':
      return { stdout: `${rest}\r\n` };
    case 'exit':
      return { exitCode: Number(/^-?\d{1,9}$/.exec(rest.replace(/^\/b\s+/i, '').trim())?.[0] ?? 0) };
    default:
      return { stderr: `'${name}' is not recognized: the simulated host has no such command.\r\n`, exitCode: 1 };
  }
}
