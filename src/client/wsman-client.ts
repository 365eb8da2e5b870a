import { randomUUID } from 'node:crypto';
import type { CimInstance } from '../cim/instance.js';
import type { InstancePath } from '../cim/object-path.js';
import { utf8 } from '../bytes.js';
import { FaultError, OutcomeUnknownError, ProtocolError, TransportError, UsageError, withAsked } from '../errors.js';
import { READ_ONLY_METHODS } from '../schema/read-only-methods.js';
import type { OpenEnvelope } from '../soap/envelope.js';
import type { Connect, HttpResponse } from '../transport/connection.js';
import { Deadline } from '../transport/deadline.js';
import { isSoap, statusError } from '../transport/http-status.js';
import { SessionPool } from '../transport/session-pool.js';
import { getRequest, readGetResponse } from '../wsman/get.js';
import { type Identity, identifyRequest, readIdentifyResponse } from '../wsman/identify.js';
import type { TypeOf } from '../wsman/instance.js';
import { type InvokeResult, type Parameters, invokeRequest, readInvokeResponse } from '../wsman/invoke.js';
import { type WsmanRequest, writeRequest } from '../wsman/request.js';
import { openResponse } from '../wsman/response.js';
import { authenticate } from './authentication.js';
import { type CallOptions, type ResolvedOptions, type WsmanClientOptions, resolveOptions, whole } from './options.js';

/** A request that is ready to be sent, and how its answer is read. */
type Operation<T> = {
  /** For messages: `Get of Msvm_MigrationJob`. */
  readonly asked: string;
  readonly idempotent: boolean;
  /** The envelope, given the MessageID and the OperationTimeout. */
  readonly write: (messageId: string, operationTimeoutMs: number) => string;
  /** Whether the answer must relate to the MessageID. */
  readonly related: boolean;
  readonly read: (envelope: OpenEnvelope) => T;
};

/**
 * A client of one WS-Management service: typed calls in, envelopes over an authenticated connection, typed answers out.
 * It connects with the first call and keeps the connection; close it when done.
 *
 * @example
 * ```ts
 * import { WsmanClient } from 'hyperv-wsman';
 * const client = new WsmanClient({ url: 'https://hv01.example', auth: { type: 'ntlm', username: 'EXAMPLE\\ops', password: 'secret' } });
 * try {
 *   const { productVersion } = await client.identify();
 *   console.log(productVersion);
 * } finally {
 *   await client.close();
 * }
 * ```
 */
export class WsmanClient implements AsyncDisposable {
  readonly #options: ResolvedOptions;
  readonly #pool: SessionPool;
  readonly #closing = new AbortController();

