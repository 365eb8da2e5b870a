/**
 * The host's side of the Kerberos mechanism of GSS-API (RFC 4121 §4.1, RFC 4120 §3.2.3), for the simulated host. It is
 * stricter than Windows in one thing: it refuses a client that asks for no mutual authentication.
 */
import { dataView, equalConstantTime } from '../bytes.js';
import { AuthError, ProtocolError } from '../errors.js';
import { channelBindingsHash } from '../auth/channel-binding.js';
import { type AuthenticatorChecksum, GSS_CHECKSUM_TYPE, GSS_FLAG, decodeAuthenticatorChecksum } from '../auth/kerberos/authenticator-checksum.js';
import { KerberosSide } from '../auth/kerberos/context.js';
import type { Credential, EncryptionKey } from '../auth/kerberos/credential.js';
import { KEY_USAGE, etypeOf } from '../auth/kerberos/crypto/etypes.js';
import { decryptPart, encryptPart } from '../auth/kerberos/encryption.js';
import { KRB5_OID, TOK_ID, frameToken, readToken } from '../auth/kerberos/gss-token.js';
import { CLOCK_SKEW_MS } from '../auth/kerberos/kdc-reply.js';
import type { KeytabEntry } from '../auth/kerberos/keytab.js';
import { encodeApRep, encodeEncApRepPart } from '../auth/kerberos/messages/ap-rep.js';
import { type Authenticator, decodeApReq, decodeAuthenticator } from '../auth/kerberos/messages/ap-req.js';
import type { EncryptedData } from '../auth/kerberos/messages/encrypted-data.js';
import { decodeEncKrbCredPart, decodeKrbCred } from '../auth/kerberos/messages/krb-cred.js';
import type { KrbErrorName } from '../auth/kerberos/messages/krb-error-code.js';
import { type EncTicketPart, type Ticket, decodeEncTicketPart, decodeTicket } from '../auth/kerberos/messages/ticket.js';
import { KerberosSession } from '../auth/kerberos/per-message/kerberos-session.js';
import { formatName, samePrincipal } from '../auth/kerberos/principal.js';
import type { MechanismContext } from '../auth/security-context.js';
import { KerberosRefusal } from './kerberos-refusal.js';

/** What {@link createKerberosAcceptor} needs. */
export type KerberosAcceptorOptions = {
  /** The keys of the host's services; a ticket for any of them is taken, whatever name it is for. */
  readonly keytab: readonly KeytabEntry[];
  /** The application data of the host's TLS channel, as the client must have bound it; `null` over HTTP. */
  readonly channelBinding: Uint8Array | null;
  /** WinRM's CbtHardeningLevel: `relaxed` refuses a wrong binding, `strict` a missing one too, `none` neither. */
  readonly cbt: 'none' | 'relaxed' | 'strict';
  /** The requests that were seen, shared by all connections of a host; a `Set` will do for a host that lives as long as a test. */
  readonly replayCache: Pick<Set<string>, 'has' | 'add'>;
  /** Random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** The host's clock. */
  readonly now: () => Date;
};

/** The host's side of one connection. */
export interface KerberosAcceptor extends MechanismContext {
  /** Who has logged on; the domain is the realm. `null` before that. */
  readonly user: { readonly username: string; readonly domain: string } | null;
  /** The forwarded TGT that the client handed over; `null` when it delegated nothing. */
  readonly delegated: Credential | null;
}

/**
 * The acceptor of one context: its one `step` takes the AP-REQ and gives the AP-REP with a subkey of its own.
 *
 * @returns a context whose `step` throws a {@link KerberosRefusal} for what RFC 4120 has an error for, and otherwise an
 *   AuthError or a ProtocolError
 */
export function createKerberosAcceptor(options: KerberosAcceptorOptions): KerberosAcceptor {
  return new Acceptor(options);
}

