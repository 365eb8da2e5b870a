import { AuthError } from '../../errors.js';
import { type Credential, TICKET_FLAG } from './credential.js';
import type { KdcExchange } from './kdc-exchange.js';
import { replyRefused } from './kdc-reply.js';
import { type ExchangeOptions, KDC_OPTION } from './kdc-request.js';
import { formatPrincipal, sameName } from './principal.js';
import { tgsRequest } from './tgs-request.js';

/**
 * The same ticket-granting ticket with a later end (RFC 4120 §2.3). It must not have expired yet, nor passed its `renewTill`.
 *
 * @returns the renewed ticket-granting ticket, with a session key of its own
 * @throws AuthError - it is not renewable, or the KDC refused, see `kerberosError`
 * @throws ProtocolError - what came is no answer to what was asked
 */
export function* renewTgt({ tgt, ...options }: ExchangeOptions & { readonly tgt: Credential }): KdcExchange<Credential> {
  if ((tgt.flags & TICKET_FLAG.renewable) === 0) throw new AuthError(`The ticket of ${formatPrincipal(tgt.client)} is not renewable: kinit again, with -r for one that is`);
  const kdcOptions = KDC_OPTION.renew | (tgt.flags & (TICKET_FLAG.forwardable | TICKET_FLAG.renewable));
  const renewed = yield* tgsRequest({ ...options, tgt, server: tgt.server.name, kdcOptions });
  if (!sameName(renewed.server.name, tgt.server.name)) throw replyRefused('is no renewed ticket-granting ticket');
  return renewed;
}
