import { resolveSrv } from 'node:dns/promises';
import { asExchange } from '../auth/kerberos/as-exchange.js';
import { KerberosClock } from '../auth/kerberos/clock.js';
import { type Credential, TICKET_FLAG } from '../auth/kerberos/credential.js';
import { forwardedTgt } from '../auth/kerberos/forwarded-tgt.js';
import type { KdcExchange } from '../auth/kerberos/kdc-exchange.js';
import { createKerberosInitiator } from '../auth/kerberos/initiator.js';
import { type ExchangeOptions, ticketGranting } from '../auth/kerberos/kdc-request.js';
import { type Krb5Conf, realmOfHost } from '../auth/kerberos/krb5-conf.js';
import { type PrincipalName, formatPrincipal } from '../auth/kerberos/principal.js';
import { renewTgt } from '../auth/kerberos/renew-tgt.js';
import { tgsExchange } from '../auth/kerberos/tgs-exchange.js';
import type { MechanismContext } from '../auth/security-context.js';
import { AuthError, TransportError } from '../errors.js';
import { runKdcExchange } from '../transport/kdc.js';
import { createKdcLocator } from '../transport/kdc-locator.js';
import { random } from '../transport/random.js';
import type { Delegation, KerberosSettings } from './auth.js';
import { canonicalHost } from './canonical-host.js';
import { type CachedTickets, type FirstTicketOptions, cachedTickets, expired, hasSecret, logonSecret, noCredentials } from './first-ticket.js';
import { serviceName } from './kerberos-principal.js';
import { ccacheName, readKrb5Conf } from './krb5-files.js';
import { permittedEtypes } from './permitted-etypes.js';
import { SharedWork } from './shared-work.js';

/** What a login is made from. */
export type KerberosLoginOptions = KerberosSettings &
  Delegation &
  FirstTicketOptions & {
    /** The host of the URL, for its service principal name. */
    readonly host: string;
    /** How long one KDC may take for one answer, in milliseconds. */
    readonly timeoutMs: number;
  };

/** Tickets are got anew this long before they expire; a short one after nine tenths of its life. */
const MARGIN_MS = 10 * 60_000;

/** What a KDC says of a ticket-granting ticket that it takes no more (RFC 4120 §7.5.9). */
const TICKET_REFUSED: readonly (string | null)[] = [
  'KDC_ERR_TGT_REVOKED', 'KRB_AP_ERR_BAD_INTEGRITY', 'KRB_AP_ERR_TKT_EXPIRED', 'KRB_AP_ERR_MODIFIED', 'KRB_AP_ERR_BADKEYVER', 'KRB_AP_ERR_NOKEY',
];

/**
 * The tickets of one client: got once, shared by its connections, and got anew before they expire, always those of one user. Callers that
 * come at once wait for one logon: a wrong password counts once against the account, however many connections there are.
 */
export class KerberosLogin {
  readonly #options: KerberosLoginOptions;
  readonly #clock = new KerberosClock(() => new Date());
  readonly #closing = new AbortController();
  readonly #work = new SharedWork<Credential>();
  #conf: Krb5Conf | null = null;
  /** Whose tickets these are; a credential cache that is another's later is not used. */
  #user: string | null = null;
  #tgt: Credential | null = null;
  #ticket: Credential | null = null;
  #refused = false;

  constructor(options: KerberosLoginOptions) {
    this.#options = options;
  }

