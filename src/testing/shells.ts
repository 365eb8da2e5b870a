import { randomUUID } from 'node:crypto';
import type { ShellOptions } from '../wsman/shell.js';
import { ShellCommandRun } from './shell-command.js';
import { type CommandHandler, type CommandResult, defaultCommand } from './shell-commands.js';

/** Windows' own IdleTimeout for shells, in milliseconds. */
const IDLE_TIMEOUT_MS = 7_200_000;

/** An open shell. */
export type Shell = {
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly commands: Map<string, ShellCommandRun>;
  readonly idleTimeoutMs: number;
  lastUsed: number;
};

/** The command shells of a host, each its user's alone, and what runs in them. */
export class Shells {
  readonly #open = new Map<string, Shell>();
  readonly #handlers: CommandHandler[] = [];
  readonly #now: () => number;
  readonly #computerName: string;

  /**
   * @param now - milliseconds of any clock that only goes on
   * @param computerName - what `hostname` answers
   */
  constructor(now: () => number, computerName: string) {
    this.#now = now;
    this.#computerName = computerName;
  }

  /** How many are open. */
  get count(): number {
    return this.#open.size;
  }

  /** Registers commands; a later handler is asked before an earlier one. */
  addHandler(handler: CommandHandler): void {
    this.#handlers.unshift(handler);
  }

  /** Opens a shell. */
  create(user: string, { environment = {}, idleTimeoutMs = IDLE_TIMEOUT_MS }: ShellOptions): string {
    const id = newId();
    this.#open.set(id, { user, environment, commands: new Map(), idleTimeoutMs, lastUsed: this.#now() });
    return id;
  }

  /** A shell of the user, which is in use now; `null` when there is none, or it was idle for too long. */
  find(id: string, user: string): Shell | null {
    const shell = this.#open.get(id.toUpperCase());
    if (shell?.user !== user) return null;
    const now = this.#now();
    if (now - shell.lastUsed > shell.idleTimeoutMs) {
      this.close(id);
      return null;
    }
    shell.lastUsed = now;
    return shell;
  }

  /** Starts a command in a shell. */
  start(shell: Shell, commandLine: string): string {
    const id = newId();
    const command = new ShellCommandRun();
    shell.commands.set(id, command);
    void this.#run(commandLine, { stdin: command.stdin, environment: shell.environment }).then((result) => command.finish(result));
    return id;
  }

  /** Closes a shell and ends what runs in it. */
  close(id: string): void {
    for (const command of this.#open.get(id.toUpperCase())?.commands.values() ?? []) command.interrupt();
    this.#open.delete(id.toUpperCase());
  }

  /** Closes every shell, as a reboot does. */
  clear(): void {
    for (const id of this.#open.keys()) this.close(id);
  }

  /** Never rejects: what a handler throws is what the command says. */
  async #run(commandLine: string, input: Parameters<CommandHandler>[1]): Promise<CommandResult> {
    try {
      for (const handler of this.#handlers) {
        const result = await handler(commandLine, input);
        if (result !== null) return result;
      }
      return defaultCommand(commandLine, this.#computerName);
    } catch (error) {
      return { stderr: `${error instanceof Error ? error.message : String(error)}\r\n`, exitCode: 1 };
    }
  }
}

function newId(): string {
  return randomUUID().toUpperCase();
}
