import { type Credential, type EncryptionKey, TICKET_FLAG } from '../auth/kerberos/credential.js';
import { RC4_HMAC } from '../auth/kerberos/crypto/rc4-hmac.js';
import type { KeytabEntry } from '../auth/kerberos/keytab.js';
import type { Krb5Conf } from '../auth/kerberos/krb5-conf.js';
import { ticketGranting } from '../auth/kerberos/kdc-request.js';
import type { ClientSecret } from '../auth/kerberos/pre-authentication.js';
import { NAME_TYPE, type Principal, type PrincipalName, formatPrincipal, sameName, samePrincipal } from '../auth/kerberos/principal.js';
import { fromHex } from '../bytes.js';
import { AuthError, UsageError } from '../errors.js';
import { type Password, resolvePassword } from './auth.js';
import { principalOf } from './kerberos-principal.js';
import { ccacheName, readCcache, readKeytab, readKrb5Conf } from './krb5-files.js';

/** What the first ticket can be had with. */
export type FirstTicketOptions = {
  readonly username?: string;
  readonly password?: Password;
  readonly ntHash?: string;
  /** Path of a keytab file. */
  readonly keytab?: string;
  /** Name of a credential cache; `false`: none is looked for. */
  readonly ccache?: string | false;
};

/** The service that a ticket is wanted for. */
export type WantedService = {
  readonly name: PrincipalName;
  /** Its realm; `null` where the KDC has to tell. */
  readonly realm: string | null;
  /** The encryption types that may seal what is said to it. */
  readonly etypes: readonly number[];
};

/** What a credential cache holds of use. */
export type CachedTickets = { readonly name: string; readonly tgt: Credential | null; readonly service: Credential | null };

/** Whether a ticket can be had without a cache. */
export function hasSecret({ password, ntHash, keytab }: FirstTicketOptions): boolean {
  return password !== undefined || ntHash !== undefined || keytab !== undefined;
}

/**
 * The tickets of the credential cache, if it is this user's. With a secret at hand a cache that is missing, of another user or of a
 * type that cannot be read is passed over, unless it was asked for by name.
 *
 * A cache may hold tickets of others, too, that its user got to act for them (MS-SFU): only those of the user himself are looked at.
 *
 * @throws AuthError - it cannot be read, or is another user's, and there is nothing else
 */
export async function cachedTickets(options: FirstTicketOptions, service: WantedService, conf: Krb5Conf): Promise<CachedTickets | null> {
  const { ccache, keytab, username } = options;
  if (ccache === false || keytab !== undefined) return null;
  const mayPass = hasSecret(options) && ccache === undefined;
  const found = await readCcache(ccache, conf).catch((error: unknown) => {
    if (mayPass) return null;
    throw error;
  });
  if (found === null) {
    if (hasSecret(options)) return null;
    throw noCredentials(options, ccacheName(ccache, conf));
  }
  const { name, ccache: { primary, credentials } } = found;
  if (username !== undefined && !isUser(primary, username, conf)) {
    if (hasSecret(options)) return null;
    throw new AuthError(`${name} holds the ticket of ${formatPrincipal(primary)}, not of ${username}: run kinit ${username}, or give the password`);
  }
  const own = credentials.filter(({ client, flags }) => samePrincipal(client, primary) && (flags & TICKET_FLAG.invalid) === 0);
  const newest = own.sort((a, b) => b.endTime.getTime() - a.endTime.getTime());
  const tgt = newest.find(({ server }) => samePrincipal(server, ticketGranting(primary.realm)));
  const ticket = newest.find(
    ({ server, sessionKey }) =>
      sameName(server.name, service.name) && (service.realm === null || server.realm === service.realm) && service.etypes.includes(sessionKey.etype),
  );
  return { name, tgt: tgt ?? null, service: ticket ?? null };
}

/**
 * Why the credential cache that would be used has no ticket of the user; to be told to who then has to give the password.
 *
 * @returns `null` when there is one that has not expired; `''` when there is no cache at all, which needs no telling
 * @throws UsageError - the krb5.conf that was named cannot be read
 */
