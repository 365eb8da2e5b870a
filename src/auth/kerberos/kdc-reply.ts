import { AuthError, ProtocolError } from '../../errors.js';
import type { KerberosClock } from './clock.js';
import type { Credential } from './credential.js';
import { etypeOf } from './crypto/etypes.js';
import type { EncKdcRepPart, KdcRep } from './messages/kdc-rep.js';
import { type Principal, formatPrincipal, printable, samePrincipal } from './principal.js';

/** The difference of clocks that Kerberos tolerates (RFC 4120 §8.2), in milliseconds. */
export const CLOCK_SKEW_MS: number = 5 * 60 * 1000;

/**
 * Checks what AS-REP and TGS-REP have in common (RFC 4120 §3.1.5 and §3.3.4): it answers this request, the ticket is for the service
 * that the encrypted part names, and the session key can be used. Whether it has expired is for {@link requireUnexpired}.
 *
 * @param part - the encrypted part of `rep`
 * @param asked - the nonce and the encryption types of the request
 * @throws ProtocolError - one of these does not hold
 */
export function credentialOf(rep: KdcRep, part: EncKdcRepPart, asked: { readonly nonce: number; readonly etypes: readonly number[] }): Credential {
  const server: Principal = { realm: part.srealm, name: part.sname };
  const inClear: Principal = { realm: rep.ticket.realm, name: rep.ticket.sname };
  if (part.nonce !== asked.nonce) throw replyRefused('answers another request: its nonce is not ours');
  if (!samePrincipal(server, inClear)) throw replyRefused(`holds a ticket for ${formatPrincipal(inClear)}, but was made for ${formatPrincipal(server)}`);
  if (!asked.etypes.includes(part.key.etype)) throw replyRefused(`has a session key of encryption type ${part.key.etype}, which was not asked for`);
  if (part.key.value.length !== etypeOf(part.key.etype).keyLength) throw replyRefused(`has a session key of ${part.key.value.length} octets`);
  const { flags, authTime, startTime, endTime, renewTill } = part;
  return { client: { realm: rep.crealm, name: rep.cname }, server, sessionKey: part.key, ticket: rep.ticket.encoded, flags, authTime, startTime, endTime, renewTill };
}

/**
 * Checks that a ticket can be used still.
 *
 * @throws AuthError - it had expired before it came
 */
export function requireUnexpired({ server, endTime }: Credential, clock: KerberosClock): void {
  if (endTime.getTime() > clock.now().getTime() - CLOCK_SKEW_MS) return;
  throw new AuthError(`The ticket for ${formatPrincipal(server)} expired at ${endTime.toISOString()}, before it came: kinit again, and check the clock of this machine`, {
    kerberosError: 'KRB_AP_ERR_TKT_EXPIRED',
  });
}

const LONGEST_REASON = 500;

/** The error for a KDC-REP that does not hold what it must; nothing of it is used. The names in it come from whoever answered. */
export function replyRefused(what: string): ProtocolError {
  return new ProtocolError(`The KDC's answer ${printable(what).slice(0, LONGEST_REASON)}; it was not used`);
}
