import type { KeytabEntry } from '../auth/kerberos/keytab.js';
import type { MechanismContext, SealedMessage, SecurityContext } from '../auth/security-context.js';
import type { SpnegoContext } from '../auth/spnego/initiator.js';
import type { AcceptorFactories, HandshakeAcceptor } from './connection-authentication.js';
import { createCredsspAcceptor } from './credssp-acceptor.js';
import { type KerberosAcceptor, type KerberosAcceptorOptions, createKerberosAcceptor } from './kerberos-acceptor.js';
import { KerberosRefusal } from './kerberos-refusal.js';
import { type NtlmAcceptor, type NtlmAcceptorOptions, createNtlmAcceptor } from './ntlm-acceptor.js';
import { createSpnegoAcceptor } from './spnego-acceptor.js';
import { type SimulatedUser, accountName, findUser } from './user-store.js';

/** What the acceptors of one connection need. */
export type HostAcceptorOptions = Pick<NtlmAcceptorOptions, 'computerName' | 'channelBinding' | 'cbt' | 'random' | 'now'> &
  Pick<KerberosAcceptorOptions, 'replayCache'> & {
    readonly users: readonly SimulatedUser[];
    /** The keys of the host's services; `null`: it takes no Kerberos. */
    readonly keytab: readonly KeytabEntry[] | null;
    /** The certificate of the TLS inside CredSSP and its key, in PEM; `null`: it takes no CredSSP. */
    readonly credssp: { readonly certificate: string; readonly key: string } | null;
  };

/** What a host offers on one connection: Negotiate, Kerberos when it has a keytab, and CredSSP when it has a certificate for it. */
export function createHostAcceptors(options: HostAcceptorOptions): AcceptorFactories {
  const { keytab, credssp } = options;
  return {
    Negotiate: () => {
      const { context, user } = negotiate(options);
      return handshake(context, user);
    },
    ...(keytab === null ? {} : {
      Kerberos: () => {
        const context = new RetriedKerberos({ ...options, keytab });
        return handshake(context, () => context.user);
      },
    }),
    ...(credssp === null ? {} : {
      CredSSP: () => {
        // What is inside is bound to the TLS inside by pubKeyAuth.
        const { context, user } = negotiate({ ...options, channelBinding: null });
        return handshake(createCredsspAcceptor({ inner: context, ...credssp }), user);
      },
    }),
  };
}

function negotiate(options: HostAcceptorOptions): { readonly context: SpnegoContext; readonly user: () => string | null } {
  const { users, computerName, keytab } = options;
  const find = (username: string, domain: string): SimulatedUser | null => findUser(users, username, domain, computerName);
  const ntlm = createNtlmAcceptor({ ...options, findPassword: (username, domain) => find(username, domain)?.password ?? null });
  const kerberos = keytab === null ? null : new RetriedKerberos({ ...options, keytab });
  const context = createSpnegoAcceptor({ contexts: kerberos === null ? [ntlm] : [kerberos, ntlm] });
  return { context, user: () => (context.mechanism === 'NTLM' ? ntlmUser(ntlm, find) : kerberos?.user ?? null) };
}

function ntlmUser({ user }: NtlmAcceptor, find: (username: string, domain: string) => SimulatedUser | null): string | null {
  const account = user === null ? null : find(user.username, user.domain);
  return account === null ? null : accountName(account);
}

function handshake(context: SecurityContext, userOf: () => string | null): HandshakeAcceptor {
  return {
    async step(token) {
      const answer = await context.step(token);
      return { token: answer, complete: context.complete, user: context.complete ? userOf() : null };
    },
    wrap: (message) => context.wrap(message),
    unwrap: (sealed) => context.unwrap(sealed),
    close: () => context.close?.(),
  };
}

/** A Kerberos acceptor that answers with the KRB-ERROR where another throws it, and then lets the client try again, as Windows does (MS-KILE 3.2.5.8). */
class RetriedKerberos implements MechanismContext {
  readonly mechanism = 'Kerberos' as const;
  readonly notes: readonly string[] = [];
  readonly #options: KerberosAcceptorOptions;
  #acceptor: KerberosAcceptor;

  constructor(options: KerberosAcceptorOptions) {
    this.#options = options;
    this.#acceptor = createKerberosAcceptor(options);
  }

  get complete(): boolean {
    return this.#acceptor.complete;
  }

  get signs(): boolean {
    return this.#acceptor.signs;
  }

  /** `user@REALM`. */
  get user(): string | null {
    const { user } = this.#acceptor;
    return user === null ? null : `${user.username}@${user.domain}`;
  }

  step(token: Uint8Array | null): Uint8Array | null {
    try {
      return this.#acceptor.step(token);
    } catch (error) {
      if (!(error instanceof KerberosRefusal)) throw error;
      this.#acceptor = createKerberosAcceptor(this.#options);
      return error.token;
    }
  }

  wrap(message: Uint8Array): SealedMessage {
    return this.#acceptor.wrap(message);
  }

  unwrap(sealed: SealedMessage): Uint8Array {
    return this.#acceptor.unwrap(sealed);
  }

  signMechList(mechList: Uint8Array): Uint8Array {
    return this.#acceptor.signMechList(mechList);
  }

  verifyMechList(mechList: Uint8Array, signature: Uint8Array): void {
    this.#acceptor.verifyMechList(mechList, signature);
  }
}
