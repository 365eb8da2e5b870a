import { setTimeout as wait } from 'node:timers/promises';
import type { SealedMessage } from '../auth/security-context.js';
import { utf8 } from '../bytes.js';
import { HyperVWsmanError } from '../errors.js';
import { decodeEncrypted, isEncrypted } from '../transport/encryption.js';
import { type AuthenticationOptions, type Caller, ConnectionAuthentication } from './connection-authentication.js';
import { type Answer, carryOut, faultAnswer } from './dispatcher.js';
import { ACCEPTED, type HttpReply, REFUSED, challengeReply, plainReply, sealedReply, statusReply } from './replies.js';
import { type ServiceRequest, readRequest } from './requests.js';
import type { FaultOrigin } from './faults.js';
import type { HostState } from './service.js';
import type { Trouble, TroubleScript } from './trouble.js';

/** A request that the host understood; it was carried out unless a trouble came in between. */
export type DecodedRequest = ServiceRequest & {
  /** `DOMAIN\user`; the domain of an account of the host itself is the host's name. */
  readonly user: string;
  /** Whether the message was sealed. */
  readonly sealed: boolean;
  /** Whether it came over HTTPS. */
  readonly secure: boolean;
  /** The envelope, opened. */
  readonly envelope: string;
};

/** One POST to the service's path. */
export type HttpRequest = {
  readonly authorization: string | undefined;
  readonly contentType: string;
  readonly body: Uint8Array;
};

/** What the connections of a host share. */
export type HostService = {
  readonly state: HostState;
  readonly script: TroubleScript;
  /** Takes over HTTP what is not sealed. */
  readonly allowUnencrypted: boolean;
  /** How faults name the host. */
  readonly origin: FaultOrigin;
  readonly newMessageId: () => string;
  readonly onHandshake: () => void;
  readonly onRequest: (request: DecodedRequest) => void;
  /** Aborts when the host reboots or is closed: what comes or waits after that is cut. */
  readonly down: () => AbortSignal;
};

type Message = { readonly bytes: Uint8Array; readonly sealed: boolean };

/** The host's side of one connection, from HTTP request to HTTP reply: authentication, sealing, the service, troubles. */
export class HostConnection {
  readonly #service: HostService;
  readonly #secure: boolean;
  readonly #authentication: ConnectionAuthentication;
  readonly #down: AbortSignal;
  #busy = false;

  constructor(service: HostService, options: Omit<AuthenticationOptions, 'basic'> & { readonly secure: boolean }) {
    this.#service = service;
    this.#secure = options.secure;
    this.#down = service.down();
    this.#authentication = new ConnectionAuthentication({ ...options, basic: options.secure || service.allowUnencrypted });
  }

  /**
   * Answers one request. A second one before the first is answered is refused, as Windows does: the sealed messages of a
   * connection have one order.
   *
   * @returns `null` to cut the connection
   */
  async handle(request: HttpRequest): Promise<HttpReply | null> {
    if (this.#busy) return REFUSED;
    this.#busy = true;
    try {
      return await this.#handle(request);
    } finally {
      this.#busy = false;
    }
  }

  async #handle(request: HttpRequest): Promise<HttpReply | null> {
    const trouble = request.authorization === undefined ? null : this.#service.script.take('handshake');
    const diverted = await this.#undergo(trouble);
    if (diverted !== undefined) return diverted;
    const step = this.#authentication.step(request.authorization);
    if (step.kind === 'refused') return REFUSED;
    if (step.kind === 'challenge') return challengeReply(step.token);
    if (step.completed) {
      this.#service.onHandshake();
      if (request.body.length === 0) return ACCEPTED;
    }
    const message = this.#open(request, step.caller);
    return 'status' in message ? message : this.#serve(message, step.caller);
  }

  /** The envelope of a request, or the reply that refuses it. */
  #open({ contentType, body }: HttpRequest, { context }: Caller): Message | HttpReply {
    if (!isEncrypted(contentType)) {
      if (!this.#secure && !this.#service.allowUnencrypted) return REFUSED;
      return isSoapType(contentType) ? { bytes: body, sealed: false } : statusReply(415);
    }
    if (this.#secure || context === null) return statusReply(400);
    try {
      const encrypted = decodeEncrypted(body);
      const bytes = context.unwrap(encrypted.sealed);
      if (bytes.length !== encrypted.length) return statusReply(400);
      return isSoapType(encrypted.contentType) ? { bytes, sealed: true } : statusReply(415);
    } catch (error) {
      if (error instanceof HyperVWsmanError) return statusReply(400);
      throw error;
    }
  }

  async #serve(message: Message, caller: Caller): Promise<HttpReply | null> {
    const { script, state, origin } = this.#service;
    const read = readRequest(message.bytes, state.schema.typeOf);
    if (read.request === null) return this.#answer(faultAnswer(read.fault, read.relatesTo, origin), message.sealed, caller);
    this.#service.onRequest({
      ...read.request,
      user: caller.user,
      sealed: message.sealed,
      secure: this.#secure,
      envelope: new TextDecoder().decode(message.bytes),
    });
    const diverted = await this.#undergo(script.take('request'));
    if (diverted !== undefined) return diverted;
    return this.#answer(await carryOut({ ...read, user: caller.user }, state, origin), message.sealed, caller);
  }

  async #answer(answer: Answer, sealed: boolean, { context }: Caller): Promise<HttpReply | null> {
    const trouble = this.#service.script.take('response', { sealed, related: answer.relatesTo !== null });
    const diverted = await this.#undergo(trouble);
    if (diverted !== undefined) return diverted;
    const kind = trouble?.kind;
    const { newMessageId } = this.#service;
    const envelope = utf8(answer.write({ messageId: newMessageId(), relatesTo: kind === 'badRelatesTo' ? newMessageId() : answer.relatesTo }));
    const bytes = kind === 'truncate' ? envelope.subarray(0, Math.floor(envelope.length / 2)) : envelope;
    if (!sealed || context === null || kind === 'plain') return plainReply(answer.status, bytes);
    const wrapped = context.wrap(bytes);
    return sealedReply(answer.status, bytes.length, kind === 'badSignature' ? damaged(wrapped) : wrapped);
  }

  /** What a trouble comes to that takes the place of an answer; `undefined` when all goes on. */
  async #undergo(trouble: Trouble | null): Promise<HttpReply | null | undefined> {
    if (trouble?.kind === 'drop') return null;
    if (trouble?.kind === 'status') return statusReply(trouble.status ?? 503);
    if (trouble?.ms !== undefined) await wait(trouble.ms, undefined, { signal: this.#down }).catch(() => undefined);
    return this.#down.aborted ? null : undefined;
  }
}

function isSoapType(contentType: string): boolean {
  return /^\s*application\/soap\+xml\s*(?:;|$)/i.test(contentType);
}

/** With the lowest bit of the checksum's first byte turned over (MS-NLMP 2.2.2.9.2). */
function damaged({ signature, data }: SealedMessage): SealedMessage {
  return { data, signature: signature.map((byte, index) => (index === 4 ? byte ^ 1 : byte)) };
}
