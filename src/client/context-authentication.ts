import { hostname } from 'node:os';
import type { Authenticator, ContextScheme } from '../auth/authenticator.js';
import { tlsServerEndPoint } from '../auth/channel-binding.js';
import { createNtlmInitiator } from '../auth/ntlm/initiator.js';
import { ntlmUserName } from '../auth/ntlm/user-name.js';
import type { MechanismContext, SecurityContext } from '../auth/security-context.js';
import { fromHex } from '../bytes.js';
import { AuthError, ProtocolError, TlsError, UsageError } from '../errors.js';
import { bareHost } from '../transport/host-name.js';
import { random } from '../transport/random.js';
import { type AuthOf, type KerberosSettings, type Password, delegates, resolvePassword } from './auth.js';
import type { Authentication } from './authentication.js';
import type { KerberosLogin, KerberosLoginOptions } from './kerberos-login.js';
import type { ResolvedOptions } from './options.js';

/** A NetBIOS name has at most 15 characters. */
const WORKSTATION = hostname().replace(/\..*$/, '').slice(0, 15).toUpperCase();

/** What a KDC says of the user himself: NTLM would not do better, and would count one more wrong password. */
const FINAL: readonly (string | null)[] = ['KDC_ERR_PREAUTH_FAILED', 'KDC_ERR_CLIENT_REVOKED', 'KDC_ERR_KEY_EXPIRED', 'KDC_ERR_CLIENT_NOTYET', 'KDC_ERR_POLICY', 'KDC_ERR_NEVER_VALID'];

/** The authentications that establish a security context. */
export type ContextAuth = AuthOf<'negotiate' | 'kerberos' | 'ntlm' | 'credssp'>;
type Prepared = { readonly contexts: readonly MechanismContext[]; readonly notes: readonly string[] };

/** Establishes security contexts: NTLM, Kerberos, both in SPNEGO, and that in CredSSP. Each is loaded only where it is used. */
export class ContextAuthentication implements Authentication {
  readonly #options: ResolvedOptions;
  readonly #auth: ContextAuth;
  #login: Promise<KerberosLogin> | null = null;

  constructor(options: ResolvedOptions, auth: ContextAuth) {
    this.#options = options;
    this.#auth = auth;
  }