class Acceptor extends KerberosSide implements KerberosAcceptor {
  readonly notes: readonly string[] = [];
  readonly #options: KerberosAcceptorOptions;
  #over = false;
  #user: KerberosAcceptor['user'] = null;
  #delegated: Credential | null = null;

  constructor(options: KerberosAcceptorOptions) {
    super();
    this.#options = options;
  }

  get user(): KerberosAcceptor['user'] {
    return this.#user;
  }

  get delegated(): Credential | null {
    return this.#delegated;
  }

  override step(token: Uint8Array | null): Uint8Array {
    if (this.#over) throw new ProtocolError('The Kerberos handshake is over, but the client sent one more token');
    this.#over = true;
    if (token === null) throw new ProtocolError('The client sent no Kerberos token');
    const { tokId, message } = readToken(token);
    if (tokId !== TOK_ID.apReq) throw new ProtocolError('The first Kerberos token of the client is no AP-REQ');
    return this.#accept(message);
  }

  #accept(message: Uint8Array): Uint8Array {
    const { random } = this.#options;
    const apReq = decodeApReq(message);
    const ticket = decodeTicket(apReq.ticket);
    const ticketPart = this.#openTicket(ticket);
    const authenticator = this.#openAuthenticator(ticket, ticketPart, apReq.authenticator);
    const checksum = this.#checkAuthenticator(ticket, ticketPart, authenticator);
    this.#checkChannelBindings(checksum.channelBindings);
    if ((checksum.flags & GSS_FLAG.mutual) === 0) throw new AuthError('The client asks for no mutual authentication');
    this.#delegated = checksum.delegation === null ? null : readDelegation(checksum.delegation, authenticator.subkey, ticketPart.key);

    const subkey = subkeyFor(ticketPart.key, authenticator, random);
    const seqNumber = dataView(random(4)).getUint32(0) & 0x3fffffff;
    const part = encodeEncApRepPart({ ctime: authenticator.ctime, cusec: authenticator.cusec, subkey, seqNumber });
    this.session = new KerberosSession({
      key: subkey,
      side: 'acceptor',
      acceptorSubkey: true,
      sendSequence: seqNumber,
      receiveSequence: authenticator.seqNumber ?? 0,
      random,
    });
    this.#user = { username: formatName(ticketPart.cname), domain: ticketPart.crealm };
    return frameToken({ oid: KRB5_OID, tokId: TOK_ID.apRep, message: encodeApRep(encryptPart(ticketPart.key, KEY_USAGE.apRepEncPart, part, random)) });
  }

