import { basicAuthorization } from '../auth/basic.js';
import { ntlmUserName } from '../auth/ntlm/user-name.js';
import { UsageError } from '../errors.js';
import type { ClientCertificate } from '../transport/connection.js';

/** A password, or where to get it; a function is asked once for each logon. */
export type Password = string | (() => string | Promise<string>);

/** What Kerberos may be told, alone or inside Negotiate and CredSSP. */
export type KerberosSettings = {
  /** The service principal name of the host, `HTTP/hv01.example` or `WSMAN/hv01.example@REALM`. Default `HTTP/` and the host of the URL as written: nothing is looked up in DNS. */
  readonly spn?: string;
  /** Takes keys of rc4-hmac, too, those of the user and of sessions. Default `false`: whoever records a logon with such a key can try passwords on it, fast. */
  readonly allowRc4?: boolean;
  /** The krb5.conf to read. Default: the environment's KRB5_CONFIG, then `/etc/krb5.conf`; without either, DNS tells the KDCs. */
  readonly krb5Config?: string;
};

/** Handing the user's ticket to the host, so that the host can reach others in the user's name. */
export type Delegation = {
  /**
   * `true` hands a forwarded ticket-granting ticket to the host of the URL, which can then go on as the user: to the destination of
   * a live migration, to a file share. It is refused when the ticket may not be forwarded, and when the domain does not trust the
   * host for delegation; `'untrusted'` goes without that trust. Default `false`. Kerberos only.
   */
  readonly delegate?: boolean | 'untrusted';
};

/**
 * How to prove who is calling.
 *
 * - `negotiate` is what a Windows host expects: Kerberos where there is a ticket or the domain gives one for the password, else NTLM. The
 *   ticket is that of `kinit` (KRB5CCNAME), or of `ccache`; where it is for another user than `username`, the password counts.
 *   `allowNtlm: false` takes Kerberos alone. Without Kerberos's help a workgroup host has nothing but NTLM, so the default is `true`.
 * - `kerberos` is Kerberos alone, with a ticket (`kinit`'s, or that of `ccache`), a `password`, a `keytab` file, or an `ntHash` (rc4-hmac).
 *   User names: `user@REALM`, `user@domain.example` (the enterprise name of Active Directory), `DOMAIN\user`, `user`.
 * - `ntlm` proves the password without sending it. User names: `DOMAIN\user`, `user@domain`, `.\user` (an account of the host itself), `user`.
 *   `ntHash` stands for the password: 32 hexadecimal digits, as good as the password to whoever has them.
 * - `credssp` hands user and password to the host, after it proved that it knows them, too; it can then use them as if the user sat there.
 *   Its own TLS certificate is self-signed unless someone changed that, so it is checked only with `verifyCertificate`. `allowNtlm: true` lets
 *   NTLM prove the password where Kerberos cannot. `versions` names older versions of the protocol to take (2 to 4 lack the fix of CVE-2018-0886);
 *   `minVersion: 'TLSv1.3'` makes the TLS inside 1.3, which is 1.2 else.
 * - `certificate` shows a certificate that the host maps to a user: HTTPS only. PEM texts, or the bytes of a PFX file.
 * - `basic` sends user and password with every request: over HTTPS, or where `allowInsecure` names it. Local accounts only.
 * - `none` proves nothing: for services that ask for nothing.
 *
 * Over HTTP, negotiate, kerberos, ntlm and credssp seal every message; over HTTPS the first three are bound to the host's certificate.
 *
 * @example
 * ```ts
 * import { type Auth, HyperVHost } from 'hyperv-wsman';
 * const ticketOfKinit: Auth = { type: 'negotiate' };
 * const withPassword: Auth = { type: 'negotiate', username: 'ops@EXAMPLE.COM', password: () => process.env.HYPERV_PASSWORD ?? '' };
 * const onwards: Auth = { type: 'kerberos', username: 'ops@EXAMPLE.COM', keytab: '/etc/ops.keytab', delegate: true };
 * const host = new HyperVHost({ url: 'http://hv01.example', auth: ticketOfKinit });
 * await host.close();
 * ```
 */
export type Auth =
  | ({ readonly type: 'negotiate'; readonly username?: string; readonly password?: Password; readonly ntHash?: string; readonly ccache?: string; readonly allowNtlm?: boolean } & KerberosSettings & Delegation)
  | ({ readonly type: 'kerberos'; readonly username?: string; readonly password?: Password; readonly ntHash?: string; readonly keytab?: string; readonly ccache?: string } & KerberosSettings & Delegation)
  | { readonly type: 'ntlm'; readonly username: string; readonly password: Password }
  | { readonly type: 'ntlm'; readonly username: string; readonly ntHash: string }
  | ({
      readonly type: 'credssp';
      readonly username: string;
      readonly password: Password;
      readonly allowNtlm?: boolean;
      readonly verifyCertificate?: boolean;
      readonly versions?: readonly (2 | 3 | 4 | 5 | 6)[];
      readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
    } & KerberosSettings)
  | ({ readonly type: 'certificate' } & ClientCertificate)
  | { readonly type: 'basic'; readonly username: string; readonly password: Password }
  | { readonly type: 'none' };

/** One kind of {@link Auth}. */
export type AuthOf<T extends Auth['type']> = Extract<Auth, { type: T }>;

