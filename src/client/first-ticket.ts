import type { ClientSecret } from '../auth/kerberos/as-exchange.js';
import type { Credential, EncryptionKey } from '../auth/kerberos/credential.js';
import { RC4_HMAC } from '../auth/kerberos/crypto/rc4-hmac.js';
import type { Krb5Conf } from '../auth/kerberos/krb5-conf.js';
import { NAME_TYPE, type Principal, type PrincipalName, formatName, formatPrincipal, samePrincipal } from '../auth/kerberos/principal.js';
import { fromHex } from '../bytes.js';
import { AuthError } from '../errors.js';
import { type Password, resolvePassword } from './auth.js';
import { principalOf } from './kerberos-principal.js';
import { readCcache, readKeytab, readKrb5Conf } from './krb5-files.js';

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
 * @throws AuthError - it cannot be read, or is another user's, and there is nothing else
 */
export async function cachedTickets(options: FirstTicketOptions, service: PrincipalName, conf: Krb5Conf): Promise<CachedTickets | null> {
  const { ccache, keytab, username } = options;
  if (ccache === false || keytab !== undefined) return null;
  const mayPass = hasSecret(options) && ccache === undefined;
  const found = await readCcache(ccache, conf).catch((error: unknown) => {
    if (mayPass) return null;
    throw error;
  });
  if (found === null) {
    if (hasSecret(options)) return null;
    throw noCredentials(options);
  }
  const { name, ccache: { primary, credentials } } = found;
  if (username !== undefined && !isUser(primary, username, conf)) {
    if (hasSecret(options)) return null;
    throw new AuthError(`${name} holds the ticket of ${formatPrincipal(primary)}, not of ${username}: run kinit ${username}, or give the password`);
  }
  const newest = [...credentials].sort((a, b) => b.endTime.getTime() - a.endTime.getTime());
  const find = (wanted: string): Credential | null => newest.find(({ server }) => formatName(server.name) === wanted) ?? null;
  return { name, tgt: find(`krbtgt/${primary.realm}`), service: find(formatName(service)) };
}

/** Whether there is a ticket-granting ticket for the user that has not expired, in the credential cache that would be used. */
export async function hasTicket(username: string, krb5Config: string | undefined): Promise<boolean> {
  try {
    const conf = readKrb5Conf(krb5Config);
    const found = await cachedTickets({ username }, { nameType: NAME_TYPE.srvInst, nameString: [] }, conf);
    return found !== null && found.tgt !== null && found.tgt.endTime > new Date();
  } catch (error) {
    if (error instanceof AuthError) return false;
    throw error;
  }
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

/** Of the principal's keys those of the highest version; without a user name the first principal of the file. */
async function keytabSecret(keytab: string, username: string | undefined, conf: Krb5Conf): Promise<{ readonly client: Principal; readonly secret: ClientSecret }> {
  const entries = await readKeytab(keytab);
  const client = username === undefined ? entries[0]?.principal : principalOf(username, conf);
  if (client === undefined) throw new AuthError(`The keytab ${keytab} has no keys`);
  const own = entries.filter(({ principal }) => samePrincipal(principal, client));
  const kvno = Math.max(...own.map((entry) => entry.kvno));
  const keys: readonly EncryptionKey[] = own.filter((entry) => entry.kvno === kvno).map(({ key }) => key);
  if (keys.length === 0) {
    const others = [...new Set(entries.map(({ principal }) => formatPrincipal(principal)))].join(', ');
    throw new AuthError(`The keytab ${keytab} has no key of ${formatPrincipal(client)}; it has keys of ${others}`);
  }
  return { client, secret: { kind: 'keys', keys } };
}

/** What to do when there is neither ticket nor secret. */
export function noCredentials({ username, ccache }: FirstTicketOptions): AuthError {
  const where = typeof ccache === 'string' ? ` in ${ccache}` : '';
  return new AuthError(`There is no Kerberos ticket${where}: run kinit ${username ?? 'USER@REALM'}, or give ${username === undefined ? 'auth.username and ' : ''}auth.password or auth.keytab`);
}
