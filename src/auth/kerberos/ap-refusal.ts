import { AuthError } from '../../errors.js';
import type { Credential } from './credential.js';
import type { KrbError } from './messages/krb-error.js';
import { formatPrincipal } from './principal.js';

/** What to do, by the code (RFC 4120 §7.5.9) with which a service refuses an AP-REQ; a KDC means other things by some of them. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [31, 'The key of the service is another than the one that the KDC has for that name: make its keytab anew'],
  [32, 'The ticket has expired: kinit again, and compare the clocks'],
  [33, 'The ticket is not valid yet: compare the clocks of the KDC and the host'],
  [34, 'The host has seen this very request before: something on the way sends requests twice'],
  [35, 'The ticket is for another service: name the one that the host is registered under with the option spn'],
  [36, 'The ticket and the request name different clients: kinit again'],
  [37, 'The clocks differ by more than the host tolerates, even after this client followed that of the host: set both clocks by NTP'],
  [41, 'The SPN belongs to another account than the one that the service runs under, or the ticket is older than the password of that account: see `setspn -Q`, then kinit again'],
  [44, 'The host has another version of its key than the KDC: make its keytab anew, or kinit again'],
  [45, 'The host has no key for that name and encryption type: see `klist -ket` for its keytab'],
  [50, 'The host demands another checksum of the request than GSS-API has: is it a service of WS-Management?'],
  [60, 'Its event log tells why; over HTTPS one reason is a channel binding of another certificate, as when a proxy ends the TLS'],
  [69, 'The service runs under an account for which the KDC gives user-to-user tickets alone: register its SPN on the account that it runs under'],
]);

/**
 * The error for the KRB-ERROR with which a host answered an AP-REQ: its name, whose ticket for what it refused, and what to
 * do about it. The name is also in `kerberosError`.
 *
 * @param error - what the host sent
 * @param credential - the ticket that it refused
 */
export function apRefusal({ code, name }: KrbError, { client, server }: Credential): AuthError {
  const advice = ADVICE.get(code) ?? 'See RFC 4120 §7.5.9 and the event log of the host';
  return new AuthError(`The host refused the Kerberos ticket of ${formatPrincipal(client)} for ${formatPrincipal(server)}: ${name}. ${advice}`, { kerberosError: name });
}
