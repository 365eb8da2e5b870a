import { setTimeout as wait } from 'node:timers/promises';
import type { SealedMessage } from '../auth/security-context.js';
import { utf8 } from '../bytes.js';
import { HyperVWsmanError } from '../errors.js';
import { isEncrypted } from '../transport/encryption.js';
import { type Sealer, open } from '../transport/sealing.js';
import { type AuthenticationOptions, type Caller, ConnectionAuthentication } from './connection-authentication.js';
import { type Answer, carryOut, faultAnswer } from './dispatcher.js';
import { ACCEPTED, type HttpReply, challengeReply, plainReply, refusedReply, sealedReply, statusReply, withToken } from './replies.js';
import { type ServiceRequest, readRequest } from './requests.js';
import type { FaultOrigin } from './faults.js';
import type { HostState } from './service.js';
import type { Trouble, TroubleScript } from './trouble.js';

/** A request that the host understood; it was carried out unless a trouble came in between. */
export type DecodedRequest = ServiceRequest & {
  /** `DOMAIN\user`, the domain of an account of the host itself being the host's name; `user@REALM` after Kerberos. */
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
    if (this.#busy) return this.#refused();
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
    const step = await this.#authentication.step(request.authorization);
    if (step.kind === 'refused') return this.#refused();
    if (step.kind === 'challenge') return challengeReply(step.scheme, step.token);
    const { caller, final } = step;
    if (final !== null) this.#service.onHandshake();
    const reply = final !== null && request.body.length === 0 ? ACCEPTED : await this.#answerTo(request, caller);
    if (reply === null || !final?.token) return reply;
    return withToken(reply, final.scheme, final.token);
  }

  #refused(): HttpReply {
    return refusedReply(this.#authentication.offered);
  }

  async #answerTo(request: HttpRequest, caller: Caller): Promise<HttpReply | null> {
    const message = await this.#open(request, caller);
    return 'status' in message ? message : this.#serve(message, caller);
  }

  /** The envelope of a request, or the reply that refuses it. */
  async #open({ contentType, body }: HttpRequest, { sealer }: Caller): Promise<Message | HttpReply> {
    if (!isEncrypted(contentType)) {
      if (!this.#secure && !this.#service.allowUnencrypted) return this.#refused();
      return isSoapType(contentType) ? { bytes: body, sealed: false } : statusReply(415);
    }
    if (this.#secure || sealer === null) return statusReply(400);
    try {
      const opened = await open(sealer, { contentType, body });
      return isSoapType(opened.contentType) ? { bytes: opened.body, sealed: true } : statusReply(415);
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

  async #answer(answer: Answer, sealed: boolean, { sealer }: Caller): Promise<HttpReply | null> {
    const trouble = this.#service.script.take('response', { sealed, related: answer.relatesTo !== null });
    const diverted = await this.#undergo(trouble);
    if (diverted !== undefined) return diverted;
    const kind = trouble?.kind;
    const { newMessageId } = this.#service;
    const envelope = utf8(answer.write({ messageId: newMessageId(), relatesTo: kind === 'badRelatesTo' ? newMessageId() : answer.relatesTo }));
    const bytes = kind === 'truncate' ? envelope.subarray(0, Math.floor(envelope.length / 2)) : envelope;
    if (!sealed || sealer === null || kind === 'plain') return plainReply(answer.status, bytes);
    return sealedReply(answer.status, bytes, kind === 'badSignature' ? damaging(sealer) : sealer);
  }

  /** What a trouble comes to that takes the place of an answer; `undefined` when all goes on. */
  async #undergo(trouble: Trouble | null): Promise<HttpReply | null | undefined> {
    if (trouble?.kind === 'drop') return null;
    if (trouble?.kind === 'status') return trouble.status === 401 ? this.#refused() : statusReply(trouble.status ?? 503);
    if (trouble?.ms !== undefined) await wait(trouble.ms, undefined, { signal: this.#down }).catch(() => undefined);
    return this.#down.aborted ? null : undefined;
  }
}

function isSoapType(contentType: string): boolean {
  return /^\s*application\/soap\+xml\s*(?:;|$)/i.test(contentType);
}

/** Seals with one bit of the signature turned over: of the checksum in NTLM (MS-NLMP 2.2.2.9.2), of the EC field in RFC 4121 §4.2.6.2. */
function damaging({ scheme, context }: Sealer): Sealer {
  const wrap = async (message: Uint8Array): Promise<SealedMessage> => {
    const { signature, data } = await context.wrap(message);
    return { data, signature: signature.map((byte, index) => (index === 4 ? byte ^ 1 : byte)) };
  };
  return { scheme, context: { wrap, unwrap: (sealed) => context.unwrap(sealed) } };
}
