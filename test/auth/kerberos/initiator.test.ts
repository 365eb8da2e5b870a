import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { decodeAuthenticatorChecksum } from '../../../src/auth/kerberos/authenticator-checksum.js';
import { KerberosClock } from '../../../src/auth/kerberos/clock.js';
import type { Credential } from '../../../src/auth/kerberos/credential.js';
import { KEY_USAGE } from '../../../src/auth/kerberos/crypto/etypes.js';
import { decryptPart, encryptPart } from '../../../src/auth/kerberos/encryption.js';
import { KRB5_OID, MS_KRB5_OID, TOK_ID, frameToken, readToken } from '../../../src/auth/kerberos/gss-token.js';
import { type KerberosInitiatorOptions, createKerberosInitiator } from '../../../src/auth/kerberos/initiator.js';
import { type EncApRepPart, encodeApRep, encodeEncApRepPart } from '../../../src/auth/kerberos/messages/ap-rep.js';
import { type Authenticator, decodeApReq, decodeAuthenticator } from '../../../src/auth/kerberos/messages/ap-req.js';
import { decodeEncKrbCredPart, decodeKrbCred } from '../../../src/auth/kerberos/messages/krb-cred.js';
import { encodeKrbError } from '../../../src/auth/kerberos/messages/krb-error.js';
import { KerberosSession } from '../../../src/auth/kerberos/per-message/kerberos-session.js';
import { concat, fromHex, toHex, utf8 } from '../../../src/bytes.js';
import { AuthError, ProtocolError, UsageError } from '../../../src/errors.js';
import { CREDENTIAL, MIT_ACCEPTOR } from './mit-handshakes.js';
import { NOW, counter, issue, keyOf, minutesFromNow } from './tickets.js';

const initiatorOptions = (): KerberosInitiatorOptions => ({
  credential: issue(),
  forwardedTgt: null,
  channelBinding: null,
  random: counter(11),
  clock: new KerberosClock(() => NOW),
});

const tgt = (): Credential => issue({ server: 'krbtgt/LAB.EXAMPLE@LAB.EXAMPLE', flags: 0x60000000 });

/** What a host reads in an AP-REQ. */
function open(token: Uint8Array, { sessionKey }: Credential = issue()) {
  const { oid, tokId, message } = readToken(token);
  const apReq = decodeApReq(message);
  const authenticator = decodeAuthenticator(decryptPart(sessionKey, KEY_USAGE.apReqAuthenticator, apReq.authenticator));
  return { oid, tokId, apReq, authenticator, checksum: decodeAuthenticatorChecksum(authenticator.cksum!.value) };
}

const apRepToken = (part: EncApRepPart, key = issue().sessionKey, usage: number = KEY_USAGE.apRepEncPart): Uint8Array =>
  frameToken({ oid: KRB5_OID, tokId: TOK_ID.apRep, message: encodeApRep(encryptPart(key, usage, encodeEncApRepPart(part), counter(99))) });

const krbErrorToken = (code: number, stime = NOW): Uint8Array => {
  const { realm, name: sname } = issue().server;
  const error = { code, stime, susec: 0, realm, sname, crealm: null, cname: null, eText: null, eData: null };
  return frameToken({ oid: MS_KRB5_OID, tokId: TOK_ID.krbError, message: encodeKrbError(error) });
};

/** An initiator that has sent its AP-REQ, and a host that answers it. */
function begin(options: Partial<KerberosInitiatorOptions> = {}) {
  const all = { ...initiatorOptions(), ...options };
  const context = createKerberosInitiator(all);
  const { authenticator } = open(context.step(null)!, all.credential);
  const answer = (part: Partial<EncApRepPart> = {}, key = all.credential.sessionKey, usage?: number): Uint8Array =>
    apRepToken({ ctime: authenticator.ctime, cusec: authenticator.cusec, subkey: keyOf(18, 50), seqNumber: 7, ...part }, key, usage);
  return { context, authenticator, answer };
}

const hostSession = (key = keyOf(18, 50), { seqNumber }: Authenticator, acceptorSubkey = true, sendSequence = 7): KerberosSession =>
  new KerberosSession({ key, side: 'acceptor', acceptorSubkey, sendSequence, receiveSequence: seqNumber!, random: counter(77) });

