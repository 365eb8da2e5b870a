import { AuthError, UsageError } from '../../errors.js';
import { type Credential, type EncryptionKey, TICKET_FLAG } from './credential.js';
import { KEY_USAGE, etypeOf } from './crypto/etypes.js';
import { decryptPart, encryptPart } from './encryption.js';
import type { KdcExchange } from './kdc-exchange.js';
import { kdcRefusal } from './kdc-refusal.js';
import { credentialOf, replyRefused, requireUnexpired } from './kdc-reply.js';
import { AS_LONG_AS_ALLOWED, type ExchangeOptions, KDC_OPTION, newNonce } from './kdc-request.js';
import { encodeApReq, encodeAuthenticator } from './messages/ap-req.js';
import { decodeEncKdcRepPart, decodeKdcRep } from './messages/kdc-rep.js';
import { type KdcReqBody, encodeKdcReqBody, encodeTgsReq } from './messages/kdc-req.js';
import { KRB_ERROR } from './messages/krb-error-code.js';
import { decodeKrbError, isKrbError } from './messages/krb-error.js';
import { PA_TYPE } from './messages/pa-data.js';
import { type PrincipalName, formatPrincipal, samePrincipal } from './principal.js';

/** One TGS-REQ: with which ticket-granting ticket, for what. */
export type TgsRequestOptions = ExchangeOptions & {
  readonly tgt: Credential;
  readonly server: PrincipalName;
  /** KDCOptions, see {@link KDC_OPTION}. */
  readonly kdcOptions: number;
};

/**
 * The realm whose KDC takes this ticket-granting ticket: REALM of `krbtgt/REALM`, whoever gave it.
 *
 * @throws UsageError - it is a ticket for another service
 */
export function grantingRealm({ server }: Credential): string {
  const realm = realmGranted(server.name);
  if (realm === null) throw new UsageError(`The ticket for ${formatPrincipal(server)} is no ticket-granting ticket`);
  return realm;
}

/** REALM of the name `krbtgt/REALM`, `null` for any other name. */
export function realmGranted({ nameString: [service, realm, more] }: PrincipalName): string | null {
  return service === 'krbtgt' && realm !== undefined && more === undefined ? realm : null;
}

/**
 * One TGS exchange with one realm (RFC 4120 §3.3), sent once more when the clock was wrong. The time of the KDC is kept only when its
 * encrypted answer has come.
 *
 * The Authenticator holds a checksum over the request and a subkey, with which the KDC encrypts its answer.
 *
 * @returns the ticket the KDC gave, which may be for another name than the one asked for (RFC 6806 §8)
 * @throws AuthError - the KDC refused, see `kerberosError`; or the session key of the ticket-granting ticket is of an encryption type that is not allowed
 * @throws ProtocolError - what came is no answer to what was asked
 */
export function* tgsRequest(options: TgsRequestOptions): KdcExchange<Credential> {
  const { tgt, server, etypes, random } = options;
  let { clock } = options;
  const realm = grantingRealm(tgt);
  if (!etypes.includes(tgt.sessionKey.etype)) {
    throw new AuthError(`The ticket for ${formatPrincipal(tgt.server)} has a session key of encryption type ${tgt.sessionKey.etype}, but only ${etypes.join(', ')} may be used: kinit again, or, for rc4-hmac, say allowRc4`);
  }
  for (;;) {
    const nonce = newNonce(random);
    const etype = etypeOf(tgt.sessionKey.etype);
    const subkey: EncryptionKey = { etype: etype.number, value: random(etype.keyLength) };
    const answer = yield { realm, message: writeTgsReq({ ...options, clock }, realm, nonce, subkey) };
    if (!isKrbError(answer)) {
      const credential = readTgsRep({ ...options, clock }, realm, answer, nonce, subkey);
      options.clock.follow(clock);
      return credential;
    }
    const error = decodeKrbError(answer);
    if (error.code !== KRB_ERROR.KRB_AP_ERR_SKEW || clock !== options.clock) throw kdcRefusal(error, { client: formatPrincipal(tgt.client), server: formatPrincipal({ realm, name: server }) });
    clock = clock.at(error.stime, `the KDC of ${realm}`);
  }
}

function writeTgsReq({ tgt, server, kdcOptions, etypes, random, clock }: TgsRequestOptions, realm: string, nonce: number, subkey: EncryptionKey): Uint8Array {
  const rtime = (kdcOptions & KDC_OPTION.renewable) === 0 ? null : AS_LONG_AS_ALLOWED;
  const body: KdcReqBody = { kdcOptions, cname: null, realm, sname: server, till: AS_LONG_AS_ALLOWED, rtime, nonce, etypes };
  const { client, sessionKey } = tgt;
  const etype = etypeOf(sessionKey.etype);
  const now = clock.now();
  const authenticator = encodeAuthenticator({
    crealm: client.realm,
    cname: client.name,
    cksum: { type: etype.checksumType, value: etype.checksum(sessionKey.value, KEY_USAGE.tgsReqChecksum, encodeKdcReqBody(body)) },
    ctime: now,
    cusec: now.getMilliseconds() * 1000,
    subkey,
    seqNumber: null,
  });
  const encrypted = encryptPart(sessionKey, KEY_USAGE.tgsReqAuthenticator, authenticator, random);
  const apReq = encodeApReq({ mutualRequired: false, ticket: tgt.ticket, authenticator: encrypted });
  return encodeTgsReq({ padata: [{ type: PA_TYPE.tgsReq, value: apReq }], body });
}

function readTgsRep({ tgt, etypes, clock }: TgsRequestOptions, realm: string, answer: Uint8Array, nonce: number, subkey: EncryptionKey): Credential {
  const rep = decodeKdcRep(answer);
  if (rep.msgType !== 13) throw replyRefused('is no TGS-REP');
  const credential = credentialOf(rep, decodeEncKdcRepPart(decryptPart(subkey, KEY_USAGE.tgsRepSubkey, rep.encPart)), { nonce, etypes });
  if (!samePrincipal(credential.client, tgt.client)) throw replyRefused(`holds a ticket of ${formatPrincipal(credential.client)}, not of ${formatPrincipal(tgt.client)}`);
  if (credential.server.realm !== realm) throw replyRefused(`holds a ticket of realm ${credential.server.realm}, not of ${realm}`);
  requireUnexpired(credential, clock);
  return trusts(tgt) ? credential : { ...credential, flags: (credential.flags & ~TICKET_FLAG.okAsDelegate) >>> 0 };
}

/**
 * Whether the word of the KDC counts that takes this ticket-granting ticket, on who may be delegated to (RFC 4120 §2.8): that of the
 * user's own realm does, that of another only where the realm before has said so of it with the same flag.
 */
function trusts({ client, server, flags }: Credential): boolean {
  const isOwn = server.realm === client.realm && realmGranted(server.name) === client.realm;
  return isOwn || (flags & TICKET_FLAG.okAsDelegate) !== 0;
}
