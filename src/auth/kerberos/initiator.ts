/** The client's side of the Kerberos mechanism of GSS-API (RFC 4121 §4.1, RFC 4120 §3.2), with mutual authentication. */
import { dataView } from '../../bytes.js';
import { AuthError, ProtocolError } from '../../errors.js';
import { channelBindingsHash } from '../channel-binding.js';
import type { MechanismContext } from '../security-context.js';
import { apRefusal } from './ap-refusal.js';
import { GSS_CHECKSUM_TYPE, GSS_FLAG, encodeAuthenticatorChecksum } from './authenticator-checksum.js';
import type { KerberosClock } from './clock.js';
import { KerberosSide } from './context.js';
import type { Credential, EncryptionKey } from './credential.js';
import { requireKeyLength } from './crypto/etype.js';
import { KEY_USAGE, etypeOf } from './crypto/etypes.js';
import { decryptPart, encryptPart } from './encryption.js';
import { KRB5_OID, TOK_ID, frameToken, readToken } from './gss-token.js';
import { type EncApRepPart, decodeApRep, decodeEncApRepPart } from './messages/ap-rep.js';
import { encodeApReq, encodeAuthenticator } from './messages/ap-req.js';
import type { EncryptedData } from './messages/encrypted-data.js';
import { encodeEncKrbCredPart, encodeKrbCred } from './messages/krb-cred.js';
import { KRB_ERROR } from './messages/krb-error-code.js';
import { type KrbError, decodeKrbError } from './messages/krb-error.js';
import { KerberosSession } from './per-message/kerberos-session.js';
import { formatPrincipal } from './principal.js';

/** What {@link createKerberosInitiator} needs. */
export type KerberosInitiatorOptions = {
  /** The ticket for the host's service. */
  readonly credential: Credential;
  /** A TGT with the flag FORWARDED to hand over to the host; `null`: delegate nothing. */
  readonly forwardedTgt: Credential | null;
  /** The application data of the TLS channel, see `tlsServerEndPoint`; `null` where there is none. */
  readonly channelBinding: Uint8Array | null;
  /** Cryptographically strong random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** The time of the KDC; the host may have another, which then counts for this context alone. */
  readonly clock: KerberosClock;
};

/**
 * The initiator of one context. The first `step` gives the AP-REQ. The second takes the AP-REP, which proves that the host
 * has the key of the service, and completes; or it takes a KRB-ERROR that tells of a wrong clock, and gives a fresh AP-REQ.
 *
 * It asks for mutual authentication, replay detection, sequencing, confidentiality and integrity. The element
 * KERB_AP_OPTIONS_CBT (MS-KILE 3.2.5.8) is not sent: it tells a host what to make of a missing channel binding, and no
 * host needs it to check one that is there.
 */
export function createKerberosInitiator(options: KerberosInitiatorOptions): MechanismContext {
  return new Initiator(options);
}

/** What an AP-REQ leaves behind for its answer. */
type Request = { readonly ctime: Date; readonly cusec: number; readonly subkey: EncryptionKey; readonly sequenceNumber: number };

const FLAGS = GSS_FLAG.mutual | GSS_FLAG.replay | GSS_FLAG.sequence | GSS_FLAG.confidentiality | GSS_FLAG.integrity;

/** The first sequence numbers stay below 2^30, for the sake of peers that take the wire's number for a signed one (RFC 4120 §5.5.1). */
const SEQUENCE_NUMBER_MASK = 0x3fffffff;

class Initiator extends KerberosSide {
  readonly #options: KerberosInitiatorOptions;
  #state: 'new' | 'over' | Request = 'new';
  /** That of the options until the host has told another time. */
  #clock: KerberosClock;

  constructor(options: KerberosInitiatorOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock;
  }

  override get notes(): readonly string[] {
    return this.#clock.notes;
  }

  override step(token: Uint8Array | null): Uint8Array | null {
    const state = this.#state;
    this.#state = 'over';
    if (state === 'over') throw new ProtocolError(`The Kerberos handshake is over (${this.complete ? 'complete' : 'failed'}), but there was one more step`);
    if (state === 'new') {
      if (token !== null) throw new ProtocolError('The host sent a Kerberos token before this client had sent its first');
      return this.#apReq();
    }
    if (token === null) throw new ProtocolError('The host answered the AP-REQ without an AP-REP: it has not proven who it is');
    const { tokId, message } = readToken(token);
    if (tokId === TOK_ID.krbError) return this.#refused(decodeKrbError(message));
    if (tokId !== TOK_ID.apRep) throw new ProtocolError(`The host answered the AP-REQ with a token whose TOK_ID is 0x${tokId.toString(16).padStart(4, '0')}; an AP-REP has 0x0200`);
    this.#accept(message, state);
    return null;
  }