describe('with MIT as the host', () => {
  const recorded = (): KerberosInitiatorOptions => ({
    ...initiatorOptions(),
    credential: CREDENTIAL,
    random: counter(1),
    clock: new KerberosClock(() => MIT_ACCEPTOR.at),
  });

  it('goes through the recorded handshake and opens what MIT sealed', () => {
    const context = createKerberosInitiator(recorded());
    expect(context.step(null)).toEqual(MIT_ACCEPTOR.apReq);
    expect(context.complete).toBe(false);
    expect(context.step(MIT_ACCEPTOR.apRep)).toBeNull();
    expect(context.complete).toBe(true);
    expect(context.notes).toEqual([]);
    expect(context.unwrap({ signature: MIT_ACCEPTOR.sealed, data: new Uint8Array() })).toEqual(utf8('the answer of MIT'));
  });

  it('does not take the AP-REP with any octet changed', () => {
    for (let i = 0; i < MIT_ACCEPTOR.apRep.length; i++) {
      const context = createKerberosInitiator(recorded());
      context.step(null);
      const changed = MIT_ACCEPTOR.apRep.map((octet, at) => (at === i ? octet ^ 1 : octet));
      expect(() => context.step(changed)).toThrow(ProtocolError);
      expect(context.complete).toBe(false);
    }
  });

  it('does not take the AP-REP for another request', () => {
    const context = createKerberosInitiator({ ...recorded(), clock: new KerberosClock(() => new Date(MIT_ACCEPTOR.at.getTime() + 1000)) });
    context.step(null);
    expect(() => context.step(MIT_ACCEPTOR.apRep)).toThrow(/answers another request/);
  });
});

describe('the AP-REQ', () => {
  it('asks for mutual authentication with the ticket as the KDC gave it', () => {
    const { oid, tokId, apReq } = open(createKerberosInitiator(initiatorOptions()).step(null)!);
    expect({ oid, tokId }).toEqual({ oid: '1.2.840.113554.1.2.2', tokId: 0x0100 });
    expect(apReq.mutualRequired).toBe(true);
    expect(apReq.ticket).toEqual(issue().ticket);
  });

  it('has an Authenticator of the client, with the time and a sequence number below 2^30', () => {
    const { authenticator } = open(createKerberosInitiator({ ...initiatorOptions(), random: (length) => new Uint8Array(length).fill(0xff) }).step(null)!);
    expect(authenticator).toMatchObject({ crealm: 'LAB.EXAMPLE', cname: { nameString: ['anna'] }, ctime: new Date('2026-03-04T05:06:07Z') });
    expect(Math.floor(authenticator.cusec / 1000)).toBe(890);
    expect(authenticator.seqNumber).toBe(0x3fffffff);
  });

  it('is never the same twice in one millisecond', () => {
    const options = initiatorOptions();
    const [first, second] = [1, 2].map(() => open(createKerberosInitiator(options).step(null)!).authenticator);
    expect(first!.ctime).toEqual(second!.ctime);
    expect(first!.cusec).not.toBe(second!.cusec);
    expect(first!.subkey).not.toEqual(second!.subkey);
    expect(first!.seqNumber).not.toBe(second!.seqNumber);
  });

  it.each([[18, 32], [17, 16], [20, 32], [19, 16], [23, 16]])('has a fresh subkey of etype %i', (etype, length) => {
    const credential = issue({ etype });
    const { authenticator } = open(createKerberosInitiator({ ...initiatorOptions(), credential }).step(null)!, credential);
    expect(authenticator.subkey!.etype).toBe(etype);
    expect(authenticator.subkey!.value).toHaveLength(length);
    expect(authenticator.subkey).not.toEqual(credential.sessionKey);
  });

  it('has zeros for no channel, and no delegation', () => {
    const { authenticator, checksum } = open(createKerberosInitiator(initiatorOptions()).step(null)!);
    expect(authenticator.cksum!.type).toBe(0x8003);
    expect(checksum).toEqual({ channelBindings: new Uint8Array(16), flags: 62, delegation: null });
  });

  it('is bound to its channel', () => {
    const { checksum } = open(createKerberosInitiator({ ...initiatorOptions(), channelBinding: utf8('tls-server-end-point:abc') }).step(null)!);
    // (head -c 16 /dev/zero; printf '\x18\0\0\0tls-server-end-point:abc') | md5sum
    expect(toHex(checksum.channelBindings)).toBe('feb0fffbc725957540b287e8c838dfd9');
  });

  it('hands a forwarded TGT over, encrypted in the session key of the ticket', () => {
    const { checksum } = open(createKerberosInitiator({ ...initiatorOptions(), forwardedTgt: tgt() }).step(null)!);
    expect(checksum.flags).toBe(63);
    const { tickets, encPart } = decodeKrbCred(checksum.delegation!);
    const { ticketInfo } = decodeEncKrbCredPart(decryptPart(issue().sessionKey, KEY_USAGE.krbCredEncPart, encPart));
    const { sessionKey, ticket, ...rest } = tgt();
    expect(tickets).toEqual([ticket]);
    expect(ticketInfo).toEqual([{ key: sessionKey, ...rest }]);
  });

  it('is not made with a TGT that is too long to hand over', () => {
    const ticket = concat(fromHex('6183010000'), new Uint8Array(0x10000));
    const context = createKerberosInitiator({ ...initiatorOptions(), forwardedTgt: { ...tgt(), ticket } });
    expect(() => context.step(null)).toThrow(AuthError);
  });
});