  /** Every key of the etype is tried, as Windows looks for the account and not for the name that the client gave it. */
  #openTicket(ticket: Ticket): EncTicketPart {
    const keys = this.#options.keytab.map(({ key }) => key).filter(({ etype }) => etype === ticket.encPart.etype);
    if (keys.length === 0) throw this.#refusal(ticket, 'KRB_AP_ERR_NOKEY', `The host has no key of etype ${ticket.encPart.etype}`);
    const plaintext = firstThatOpens(keys, KEY_USAGE.ticket, ticket.encPart);
    if (plaintext === null) throw this.#refusal(ticket, 'KRB_AP_ERR_MODIFIED', 'No key of the host opens the ticket');
    const part = decodeEncTicketPart(plaintext);
    const now = this.#options.now().getTime();
    if ((part.starttime ?? part.authtime).getTime() - now > CLOCK_SKEW_MS) throw this.#refusal(ticket, 'KRB_AP_ERR_TKT_NYV', 'The ticket is not valid yet');
    if (now - part.endtime.getTime() > CLOCK_SKEW_MS) throw this.#refusal(ticket, 'KRB_AP_ERR_TKT_EXPIRED', 'The ticket has expired');
    return part;
  }

  #openAuthenticator(ticket: Ticket, { key }: EncTicketPart, encPart: EncryptedData): Authenticator {
    const plaintext = firstThatOpens([key], KEY_USAGE.apReqAuthenticator, encPart);
    if (plaintext === null) throw this.#refusal(ticket, 'KRB_AP_ERR_BAD_INTEGRITY', 'The session key does not open the Authenticator');
    return decodeAuthenticator(plaintext);
  }

  #checkAuthenticator(ticket: Ticket, ticketPart: EncTicketPart, authenticator: Authenticator): AuthenticatorChecksum {
    const { now, replayCache } = this.#options;
    const { crealm, cname, ctime, cusec, cksum } = authenticator;
    if (!samePrincipal({ realm: crealm, name: cname }, { realm: ticketPart.crealm, name: ticketPart.cname })) {
      throw this.#refusal(ticket, 'KRB_AP_ERR_BADMATCH', 'The Authenticator is of another client than the ticket');
    }
    if (Math.abs(ctime.getTime() - now().getTime()) > CLOCK_SKEW_MS) throw this.#refusal(ticket, 'KRB_AP_ERR_SKEW', 'The clocks of client and host differ');
    const replay = JSON.stringify([ticket.sname.nameString, crealm, cname.nameString, ctime.getTime(), cusec]);
    if (replayCache.has(replay)) throw this.#refusal(ticket, 'KRB_AP_ERR_REPEAT', 'The Authenticator was seen before');
    replayCache.add(replay);
    if (cksum?.type !== GSS_CHECKSUM_TYPE) throw this.#refusal(ticket, 'KRB_AP_ERR_INAPP_CKSUM', 'The Authenticator has no checksum of GSS-API');
    return decodeAuthenticatorChecksum(cksum.value);
  }

  #checkChannelBindings(sent: Uint8Array): void {
    const { channelBinding, cbt } = this.#options;
    if (channelBinding === null || cbt === 'none') return;
    if (sent.every((octet) => octet === 0)) {
      if (cbt === 'strict') throw new AuthError('The Kerberos client sent no channel binding, and this host demands one');
    } else if (!equalConstantTime(sent, channelBindingsHash(channelBinding))) {
      throw new AuthError('The Kerberos channel binding is of another TLS channel');
    }
  }

  #refusal({ realm, sname }: Ticket, name: KrbErrorName, message: string): KerberosRefusal {
    return new KerberosRefusal(message, name, { stime: this.#options.now(), realm, sname });
  }
}

/** A key of the host's own; with rc4-hmac it is the client's, as Windows has it (MS-KILE 3.1.1.2). */
function subkeyFor(sessionKey: EncryptionKey, { subkey }: Authenticator, random: (length: number) => Uint8Array): EncryptionKey {
  const { name, keyLength } = etypeOf(sessionKey.etype);
  return name === 'rc4-hmac' ? subkey ?? sessionKey : { etype: sessionKey.etype, value: random(keyLength) };
}

/** The KRB-CRED is encrypted in the session key (RFC 4121 §4.1.1), yet some clients take their sub-session key. */
function readDelegation(message: Uint8Array, subkey: EncryptionKey | null, sessionKey: EncryptionKey): Credential {
  const { tickets: [ticket], encPart } = decodeKrbCred(message);
  const plaintext = firstThatOpens(subkey === null ? [sessionKey] : [sessionKey, subkey], KEY_USAGE.krbCredEncPart, encPart);
  if (plaintext === null) throw new AuthError('No key of the Kerberos client opens the credential that it delegates');
  const [info] = decodeEncKrbCredPart(plaintext).ticketInfo;
  if (ticket === undefined || info === undefined) throw new ProtocolError('The Kerberos client delegates without a ticket');
  const { key: delegatedKey, ...rest } = info;
  return { ...rest, sessionKey: delegatedKey, ticket };
}

/** What the first key that fits opens; `null` when none does. */
function firstThatOpens(keys: readonly EncryptionKey[], usage: number, encPart: EncryptedData): Uint8Array | null {
  for (const key of keys) {
    try {
      return decryptPart(key, usage, encPart);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return null;
}