  /** RFC 4120 §3.2.2: a fresh Authenticator, sub-session key and sequence number for every request. */
  #apReq(): Uint8Array {
    const { credential, random } = this.#options;
    const { client, sessionKey, ticket } = credential;
    const now = this.#clock.now().getTime();
    const request: Request = {
      ctime: new Date(now - now % 1000),
      // Two connections may begin in one millisecond, and hosts tell a replay by the time.
      cusec: now % 1000 * 1000 + randomNumber(random) % 1000,
      subkey: { etype: sessionKey.etype, value: random(etypeOf(sessionKey.etype).keyLength) },
      sequenceNumber: randomNumber(random) & SEQUENCE_NUMBER_MASK,
    };
    const delegation = this.#delegation(request);
    const authenticator = encodeAuthenticator({
      crealm: client.realm,
      cname: client.name,
      cksum: {
        type: GSS_CHECKSUM_TYPE,
        value: encodeAuthenticatorChecksum({
          channelBindings: channelBindingsHash(this.#options.channelBinding),
          flags: delegation === null ? FLAGS : FLAGS | GSS_FLAG.delegate,
          delegation,
        }),
      },
      ctime: request.ctime,
      cusec: request.cusec,
      subkey: request.subkey,
      seqNumber: request.sequenceNumber,
    });
    const message = encodeApReq({ mutualRequired: true, ticket, authenticator: encryptPart(sessionKey, KEY_USAGE.apReqAuthenticator, authenticator, random) });
    this.#state = request;
    return frameToken({ oid: KRB5_OID, tokId: TOK_ID.apReq, message });
  }

  /** The KRB-CRED for the host; RFC 4121 §4.1.1 has it encrypted in the session key of the ticket, not in the sub-session key. */
  #delegation({ ctime, cusec }: Request): Uint8Array | null {
    const { credential, forwardedTgt, random } = this.#options;
    if (forwardedTgt === null) return null;
    const { client, server, sessionKey, flags, authTime, startTime, endTime, renewTill } = forwardedTgt;
    const part = encodeEncKrbCredPart({
      ticketInfo: [{ key: sessionKey, client, server, flags, authTime, startTime, endTime, renewTill }],
      timestamp: ctime,
      usec: cusec,
    });
    return encodeKrbCred({ tickets: [forwardedTgt.ticket], encPart: encryptPart(credential.sessionKey, KEY_USAGE.krbCredEncPart, part, random) });
  }

  /** RFC 4120 §3.2.5. */
  #accept(message: Uint8Array, request: Request): void {
    const { credential, random } = this.#options;
    const part = this.#open(decodeApRep(message));
    if (part.ctime.getTime() !== request.ctime.getTime() || part.cusec !== request.cusec) {
      throw new ProtocolError('The AP-REP of the host answers another request than the one that was sent');
    }
    const acceptorSubkey = acceptorSubkeyOf(part, credential.sessionKey);
    this.session = new KerberosSession({
      key: acceptorSubkey ?? request.subkey,
      side: 'initiator',
      acceptorSubkey: acceptorSubkey !== null,
      sendSequence: request.sequenceNumber,
      receiveSequence: part.seqNumber ?? 0,
      random,
    });
  }

  #open(encPart: EncryptedData): EncApRepPart {
    const { sessionKey, server } = this.#options.credential;
    try {
      return decodeEncApRepPart(decryptPart(sessionKey, KEY_USAGE.apRepEncPart, encPart));
    } catch (cause) {
      throw new ProtocolError(`The AP-REP does not open with the session key: the host has not proven that it is ${formatPrincipal(server)}`, { cause });
    }
  }

  /** MS-KILE 3.2.5.8: a host with another clock tells its time, and gets one more request. */
  #refused(error: KrbError): Uint8Array {
    const { clock, credential } = this.#options;
    if (error.code !== KRB_ERROR.KRB_AP_ERR_SKEW || this.#clock !== clock) throw apRefusal(error, credential);
    this.#clock = clock.at(error.stime, formatPrincipal(credential.server));
    return this.#apReq();
  }
}

/**
 * The key of the host that the session goes on with (RFC 4121 §2); `null`: with the sub-session key of the initiator, as
 * always with rc4-hmac, where the host's subkey is the same or not to be used (MS-KILE 3.1.1.2).
 *
 * @throws AuthError - the host talks a ticket of AES down to RC4, while the choice of another etype is its right (RFC 4120 §5.5.2)
 */
function acceptorSubkeyOf({ subkey }: EncApRepPart, sessionKey: EncryptionKey): EncryptionKey | null {
  if (subkey === null) return null;
  const etype = etypeOf(subkey.etype);
  requireKeyLength(etype, subkey.value);
  if (etype.name !== 'rc4-hmac') return subkey;
  if (subkey.etype === sessionKey.etype) return null;
  throw new AuthError('The host wants to seal with rc4-hmac, although the ticket is of a stronger encryption type');
}

function randomNumber(random: (length: number) => Uint8Array): number {
  return dataView(random(4)).getUint32(0);
}
