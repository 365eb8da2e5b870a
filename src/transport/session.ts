import type { Authenticator } from '../auth/authenticator.js';
import { AuthError, OutcomeUnknownError, TransportError } from '../errors.js';
import { publish } from '../signals.js';
import type { Connect, Connection, HttpResponse, Target } from './connection.js';
import { abortable } from './deadline.js';
import { isEncrypted } from './encryption.js';
import { type ContextAuthenticator, handshake } from './handshake.js';
import { hostAndPort } from './host-name.js';
import { anonymous, SOAP_TYPE, refused } from './http-status.js';
import { seal, unseal } from './sealing.js';

/** What a session needs to open a connection and to prove on it who is calling. */
export type SessionOptions = {
  readonly target: Target;
  readonly connect: Connect;
  /** Called once for each connection, with the certificate to bind the proof to. */
  readonly authenticate: (peerCertificate: Uint8Array | null, signal: AbortSignal) => Promise<Authenticator>;
  /** A connection unused for longer is replaced before a request is written, in milliseconds. */
  readonly idleMs: number;
};

/**
 * What sending a request does to the host: `none`, so that it may be sent twice; `cursor`, a read that moves on in a
 * sequence, so that a second one would miss something; `change`, of which a lost answer leaves the outcome open.
 */
export type Effect = 'none' | 'cursor' | 'change';

/** One request of a session. */
export type SessionRequest = {
  /** The envelope, in UTF-8. */
  readonly body: Uint8Array;
  readonly effect: Effect;
};

type Headers = Readonly<Record<string, string>>;
const COMMON_HEADERS: Headers = { 'User-Agent': 'hyperv-wsman', 'Accept-Encoding': 'identity', 'Content-Type': SOAP_TYPE };

/** `headers`: those of a request that is not sealed. */
type Link = { readonly connection: Connection; readonly authenticator: Authenticator; readonly headers: Headers; usedAt: number };
/** `connected`: there was a connection, and what proves who is calling; what is lost after that may be tried again. */
type Attempt = { connected: boolean; sent: boolean };

