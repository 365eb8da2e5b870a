import { randomUUID } from 'node:crypto';
import { utf8 } from '../bytes.js';
import { FaultError, OutcomeUnknownError, ProtocolError, TransportError, UsageError, withAsked } from '../errors.js';
import { type CallSignal, publish } from '../signals.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import type { Connect, HttpResponse } from '../transport/connection.js';
import { Deadline } from '../transport/deadline.js';
import { isSoap, statusError } from '../transport/http-status.js';
import { SessionPool } from '../transport/session-pool.js';
import type { Effect } from '../transport/session.js';
import { type WsmanRequest, writeRequest } from '../wsman/request.js';
import { openResponse } from '../wsman/response.js';
import { isTimedOut } from '../wsman/timed-out.js';
import { type Authentication, createAuthentication } from './authentication.js';
import { type CallOptions, type ResolvedOptions, whole } from './options.js';

/** A request that is ready to be sent, and how its answer is read. */
export type Operation<T> = {
  /** For messages: `Get of Msvm_MigrationJob`. */
  readonly asked: string;
  readonly effect: Effect;
  /** What is asked; a text is a whole envelope, whose answer relates to nothing (Identify). */
  readonly request: WsmanRequest | string;
  /** The largest envelope to ask for, in bytes, where the client was not told one; default 512,000. */
  readonly maxEnvelopeSize?: number;
  readonly read: (envelope: OpenEnvelope) => T;
};

/** What Windows answers with unless it is set otherwise: MaxEnvelopeSizekb 500. */
const MAX_ENVELOPE_SIZE = 512_000;

/** Carries single calls: envelope out over a session of the pool, answer in, within one deadline. */
export class Caller {
  readonly options: ResolvedOptions;
  readonly #pool: SessionPool;
  readonly #authentication: Authentication;
  readonly #running = new Set<Deadline>();
  /** The deadline of a call that ended well, for the next one. */
  #spare: Deadline | null = null;
  #closed: Error | null = null;

