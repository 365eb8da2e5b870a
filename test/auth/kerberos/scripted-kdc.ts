/** A KDC that answers as the test tells it to, and drives an exchange with it. */
import { KerberosClock } from '../../../src/auth/kerberos/clock.js';
import type { Credential, EncryptionKey } from '../../../src/auth/kerberos/credential.js';
import { KEY_USAGE, etypeOf } from '../../../src/auth/kerberos/crypto/etypes.js';
import { decryptPart, encryptPart } from '../../../src/auth/kerberos/encryption.js';
import type { KdcExchange, KdcRequest } from '../../../src/auth/kerberos/kdc-exchange.js';
import { type Authenticator, decodeApReq, decodeAuthenticator } from '../../../src/auth/kerberos/messages/ap-req.js';
import { type EncKdcRepPart, type KdcRep, encodeEncKdcRepPart, encodeKdcRep } from '../../../src/auth/kerberos/messages/kdc-rep.js';
import { type KdcReq, decodeKdcReq } from '../../../src/auth/kerberos/messages/kdc-req.js';
import { type KrbError, encodeKrbError } from '../../../src/auth/kerberos/messages/krb-error.js';
import { encodeTicket, decodeTicket } from '../../../src/auth/kerberos/messages/ticket.js';
import type { Principal } from '../../../src/auth/kerberos/principal.js';
import { principalOf } from './principal-of.js';

export const NOW = new Date('2026-03-04T05:06:07.890Z');
export const LATER = new Date('2026-03-04T15:06:07Z');

/** Different octets at each call, the same in each run. */
export function counter(): (length: number) => Uint8Array {
  let next = 0;
  return (length) => Uint8Array.from({ length }, () => (next++ * 37 + 11) & 0xff);
}

export const sequentialKey = (etype: number, first: number): EncryptionKey => ({ etype, value: Uint8Array.from({ length: etypeOf(etype).keyLength }, (_, i) => first + i) });

export type Environment = { readonly etypes: readonly number[]; readonly random: (length: number) => Uint8Array; readonly clock: KerberosClock };

export const environment = (etypes: readonly number[] = [18, 17, 20, 19], now: Date = NOW): Environment => ({ etypes, random: counter(), clock: new KerberosClock(() => now) });

/** A request as the KDC of `realm` sees it. */
export type Seen = ReturnType<typeof decodeKdcReq> & { readonly to: string; readonly message: Uint8Array };

export type Script = readonly ((seen: Seen) => Uint8Array)[];

/** Runs an exchange against one answer after the other; more requests than answers fail the test. */
export function drive<T>(exchange: KdcExchange<T>, script: Script): { readonly result: T; readonly seen: readonly Seen[] } {
  const seen: Seen[] = [];
  let step: IteratorResult<KdcRequest, T> = exchange.next();
  while (step.done !== true) {
    const { realm, message } = step.value;
    const request = { ...decodeKdcReq(message), to: realm, message };
    const answer = script[seen.length];
    seen.push(request);
    if (answer === undefined) throw new Error(`Request ${seen.length} was not expected`);
    step = exchange.next(answer(request));
  }
  if (seen.length !== script.length) throw new Error(`${seen.length} requests, ${script.length} expected`);
  return { result: step.value, seen };
}

export function krbError(code: number, more: Partial<Omit<KrbError, 'code' | 'name'>> = {}): () => Uint8Array {
  const { realm, name: sname } = principalOf('krbtgt/A.TEST@A.TEST');
  return () => encodeKrbError({ code, stime: NOW, susec: 0, realm, sname, crealm: null, cname: null, eText: null, eData: null, ...more });
}

/** What an answer differs in from the right one. */
export type ReplyChanges = {
  readonly rep?: Partial<KdcRep>;
  readonly part?: Partial<EncKdcRepPart>;
  /** The server in the ticket and in the encrypted part. */
  readonly server?: string;
  readonly client?: string;
  readonly usage?: number;
  readonly msgType?: 11 | 13;
};

/** The session key of every ticket these KDCs give. */
export const SESSION_KEY: EncryptionKey = sequentialKey(18, 0x40);

const ticketFor = ({ realm, name }: Principal): Uint8Array => encodeTicket({ realm, sname: name, encPart: { etype: 18, kvno: 1, cipher: Uint8Array.of(1, 2, 3) } });

function reply(body: KdcReq['body'], key: EncryptionKey, client: Principal, usage: number, right: 11 | 13, changes: ReplyChanges): Uint8Array {
  const server = changes.server === undefined ? { realm: body.realm, name: body.sname } : principalOf(changes.server);
  const who = changes.client === undefined ? client : principalOf(changes.client);
  const msgType = changes.msgType ?? right;
  const part: EncKdcRepPart = {
    key: SESSION_KEY,
    nonce: body.nonce,
    flags: 0x40800000,
    authTime: new Date('2026-03-04T05:06:07Z'),
    startTime: null,
    endTime: LATER,
    renewTill: null,
    srealm: server.realm,
    sname: server.name,
    encryptedPaData: [],
    ...changes.part,
  };
  const encPart = encryptPart(key, changes.usage ?? usage, encodeEncKdcRepPart(part, msgType), counter());
  return encodeKdcRep({ msgType, padata: [], crealm: who.realm, cname: who.name, ticket: decodeTicket(ticketFor(server)), encPart, ...changes.rep });
}

/** The AS-REP to an AS-REQ, encrypted with the client's key. */
export function asRep(key: EncryptionKey, changes: ReplyChanges | ((seen: Seen) => ReplyChanges) = {}): (seen: Seen) => Uint8Array {
  return (seen) => reply(seen.body, key, { realm: seen.body.realm, name: seen.body.cname! }, KEY_USAGE.asRepEncPart, 11, typeof changes === 'function' ? changes(seen) : changes);
}

/** The Authenticator of a TGS-REQ. */
export function authenticatorOf(seen: Seen, sessionKey: EncryptionKey): Authenticator {
  const { authenticator } = decodeApReq(seen.padata.find(({ type }) => type === 1)!.value);
  return decodeAuthenticator(decryptPart(sessionKey, KEY_USAGE.tgsReqAuthenticator, authenticator));
}

/** The TGS-REP to a TGS-REQ, encrypted with the subkey of its Authenticator. */
export function tgsRep(changes: ReplyChanges = {}, sessionKey: EncryptionKey = SESSION_KEY): (seen: Seen) => Uint8Array {
  return (seen) => {
    const { crealm, cname, subkey } = authenticatorOf(seen, sessionKey);
    return reply(seen.body, subkey!, { realm: crealm, name: cname }, KEY_USAGE.tgsRepSubkey, 13, changes);
  };
}

/** A ticket-granting ticket of alice@A.TEST, forwardable and renewable unless told. */
export function ticketGrantingTicket(more: Partial<Credential> = {}): Credential {
  const server = principalOf('krbtgt/A.TEST@A.TEST');
  return {
    client: principalOf('alice@A.TEST'),
    server,
    sessionKey: SESSION_KEY,
    ticket: ticketFor(server),
    flags: 0x40800000,
    authTime: NOW,
    startTime: null,
    endTime: LATER,
    renewTill: LATER,
    ...more,
  };
}
