import { AuthError, ProtocolError } from '../../errors.js';
import { boolean, field, sequence } from '../der/write.js';
import type { KerberosClock } from './clock.js';
import type { Credential, EncryptionKey } from './credential.js';
import { KEY_USAGE } from './crypto/etypes.js';
import { requireConfirmation } from './enc-pa-rep.js';
import { decryptPart } from './encryption.js';
import type { KdcExchange } from './kdc-exchange.js';
import { kdcRefusal } from './kdc-refusal.js';
import { CLOCK_SKEW_MS, credentialOf, replyRefused, requireUnexpired } from './kdc-reply.js';
import { AS_LONG_AS_ALLOWED, type ExchangeOptions, KDC_OPTION, newNonce, ticketGranting } from './kdc-request.js';
import { type KdcRep, decodeEncKdcRepPart, decodeKdcRep } from './messages/kdc-rep.js';
import { encodeAsReq } from './messages/kdc-req.js';
import { KRB_ERROR } from './messages/krb-error-code.js';
import { type KrbError, decodeKrbError, isKrbError } from './messages/krb-error.js';
import { PA_TYPE, type PaData, decodeMethodData } from './messages/pa-data.js';
import { type ClientSecret, encryptedTimestamp, keyInfo, longTermKey } from './pre-authentication.js';
import { type Principal, formatPrincipal, printable, samePrincipal } from './principal.js';

/** Who wants a ticket-granting ticket, and of what kind. */
export type AsExchangeOptions = ExchangeOptions & {
  /** Its realm is the one to ask first. */
  readonly client: Principal;
  readonly secret: ClientSecret;
  readonly forwardable: boolean;
};

const MOST_REFERRALS = 5;
/** Longer than any name of a realm; what comes in the clear could hold anything. */
const LONGEST_REALM = 255;

/** What the KDC asked for: the key to prove oneself with, and the cookie to give back (RFC 6113 §5.2). */
type PreAuthentication = { readonly key: EncryptionKey; readonly cookie: PaData | null };

/** One AS-REQ as it was sent. */
type Sent = { readonly message: Uint8Array; readonly nonce: number; readonly preAuthentication: PreAuthentication | null; readonly clock: KerberosClock };

/**
 * The AS exchange (RFC 4120 §3.1): a ticket-granting ticket for a password or a key.
 *
 * The first request has no pre-authentication, for only the KDC knows how the key is made of the password; its refusal tells. A
 * timestamp encrypted with the key then follows, once: a wrong password counts towards the lockout of the account. The name may be
 * an alias or a user principal name (RFC 6806 §5 and §6); the KDC answers with the right one, or names the realm to ask.
 *
 * What comes in the clear can be forged. It can choose among `etypes`, the salt and the realm to ask, and make the exchange fail; a time
 * that came so is kept only when the KDC's encrypted answer has come, too. That the request came to the KDC as it was sent, a KDC that
 * knows RFC 6806 §11 confirms in the encrypted part.
 *
 * @returns the ticket-granting ticket
 * @throws AuthError - the KDC refused, see `kerberosError`; or the secret is the wrong one
 * @throws ProtocolError - what came is no answer to what was asked
 */
export function* asExchange(options: AsExchangeOptions): KdcExchange<Credential> {
  const { secret } = options;
  const etypes = secret.kind === 'keys' ? options.etypes.filter((etype) => secret.keys.some((key) => key.etype === etype)) : options.etypes;
  if (etypes.length === 0) {
    throw new AuthError(`No key of ${formatPrincipal(options.client)} is of an encryption type that is allowed (${options.etypes.join(', ')}): make the keytab anew with AES keys, or say allowRc4`);
  }
  const asked: string[] = [];
  let { realm } = options.client;
  while (asked.length <= MOST_REFERRALS && !asked.includes(realm)) {
    asked.push(realm);
    const outcome = yield* askRealm({ ...options, etypes, client: { realm, name: options.client.name } });
    if ('ticket' in outcome) return outcome;
    realm = outcome.referredTo;
  }
  throw new AuthError(`The realms refer ${formatPrincipal(options.client)} to one another without an end: ${[...asked, realm].join(', ')}`, { kerberosError: 'KDC_ERR_WRONG_REALM' });
}

function* askRealm(options: AsExchangeOptions): KdcExchange<Credential | { readonly referredTo: string }> {
  const { client } = options;
  let { clock } = options;
  let preAuthentication: PreAuthentication | null = null;
  for (;;) {
    const sent: Sent = writeAsReq({ ...options, clock }, preAuthentication);
    const answer = yield { realm: client.realm, message: sent.message };
    if (!isKrbError(answer)) return readAsRep(options, answer, sent);
    const error = decodeKrbError(answer);
    if (error.code === KRB_ERROR.KDC_ERR_WRONG_REALM && error.crealm !== null) return { referredTo: realmNamed(error.crealm) };
    if (error.code === KRB_ERROR.KDC_ERR_PREAUTH_REQUIRED && preAuthentication === null) preAuthentication = preAuthenticationFor(options, error);
    else if (error.code === KRB_ERROR.KRB_AP_ERR_SKEW && clock === options.clock) clock = clock.at(error.stime, `the KDC of ${client.realm}`);
    else throw kdcRefusal(error, { client: formatPrincipal(client), server: formatPrincipal(ticketGranting(client.realm)) });
  }
}

