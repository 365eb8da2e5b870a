import { PassThrough, Readable } from 'node:stream';
import type { Interruption, Io } from '../../src/cli/io.js';
import { run } from '../../src/cli/run.js';

/** What one run of the command line gave. */
export type Run = { readonly status: number; readonly stdout: string; readonly stderr: string };

/** An Io whose output is kept, with nothing on standard input and no terminal. */
export class FakeIo implements Io {
  readonly stdin: Io['stdin'];
  readonly stdout: PassThrough = new PassThrough();
  readonly stderr: PassThrough = new PassThrough();
  readonly env: Io['env'];
  readonly #controller = new AbortController();

  constructor({ stdin = '', env = {} }: { stdin?: string | Uint8Array | Io['stdin']; env?: Io['env'] } = {}) {
    this.stdin = stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin)]);
    this.env = env;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  interrupt(interruption: Interruption): void {
    this.#controller.abort(interruption);
  }

  /** Runs a command line to its end. */
  async run(...argv: readonly string[]): Promise<Run> {
    const status = await run(argv, this);
    return { status, stdout: written(this.stdout), stderr: written(this.stderr) };
  }
}

/** A terminal on which keys are pressed as soon as somebody listens to them in raw mode. */
export class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  readonly modes: boolean[] = [];
  readonly #keys: readonly (string | Uint8Array)[];

  constructor(...keys: readonly (string | Uint8Array)[]) {
    super();
    this.#keys = keys;
  }

  setRawMode(mode: boolean): void {
    this.modes.push(mode);
    if (mode) for (const keys of this.#keys) this.write(keys);
  }
}

/** What was written to a stream since this was last asked. */
export function written(stream: PassThrough): string {
  return (stream.read() as Buffer | null)?.toString('utf8') ?? '';
}