  /**
   * The context of a new connection, with a ticket for the host, and with `delegate` a ticket-granting ticket for it alone.
   *
   * @param channelBinding - see `createKerberosInitiator`
   * @throws AuthError - no usable credentials, a KDC refused, or delegation is not allowed
   * @throws TransportError - no KDC answered, or the login is closed
   * @throws UsageError - krb5.conf cannot be read
   */
  async context(channelBinding: Uint8Array | null, signal: AbortSignal): Promise<MechanismContext> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const credential = await this.#work.join((abandoned) => this.#getTicket(AbortSignal.any([abandoned, this.#closing.signal])), either);
    const forwarded = await this.#forward(credential, either);
    return createKerberosInitiator({ credential, forwardedTgt: forwarded, channelBinding, random, clock: this.#clock });
  }

  /** The host refused the ticket, and may have a new key: the next connection gets a new one, and none out of a credential cache. */
  forget(): void {
    this.#ticket = null;
    this.#refused = true;
  }

  /** Ends what is under way and forgets every ticket; there are no more. */
  close(): void {
    this.#closing.abort(new TransportError('The client was closed'));
    this.#tgt = null;
    this.#ticket = null;
  }

  async #getTicket(signal: AbortSignal): Promise<Credential> {
    if (this.#ticket !== null && this.#isFresh(this.#ticket)) return this.#ticket;
    const conf = (this.#conf ??= readKrb5Conf(this.#options.krb5Config));
    const { name, realm: named } = serviceName(this.#options.spn ?? `HTTP/${await canonicalHost(conf, this.#options)}`);
    const realm = named ?? realmOfHost(conf, name.nameString[1]!);
    if (this.#tgt === null || !this.#isFresh(this.#tgt)) {
      const { name: ccache, tgt: held, service } = await this.#cached(name, realm, conf);
      if (service !== null && !this.#refused && this.#isFresh(service)) {
        signal.throwIfAborted();
        this.#user = formatPrincipal(service.client);
        this.#tgt = held;
        return (this.#ticket = service);
      }
      const tgt = (await this.#usable(held ?? this.#tgt, ccache, signal)) ?? (await this.#logOn(conf, signal));
      signal.throwIfAborted();
      this.#user = formatPrincipal(tgt.client);
      this.#tgt = tgt;
    }
    const ticket = await this.#granted(this.#tgt, name, realm, signal);
    signal.throwIfAborted();
    return (this.#ticket = ticket);
  }

  /** What the credential cache holds for the user; without a user name that is the one of the first ticket, from then on. */
  async #cached(name: PrincipalName, realm: string | null, conf: Krb5Conf): Promise<CachedTickets | { readonly name: null; readonly tgt: null; readonly service: null }> {
    const username = this.#options.username ?? this.#user;
    const { etypes } = this.#exchange();
    const cached = await cachedTickets({ ...this.#options, ...(username === null ? {} : { username }) }, { name, realm, etypes }, conf);
    return cached ?? { name: null, tgt: null, service: null };
  }

  /** The service ticket for a ticket-granting ticket. One that the KDC refuses, for its keys are new, is not tried again. */
  async #granted(tgt: Credential, server: PrincipalName, realm: string | null, signal: AbortSignal): Promise<Credential> {
    try {
      return await this.#run(tgsExchange({ ...this.#exchange(), tgt: await this.#towards(realm, tgt, signal), server }), signal);
    } catch (error) {
      if (error instanceof AuthError && TICKET_REFUSED.includes(error.kerberosError)) {
        this.#tgt = null;
        this.#refused = true;
      }
      throw error;
    }
  }

  /** Where krb5.conf or the SPN names another realm as the host's, the way goes there at once; else the KDC refers if it knows. */
  async #towards(realm: string | null, tgt: Credential, signal: AbortSignal): Promise<Credential> {
    if (realm === null || realm === tgt.server.name.nameString[1]) return tgt;
    return this.#run(tgsExchange({ ...this.#exchange(), tgt, server: ticketGranting(realm).name }), signal);
  }

  /** The ticket-granting ticket, renewed where it is about to expire and can be; `null` where the password has to give another. */
  async #usable(tgt: Credential | null, ccache: string | null, signal: AbortSignal): Promise<Credential | null> {
    if (tgt === null || (this.#refused && hasSecret(this.#options))) return null;
    if (this.#isFresh(tgt)) return tgt;
    const left = tgt.endTime.getTime() - this.#clock.now().getTime();
    const renewed = left > 0 && tgt.renewTill !== null && tgt.renewTill > tgt.endTime ? await this.#renew(tgt, signal) : null;
    if (renewed !== null || hasSecret(this.#options)) return renewed;
    if (left > 0) return tgt;
    throw new AuthError(expired(tgt, ccache));
  }

  /** `null` when the KDC does not renew it. */
  async #renew(tgt: Credential, signal: AbortSignal): Promise<Credential | null> {
    try {
      return await this.#run(renewTgt({ ...this.#exchange(), tgt }), signal);
    } catch (error) {
      if (error instanceof AuthError) return null;
      throw error;
    }
  }

  async #logOn(conf: Krb5Conf, signal: AbortSignal): Promise<Credential> {
    const { delegate = false } = this.#options;
    const logon = await logonSecret(this.#options, conf);
    if (logon === null) throw noCredentials(this.#options, this.#options.ccache === false ? null : ccacheName(this.#options.ccache, conf));
    return this.#run(asExchange({ ...this.#exchange(), ...logon, forwardable: conf.forwardable || delegate !== false }), signal);
  }

  async #forward(ticket: Credential, signal: AbortSignal): Promise<Credential | null> {
    const { delegate = false, host } = this.#options;
    if (delegate === false) return null;
    if (delegate !== 'untrusted' && (ticket.flags & TICKET_FLAG.okAsDelegate) === 0) {
      throw new AuthError(
        `The domain does not trust ${host} for delegation (its ticket is not ok-as-delegate), so no ticket is handed over: set "Trust this computer for delegation" on its account, or say delegate: 'untrusted'`,
      );
    }
    if (this.#tgt === null) throw new AuthError('The credential cache has no ticket-granting ticket that could be forwarded: run kinit -f');
    return this.#run(forwardedTgt({ ...this.#exchange(), tgt: this.#tgt }), signal);
  }

  #isFresh({ startTime, authTime, endTime }: Credential): boolean {
    const life = endTime.getTime() - (startTime ?? authTime).getTime();
    return endTime.getTime() - this.#clock.now().getTime() > Math.min(MARGIN_MS, life / 10);
  }

  #exchange(): ExchangeOptions {
    return { etypes: permittedEtypes(this.#conf?.permittedEtypes ?? null, this.#options.allowRc4 === true), random, clock: this.#clock };
  }

  #run<T>(exchange: KdcExchange<T>, signal: AbortSignal): Promise<T> {
    return runKdcExchange(exchange, { locate: createKdcLocator(this.#conf!, resolveSrv, Math.random), timeoutMs: this.#options.timeoutMs }, signal);
  }
}
