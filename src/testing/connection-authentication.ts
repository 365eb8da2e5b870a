import { parseChallenges } from '../auth/challenge.js';
import { HyperVWsmanError } from '../errors.js';
import { type NtlmAcceptor, type NtlmAcceptorOptions, createNtlmAcceptor } from './ntlm-acceptor.js';
import { COMPUTER_NAME, type SimulatedUser, accountName, findBasicUser, findUser } from './user-store.js';

/** Who is calling on a connection. */
export type Caller = {
  /** `DOMAIN\user`, spelled as the host spells it. */
  readonly user: string;
  /** What opens and seals messages; `null` after Basic. */
  readonly context: NtlmAcceptor | null;
};

/** What the host makes of the Authorization header of one request. */
export type AuthenticationStep =
  | { readonly kind: 'refused' }
  | { readonly kind: 'challenge'; readonly token: Uint8Array }
  /** `completed`: this request carried the last token of a handshake. */
  | { readonly kind: 'authenticated'; readonly caller: Caller; readonly completed: boolean };

/** What {@link ConnectionAuthentication} needs. */
export type AuthenticationOptions = Pick<NtlmAcceptorOptions, 'channelBinding' | 'cbt' | 'random' | 'now'> & {
  readonly users: readonly SimulatedUser[];
  /** The NetBIOS name of the host; `SIMHOST` by default. */
  readonly computerName?: string;
  /** Whether Basic is taken on this connection. */
  readonly basic: boolean;
};

const REFUSED: AuthenticationStep = { kind: 'refused' };

/**
 * The state of authentication of one connection: after an NTLM handshake every request on it is the caller's, while Basic
 * proves each request by itself. A refusal forgets everything.
 */
export class ConnectionAuthentication {
  readonly #options: AuthenticationOptions;
  #acceptor: NtlmAcceptor | null = null;
  #caller: Caller | null = null;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /** Takes the Authorization header of the next request, `undefined` when it has none. */
  step(authorization: string | undefined): AuthenticationStep {
    if (authorization === undefined) return this.#caller === null ? this.#refuse() : { kind: 'authenticated', caller: this.#caller, completed: false };
    const { scheme = '', token = null } = parseChallenges(authorization)[0] ?? {};
    if (token === null) return this.#refuse();
    if (/^basic$/i.test(scheme)) return this.#basic(token);
    return /^negotiate$/i.test(scheme) ? this.#negotiate(token) : this.#refuse();
  }

  #refuse(): AuthenticationStep {
    this.#acceptor = null;
    this.#caller = null;
    return REFUSED;
  }

  #basic(credentials: Uint8Array): AuthenticationStep {
    const { basic, users, computerName } = this.#options;
    const user = basic ? findBasicUser(users, credentials, computerName) : null;
    return user === null ? this.#refuse() : { kind: 'authenticated', caller: { user: accountName(user), context: null }, completed: false };
  }

  /** A token on an authenticated connection begins a new handshake. */
  #negotiate(token: Uint8Array): AuthenticationStep {
    this.#caller = null;
    this.#acceptor ??= createNtlmAcceptor({
      ...this.#options,
      computerName: this.#options.computerName ?? COMPUTER_NAME,
      findPassword: (username, domain) => this.#find(username, domain)?.password ?? null,
    });
    const acceptor = this.#acceptor;
    let answer: Uint8Array | null;
    try {
      answer = acceptor.step(token);
    } catch (error) {
      if (error instanceof HyperVWsmanError) return this.#refuse();
      throw error;
    }
    if (answer !== null) return { kind: 'challenge', token: answer };
    const user = acceptor.user === null ? null : this.#find(acceptor.user.username, acceptor.user.domain);
    if (user === null) return this.#refuse();
    this.#acceptor = null;
    this.#caller = { user: accountName(user), context: acceptor };
    return { kind: 'authenticated', caller: this.#caller, completed: true };
  }

  #find(username: string, domain: string): SimulatedUser | null {
    return findUser(this.#options.users, username, domain, this.#options.computerName);
  }
}
