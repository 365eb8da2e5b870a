import { randomUUID } from 'node:crypto';
import { utf8 } from '../bytes.js';
import { HyperVWsmanError, UsageError } from '../errors.js';
import { writeXml, xmlNode } from '../xml/write.js';
import { schemaValidationError, writeFault } from './faults.js';
import type { HttpRequest } from './host-connection.js';
import { type Listener, listen } from './http-listener.js';
import type { RecordedExchange, Recording } from './recording.js';
import { type CanonicalRequest, canonicalRequest, firstDifference, likeness } from './replay/canonical-request.js';
import { type HttpReply, plainReply } from './replies.js';

const ADDRESS = '127.0.0.1';
/** Of a line in a fault; a line may be an embedded instance. */
const MAX_SHOWN = 200;

/** A recorded exchange that waits for its request. */
type Waiting = { readonly number: number; readonly exchange: RecordedExchange; readonly request: CanonicalRequest; used: boolean };

/**
 * A host that answers as a recording does, over plain HTTP on 127.0.0.1 and without authentication. A request gets the
 * answer of the first unused exchange that asked the same: headers that differ from one sending to the next do not count
 * (MessageID, To, OperationTimeout, MaxEnvelopeSize, locale), nor what an enumeration context says. An answer that related to
 * the recorded request relates to the live one. A request that the recording does not hold gets a fault that names the
 * exchange nearest to it.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { HyperVHost } from 'hyperv-wsman';
 * import { ReplayHost, readRecording } from 'hyperv-wsman/testing';
 *
 * const replay = await ReplayHost.start(readRecording(await readFile('recording.json', 'utf8')));
 * const host = new HyperVHost({ url: replay.url, auth: { type: 'none' }, allowInsecure: ['none'] });
 * try {
 *   console.log(await host.migrationJob('00000000-0000-4000-8000-000000000002').getError());
 * } finally {
 *   await host.close();
 *   await replay.close();
 * }
 * ```
 */
export class ReplayHost implements AsyncDisposable {
  readonly #waiting: readonly Waiting[];
  #listener: Listener | null = null;

  private constructor({ exchanges }: Recording) {
    this.#waiting = exchanges.map((exchange, index) => ({ number: index + 1, exchange, request: readRecorded(exchange, index), used: false }));
  }

  /**
   * Starts a host; it answers when this resolves. Close it when done.
   *
   * @param options - `port`: default 0, any that is free
   * @throws UsageError - a recorded request is no envelope, or the port is none
   * @throws TransportError - the port is not to be had
   */
  static async start(recording: Recording, { port = 0 }: { readonly port?: number } = {}): Promise<ReplayHost> {
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) throw new UsageError(`A port is from 0 to 65535, not ${port}`);
    const host = new ReplayHost(recording);
    host.#listener = await listen({ port, tls: null, connect: () => (request) => Promise.resolve(host.#answer(request)) });
    return host;
  }

  /** `http://127.0.0.1:PORT/wsman`. */
  get url(): string {
    return `http://${ADDRESS}:${this.#listener!.port}/wsman`;
  }

  /** What the recording asks, in its order: `GetError of Msvm_MigrationJob InstanceID="00000000-0000-4000-8000-000000000002"`. */
  get asked(): readonly string[] {
    return this.#waiting.map(({ request }) => request.asked);
  }

  /** Cuts every connection and frees the port. May be called again. */
  close(): Promise<void> {
    return this.#listener!.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #answer({ body }: HttpRequest): HttpReply {
    let live: CanonicalRequest;
    try {
      live = canonicalRequest(body);
    } catch (error) {
      if (!(error instanceof HyperVWsmanError)) throw error;
      return faultReply(`The request cannot be read: ${error.message}`, null);
    }
    const found = this.#waiting.find(({ used, request }) => !used && areEqual(request, live));
    if (found === undefined) return faultReply(this.#describe(live), live.messageId);
    found.used = true;
    return recordedReply(found, live);
  }

  /** What the recording lacks, and what comes nearest. */
  #describe(live: CanonicalRequest): string {
    const total = this.#waiting.length;
    const spent = this.#waiting.filter(({ request }) => areEqual(request, live)).map(({ number }) => number);
    if (spent.length > 0) return `The recording answers ${live.asked} with exchange ${spent.join(', ')} of ${total}, and each was used already. `;
    const [nearest] = this.#waiting.map((one) => ({ ...one, likeness: likeness(one.request, live) })).sort((left, right) => right.likeness - left.likeness);
    if (nearest === undefined) return `The recording is empty; it has no answer to ${live.asked}. `;
    const [recorded, asked] = firstDifference(nearest.request, live);
    return `The recording has no answer to ${live.asked}. Nearest is exchange ${nearest.number} of ${total}, ${nearest.request.asked}: recorded ${shown(recorded)}, asked ${shown(asked)}. `;
  }
}

function readRecorded({ request }: RecordedExchange, index: number): CanonicalRequest {
  try {
    return canonicalRequest(request);
  } catch (error) {
    if (!(error instanceof HyperVWsmanError)) throw error;
    throw new UsageError(`exchanges[${index}].request of the recording cannot be read: ${error.message}`, { cause: error });
  }
}

function areEqual(left: CanonicalRequest, right: CanonicalRequest): boolean {
  return left.lines.length === right.lines.length && left.lines.every((line, index) => line === right.lines[index]);
}

/** An answer that named the recorded MessageID, in any letter case, names the live one; a wrong RelatesTo stays wrong. */
function recordedReply({ exchange, request }: Waiting, live: CanonicalRequest): HttpReply {
  const { status, contentType, response } = exchange;
  const related = request.messageId === '' ? response : response.replace(anyCase(request.messageId), () => escaped(live.messageId));
  return { status, headers: contentType === '' ? {} : { 'Content-Type': contentType }, body: utf8(related) };
}

function anyCase(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi');
}

/** A line, the beginning of a long one. */
function shown(line: string | null): string {
  if (line === null) return 'nothing more';
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}...` : line;
}

/** As the text of an element. */
function escaped(text: string): string {
  return writeXml(xmlNode('t', {}, text)).slice('<t>'.length, -'</t>'.length);
}

function faultReply(reason: string, relatesTo: string | null): HttpReply {
  const messageId = `uuid:${randomUUID().toUpperCase()}`;
  return plainReply(500, utf8(writeFault(schemaValidationError(reason), { messageId, relatesTo: relatesTo === '' ? null : relatesTo }, { address: ADDRESS, machine: ADDRESS })));
}