/**
 * One socket, one security context, one request at a time; who uses a session holds it alone (see `SessionPool`).
 *
 * A request is sent again only where that is safe: after an HTTP 401, which proves that it was not dispatched; when its
 * first byte had not left; and when sending it twice does no harm. Anything else that leaves the outcome open is an
 * OutcomeUnknownError.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #host: string;
  #link: Link | null = null;
  #accepted = false;
  #kind: Authenticator['kind'] = 'none';

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#host = hostAndPort(options.target.url);
  }

  /**
   * Sends a request and waits for the answer, opened if it was sealed. Its status is not judged, apart from 401.
   *
   * @throws AuthError, TlsError, TransportError, TimeoutError, LimitError, ProtocolError, OutcomeUnknownError
   */
  async exchange(request: SessionRequest, signal: AbortSignal): Promise<HttpResponse> {
    let reconnected = false;
    let reauthenticated = false;
    for (;;) {
      const attempt: Attempt = { connected: false, sent: false };
      try {
        const response = await this.#attempt(request, attempt, signal);
        if (response.status !== 401) {
          this.#accepted = true;
          return response;
        }
        this.close();
        if (reauthenticated || !this.#mayReauthenticate()) throw this.#kind === 'none' ? anonymous(response) : refused(response);
        reauthenticated = true;
        publish('hyperv-wsman:retry', () => ({ host: this.#host, error: null }));
      } catch (error) {
        this.close();
        const lost = error instanceof TransportError && error.status === null && attempt.connected && !signal.aborted;
        if (lost && !reconnected && (!attempt.sent || request.effect === 'none')) {
          reconnected = true;
          publish('hyperv-wsman:retry', () => ({ host: this.#host, error }));
          continue;
        }
        throw attempt.sent && request.effect === 'change' && !(error instanceof AuthError) ? outcomeUnknown(error) : error;
      }
    }
  }

  /** Destroys the socket at once; the next exchange opens another. */
  close(): void {
    const link = this.#link;
    this.#link = null;
    if (link === null) return;
    link.connection.close();
    release(link.authenticator);
  }

  /** Basic proves itself anew with every request: a 401 to credentials that never were accepted only counts against the account. */
  #mayReauthenticate(): boolean {
    return this.#accepted || this.#kind === 'context';
  }

  async #attempt(request: SessionRequest, attempt: Attempt, signal: AbortSignal): Promise<HttpResponse> {
    const link = this.#ready() ?? (await this.#open(attempt, signal));
    attempt.connected = true;
    const { connection, authenticator } = link;
    let { headers } = link;
    let { body } = request;
    const sealed = authenticator.kind === 'context' && authenticator.seals;
    if (sealed) {
      const message = await seal(authenticator, { contentType: SOAP_TYPE, body });
      headers = { ...headers, 'Content-Type': message.contentType };
      body = message.body;
    }
    const before = connection.bytesWritten;
    let response: HttpResponse;
    try {
      response = await connection.send({ headers, body, signal });
    } finally {
      attempt.sent = connection.bytesWritten > before;
    }
    this.#tell(body, response);
    link.usedAt = performance.now();
    if (!sealed) return response;
    // A plain answer tells that the host did not open the message: its key stream and ours have parted.
    if (!isEncrypted(response.headers['content-type'] ?? '')) this.close();
    return unseal(response, authenticator);
  }

  /** The link that there is, if it may be used once more. */
  #ready(): Link | null {
    const link = this.#link;
    if (link !== null && !(link.connection.usable && performance.now() - link.usedAt <= this.#options.idleMs)) this.close();
    return this.#link;
  }

  async #open(attempt: Attempt, signal: AbortSignal): Promise<Link> {
    const connection = await this.#options.connect(this.#options.target, signal);
    const pending = this.#options.authenticate(connection.peerCertificate, signal);
    try {
      const authenticator = await abortable(pending, signal);
      attempt.connected = true;
      this.#kind = authenticator.kind;
      if (authenticator.kind === 'context') await this.#handshake(connection, authenticator, signal);
      const headers = authenticator.kind === 'header' ? { ...COMMON_HEADERS, Authorization: authenticator.authorization } : COMMON_HEADERS;
      this.#link = { connection, authenticator, headers, usedAt: performance.now() };
      return this.#link;
    } catch (error) {
      connection.close();
      // After an abort it may be yet to come.
      void pending.then(release, () => undefined);
      throw error;
    }
  }

  async #handshake(connection: Connection, authenticator: ContextAuthenticator, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    let failure: unknown = null;
    try {
      await handshake(async ({ headers, body }) => {
        const response = await connection.send({ headers: { ...COMMON_HEADERS, ...headers }, body, signal });
        this.#tell(body, response);
        return response;
      }, authenticator);
    } catch (error) {
      failure = error;
      if (error instanceof AuthError) authenticator.onRefused?.();
      throw error;
    } finally {
      publish('hyperv-wsman:handshake', () => ({
        host: this.#host,
        scheme: authenticator.scheme,
        mechanism: authenticator.context.mechanism,
        durationMs: performance.now() - startedAt,
        notes: [...authenticator.notes, ...authenticator.context.notes],
        error: failure,
      }));
    }
  }

  #tell(sent: Uint8Array, { status, body }: HttpResponse): void {
    publish('hyperv-wsman:exchange', () => ({ host: this.#host, status, bytesSent: sent.length, bytesReceived: body.length }));
  }
}

/** Ends what a security context holds, as CredSSP its TLS engine. */
function release(authenticator: Authenticator): void {
  if (authenticator.kind === 'context') authenticator.context.close?.();
}

function outcomeUnknown(cause: unknown): OutcomeUnknownError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new OutcomeUnknownError(`The request may or may not have been carried out, and was not sent again: ${reason}`, { cause });
}
