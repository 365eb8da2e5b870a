/** What a KDC does with one message, for {@link SimulatedKdc}: pure save for the clock and the randomness it is given. */
import { equalConstantTime } from '../bytes.js';
import { HyperVWsmanError, ProtocolError } from '../errors.js';
import { type EncryptionKey, TICKET_FLAG } from '../auth/kerberos/credential.js';
import { KEY_USAGE, etypeOf } from '../auth/kerberos/crypto/etypes.js';
import { decryptPart, encryptPart } from '../auth/kerberos/encryption.js';
import { CLOCK_SKEW_MS } from '../auth/kerberos/kdc-reply.js';
import { KDC_OPTION } from '../auth/kerberos/kdc-request.js';
import { decodeApReq, decodeAuthenticator } from '../auth/kerberos/messages/ap-req.js';
import { decodeEncryptedData } from '../auth/kerberos/messages/encrypted-data.js';
import { encodeEtypeInfo2 } from '../auth/kerberos/messages/etype-info2.js';
import { encodeEncKdcRepPart, encodeKdcRep } from '../auth/kerberos/messages/kdc-rep.js';
import { type KdcReq, decodeKdcReq } from '../auth/kerberos/messages/kdc-req.js';
import { KRB_ERROR, type KrbErrorName } from '../auth/kerberos/messages/krb-error-code.js';
import { encodeKrbError } from '../auth/kerberos/messages/krb-error.js';
import { PA_TYPE, encodeMethodData } from '../auth/kerberos/messages/pa-data.js';
import { decodePaEncTsEnc } from '../auth/kerberos/messages/pa-enc-ts-enc.js';
import { type EncTicketPart, decodeEncTicketPart, decodeTicket, encodeEncTicketPart, encodeTicket } from '../auth/kerberos/messages/ticket.js';
import { NAME_TYPE, type PrincipalName, formatName, samePrincipal } from '../auth/kerberos/principal.js';

/** What the KDC knows of its realm. */
export type KdcRealm = {
  readonly realm: string;
  /** The keys of users by `user`, and of services by `HTTP/host`; of `krbtgt/REALM` too. */
  readonly keys: ReadonlyMap<string, KdcAccount>;
  readonly lifetimeMs: number;
  /** Whether tickets for services say that the host is trusted for delegation. */
  readonly okAsDelegate: boolean;
  readonly now: () => Date;
  readonly random: (length: number) => Uint8Array;
};

/** One principal of the realm. */
export type KdcAccount = { readonly name: string; readonly key: EncryptionKey; readonly salt: string };

class Refusal extends Error {
  readonly kerberosError: KrbErrorName;
  readonly eData: Uint8Array | null;

  constructor(kerberosError: KrbErrorName, eData: Uint8Array | null = null) {
    super();
    this.kerberosError = kerberosError;
    this.eData = eData;
  }
}

/** The answer to an AS-REQ or TGS-REQ: a KDC-REP or a KRB-ERROR; `null` to what is neither. */
export function answerKdcReq(message: Uint8Array, realm: KdcRealm): Uint8Array | null {
  let request: ReturnType<typeof decodeKdcReq>;
  try {
    request = decodeKdcReq(message);
  } catch (error) {
    if (error instanceof HyperVWsmanError) return null;
    throw error;
  }
  try {
    return request.msgType === 10 ? answerAsReq(request, realm) : answerTgsReq(request, request.encodedBody, realm);
  } catch (error) {
    const refusal = error instanceof ProtocolError ? new Refusal('KRB_AP_ERR_MODIFIED') : error;
    if (!(refusal instanceof Refusal)) throw error;
    const { cname, sname } = request.body;
    return encodeKrbError({ stime: realm.now(), susec: 0, code: KRB_ERROR[refusal.kerberosError], realm: realm.realm, sname, crealm: realm.realm, cname, eText: null, eData: refusal.eData });
  }
}

/** RFC 4120 §3.1.2; pre-authentication is always required. */
function answerAsReq({ padata, body }: KdcReq, realm: KdcRealm): Uint8Array {
  const client = body.cname === null ? undefined : realm.keys.get(userOf(body.cname, realm));
  if (client === undefined) throw new Refusal('KDC_ERR_C_PRINCIPAL_UNKNOWN');
  if (!body.etypes.includes(client.key.etype)) throw new Refusal('KDC_ERR_ETYPE_NOSUPP');
  const timestamp = padata.find(({ type }) => type === PA_TYPE.encTimestamp);
  const methods = encodeMethodData([
    { type: PA_TYPE.etypeInfo2, value: encodeEtypeInfo2([{ etype: client.key.etype, salt: client.salt, s2kparams: null }]) },
    { type: PA_TYPE.encTimestamp, value: new Uint8Array() },
  ]);
  if (timestamp === undefined) throw new Refusal('KDC_ERR_PREAUTH_REQUIRED', methods);
  checkTimestamp(timestamp.value, client.key, realm);
  const cname: PrincipalName = { nameType: NAME_TYPE.principal, nameString: client.name.split('/') };
  return reply(11, body, realm, { crealm: realm.realm, cname, flags: TICKET_FLAG.initial | TICKET_FLAG.preAuthent, endtime: null }, client.key, KEY_USAGE.asRepEncPart);
}

/** An enterprise name `user@realm` is known by its user (RFC 6806 §5); no other domain is of this realm. */
function userOf({ nameType, nameString }: PrincipalName, { keys, realm }: KdcRealm): string {
  const name = nameString.join('/');
  const suffix = `@${realm}`.toLowerCase();
  const whole = name.toLowerCase();
  const wanted = nameType === NAME_TYPE.enterprise && whole.endsWith(suffix) ? whole.slice(0, -suffix.length) : whole;
  return [...keys.keys()].find((known) => known.toLowerCase() === wanted) ?? name;
}

