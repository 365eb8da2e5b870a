import { concat, utf8 } from '../bytes.js';
import type { ShellOutput, StreamPiece } from '../wsman/shell-streams.js';
import type { CommandResult } from './shell-commands.js';
import { Wake } from './wake.js';

/** STATUS_CONTROL_C_EXIT as a signed number: the exit code of a program that Ctrl-C ended. */
const CONTROL_C_EXIT = -1_073_741_510;

/** A command in a shell: its input while it comes, its output until it is fetched. */
export class ShellCommandRun {
  /** Resolves with all of stdin. */
  readonly stdin: Promise<string>;
  /** Wakes when there is something to fetch. */
  readonly wake: Wake = new Wake();
  readonly #input: Uint8Array[] = [];
  #endInput: () => void = () => undefined;
  #result: { readonly stdout: Uint8Array; readonly stderr: Uint8Array; readonly exitCode: number } | null = null;
  #sent: Record<'stdout' | 'stderr', number> = { stdout: 0, stderr: 0 };

  constructor() {
    this.stdin = new Promise((resolve) => {
      this.#endInput = () => resolve(new TextDecoder().decode(concat(...this.#input)));
    });
  }

  /** Takes a piece of stdin. */
  send({ data, end }: Pick<StreamPiece, 'data' | 'end'>): void {
    this.#input.push(data);
    if (end) this.#endInput();
  }

  /** The command has ended; a second end does not count. */
  finish({ stdout = '', stderr = '', exitCode = 0 }: CommandResult): void {
    this.#result ??= { stdout: utf8(stdout), stderr: utf8(stderr), exitCode };
    this.#endInput();
    this.wake.wake();
  }

  /** Ctrl-C: the command ends here and now. */
  interrupt(): void {
    this.finish({ exitCode: CONTROL_C_EXIT });
  }

  /**
   * The next output, of one stream and of `maxBytes` at most; the last brings the ends of both streams and the exit code.
   *
   * @returns `null` while there is nothing to fetch
   */
  receive(maxBytes: number): ShellOutput | null {
    if (this.#result === null) return null;
    for (const name of ['stdout', 'stderr'] as const) {
      const data = this.#result[name].subarray(this.#sent[name], this.#sent[name] + maxBytes);
      if (data.length === 0) continue;
      this.#sent[name] += data.length;
      return { streams: [{ name, data, end: false }], commandState: { state: 'Running', exitCode: null } };
    }
    const end = (name: string): StreamPiece => ({ name, data: new Uint8Array(), end: true });
    return { streams: [end('stdout'), end('stderr')], commandState: { state: 'Done', exitCode: this.#result.exitCode } };
  }
}
