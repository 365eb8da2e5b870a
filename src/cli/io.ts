import type { Readable, Writable } from 'node:stream';
import type { Exchange } from '../client/options.js';

/** Standard input; a terminal also says so and can be told not to echo. */
export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };

/** Everything the command line touches of the process it runs in, so that a test can hand in its own. */
export type Io = {
  readonly stdin: Input;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT and SIGTERM; the reason is an {@link Interruption}. */
  readonly signal: AbortSignal;
  /** Is told of every exchange with a host; `record` sets it. */
  readonly observe?: (exchange: Exchange) => void;
};

/** Somebody stopped the program. */
export class Interruption extends Error {
  /** 128 and the number of the signal, as a shell reports it: 130 or 143. */
  readonly status: number;

  constructor(by: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${by}`);
    this.name = 'Interruption';
    this.status = by === 'SIGINT' ? 130 : 143;
  }
}