function checkTimestamp(value: Uint8Array, key: EncryptionKey, { now }: KdcRealm): void {
  let patimestamp: Date;
  try {
    ({ patimestamp } = decodePaEncTsEnc(decryptPart(key, KEY_USAGE.asReqTimestamp, decodeEncryptedData(value))));
  } catch (error) {
    if (error instanceof ProtocolError) throw new Refusal('KDC_ERR_PREAUTH_FAILED');
    throw error;
  }
  checkSkew(patimestamp, now());
}

function checkSkew(time: Date, now: Date): void {
  if (Math.abs(time.getTime() - now.getTime()) > CLOCK_SKEW_MS) throw new Refusal('KRB_AP_ERR_SKEW');
}

/** RFC 4120 §3.3.3. */
function answerTgsReq({ padata, body }: KdcReq, encodedBody: Uint8Array, realm: KdcRealm): Uint8Array {
  const pa = padata.find(({ type }) => type === PA_TYPE.tgsReq);
  if (pa === undefined) throw new Refusal('KDC_ERR_BADOPTION');
  const apReq = decodeApReq(pa.value);
  const tgtKey = realm.keys.get(`krbtgt/${realm.realm}`)!.key;
  const tgt = decodeEncTicketPart(decryptPart(tgtKey, KEY_USAGE.ticket, decodeTicket(apReq.ticket).encPart));
  if (tgt.endtime <= realm.now()) throw new Refusal('KRB_AP_ERR_TKT_EXPIRED');
  const authenticator = decodeAuthenticator(decryptPart(tgt.key, KEY_USAGE.tgsReqAuthenticator, apReq.authenticator));
  checkSkew(authenticator.ctime, realm.now());
  const { crealm, cname, cksum } = authenticator;
  if (!samePrincipal({ realm: crealm, name: cname }, { realm: tgt.crealm, name: tgt.cname })) throw new Refusal('KRB_AP_ERR_BADMATCH');
  const etype = etypeOf(tgt.key.etype);
  if (cksum?.type !== etype.checksumType || !equalConstantTime(cksum.value, etype.checksum(tgt.key.value, KEY_USAGE.tgsReqChecksum, encodedBody))) throw new Refusal('KRB_AP_ERR_INAPP_CKSUM');
  const forwarded = (body.kdcOptions & KDC_OPTION.forwarded) === 0 ? 0 : TICKET_FLAG.forwarded;
  if (forwarded !== 0 && (tgt.flags & TICKET_FLAG.forwardable) === 0) throw new Refusal('KDC_ERR_BADOPTION');
  const kept = tgt.flags & (TICKET_FLAG.preAuthent | TICKET_FLAG.forwarded);
  const delegate = realm.okAsDelegate && body.sname.nameString[0] !== 'krbtgt' ? TICKET_FLAG.okAsDelegate : 0;
  const { subkey } = authenticator;
  return reply(
    13,
    body,
    realm,
    { crealm: tgt.crealm, cname: tgt.cname, flags: kept | forwarded | delegate, endtime: tgt.endtime },
    subkey ?? tgt.key,
    subkey === null ? KEY_USAGE.tgsRepSessionKey : KEY_USAGE.tgsRepSubkey,
  );
}

type Issued = Pick<EncTicketPart, 'crealm' | 'cname' | 'flags'> & { readonly endtime: Date | null };

function reply(msgType: 11 | 13, body: KdcReq['body'], realm: KdcRealm, issued: Issued, replyKey: EncryptionKey, usage: number): Uint8Array {
  const server = realm.keys.get(formatName(body.sname)) ?? [...realm.keys.values()].find(({ name }) => name.toLowerCase() === formatName(body.sname).toLowerCase());
  if (server === undefined) throw new Refusal('KDC_ERR_S_PRINCIPAL_UNKNOWN');
  const etype = body.etypes.find((number) => number === server.key.etype);
  if (etype === undefined) throw new Refusal('KDC_ERR_ETYPE_NOSUPP');
  const now = realm.now();
  const key = { etype, value: realm.random(etypeOf(etype).keyLength) };
  const endtime = new Date(Math.min(now.getTime() + realm.lifetimeMs, issued.endtime?.getTime() ?? Infinity, body.till.getTime() > 0 ? body.till.getTime() : Infinity));
  const flags = (issued.flags | ((body.kdcOptions & KDC_OPTION.forwardable) === 0 ? 0 : TICKET_FLAG.forwardable)) >>> 0;
  const times = { starttime: now, endtime, renewTill: null };
  const { crealm, cname } = issued;
  const plain = encodeEncTicketPart({ flags, key, crealm, cname, authtime: now, ...times, authorizationData: null });
  const ticket = encodeTicket({ realm: realm.realm, sname: body.sname, encPart: { ...encryptPart(server.key, KEY_USAGE.ticket, plain, realm.random), kvno: 1 } });
  const part = encodeEncKdcRepPart(
    { key, nonce: body.nonce, flags, authTime: now, startTime: now, endTime: endtime, renewTill: null, srealm: realm.realm, sname: body.sname, encryptedPaData: [] },
    msgType,
  );
  return encodeKdcRep({ msgType, padata: [], crealm, cname, ticket: decodeTicket(ticket), encPart: encryptPart(replyKey, usage, part, realm.random) });
}
