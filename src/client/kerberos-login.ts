import { randomBytes } from 'node:crypto';
import { resolveSrv } from 'node:dns/promises';
import { type ExchangeOptions, asExchange } from '../auth/kerberos/as-exchange.js';
import { KerberosClock } from '../auth/kerberos/clock.js';
import { type Credential, TICKET_FLAG } from '../auth/kerberos/credential.js';
import { type Etype, etypesNamed } from '../auth/kerberos/crypto/etypes.js';
import { RC4_HMAC } from '../auth/kerberos/crypto/rc4-hmac.js';
import { forwardedTgt } from '../auth/kerberos/forwarded-tgt.js';
import type { KdcExchange } from '../auth/kerberos/kdc-exchange.js';
import { createKerberosInitiator } from '../auth/kerberos/initiator.js';
import { type Krb5Conf, realmOfHost } from '../auth/kerberos/krb5-conf.js';
import { NAME_TYPE, formatPrincipal } from '../auth/kerberos/principal.js';
import { renewTgt } from '../auth/kerberos/renew-tgt.js';
import { tgsExchange } from '../auth/kerberos/tgs-exchange.js';
import type { MechanismContext } from '../auth/security-context.js';
import { AuthError, TransportError } from '../errors.js';
import { abortable } from '../transport/deadline.js';
import { runKdcExchange } from '../transport/kdc.js';
import { createKdcLocator } from '../transport/kdc-locator.js';
import type { Delegation, KerberosSettings } from './auth.js';
import { type FirstTicketOptions, cachedTickets, hasSecret, logonSecret, noCredentials } from './first-ticket.js';
import { serviceName } from './kerberos-principal.js';
import { readKrb5Conf } from './krb5-files.js';

/** What a login is made from. */
export type KerberosLoginOptions = KerberosSettings &
  Delegation &
  FirstTicketOptions & {
    /** The host of the URL, for its service principal name. */
    readonly host: string;
    /** How long one KDC may take for one answer, in milliseconds. */
    readonly timeoutMs: number;
  };

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** Tickets are got anew this long before they expire; a short one after nine tenths of its life. */
const MARGIN_MS = 10 * 60_000;

/**
 * The tickets of one client: got once, shared by its connections, and got anew before they expire. Callers that come at once
 * wait for one logon: a wrong password counts once against the account, however many connections there are.
 */
export class KerberosLogin {
  readonly #options: KerberosLoginOptions;
  readonly #clock = new KerberosClock(() => new Date());
  readonly #closing = new AbortController();
  #conf: Krb5Conf | null = null;
  #tgt: Credential | null = null;
  #ticket: Credential | null = null;
  #pending: Promise<Credential> | null = null;
  #refused = false;

  constructor(options: KerberosLoginOptions) {
    this.#options = options;
  }

  /** The service principal name that is asked for. */
  get spn(): string {
    return this.#options.spn ?? `HTTP/${this.#options.host}`;
  }

