import type { ContextScheme } from '../auth/authenticator.js';
import { parseChallenges } from '../auth/challenge.js';
import { SECPROFILE_HTTPS_MUTUAL } from '../auth/secprofile.js';
import type { SecurityContext } from '../auth/security-context.js';
import { HyperVWsmanError } from '../errors.js';
import type { Sealer } from '../transport/sealing.js';
import { type SimulatedUser, accountName, findBasicUser } from './user-store.js';

/** What one token of a client came to. */
export type AcceptorStep = {
  /** The token to answer with; the last one goes with the answer to the client's last. */
  readonly token: Uint8Array | null;
  readonly complete: boolean;
  /** Who has logged on, as the host spells it: `DOMAIN\user` or `user@REALM`; `null` before that. */
  readonly user: string | null;
};

/** The host's side of one handshake in an HTTP authentication scheme, and the sealing of what comes after it. */
export interface HandshakeAcceptor extends Pick<SecurityContext, 'wrap' | 'unwrap' | 'close'> {
  /**
   * Takes the client's next token.
   *
   * @throws AuthError, ProtocolError - the client is refused; the acceptor is of no more use
   */
  step(token: Uint8Array): AcceptorStep | Promise<AcceptorStep>;
}

/** Makes the acceptor of a handshake for each scheme that the host offers, in the order it offers them. */
export type AcceptorFactories = Partial<Readonly<Record<ContextScheme, () => HandshakeAcceptor>>>;

/** Who is calling on a connection. */
export type Caller = {
  /** `DOMAIN\user` or `user@REALM`, spelled as the host spells it. */
  readonly user: string;
  /** What opens and seals messages; `null` after Basic or with a client certificate. */
  readonly sealer: Sealer | null;
};

/** What the host makes of the Authorization header of one request. */
export type AuthenticationStep =
  | { readonly kind: 'refused' }
  | { readonly kind: 'challenge'; readonly scheme: ContextScheme; readonly token: Uint8Array }
  /** `final`: this request carried the last token of a handshake, and the host's own last goes with the answer, if there is one. */
  | { readonly kind: 'authenticated'; readonly caller: Caller; readonly final: { readonly scheme: ContextScheme; readonly token: Uint8Array | null } | null };

/** What {@link ConnectionAuthentication} needs. */
export type AuthenticationOptions = {
  readonly acceptors: AcceptorFactories;
  readonly users: readonly SimulatedUser[];
  /** The NetBIOS name of the host; `SIMHOST` by default. */
  readonly computerName?: string;
  /** Whether Basic is taken on this connection. */
  readonly basic: boolean;
  /** The account that the client certificate of this TLS connection is mapped to; `null` when there is none. */
  readonly certificateUser: string | null;
};

const REFUSED: AuthenticationStep = { kind: 'refused' };

type Handshake = { readonly scheme: ContextScheme; readonly acceptor: HandshakeAcceptor };

/**
 * The state of authentication of one connection: after a handshake every request on it is the caller's, while Basic and a
 * client certificate prove each request by itself. A refusal forgets everything.
 */
export class ConnectionAuthentication {
  readonly #options: AuthenticationOptions;
  #handshake: Handshake | null = null;
  #caller: Caller | null = null;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /** The schemes of handshakes that this host offers. */
  get offered(): readonly ContextScheme[] {
    return Object.keys(this.#options.acceptors) as ContextScheme[];
  }

  /** Takes the Authorization header of the next request, `undefined` when it has none. */
  async step(authorization: string | undefined): Promise<AuthenticationStep> {
    if (authorization === undefined) return this.#caller === null ? this.#refuse() : { kind: 'authenticated', caller: this.#caller, final: null };
    if (authorization.trim() === SECPROFILE_HTTPS_MUTUAL) return this.#once(this.#options.certificateUser);
    const { scheme: name = '', token = null } = parseChallenges(authorization)[0] ?? {};
    if (token === null) return this.#refuse();
    if (/^basic$/i.test(name)) return this.#basic(token);
    const scheme = this.offered.find((one) => one.toLowerCase() === name.toLowerCase());
    return scheme === undefined ? this.#refuse() : this.#shakeHands(scheme, token);
  }

  #refuse(): AuthenticationStep {
    this.#handshake?.acceptor.close?.();
    this.#handshake = null;
    this.#caller = null;
    return REFUSED;
  }

  /** Proves this request alone. */
  #once(user: string | null): AuthenticationStep {
    return user === null ? this.#refuse() : { kind: 'authenticated', caller: { user, sealer: null }, final: null };
  }

  #basic(credentials: Uint8Array): AuthenticationStep {
    const { basic, users, computerName } = this.#options;
    const user = basic ? findBasicUser(users, credentials, computerName) : null;
    return this.#once(user === null ? null : accountName(user));
  }

  /** A token on an authenticated connection, or in another scheme than before, begins a new handshake. */
  async #shakeHands(scheme: ContextScheme, token: Uint8Array): Promise<AuthenticationStep> {
    this.#caller = null;
    if (this.#handshake?.scheme !== scheme) {
      this.#handshake?.acceptor.close?.();
      this.#handshake = { scheme, acceptor: this.#options.acceptors[scheme]!() };
    }
    const { acceptor } = this.#handshake;
    let step: AcceptorStep;
    try {
      step = await acceptor.step(token);
    } catch (error) {
      if (error instanceof HyperVWsmanError) return this.#refuse();
      throw error;
    }
    if (!step.complete) return step.token === null ? this.#refuse() : { kind: 'challenge', scheme, token: step.token };
    if (step.user === null) return this.#refuse();
    this.#handshake = null;
    this.#caller = { user: step.user, sealer: { scheme, context: acceptor } };
    return { kind: 'authenticated', caller: this.#caller, final: { scheme, token: step.token } };
  }
}
