import { type Krb5Conf } from '../auth/kerberos/krb5-conf.js';
import { NAME_TYPE, type Principal, type PrincipalName } from '../auth/kerberos/principal.js';
import { AuthError } from '../errors.js';

/** Kerberos does not come into question for this user or host, and no KDC was asked. */
export class NotForKerberosError extends AuthError {}

/**
 * The principal that a user name means.
 *
 * - `user@REALM`, where the realm is configured or written in capitals: that principal
 * - `user@domain.example` else: an enterprise name (RFC 6806 §5), which the KDC of the default realm, or of `DOMAIN.EXAMPLE`, resolves
 * - `DOMAIN\user`: the user in the configured realm of that name, or whose first label is that name
 * - `user`: the user in the default realm
 *
 * @throws NotForKerberosError - no realm is known for it, or it is an account of the host itself (`.\user`)
 */
export function principalOf(username: string, conf: Krb5Conf): Principal {
  const backslash = username.indexOf('\\');
  if (backslash >= 0) return { realm: realmOfDomain(username.slice(0, backslash), username, conf), name: name(username.slice(backslash + 1)) };
  const at = username.lastIndexOf('@');
  if (at < 0) {
    if (conf.defaultRealm === null) throw new NotForKerberosError(`Kerberos needs the realm of ${username}: write ${username}@REALM, or set default_realm in krb5.conf`);
    return { realm: conf.defaultRealm, name: name(username) };
  }
  const suffix = username.slice(at + 1);
  const realm = knownRealms(conf).find((known) => known.toLowerCase() === suffix.toLowerCase()) ?? (suffix === suffix.toUpperCase() ? suffix : null);
  if (realm !== null) return { realm, name: name(username.slice(0, at)) };
  return { realm: conf.defaultRealm ?? suffix.toUpperCase(), name: { nameType: NAME_TYPE.enterprise, nameString: [username] } };
}

/** The name of a service: `HTTP/hv01.example`, and the realm that was written behind it. */
export function serviceName(spn: string): { readonly name: PrincipalName; readonly realm: string | null } {
  const [service = '', realm = null] = spn.split('@');
  return { name: { nameType: NAME_TYPE.srvInst, nameString: service.split('/') }, realm };
}

function name(user: string): PrincipalName {
  return { nameType: NAME_TYPE.principal, nameString: user.split('/') };
}

function realmOfDomain(domain: string, username: string, conf: Krb5Conf): string {
  if (domain === '.') throw new NotForKerberosError(`${username} is an account of the host itself, which no realm knows`);
  const wanted = domain.toLowerCase();
  const realm = knownRealms(conf).find((known) => known.toLowerCase() === wanted || known.toLowerCase().startsWith(`${wanted}.`));
  if (realm === undefined) throw new NotForKerberosError(`Kerberos needs the realm of the domain ${domain}: write user@REALM, or name the realm in krb5.conf`);
  return realm;
}

function knownRealms({ defaultRealm, realms }: Krb5Conf): readonly string[] {
  return [...(defaultRealm === null ? [] : [defaultRealm]), ...realms.keys()];
}