  async authenticate(peerCertificate: Uint8Array | null, signal: AbortSignal): Promise<Authenticator> {
    const auth = this.#auth;
    const binding = peerCertificate === null ? null : channelBinding(this.#options, peerCertificate);
    const unbound = peerCertificate !== null && binding === null ? [`The certificate of ${this.#options.host} has a signature algorithm without a channel binding (Ed25519, Ed448): none was sent`] : [];
    const made = (scheme: ContextScheme, context: SecurityContext, notes: readonly string[]): Authenticator => ({
      kind: 'context',
      scheme,
      context,
      seals: this.#options.url.protocol === 'http:',
      notes: [...notes, ...unbound],
      onRefused: () => context.mechanism === 'Kerberos' && this.#forgetTicket(),
    });
    switch (auth.type) {
      case 'ntlm':
        return made('Negotiate', await this.#ntlm(auth, binding), []);
      case 'kerberos':
        return made('Kerberos', await this.#kerberos(binding, signal), []);
      case 'negotiate': {
        const { contexts, notes } = await this.#contexts(auth, auth.allowNtlm ?? true, binding, signal);
        return made('Negotiate', await spnego(contexts), notes);
      }
      case 'credssp': {
        // What is inside is bound to the TLS inside by pubKeyAuth, not to the TLS of HTTPS.
        const password = await resolvePassword(auth.password);
        const { contexts, notes } = await this.#contexts({ ...auth, password }, auth.allowNtlm ?? false, null, signal);
        return made('CredSSP', await this.#credssp(auth, password, await spnego(contexts)), notes);
      }
    }
  }

  close(): void {
    void this.#login?.then((login) => login.close());
  }

  #forgetTicket(): void {
    void this.#login?.then((login) => login.forget());
  }

  /** Kerberos where there is a ticket, and NTLM where it is allowed and there is a secret. */
  async #contexts(auth: AuthOf<'negotiate' | 'credssp'>, allowNtlm: boolean, binding: Uint8Array | null, signal: AbortSignal): Promise<Prepared> {
    const ntlm = allowNtlm && !delegates(auth) ? await this.#ntlmOrNone(auth, binding) : [];
    try {
      const context = await this.#kerberos(binding, signal);
      return { contexts: [context, ...ntlm], notes: [] };
    } catch (error) {
      if (ntlm.length === 0 || !allowsNtlm(error, auth) || signal.aborted) throw error;
      const { NotForKerberosError } = await import('./kerberos-principal.js');
      return { contexts: ntlm, notes: error instanceof NotForKerberosError ? [] : [`NTLM alone was offered, for Kerberos gave no ticket: ${(error as Error).message}`] };
    }
  }

  async #ntlmOrNone(auth: AuthOf<'negotiate' | 'credssp'>, binding: Uint8Array | null): Promise<readonly MechanismContext[]> {
    const { username, password, ntHash } = auth as AuthOf<'negotiate'>;
    if (username === undefined) return [];
    if (ntHash !== undefined) return [await this.#ntlm({ username, ntHash }, binding)];
    return password === undefined ? [] : [await this.#ntlm({ username, password }, binding)];
  }

  async #kerberos(binding: Uint8Array | null, signal: AbortSignal): Promise<MechanismContext> {
    const options = loginOptions(this.#options, this.#auth);
    this.#login ??= import('./kerberos-login.js').then(({ KerberosLogin: Login }) => new Login(options));
    return (await this.#login).context(binding, signal);
  }

  async #ntlm(secret: { readonly username: string } & ({ readonly password: Password } | { readonly ntHash: string }), binding: Uint8Array | null): Promise<MechanismContext> {
    const { username } = secret;
    return createNtlmInitiator({
      credentials: 'ntHash' in secret ? { username, ntHash: fromHex(secret.ntHash) } : { username, password: await resolvePassword(secret.password) },
      channelBinding: binding,
      targetName: `HTTP/${bareHost(this.#options.url)}`,
      workstation: WORKSTATION,
      random,
      now: () => new Date(),
    });
  }

  async #credssp(auth: AuthOf<'credssp'>, password: string, inner: SecurityContext): Promise<SecurityContext> {
    const { createCredsspContext } = await import('../transport/credssp-context.js');
    const { userName, domainName } = ntlmUserName(auth.username, '');
    const { ca, servername } = this.#options.tls;
    return createCredsspContext({
      inner,
      credentials: { domainName, userName, password },
      allowNtlm: auth.allowNtlm ?? false,
      tls: {
        verifyCertificate: auth.verifyCertificate ?? false,
        servername: servername ?? bareHost(this.#options.url),
        ...(ca === undefined ? {} : { ca }),
        ...(auth.minVersion === undefined ? {} : { minVersion: auth.minVersion }),
      },
      ...(auth.versions === undefined ? {} : { versions: auth.versions }),
      random,
    });
  }
}

async function spnego(contexts: readonly MechanismContext[]): Promise<SecurityContext> {
  const { createSpnegoInitiator } = await import('../auth/spnego/initiator.js');
  return createSpnegoInitiator({ contexts });
}

function loginOptions({ url, connectTimeoutMs }: ResolvedOptions, auth: ContextAuth): KerberosLoginOptions {
  const common = { ...auth, host: bareHost(url), timeoutMs: connectTimeoutMs };
  if (auth.type === 'credssp') return { ...common, ccache: false };
  // An NT hash is a key of rc4-hmac: who gives one to Kerberos asks for that.
  return auth.type === 'kerberos' && auth.ntHash !== undefined ? { ...common, allowRc4: true } : common;
}

/**
 * A broken or forged answer of a KDC is no reason to fall back, and neither is what it says of the user. A krb5.conf that is of no use is
 * one, unless it was asked for by name: who has no Kerberos may have such a file.
 */
function allowsNtlm(error: unknown, { krb5Config }: KerberosSettings): boolean {
  if (error instanceof UsageError) return krb5Config === undefined;
  if (error instanceof AuthError) return !FINAL.includes(error.kerberosError);
  return error instanceof Error && !(error instanceof ProtocolError) && 'code' in error && (error.code === 'TRANSPORT' || error.code === 'TIMEOUT');
}

/**
 * Some signature algorithms (Ed25519) have no channel binding. Then the check of the certificate alone keeps a relay away;
 * where that is switched off too, nothing would.
 */
function channelBinding({ tls, host }: ResolvedOptions, peerCertificate: Uint8Array): Uint8Array | null {
  const binding = tlsServerEndPoint(peerCertificate);
  if (binding === null && tls.rejectUnauthorized === false && tls.fingerprint256 === undefined) {
    throw new TlsError(`The certificate of ${host} has a signature algorithm without a channel binding, and it is not verified: give tls.ca or tls.fingerprint256`);
  }
  return binding;
}