  constructor(options: ResolvedOptions) {
    this.options = options;
    this.#authentication = createAuthentication(options);
    this.#pool = new SessionPool(options.connections, {
      target: {
        url: options.url,
        tls: options.tls,
        zone: options.zone,
        proxy: options.proxy,
        clientCertificate: options.clientCertificate,
        connectTimeoutMs: options.connectTimeoutMs,
        maxResponseBytes: options.maxResponseBytes,
      },
      connect: connectWith(options.transport),
      authenticate: (peerCertificate, signal) => this.#authentication.authenticate(peerCertificate, signal),
      idleMs: options.idleMs,
    });
  }

  /** Carries out one operation; every error tells what was asked of which host, and so do the signals of its start and its end. */
  async call<T>(operation: Operation<T>, call: CallOptions): Promise<T> {
    const { host } = this.options;
    const startedAt = performance.now();
    // Made for the first who listens: nobody may.
    let told: CallSignal | undefined;
    const tell = (): CallSignal => (told ??= { asked: operation.asked, host, changes: operation.effect === 'change' });
    publish('hyperv-wsman:call:start', () => ({ call: tell() }));
    let deadline: Deadline | undefined;
    let status: number | null = null;
    let failure: unknown = null;
    try {
      if (this.#closed !== null) throw new UsageError(`The client of ${host} is closed`);
      const timeoutMs = whole('timeoutMs', call.timeoutMs ?? this.options.timeoutMs, 1);
      const messageId = `uuid:${randomUUID().toUpperCase()}`;
      const envelope = this.#write(operation, messageId, timeoutMs);
      deadline = this.#deadline(timeoutMs, callerSignal(call));
      const { signal } = deadline;
      const response = await this.#pool.with(signal, (session) => session.exchange({ body: utf8(envelope), effect: operation.effect }, signal));
      status = response.status;
      this.#observe(envelope, response);
      return this.#read(operation, response, messageId);
    } catch (error) {
      failure = this.#explain(error, operation.asked, call);
      throw failure;
    } finally {
      if (deadline !== undefined) this.#release(deadline, failure === null);
      publish('hyperv-wsman:call:end', () => ({ call: tell(), durationMs: performance.now() - startedAt, status, error: failure }));
    }
  }

  /** Ends every call that is under way, and destroys every socket at once. */
  close(): void {
    this.#closed ??= new Error('The client was closed');
    for (const deadline of this.#running) deadline.abort(this.#closed);
    this.#pool.close();
    this.#authentication.close();
  }

  #deadline(timeoutMs: number, signals: readonly AbortSignal[]): Deadline {
    const spare = this.#spare;
    this.#spare = null;
    const deadline = spare?.restart(timeoutMs, ...signals) === true ? spare : new Deadline(timeoutMs, ...signals);
    this.#running.add(deadline);
    return deadline;
  }

  #release(deadline: Deadline, isWell: boolean): void {
    deadline.dispose();
    this.#running.delete(deadline);
    if (isWell) this.#spare = deadline;
  }

  #write({ request, maxEnvelopeSize: suggested }: Operation<unknown>, messageId: string, timeoutMs: number): string {
    if (typeof request === 'string') return request;
    const { url, locale } = this.options;
    const maxEnvelopeSize = this.options.maxEnvelopeSize ?? suggested ?? MAX_ENVELOPE_SIZE;
    const operationTimeoutMs = Math.min(this.options.operationTimeoutMs, timeoutMs);
    return writeRequest(request, { to: url.href, messageId, maxEnvelopeSize, operationTimeoutMs, locale });
  }

  #observe(request: string, { status, headers, body }: HttpResponse): void {
    this.options.observe?.({ request, status, contentType: headers['content-type'] ?? '', response: new TextDecoder().decode(body) });
  }

  /** The caller's own reason is passed on as it is; of a closing client every call gets an error of its own. */
  #explain(error: unknown, asked: string, { signal }: CallOptions): unknown {
    if (signal?.aborted === true && error === signal.reason) return error;
    const { host } = this.options;
    const own = error === this.#closed ? new TransportError(`The client of ${host} was closed during the call`) : error;
    return withAsked(own, `${asked} on ${host}`);
  }

  /** Judges and decodes an answer. One that cannot be understood leaves open what a call that changes something did. */
  #read<T>(operation: Operation<T>, response: HttpResponse, messageId: string): T {
    try {
      return operation.read(this.#open(response, typeof operation.request === 'string' ? null : messageId));
    } catch (error) {
      if (error instanceof ProtocolError && error.status === null) Object.assign(error, { status: response.status });
      if (operation.effect !== 'change' || !leavesOpen(error)) throw error;
      throw new OutcomeUnknownError(`The host answered, but not in a way that tells whether the request was carried out: ${error.message}`, { cause: error });
    }
  }

  /** Only HTTP 200 has to carry an envelope; an answer that has none is told by its status. */
  #open(response: HttpResponse, messageId: string | null): OpenEnvelope {
    if (response.status !== 200 && !isSoap(response.headers['content-type'] ?? '')) throw statusError(response);
    try {
      return openResponse(response.body, messageId, response.status, { maxBytes: this.options.maxResponseBytes });
    } catch (error) {
      const isBroken = error instanceof ProtocolError && error.code === 'PROTOCOL';
      throw response.status !== 200 && isBroken ? Object.assign(statusError(response), { cause: error }) : error;
    }
  }
}

/**
 * Whether an error leaves open what became of a change. HTTP 403, 404 and 413 come from in front of the service; other
 * answers that are no envelope may come from behind it, and a service that ran out of time may still be at work.
 */
function leavesOpen(error: unknown): error is ProtocolError | TransportError | FaultError {
  if (error instanceof FaultError) return isTimedOut(error);
  if (error instanceof TransportError) return error.status !== 404;
  return error instanceof ProtocolError && error.status !== 413;
}

function callerSignal({ signal }: CallOptions): readonly AbortSignal[] {
  if (signal === undefined) return [];
  if (!((signal as unknown) instanceof AbortSignal)) throw new UsageError('signal must be an AbortSignal');
  return [signal];
}

/** Loads only the HTTP client that is used. */
function connectWith(transport: ResolvedOptions['transport']): Connect {
  switch (transport) {
    case 'axios':
      return async (target, signal) => (await import('../transport/axios-connection.js')).connectAxios(target, signal);
    case 'undici':
      return async (target, signal) => (await import('../transport/undici-connection.js')).connectUndici(target, signal);
    case 'node':
      return async (target, signal) => (await import('../transport/node-connection.js')).connectNode(target, signal);
  }
}