/** A realm that is named in the clear, and shown and looked up in DNS. */
function realmNamed(realm: string): string {
  if (realm !== '' && realm.length <= LONGEST_REALM && realm === printable(realm)) return realm;
  throw new ProtocolError('The KDC refers to a realm whose name is empty, too long, or has characters that no realm has');
}

function writeAsReq({ client, etypes, forwardable, random, clock }: AsExchangeOptions, preAuthentication: PreAuthentication | null): Sent {
  const nonce = newNonce(random);
  const cookie = preAuthentication?.cookie ?? null;
  const padata: readonly PaData[] = [
    ...(cookie === null ? [] : [cookie]),
    ...(preAuthentication === null ? [] : [encryptedTimestamp(preAuthentication.key, clock, random)]),
    { type: PA_TYPE.reqEncPaRep, value: new Uint8Array() },
    { type: PA_TYPE.pacRequest, value: sequence(field(0, boolean(true))) }, // KERB-PA-PAC-REQUEST (MS-KILE 2.2.3)
  ];
  const body = {
    kdcOptions: KDC_OPTION.canonicalize | (forwardable ? KDC_OPTION.forwardable : 0),
    cname: client.name,
    realm: client.realm,
    sname: ticketGranting(client.realm).name,
    till: AS_LONG_AS_ALLOWED,
    rtime: null,
    nonce,
    etypes,
  };
  return { message: encodeAsReq({ padata, body }), nonce, preAuthentication, clock };
}

/** What KDC_ERR_PREAUTH_REQUIRED asks for; of all there is, a timestamp is spoken here. */
function preAuthenticationFor({ client, secret, etypes }: AsExchangeOptions, { eData }: KrbError): PreAuthentication {
  if (eData === null) throw new ProtocolError('The KDC asks for pre-authentication, but does not say which (RFC 4120 §5.9.1)');
  const padata = decodeMethodData(eData);
  if (!padata.some(({ type }) => type === PA_TYPE.encTimestamp)) {
    throw new AuthError(
      `The KDC takes neither password nor key of ${formatPrincipal(client)}, only pre-authentication of the types ${padata.map(({ type }) => type).join(', ')}: the account may require a smart card`,
      { kerberosError: 'KDC_ERR_PREAUTH_REQUIRED' },
    );
  }
  return { key: longTermKey(secret, keyInfo(padata, etypes), client), cookie: padata.find(({ type }) => type === PA_TYPE.fxCookie) ?? null };
}

function readAsRep({ client, secret, etypes, clock }: AsExchangeOptions, answer: Uint8Array, { message, nonce, preAuthentication, clock: asked }: Sent): Credential {
  const rep = decodeKdcRep(answer);
  const { etype } = rep.encPart;
  if (rep.msgType !== 11) throw replyRefused('is no AS-REP');
  if (!etypes.includes(etype)) throw replyRefused(`is encrypted with type ${etype}, which was not asked for`);
  const proved = preAuthentication?.key;
  const key = proved?.etype === etype ? proved : longTermKey(secret, keyInfo(rep.padata, [etype]), { realm: rep.crealm, name: rep.cname });
  const part = decodeEncKdcRepPart(decryptAsRep(rep, key, proved === undefined ? client : null));
  requireConfirmation(part, key, message);
  const credential = credentialOf(rep, part, { nonce, etypes });
  const { realm } = credential.client;
  if (!samePrincipal(credential.server, ticketGranting(realm))) {
    throw replyRefused(`holds a ticket of ${formatPrincipal(credential.client)} for ${formatPrincipal(credential.server)}, which is not the ticket-granting service of the realm`);
  }
  // A client that needed no pre-authentication has not heard before that its clock is wrong.
  const isOff = Math.abs(credential.authTime.getTime() - asked.now().getTime()) > CLOCK_SKEW_MS;
  const right = isOff ? clock.at(credential.authTime, `the KDC of ${realm}`) : asked;
  requireUnexpired(credential, right);
  clock.follow(right);
  return credential;
}

/** Without pre-authentication it is only here that a wrong password comes to light. */
function decryptAsRep(rep: KdcRep, key: EncryptionKey, unproved: Principal | null): Uint8Array {
  try {
    return decryptPart(key, KEY_USAGE.asRepEncPart, rep.encPart);
  } catch (cause) {
    if (unproved === null) throw cause;
    throw new AuthError(`The password or key of ${formatPrincipal(unproved)} is wrong: the KDC's answer does not open with it`, { cause, kerberosError: 'KRB_AP_ERR_BAD_INTEGRITY' });
  }
}