  /**
   * The context of a new connection, with a ticket for the host, and with `delegate` a ticket-granting ticket for it alone.
   *
   * @param channelBinding - see `createKerberosInitiator`
   * @throws AuthError - no usable credentials, a KDC refused, or delegation is not allowed
   * @throws TransportError - no KDC answered
   * @throws UsageError - krb5.conf cannot be read
   */
  async context(channelBinding: Uint8Array | null, signal: AbortSignal): Promise<MechanismContext> {
    this.#pending ??= this.#getTicket().finally(() => (this.#pending = null));
    const credential = await abortable(this.#pending, signal);
    const forwarded = await this.#forward(credential, signal);
    return createKerberosInitiator({ credential, forwardedTgt: forwarded, channelBinding, random, clock: this.#clock });
  }

  /** The host refused the ticket, and may have a new key: the next connection gets a new one, and none out of a credential cache. */
  forget(): void {
    this.#ticket = null;
    this.#refused = true;
  }

  /** Ends what is under way and forgets every ticket. */
  close(): void {
    this.#closing.abort(new TransportError('The client was closed'));
    this.#tgt = null;
    this.#ticket = null;
  }

  async #getTicket(): Promise<Credential> {
    if (this.#ticket !== null && this.#isFresh(this.#ticket)) return this.#ticket;
    const conf = (this.#conf ??= readKrb5Conf(this.#options.krb5Config));
    const { name, realm } = serviceName(this.spn);
    if (this.#tgt === null || !this.#isFresh(this.#tgt)) {
      const cached = await cachedTickets(this.#options, name, conf);
      const service = cached?.service ?? null;
      if (service !== null && !this.#refused && this.#isFresh(service)) return (this.#ticket = service);
      this.#tgt = (await this.#usable(cached?.tgt ?? this.#tgt, cached?.name ?? null)) ?? (await this.#logOn(conf));
    }
    const tgt = await this.#towards(realm ?? realmOfHost(conf, name.nameString[1]!), this.#tgt);
    return (this.#ticket = await this.#run(tgsExchange({ ...this.#exchange(), tgt, server: name })));
  }

  /** Where krb5.conf or the SPN names another realm as the host's, the way goes there at once; else the KDC refers if it knows. */
  async #towards(realm: string | null, tgt: Credential): Promise<Credential> {
    if (realm === null || realm === tgt.server.name.nameString[1]) return tgt;
    return this.#run(tgsExchange({ ...this.#exchange(), tgt, server: { nameType: NAME_TYPE.srvInst, nameString: ['krbtgt', realm] } }));
  }

  /** The ticket-granting ticket, renewed where it is about to expire and can be; `null` where the password has to give another. */
  async #usable(tgt: Credential | null, ccache: string | null): Promise<Credential | null> {
    if (tgt === null || this.#isFresh(tgt)) return tgt;
    const left = tgt.endTime.getTime() - this.#clock.now().getTime();
    if (left > 0 && tgt.renewTill !== null && tgt.renewTill > tgt.endTime) return this.#run(renewTgt({ ...this.#exchange(), tgt }));
    if (hasSecret(this.#options)) return null;
    if (left > 0) return tgt;
    throw new AuthError(`The ticket of ${formatPrincipal(tgt.client)}${ccache === null ? '' : ` in ${ccache}`} expired at ${tgt.endTime.toISOString()}: run kinit`);
  }

  async #logOn(conf: Krb5Conf): Promise<Credential> {
    const { delegate = false } = this.#options;
    const logon = await logonSecret(this.#options, conf);
    if (logon === null) throw noCredentials(this.#options);
    return this.#run(asExchange({ ...this.#exchange(), ...logon, forwardable: conf.forwardable || delegate !== false, renewable: false }));
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
    return runKdcExchange(forwardedTgt({ ...this.#exchange(), tgt: this.#tgt }), this.#kdcOptions(), signal);
  }

  #isFresh({ startTime, authTime, endTime }: Credential): boolean {
    const life = endTime.getTime() - (startTime ?? authTime).getTime();
    return endTime.getTime() - this.#clock.now().getTime() > Math.min(MARGIN_MS, life / 10);
  }

  #exchange(): ExchangeOptions {
    const etypes = permitted(this.#conf?.permittedEtypes ?? null);
    if (this.#options.allowRc4 === true) etypes.push(RC4_HMAC);
    return { etypes: etypes.map(({ number }) => number), random, clock: this.#clock };
  }

  #run<T>(exchange: KdcExchange<T>): Promise<T> {
    return runKdcExchange(exchange, this.#kdcOptions(), this.#closing.signal);
  }

  #kdcOptions(): Parameters<typeof runKdcExchange>[1] {
    return { locate: createKdcLocator(this.#conf!, resolveSrv, Math.random), timeoutMs: this.#options.timeoutMs };
  }
}

/** The AES encryption types that krb5.conf permits, in the order there; rc4-hmac takes more than a line in a file. */
function permitted(words: readonly string[] | null): Etype[] {
  const etypes = new Set<Etype>();
  for (const word of words ?? ['DEFAULT']) {
    const named = /^default$/i.test(word) ? etypesNamed('aes') : etypesNamed(word.replace(/^[-+]/, ''));
    for (const etype of named) {
      if (word.startsWith('-')) etypes.delete(etype);
      else etypes.add(etype);
    }
  }
  etypes.delete(RC4_HMAC);
  return [...etypes];
}