describe('the AP-REP', () => {
  it('makes a session with the subkey and the sequence number of the host', () => {
    const { context, authenticator, answer } = begin();
    expect(context.step(answer())).toBeNull();
    const host = hostSession(keyOf(18, 50), authenticator);
    expect(host.unwrap(context.wrap(utf8('to the host')))).toEqual(utf8('to the host'));
    expect(context.unwrap(host.wrap(utf8('to the client')))).toEqual(utf8('to the client'));
    expect(context.wrap(utf8('x')).signature[2]! & 4).toBe(4);
  });

  it('without a subkey and a number leaves the subkey of the client and 0', () => {
    const { context, authenticator, answer } = begin();
    context.step(answer({ subkey: null, seqNumber: null }));
    const host = hostSession(authenticator.subkey!, authenticator, false, 0);
    expect(host.unwrap(context.wrap(utf8('to the host')))).toEqual(utf8('to the host'));
    expect(context.unwrap(host.wrap(utf8('to the client')))).toEqual(utf8('to the client'));
    expect(context.wrap(utf8('x')).signature[2]! & 4).toBe(0);
  });

  it('may bring a subkey of another etype of AES', () => {
    const { context, authenticator, answer } = begin();
    context.step(answer({ subkey: keyOf(20, 50) }));
    expect(hostSession(keyOf(20, 50), authenticator).unwrap(context.wrap(utf8('text')))).toEqual(utf8('text'));
  });

  it('of rc4-hmac leaves the subkey of the client, whatever the host sends', () => {
    const { context, authenticator, answer } = begin({ credential: issue({ etype: 23 }) });
    context.step(answer({ subkey: keyOf(23, 50) }));
    expect(hostSession(authenticator.subkey!, authenticator).unwrap(context.wrap(utf8('text')))).toEqual(utf8('text'));
  });

  it('lets SPNEGO sign', () => {
    const { context, authenticator, answer } = begin();
    context.step(answer());
    const host = hostSession(keyOf(18, 50), authenticator);
    host.verify(utf8('mechs'), context.signMechList(utf8('mechs')));
    context.verifyMechList(utf8('mechs'), host.sign(utf8('mechs')));
    expect(host.unwrap(context.wrap(utf8('text')))).toEqual(utf8('text'));
  });

  type Begun = ReturnType<typeof begin>;
  it.each<[string, (begun: Begun) => Uint8Array | null, RegExp]>([
    ['is not there', () => null, /has not proven who it is/],
    ['is not framed', ({ answer }) => readToken(answer()).message, /RFC 2743/],
    ['is an AP-REQ', () => frameToken({ oid: KRB5_OID, tokId: TOK_ID.apReq, message: new Uint8Array() }), /TOK_ID is 0x0100/],
    ['is of another key', ({ answer }) => answer({}, keyOf(18, 3)), /has not proven that it is HTTP\/hv01\.lab\.example@LAB\.EXAMPLE/],
    ['is of the subkey', ({ answer, authenticator }) => answer({}, authenticator.subkey!), /has not proven/],
    ['is of another etype', ({ answer }) => answer({}, keyOf(17, 2)), /has not proven/],
    ['is of another use', ({ answer }) => answer({}, undefined, KEY_USAGE.apReqAuthenticator), /has not proven/],
    ['is of another second', ({ answer, authenticator }) => answer({ ctime: new Date(authenticator.ctime.getTime() + 1000) }), /answers another request/],
    ['is of another microsecond', ({ answer, authenticator }) => answer({ cusec: authenticator.cusec + 1 }), /answers another request/],
    ['has a subkey of an unknown etype', ({ answer }) => answer({ subkey: { etype: 3, value: new Uint8Array(8) } }), /3 is not supported/],
    ['has a subkey that is too short', ({ answer }) => answer({ subkey: { etype: 18, value: new Uint8Array(16) } }), /32 octets/],
  ])('is refused when it %s', (_, tokenOf, expected) => {
    const begun = begin();
    const token = tokenOf(begun);
    let thrown: unknown;
    try {
      begun.context.step(token);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ProtocolError);
    expect(thrown).toHaveProperty('message', expect.stringMatching(expected));
    expect(begun.context.complete).toBe(false);
    expect(() => begun.context.wrap(utf8('text'))).toThrow(UsageError);
    expect(() => begun.context.step(begun.answer())).toThrow(/is over \(failed\)/);
  });

  it('that talks AES down to RC4 is refused', () => {
    const { context, answer } = begin();
    expect(() => context.step(answer({ subkey: keyOf(23, 50) }))).toThrow(AuthError);
    expect(context.complete).toBe(false);
  });
});