  /** @throws UsageError - an option that cannot work or is not safe; nothing is sent yet */
  constructor(options: WsmanClientOptions) {
    const resolved = resolveOptions(options);
    this.#options = resolved;
    this.#pool = new SessionPool(resolved.connections, {
      target: { url: resolved.url, tls: resolved.tls, connectTimeoutMs: resolved.connectTimeoutMs, maxResponseBytes: resolved.maxResponseBytes },
      connect: connectWith(resolved.transport),
      authenticate: (peerCertificate) => authenticate(resolved, peerCertificate),
      idleMs: resolved.idleMs,
    });
  }

  /** `host:port` of the service, as the URL names it. */
  get host(): string {
    return this.#options.host;
  }

  /**
   * Asks the service what it is (DSP0226 §11).
   *
   * @throws AnyError - see {@link AnyError}
   */
  identify(call: CallOptions = {}): Promise<Identity> {
    return this.#call({ asked: 'Identify', idempotent: true, related: false, write: identifyRequest, read: readIdentifyResponse }, call);
  }

  /**
   * Reads one instance (DSP0226 §7.3).
   *
   * @param typeOf - the types of the class's properties; without it every value stays as text
   * @throws FaultError - there is no such instance, or it may not be read
   * @throws AnyError - see {@link AnyError}
   */
  get(path: InstancePath, call: CallOptions = {}, typeOf?: TypeOf): Promise<CimInstance> {
    const target = inNamespace(path, call);
    return this.#call(
      {
        asked: `Get of ${target.className}`,
        idempotent: true,
        related: true,
        write: this.#writer(getRequest(target)),
        read: (envelope) => readGetResponse(envelope, target, typeOf),
      },
      call,
    );
  }

  /**
   * Calls a method of an instance or class (DSP0230 §9). A method that is not known to change nothing is never sent
   * twice; say `idempotent` if yours may be.
   *
   * @param parameters - IN parameters by name: a path for a REF, an instance for an embedded one, `null` for nil
   * @returns the method's ReturnValue and OUT parameters; a ReturnValue that means failure is not judged here
   * @throws OutcomeUnknownError - the method may or may not have run
   * @throws AnyError - see {@link AnyError}
   */
  invoke(path: InstancePath, method: string, parameters: Parameters = {}, call: CallOptions = {}): Promise<InvokeResult> {
    const target = inNamespace(path, call);
    return this.#call(
      {
        asked: `${method} of ${target.className}`,
        idempotent: call.idempotent ?? READ_ONLY_METHODS.has(method),
        related: true,
        write: this.#writer(invokeRequest(target, method, parameters)),
        read: (envelope) => readInvokeResponse(envelope, target, method),
      },
      call,
    );
  }

  /** Closes every connection at once; calls that are under way reject. Never fails, and may be called again. */
  close(): Promise<void> {
    this.#closing.abort();
    this.#pool.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #writer(request: WsmanRequest): Operation<unknown>['write'] {
    const { url, maxEnvelopeSize, locale } = this.#options;
    return (messageId, operationTimeoutMs) => writeRequest(request, { to: url.href, messageId, maxEnvelopeSize, operationTimeoutMs, locale });
  }

  async #call<T>(operation: Operation<T>, call: CallOptions): Promise<T> {
    const { host, operationTimeoutMs } = this.#options;
    let deadline: Deadline | undefined;
    try {
      if (this.#closing.signal.aborted) throw new UsageError(`The client of ${host} is closed`);
      const timeoutMs = whole('timeoutMs', call.timeoutMs ?? this.#options.timeoutMs, 1);
      const messageId = `uuid:${randomUUID().toUpperCase()}`;
      const body = utf8(operation.write(messageId, Math.min(operationTimeoutMs, timeoutMs)));
      deadline = new Deadline(timeoutMs, this.#closing.signal, ...callerSignal(call));
      const { idempotent } = operation;
      const { signal } = deadline;
      const response = await this.#pool.with(signal, (session) => session.exchange({ body, idempotent }, signal));
      return this.#read(operation, response, messageId);
    } catch (error) {
      // The caller's own reason is passed on as it is; of a closing client every call gets an error of its own.
      if (call.signal?.aborted === true && error === call.signal.reason) throw error;
      const own = error === this.#closing.signal.reason ? new TransportError(`The client of ${host} was closed during the call`) : error;
      throw withAsked(own, `${operation.asked} on ${host}`);
    } finally {
      deadline?.dispose();
    }
  }

  /** Judges and decodes an answer. One that cannot be understood leaves open what a call that changes something did. */
  #read<T>(operation: Operation<T>, response: HttpResponse, messageId: string): T {
    try {
      return operation.read(this.#open(response, operation.related ? messageId : null));
    } catch (error) {
      if (error instanceof ProtocolError && error.status === null) Object.assign(error, { status: response.status });
      if (operation.idempotent || !leavesOpen(error)) throw error;
      throw new OutcomeUnknownError(`The host answered, but not in a way that tells whether the request was carried out: ${error.message}`, { cause: error });
    }
  }

  /** Only HTTP 200 has to carry an envelope; an answer that has none is told by its status. */
  #open(response: HttpResponse, messageId: string | null): OpenEnvelope {
    if (response.status !== 200 && !isSoap(response.headers['content-type'] ?? '')) throw statusError(response);
    try {
      return openResponse(response.body, messageId, response.status, { maxBytes: this.#options.maxResponseBytes });
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
  if (error instanceof FaultError) return error.subcode === 'TimedOut' || error.wsman === 2150858793;
  if (error instanceof TransportError) return error.status !== 404;
  return error instanceof ProtocolError && error.status !== 413;
}

function callerSignal({ signal }: CallOptions): readonly AbortSignal[] {
  if (signal === undefined) return [];
  if (!((signal as unknown) instanceof AbortSignal)) throw new UsageError('signal must be an AbortSignal');
  return [signal];
}

function inNamespace(path: InstancePath, { namespace }: CallOptions): InstancePath {
  return namespace === undefined ? path : { ...path, namespace };
}

/** Loads only the HTTP client that is used. */
function connectWith(transport: ResolvedOptions['transport']): Connect {
  return transport === 'undici'
    ? async (target, signal) => (await import('../transport/undici-connection.js')).connectUndici(target, signal)
    : async (target, signal) => (await import('../transport/axios-connection.js')).connectAxios(target, signal);
}