export async function whyNoTicket(username: string, krb5Config: string | undefined): Promise<string | null> {
  try {
    const conf = readKrb5Conf(krb5Config);
    if ((await readCcache(undefined, conf)) === null) return '';
    const none: WantedService = { name: { nameType: NAME_TYPE.srvInst, nameString: [] }, realm: null, etypes: [] };
    const found = await cachedTickets({ username }, none, conf);
    const tgt = found?.tgt ?? null;
    if (tgt === null) return `${found?.name ?? 'The credential cache'} has no ticket-granting ticket`;
    return tgt.endTime > new Date() ? null : expired(tgt, found?.name ?? null);
  } catch (error) {
    if (error instanceof AuthError || (error instanceof UsageError && krb5Config === undefined)) return error.message;
    throw error;
  }
}

/** What to say of a ticket whose time is over. */
export function expired({ client, endTime }: Credential, ccache: string | null): string {
  return `The ticket of ${formatPrincipal(client)}${ccache === null ? '' : ` in ${ccache}`} expired at ${endTime.toISOString()}: run kinit`;
}

/** `ops@example` means the principal `ops@EXAMPLE`, and so does `EXAMPLE\ops`. */
function isUser(primary: Principal, username: string, conf: Krb5Conf): boolean {
  if (formatPrincipal(primary).toLowerCase() === username.toLowerCase()) return true;
  try {
    return formatPrincipal(principalOf(username, conf)).toLowerCase() === formatPrincipal(primary).toLowerCase();
  } catch (error) {
    if (error instanceof AuthError) return false;
    throw error;
  }
}

/**
 * Who logs on, and with what.
 *
 * @returns `null` when there is no secret
 * @throws AuthError - the keytab has no key of the user, or no realm is known for the user
 */
export async function logonSecret(options: FirstTicketOptions, conf: Krb5Conf): Promise<{ readonly client: Principal; readonly secret: ClientSecret } | null> {
  const { username, password, ntHash, keytab } = options;
  if (keytab !== undefined) return keytabSecret(keytab, username, conf);
  if (username === undefined) return null;
  if (ntHash !== undefined) return { client: principalOf(username, conf), secret: { kind: 'keys', keys: [{ etype: RC4_HMAC.number, value: fromHex(ntHash) }] } };
  if (password === undefined) return null;
  const client = principalOf(username, conf);
  return { client, secret: { kind: 'password', password: await resolvePassword(password) } };
}

/** Of the principal's keys those of the newest version; without a user name the first principal of the file. */
async function keytabSecret(keytab: string, username: string | undefined, conf: Krb5Conf): Promise<{ readonly client: Principal; readonly secret: ClientSecret }> {
  const entries = await readKeytab(keytab);
  const client = username === undefined ? entries[0]?.principal : principalOf(username, conf);
  if (client === undefined) throw new AuthError(`The keytab ${keytab} has no keys`);
  const own = entries.filter(({ principal }) => samePrincipal(principal, client));
  const [newest] = own.toSorted((a, b) => (isNewer(a, b) ? -1 : 1));
  const keys: readonly EncryptionKey[] = own.filter(({ kvno }) => kvno === newest?.kvno).map(({ key }) => key);
  if (keys.length === 0) {
    const others = [...new Set(entries.map(({ principal }) => formatPrincipal(principal)))].join(', ');
    throw new AuthError(`The keytab ${keytab} has no key of ${formatPrincipal(client)}; it has keys of ${others}`);
  }
  return { client, secret: { kind: 'keys', keys } };
}

/** In files whose version numbers have one octet, a low number that was not written before a high one comes after it. */
function isNewer(one: KeytabEntry, other: KeytabEntry): boolean {
  const isLow = ({ kvno }: KeytabEntry): boolean => kvno < 64;
  const isHigh = ({ kvno }: KeytabEntry): boolean => kvno >= 192 && kvno < 256;
  if (isLow(one) && isHigh(other)) return one.timestamp >= other.timestamp;
  if (isHigh(one) && isLow(other)) return one.timestamp > other.timestamp;
  return one.kvno > other.kvno;
}

/** What to do when there is neither ticket nor secret. */
export function noCredentials({ username }: FirstTicketOptions, ccache: string | null): AuthError {
  const where = ccache === null ? '' : ` in ${ccache}`;
  return new AuthError(`There is no Kerberos ticket${where}: run kinit ${username ?? 'USER@REALM'}, or give ${username === undefined ? 'a user name and ' : ''}a password; auth.type kerberos takes a keytab, too`);
}