/** Every `type` of {@link Auth}. */
export const AUTH_TYPES: readonly Auth['type'][] = ['negotiate', 'kerberos', 'ntlm', 'credssp', 'certificate', 'basic', 'none'];
/** Of these one at most says how Kerberos gets its first ticket. */
const SECRETS = ['password', 'ntHash', 'keytab', 'ccache'] as const;

/**
 * Refuses what cannot work or is not safe.
 *
 * @throws UsageError - names the field and what it takes
 */
export function checkAuth(auth: Auth | undefined, url: URL, allowInsecure: readonly string[]): asserts auth is Auth {
  if (auth === undefined || !AUTH_TYPES.includes(auth.type)) throw new UsageError(`auth.type is one of ${AUTH_TYPES.join(', ')}, not ${JSON.stringify(auth?.type)}`);
  const { delegate, spn } = auth as KerberosSettings & Delegation;
  if (delegate !== undefined) checkDelegate(auth, url);
  if (spn !== undefined && !/^[^/@\s]+\/[^/@\s]+(?:@[^/@\s]+)?$/.test(spn)) throw new UsageError(`auth.spn is SERVICE/HOST, like HTTP/hv01.example; not ${JSON.stringify(spn)}`);
  checkCredentials(auth);
  if (auth.type === 'certificate' && url.protocol !== 'https:') throw new UsageError('A client certificate is shown in TLS: use https://');
  if (url.protocol === 'https:' || allowInsecure.includes(auth.type)) return;
  if (auth.type === 'basic') {
    throw new UsageError("Basic over plain HTTP shows the password to everyone on the way; use https:// or negotiate, or allow it with allowInsecure: ['basic']");
  }
  if (auth.type === 'none') throw new UsageError("Nothing protects plain HTTP without authentication; use https://, or allow it with allowInsecure: ['none']");
}

function checkDelegate(auth: Auth & Delegation, url: URL): void {
  const { delegate, type } = auth;
  if (![true, false, 'untrusted'].includes(delegate!)) throw new UsageError(`auth.delegate is true, false or 'untrusted', not ${JSON.stringify(delegate)}`);
  if (delegate === false) return;
  if (type !== 'kerberos' && type !== 'negotiate') throw new UsageError(`auth.delegate: only Kerberos hands over a ticket; with ${type} there is none`);
  const host = /^[^/]+\/([^/@]+)/.exec(auth.spn ?? '')?.[1];
  if (host !== undefined && host.toLowerCase() !== url.hostname) {
    throw new UsageError(`auth.delegate hands your ticket to the host of the URL, but auth.spn names ${host}: write the URL with that name`);
  }
}

function checkCredentials(auth: Auth): void {
  switch (auth.type) {
    case 'none':
    case 'certificate':
      return;
    case 'kerberos':
    case 'negotiate': {
      const given = SECRETS.filter((name) => name in auth && (auth as Record<string, unknown>)[name] !== undefined);
      if (given.length > 1 && !(auth.type === 'negotiate' && given.length === 2 && given.includes('ccache'))) {
        throw new UsageError(`auth.${given.join(' and auth.')} are different ways to the first ticket: give one`);
      }
      if (auth.username === undefined && (given.includes('password') || given.includes('ntHash'))) throw missingUser(auth.type);
      if (auth.username !== undefined) checkUser(auth.username, auth.type);
      if (auth.ntHash !== undefined) checkNtHash(auth.ntHash);
      if (auth.password !== undefined) checkPassword(auth.password);
      return;
    }
    case 'ntlm':
      checkUser(auth.username, auth.type);
      if ('ntHash' in auth) checkNtHash(auth.ntHash);
      else checkPassword(auth.password);
      return;
    case 'basic':
      checkUser(auth.username, auth.type);
      basicAuthorization(auth.username, '');
      checkPassword(auth.password);
      return;
    case 'credssp':
      checkUser(auth.username, auth.type);
      checkPassword(auth.password);
  }
}

function checkUser(username: unknown, type: Auth['type']): void {
  if (typeof username !== 'string' || username === '') throw missingUser(type);
  if (type !== 'basic') ntlmUserName(username, '');
}

function missingUser(type: string): UsageError {
  return new UsageError(`auth.username is missing; ${type} needs a user name`);
}

function checkPassword(password: unknown): void {
  if (typeof password !== 'string' && typeof password !== 'function') throw new UsageError('auth.password must be a string, or a function that gives one');
}

function checkNtHash(ntHash: unknown): void {
  if (typeof ntHash !== 'string' || !/^[0-9a-f]{32}$/i.test(ntHash)) throw new UsageError('auth.ntHash must be 32 hexadecimal digits');
}

/** Whether a forwarded ticket is to be handed to the host. */
export function delegates(auth: Auth): boolean {
  const { delegate = false } = auth as Delegation;
  return delegate !== false;
}

/**
 * The password. What a function gives is checked like an option, and never shown: it may be a number, as YAML reads one.
 *
 * @throws UsageError - the function gave no string
 */
export async function resolvePassword(password: Password): Promise<string> {
  const given: unknown = typeof password === 'function' ? await password() : password;
  if (typeof given !== 'string') throw new UsageError('auth.password must give a string');
  return given;
}
