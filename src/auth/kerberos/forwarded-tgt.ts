import { AuthError } from '../../errors.js';
import { type Credential, TICKET_FLAG } from './credential.js';
import type { KdcExchange } from './kdc-exchange.js';
import { replyRefused } from './kdc-reply.js';
import { type ExchangeOptions, KDC_OPTION } from './kdc-request.js';
import { formatPrincipal, sameName } from './principal.js';
import { tgsRequest } from './tgs-request.js';

/**
 * A ticket-granting ticket to hand over to a host (RFC 4120 §2.6), which can then act for the user wherever the user may. It
 * is bound to no address and has a session key of its own: the one it was got with never leaves this machine.
 *
 * @returns the forwarded ticket-granting ticket
 * @throws AuthError - the ticket-granting ticket is not forwardable, or the KDC refused, see `kerberosError`
 * @throws ProtocolError - what came is no answer to what was asked
 */
export function* forwardedTgt({ tgt, ...options }: ExchangeOptions & { readonly tgt: Credential }): KdcExchange<Credential> {
  if ((tgt.flags & TICKET_FLAG.forwardable) === 0) {
    throw new AuthError(
      `The ticket of ${formatPrincipal(tgt.client)} is not forwardable, so it cannot be delegated: kinit -f, or forwardable = true in krb5.conf; if that does not help, the account is in Protected Users or marked as sensitive`,
    );
  }
  const kdcOptions = KDC_OPTION.forwarded | KDC_OPTION.forwardable | (tgt.flags & TICKET_FLAG.renewable);
  const forwarded = yield* tgsRequest({ ...options, tgt, server: tgt.server.name, kdcOptions });
  if ((forwarded.flags & TICKET_FLAG.forwarded) === 0 || !sameName(forwarded.server.name, tgt.server.name)) throw replyRefused('is no forwarded ticket-granting ticket');
  return forwarded;
}
