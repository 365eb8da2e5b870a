import { AuthError } from '../../errors.js';
import { type Credential, TICKET_FLAG } from './credential.js';
import type { KdcExchange } from './kdc-exchange.js';
import { type ExchangeOptions, KDC_OPTION } from './kdc-request.js';
import { type PrincipalName, formatName, formatPrincipal, sameName } from './principal.js';
import { grantingRealm, realmGranted, tgsRequest } from './tgs-request.js';

/** For which service a ticket is wanted, and with which ticket-granting ticket. */
export type TgsExchangeOptions = ExchangeOptions & { readonly tgt: Credential; readonly server: PrincipalName };

const MOST_REFERRALS = 10;

/**
 * The TGS exchange (RFC 4120 §3.3): a ticket for a service. The KDC of the ticket-granting ticket's realm is asked first; one that knows the
 * service in another realm gives a ticket-granting ticket for a realm closer to it (RFC 6806 §8), and that one is asked next.
 *
 * The ticket is forwardable and renewable when the ticket-granting ticket is.
 *
 * @returns the ticket; its `server` is the name asked for, in the realm that gave the ticket
 * @throws AuthError - a KDC refused, see `kerberosError`; or the realms refer to one another without an end
 * @throws ProtocolError - what came is no answer to what was asked
 * @throws UsageError - `tgt` is a ticket for another service
 */
export function* tgsExchange({ tgt, server, ...options }: TgsExchangeOptions): KdcExchange<Credential> {
  const kdcOptions = KDC_OPTION.canonicalize | (tgt.flags & (TICKET_FLAG.forwardable | TICKET_FLAG.renewable));
  const asked: string[] = [];
  let granting = tgt;
  let realm = grantingRealm(tgt);
  while (asked.length <= MOST_REFERRALS && !asked.includes(realm)) {
    asked.push(realm);
    const credential: Credential = yield* tgsRequest({ ...options, tgt: granting, server, kdcOptions });
    const next = realmGranted(credential.server.name);
    if (next === null || sameName(credential.server.name, server)) return { ...credential, server: { realm, name: server } };
    granting = credential;
    realm = next;
  }
  throw new AuthError(
    `The realms refer ${formatPrincipal(tgt.client)} to one another without an end in search of ${formatName(server)}: ${[...asked, realm].join(', ')}. Look at the trusts between them, or name the realm in [domain_realm] of krb5.conf`,
    { kerberosError: 'KDC_ERR_PATH_NOT_ACCEPTED' },
  );
}
