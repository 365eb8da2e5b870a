import { AuthError } from '../../errors.js';
import type { Credential } from './credential.js';
import type { KrbErrorName } from './messages/krb-error-code.js';
import type { KrbError } from './messages/krb-error.js';
import { formatPrincipal } from './principal.js';

/** What to do, by the error (RFC 4120 §7.5.9) with which a service refuses an AP-REQ; a KDC means other things by some of them. */
const ADVICE: Readonly<Partial<Record<string, string>>> = {
  KRB_AP_ERR_BAD_INTEGRITY: 'The key of the service is another than the one that the KDC has for that name: make its keytab anew',
  KRB_AP_ERR_TKT_EXPIRED: 'The ticket has expired: kinit again, and compare the clocks',
  KRB_AP_ERR_TKT_NYV: 'The ticket is not valid yet: compare the clocks of the KDC and the host',
  KRB_AP_ERR_REPEAT: 'The host has seen this very request before: something on the way sends requests twice',
  KRB_AP_ERR_NOT_US: 'The ticket is for another service: name the one that the host is registered under with the option spn',
  KRB_AP_ERR_BADMATCH: 'The ticket and the request name different clients: kinit again',
  KRB_AP_ERR_SKEW: 'The clocks differ by more than the host tolerates, even after this client followed that of the host: set both clocks by NTP',
  KRB_AP_ERR_MODIFIED: 'The SPN belongs to another account than the one that the service runs under, or the ticket is older than the password of that account: see `setspn -Q`, then kinit again',
  KRB_AP_ERR_BADKEYVER: 'The host has another version of its key than the KDC: make its keytab anew, or kinit again',
  KRB_AP_ERR_NOKEY: 'The host has no key for that name and encryption type: see `klist -ket` for its keytab',
  KRB_AP_ERR_INAPP_CKSUM: 'The host demands another checksum of the request than GSS-API has: is it a service of WS-Management?',
  KRB_ERR_GENERIC: 'Its event log tells why; over HTTPS one reason is a channel binding of another certificate, as when a proxy ends the TLS',
  KRB_AP_ERR_USER_TO_USER_REQUIRED: 'The service runs under an account for which the KDC gives user-to-user tickets alone: register its SPN on the account that it runs under',
} satisfies Partial<Record<KrbErrorName, string>>;

/**
 * The error for the KRB-ERROR with which a host answered an AP-REQ: its name, whose ticket for what it refused, and what to
 * do about it. The name is also in `kerberosError`.
 *
 * @param error - what the host sent
 * @param credential - the ticket that it refused
 */
export function apRefusal({ name }: KrbError, { client, server }: Credential): AuthError {
  const advice = ADVICE[name] ?? 'See RFC 4120 §7.5.9 and the event log of the host';
  return new AuthError(`The host refused the Kerberos ticket of ${formatPrincipal(client)} for ${formatPrincipal(server)}: ${name}. ${advice}`, { kerberosError: name });
}
