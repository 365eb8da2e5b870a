import { FaultError, ProtocolError } from '../errors.js';
import type { Effect } from '../transport/session.js';
import type { WsmanRequest } from '../wsman/request.js';
import {
  type ShellOptions,
  type ShellReference,
  readShellCommandResponse,
  readShellCreateResponse,
  shellCommandRequest,
  shellCreateRequest,
  shellDeleteRequest,
} from '../wsman/shell.js';
import {
  type ShellOutput,
  type ShellSignal,
  readShellReceiveResponse,
  shellReceiveRequest,
  shellSendRequest,
  shellSignalRequest,
} from '../wsman/shell-streams.js';
import { isTimedOut } from '../wsman/timed-out.js';
import type { Caller, Operation } from './caller.js';
import type { CallOptions } from './options.js';

/** A piece of a command's output. A character may be cut in two between pieces: decode each stream as a whole. */
export type CommandOutput = { readonly stream: 'stdout' | 'stderr'; readonly data: Uint8Array };

const FAREWELL_TIMEOUT_MS = 10_000;

/**
 * A command shell on a host (MS-WSMV 3.1.4.5.2), as `winrs` opens it. Close it: a host allows a user only a few.
 *
 * @example
 * ```ts
 * import { WsmanClient } from 'hyperv-wsman';
 * const client = new WsmanClient({ url: 'https://hv01.example', auth: { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } });
 * const shell = await client.openShell();
 * try {
 *   const command = await shell.start('ipconfig', ['/all']);
 *   for await (const { stream, data } of command) process[stream].write(data);
 *   console.log(command.exitCode);
 * } finally {
 *   await shell.close();
 *   await client.close();
 * }
 * ```
 */
export class WinrsShell implements AsyncDisposable {
  readonly #caller: Caller;
  readonly #shell: ShellReference;

  private constructor(caller: Caller, shell: ShellReference) {
    this.#caller = caller;
    this.#shell = shell;
  }

  /** Opens a shell. */
  static async open(caller: Caller, options: ShellOptions, call: CallOptions): Promise<WinrsShell> {
    const operation = { asked: 'Create of a shell', effect: 'change', request: shellCreateRequest(options), read: readShellCreateResponse } as const;
    return new WinrsShell(caller, await caller.call(operation, call));
  }

  /**
   * Starts a command; cmd.exe reads the line.
   *
   * @param command - the program or command of cmd.exe
   * @param args - each goes out as it stands: quoting is the caller's affair
   */
  async start(command: string, args: readonly string[] = [], call: CallOptions = {}): Promise<WinrsCommand> {
    const request = shellCommandRequest(this.#shell, { command, arguments: args });
    const { commandId } = await this.#caller.call({ asked: 'Command of a shell', effect: 'change', request, read: readShellCommandResponse }, call);
    return new WinrsCommand(this.#caller, this.#shell, commandId, call);
  }

  /** Deletes the shell on the host, with whatever still runs in it. Never fails. */
  async close(): Promise<void> {
    const operation = { asked: 'Delete of a shell', effect: 'none', request: shellDeleteRequest(this.#shell), read: () => undefined } as const;
    await this.#caller.call(operation, { timeoutMs: FAREWELL_TIMEOUT_MS }).catch(() => undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A command that runs in a {@link WinrsShell}: iterate over it for its output, until it is done. */
export class WinrsCommand implements AsyncIterable<CommandOutput> {
  readonly #caller: Caller;
  readonly #shell: ShellReference;
  readonly #commandId: string;
  readonly #call: CallOptions;
  #exitCode: number | null = null;

  constructor(caller: Caller, shell: ShellReference, commandId: string, call: CallOptions) {
    this.#caller = caller;
    this.#shell = shell;
    this.#commandId = commandId;
    this.#call = call;
  }

  /** What the program returned; `null` until all output was read. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  /** Sends bytes to standard input; `end` says that these are the last. */
  send(data: Uint8Array, end = false): Promise<void> {
    return this.#ask('Send to a command', 'change', shellSendRequest(this.#shell, this.#commandId, data, end));
  }

  /** Signals the command: `ctrl_c`, `ctrl_break`, or `terminate`, which ends it. */
  signal(signal: ShellSignal): Promise<void> {
    return this.#ask('Signal to a command', 'none', shellSignalRequest(this.#shell, this.#commandId, signal));
  }

  /** The output as it comes; who leaves early terminates the command. */
  async *[Symbol.asyncIterator](): AsyncGenerator<CommandOutput, void, undefined> {
    try {
      for (let done = false; !done; ) {
        const { streams, commandState } = await this.#receive();
        for (const { name, data } of streams) {
          if (data.length > 0 && (name === 'stdout' || name === 'stderr')) yield { stream: name, data };
        }
        done = commandState?.state === 'Done';
        if (done) this.#exitCode = commandState?.exitCode ?? null;
      }
    } finally {
      // The host keeps a command until it is told to forget it, also one that is done.
      await this.#caller
        .call({ asked: 'Signal to a command', effect: 'none', request: shellSignalRequest(this.#shell, this.#commandId, 'terminate'), read: () => undefined }, { timeoutMs: FAREWELL_TIMEOUT_MS })
        .catch(() => undefined);
    }
  }

  /** A Receive that finds nothing within the OperationTimeout says so with a fault: the command still runs. */
  async #receive(): Promise<ShellOutput> {
    const operation: Operation<ShellOutput> = {
      asked: 'Receive from a command',
      effect: 'cursor',
      request: shellReceiveRequest(this.#shell, this.#commandId),
      read: readShellReceiveResponse,
    };
    for (;;) {
      try {
        return await this.#caller.call(operation, this.#call);
      } catch (error) {
        if (!(error instanceof FaultError) || !isTimedOut(error)) throw error;
      }
    }
  }

  #ask(asked: string, effect: Effect, request: WsmanRequest): Promise<void> {
    return this.#caller.call({ asked, effect, request, read: () => undefined }, this.#call);
  }
}

/** What `WsmanClient.run` gives back. */
export type CommandResult = { readonly stdout: string; readonly stderr: string; readonly exitCode: number };

/** Opens a shell, runs one command, collects what it says in UTF-8, and deletes the shell. */
export async function runCommand(caller: Caller, command: string, args: readonly string[], input: Uint8Array | null, options: ShellOptions, call: CallOptions): Promise<CommandResult> {
  const shell = await WinrsShell.open(caller, options, call);
  try {
    const running = await shell.start(command, args, call);
    if (input !== null) await running.send(input, true);
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const texts = { stdout: '', stderr: '' };
    for await (const { stream, data } of running) texts[stream] += decoders[stream].decode(data, { stream: true });
    if (running.exitCode === null) throw new ProtocolError('The command is done, but the host told no exit code');
    return { stdout: texts.stdout + decoders.stdout.decode(), stderr: texts.stderr + decoders.stderr.decode(), exitCode: running.exitCode };
  } finally {
    await shell.close();
  }
}
