import type { Exchange } from '../client/options.js';
import type { RecordedExchange, Recording } from './recording.js';
import { type ScrubOptions, scrub } from './scrub.js';

/** Takes what a client exchanges and gives it without what tells whose it is. */
export type Recorder = {
  /** For a client's option `observe`. */
  readonly observe: (exchange: Exchange) => void;
  /** All exchanges so far, scrubbed as one; each reading scrubs anew, as a later exchange may tell that a name is a computer's. */
  readonly exchanges: readonly RecordedExchange[];
  /** The text of the recording's file; read it before you give it away. */
  toJson(): string;
};

/**
 * Records what a client exchanges with a host, to be attached to a bug report or replayed in a test. Passwords and NTLM
 * tokens stand in HTTP headers, which are not recorded; of the envelopes see {@link ScrubOptions} and the guide "Attach a
 * recording to a bug report". Everything is kept in memory as long as the recorder is.
 *
 * @param options - names and texts that cannot be found without being told; default none
 * @throws UsageError - an empty secret, when the exchanges are read
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { HyperVHost } from 'hyperv-wsman';
 * import { createRecorder } from 'hyperv-wsman/testing';
 *
 * const recorder = createRecorder({ users: ['EXAMPLE\\ops'], secrets: ['customer-42'] });
 * const host = new HyperVHost({
 *   url: 'https://hv01.example', auth: { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' }, observe: recorder.observe,
 * });
 * try {
 *   await host.migrationJob('6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11').getError();
 * } finally {
 *   await host.close();
 *   await writeFile('recording.json', recorder.toJson(), { mode: 0o600 });
 * }
 * ```
 */
export function createRecorder(options: ScrubOptions = {}): Recorder {
  const observed: Exchange[] = [];
  return {
    observe: (exchange) => {
      observed.push(exchange);
    },
    get exchanges() {
      return scrub(observed, options);
    },
    toJson() {
      const recording: Recording = { version: 1, exchanges: this.exchanges };
      return `${JSON.stringify(recording, null, 2)}\n`;
    },
  };
}