describe('a KRB-ERROR', () => {
  it('about the clock is answered with a fresh AP-REQ of the time of the host, once', () => {
    const { context, authenticator } = begin();
    const again = open(context.step(krbErrorToken(37, minutesFromNow(60)))!).authenticator;
    expect(again.ctime).toEqual(minutesFromNow(60));
    expect(again.subkey).not.toEqual(authenticator.subkey);
    expect(again.seqNumber).not.toBe(authenticator.seqNumber);
    expect(context.notes).toEqual([expect.stringMatching(/3599 s behind that of HTTP\/hv01/)]);
    expect(() => context.step(krbErrorToken(37, minutesFromNow(120)))).toThrow(/KRB_AP_ERR_SKEW.*set both clocks/);
  });

  it('about the clock counts for this context alone: another host, and the KDC, may have the right time', () => {
    const clock = new KerberosClock(() => NOW);
    const context = createKerberosInitiator({ credential: issue(), forwardedTgt: null, channelBinding: null, random: counter(11), clock });
    context.step(null);
    context.step(krbErrorToken(37, minutesFromNow(60)));
    expect([clock.now(), clock.notes]).toEqual([NOW, []]);
  });

  it('about the clock lets the handshake go on', () => {
    const { context } = begin();
    const { ctime, cusec } = open(context.step(krbErrorToken(37, minutesFromNow(60)))!).authenticator;
    expect(context.step(apRepToken({ ctime, cusec, subkey: null, seqNumber: null }))).toBeNull();
    expect(context.complete).toBe(true);
  });

  it.each([
    [41, 'KRB_AP_ERR_MODIFIED', /SPN belongs to another account/],
    [45, 'KRB_AP_ERR_NOKEY', /klist -ket/],
    [32, 'KRB_AP_ERR_TKT_EXPIRED', /kinit again/],
    [34, 'KRB_AP_ERR_REPEAT', /seen this very request/],
    [60, 'KRB_ERR_GENERIC', /event log/],
    [127, 'error 127', /RFC 4120 §7\.5\.9/],
  ])('%i is an AuthError that says what to do', (code, name, advice) => {
    const { context } = begin();
    const step = (): unknown => context.step(krbErrorToken(code));
    expect(step).toThrow(expect.objectContaining({ code: 'AUTH', kerberosError: name, message: expect.stringMatching(advice) as string }));
    expect(step).toThrow(/is over \(failed\)/);
  });

  it('names the client and the service', () => {
    expect(() => begin().context.step(krbErrorToken(41))).toThrow(/ticket of anna@LAB\.EXAMPLE for HTTP\/hv01\.lab\.example@LAB\.EXAMPLE: KRB_AP_ERR_MODIFIED/);
  });
});

describe('the order of the steps', () => {
  it('begins with this side', () => {
    const context = createKerberosInitiator(initiatorOptions());
    expect(() => context.step(krbErrorToken(37))).toThrow(ProtocolError);
  });

  it('ends with the AP-REP', () => {
    const { context, answer } = begin();
    context.step(answer());
    expect(() => context.step(answer())).toThrow(/is over \(complete\)/);
    expect(context.complete).toBe(true);
  });

  it('allows no message before that', () => {
    const { context } = begin();
    expect(() => context.wrap(utf8('text'))).toThrow(UsageError);
    expect(() => context.signMechList(utf8('mechs'))).toThrow(UsageError);
  });
});

it('shows no key', () => {
  const { context, answer } = begin({ forwardedTgt: tgt() });
  expect(inspect(context, { depth: 9, showHidden: true })).not.toMatch(/Uint8Array|Buffer/);
  context.step(answer());
  expect(inspect(context, { depth: 9, showHidden: true })).not.toMatch(/Uint8Array|Buffer/);
});
