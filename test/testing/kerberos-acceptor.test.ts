import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { GSS_CHECKSUM_TYPE, encodeAuthenticatorChecksum } from '../../src/auth/kerberos/authenticator-checksum.js';
import { KerberosClock } from '../../src/auth/kerberos/clock.js';
import type { Credential, EncryptionKey } from '../../src/auth/kerberos/credential.js';
import { KEY_USAGE } from '../../src/auth/kerberos/crypto/etypes.js';
import { encryptPart } from '../../src/auth/kerberos/encryption.js';
import { KRB5_OID, TOK_ID, frameToken, readToken } from '../../src/auth/kerberos/gss-token.js';
import { type KerberosInitiatorOptions, createKerberosInitiator } from '../../src/auth/kerberos/initiator.js';
import { type Authenticator, encodeApReq, encodeAuthenticator } from '../../src/auth/kerberos/messages/ap-req.js';
import { encodeEncKrbCredPart, encodeKrbCred } from '../../src/auth/kerberos/messages/krb-cred.js';
import { decodeKrbError } from '../../src/auth/kerberos/messages/krb-error.js';
import { formatPrincipal } from '../../src/auth/kerberos/principal.js';
import { utf8 } from '../../src/bytes.js';
import { AuthError, HyperVWsmanError, ProtocolError, UsageError } from '../../src/errors.js';
import { type KerberosAcceptorOptions, createKerberosAcceptor } from '../../src/testing/kerberos-acceptor.js';
import { KerberosRefusal } from '../../src/testing/kerberos-refusal.js';
import { MIT_INITIATOR, SERVICE_KEY } from '../auth/kerberos/mit-handshakes.js';
import { NOW, counter, issue, keyOf, minutesFromNow } from '../auth/kerberos/tickets.js';
import { principalOf } from '../auth/kerberos/principal-of.js';

const CHANNEL = utf8('tls-server-end-point:one');
const OTHER_CHANNEL = utf8('tls-server-end-point:two');

const entry = (key: EncryptionKey) => ({ principal: principalOf('HTTP/hv01.lab.example@LAB.EXAMPLE'), kvno: 1, key, timestamp: NOW });

const acceptorOptions = (): KerberosAcceptorOptions => ({
  keytab: [18, 17, 20, 19, 23].map((etype) => entry(keyOf(etype, 1))),
  channelBinding: null,
  cbt: 'relaxed',
  replayCache: new Set(),
  random: counter(101),
  now: () => NOW,
});

const initiatorOptions = (): KerberosInitiatorOptions => ({
  credential: issue(),
  forwardedTgt: null,
  channelBinding: null,
  random: counter(11),
  clock: new KerberosClock(() => NOW),
});

/** Both sides, and the AP-REQ on its way. */
function meet(client: Partial<KerberosInitiatorOptions> = {}, host: Partial<KerberosAcceptorOptions> = {}) {
  const initiator = createKerberosInitiator({ ...initiatorOptions(), ...client });
  const acceptor = createKerberosAcceptor({ ...acceptorOptions(), ...host });
  return { initiator, acceptor, apReq: initiator.step(null)! };
}

/** An AP-REQ with what our own initiator would not write. */
function handMade(change: Partial<Authenticator> = {}, credential: Credential = issue()): Uint8Array {
  const authenticator = encodeAuthenticator({
    crealm: credential.client.realm,
    cname: credential.client.name,
    cksum: checksum({}),
    ctime: minutesFromNow(0),
    cusec: 1,
    subkey: null,
    seqNumber: null,
    ...change,
  });
  const encPart = encryptPart(credential.sessionKey, KEY_USAGE.apReqAuthenticator, authenticator, counter(5));
  const message = encodeApReq({ mutualRequired: true, ticket: credential.ticket, authenticator: encPart });
  return frameToken({ oid: KRB5_OID, tokId: TOK_ID.apReq, message });
}

const checksum = (fields: { flags?: number; delegation?: Uint8Array }) => ({
  type: GSS_CHECKSUM_TYPE,
  value: encodeAuthenticatorChecksum({ channelBindings: new Uint8Array(16), flags: 62, delegation: null, ...fields }),
});

describe('with MIT as the client', () => {
  const recorded = (): KerberosAcceptorOptions => ({ ...acceptorOptions(), keytab: [entry(SERVICE_KEY)], random: counter(1), now: () => MIT_INITIATOR.at });

  it('goes through the recorded handshake and opens what MIT sealed', () => {
    const acceptor = createKerberosAcceptor(recorded());
    expect(acceptor.step(MIT_INITIATOR.apReq)).toEqual(MIT_INITIATOR.apRep);
    expect(acceptor.user).toEqual({ username: 'anna', domain: 'LAB.EXAMPLE' });
    expect(acceptor.unwrap({ signature: MIT_INITIATOR.sealed, data: new Uint8Array() })).toEqual(utf8('the question of MIT'));
  });

  it('refuses an AP-REQ whose Authenticator was changed', () => {
    for (let i = MIT_INITIATOR.apReq.length - 1000; i < MIT_INITIATOR.apReq.length; i += 7) {
      const acceptor = createKerberosAcceptor(recorded());
      const changed = MIT_INITIATOR.apReq.map((octet, at) => (at === i ? octet ^ 1 : octet));
      expect(() => acceptor.step(changed)).toThrow(HyperVWsmanError);
      expect(acceptor.complete).toBe(false);
    }
  });

  it('takes the TGT that MIT delegates', () => {
    const acceptor = createKerberosAcceptor(recorded());
    acceptor.step(MIT_INITIATOR.apReq);
    expect(formatPrincipal(acceptor.delegated!.client)).toBe('anna@LAB.EXAMPLE');
    expect(formatPrincipal(acceptor.delegated!.server)).toBe('krbtgt/LAB.EXAMPLE@LAB.EXAMPLE');
    expect(acceptor.delegated!.flags & 0x60000000).toBe(0x60000000);
  });
});

describe('a handshake', () => {
  it.each([18, 17, 20, 19, 23])('with etype %i makes two contexts that understand each other', (etype) => {
    const { initiator, acceptor, apReq } = meet({ credential: issue({ etype }) });
    expect([acceptor.complete, acceptor.user]).toEqual([false, null]);
    expect(initiator.step(acceptor.step(apReq))).toBeNull();
    expect([initiator.complete, acceptor.complete]).toEqual([true, true]);
    expect(acceptor.user).toEqual({ username: 'anna', domain: 'LAB.EXAMPLE' });
    for (const text of ['first', '', 'third']) {
      expect(acceptor.unwrap(initiator.wrap(utf8(text)))).toEqual(utf8(text));
      expect(initiator.unwrap(acceptor.wrap(utf8(text)))).toEqual(utf8(text));
    }
  });

  it('can be signed by SPNEGO', () => {
    const { initiator, acceptor, apReq } = meet();
    initiator.step(acceptor.step(apReq));
    acceptor.verifyMechList(utf8('mechs'), initiator.signMechList(utf8('mechs')));
    initiator.verifyMechList(utf8('mechs'), acceptor.signMechList(utf8('mechs')));
    expect(acceptor.unwrap(initiator.wrap(utf8('text')))).toEqual(utf8('text'));
  });

  it('takes a ticket for any name that its keys open', () => {
    const { acceptor, apReq } = meet({ credential: issue({ server: 'WSMAN/hv01@LAB.EXAMPLE', client: 'ops/admin@OTHER.EXAMPLE' }) });
    acceptor.step(apReq);
    expect(acceptor.user).toEqual({ username: 'ops/admin', domain: 'OTHER.EXAMPLE' });
  });

  it('tries every key of the etype', () => {
    const { acceptor, apReq } = meet({}, { keytab: [entry(keyOf(17, 1)), entry(keyOf(18, 9)), entry(keyOf(18, 1))] });
    acceptor.step(apReq);
    expect(acceptor.complete).toBe(true);
  });

  it('makes up for a clock of the client that is wrong', () => {
    const { initiator, acceptor, apReq } = meet({ clock: new KerberosClock(() => minutesFromNow(30)) });
    const error = refusalOf(() => acceptor.step(apReq));
    const second = createKerberosAcceptor(acceptorOptions());
    initiator.step(second.step(initiator.step(error.token)));
    expect(acceptor.complete).toBe(false);
    expect(second.unwrap(initiator.wrap(utf8('text')))).toEqual(utf8('text'));
  });
});

function refusalOf(act: () => unknown): KerberosRefusal {
  try {
    act();
  } catch (error) {
    if (error instanceof KerberosRefusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a refusal', () => {
  const [credential, wrongSession] = [issue(), { ...issue(), sessionKey: keyOf(18, 40) }];
  it.each<[string, Uint8Array, Partial<KerberosAcceptorOptions>, string, number]>([
    ['no key of the etype', handMade(), { keytab: [entry(keyOf(17, 1))] }, 'KRB_AP_ERR_NOKEY', 45],
    ['another key', handMade(), { keytab: [entry(keyOf(18, 9))] }, 'KRB_AP_ERR_MODIFIED', 41],
    ['an expired ticket', handMade({}, issue({ endTime: minutesFromNow(-6) })), {}, 'KRB_AP_ERR_TKT_EXPIRED', 32],
    ['a postdated ticket', handMade({}, issue({ startTime: minutesFromNow(6) })), {}, 'KRB_AP_ERR_TKT_NYV', 33],
    ['another session key', handMade({}, wrongSession), {}, 'KRB_AP_ERR_BAD_INTEGRITY', 31],
    ['another client', handMade({ cname: { nameType: 1, nameString: ['berta'] } }), {}, 'KRB_AP_ERR_BADMATCH', 36],
    ['another realm', handMade({ crealm: 'OTHER.EXAMPLE' }), {}, 'KRB_AP_ERR_BADMATCH', 36],
    ['a clock that is behind', handMade({ ctime: minutesFromNow(-6) }), {}, 'KRB_AP_ERR_SKEW', 37],
    ['a clock that is ahead', handMade({ ctime: minutesFromNow(6) }), {}, 'KRB_AP_ERR_SKEW', 37],
    ['no checksum', handMade({ cksum: null }), {}, 'KRB_AP_ERR_INAPP_CKSUM', 50],
    ['another checksum', handMade({ cksum: { type: 7, value: new Uint8Array(16) } }), {}, 'KRB_AP_ERR_INAPP_CKSUM', 50],
  ])('of %s carries a KRB-ERROR', (_, token, host, name, code) => {
    const acceptor = createKerberosAcceptor({ ...acceptorOptions(), ...host });
    const refusal = refusalOf(() => acceptor.step(token));
    expect(refusal.kerberosError).toBe(name);
    const { tokId, message } = readToken(refusal.token);
    expect(tokId).toBe(TOK_ID.krbError);
    expect(decodeKrbError(message)).toMatchObject({ code, stime: new Date('2026-03-04T05:06:07Z'), realm: 'LAB.EXAMPLE', sname: credential.server.name });
    expect([acceptor.complete, acceptor.user]).toEqual([false, null]);
    expect(() => acceptor.wrap(utf8('text'))).toThrow(UsageError);
  });

  it.each([
    ['a ticket that expired just now', handMade({}, issue({ endTime: minutesFromNow(-4) }))],
    ['a ticket that begins soon', handMade({}, issue({ startTime: minutesFromNow(4) }))],
    ['a clock that is a little behind', handMade({ ctime: minutesFromNow(-4) })],
  ])('does not meet %s', (_, token) => {
    const acceptor = createKerberosAcceptor(acceptorOptions());
    acceptor.step(token);
    expect(acceptor.complete).toBe(true);
  });

  it('meets a request that was seen before, on another connection too', () => {
    const options = acceptorOptions();
    const { apReq } = meet();
    createKerberosAcceptor(options).step(apReq);
    expect(refusalOf(() => createKerberosAcceptor(options).step(apReq)).kerberosError).toBe('KRB_AP_ERR_REPEAT');
    createKerberosAcceptor(options).step(handMade());
    expect(refusalOf(() => createKerberosAcceptor(options).step(handMade())).kerberosError).toBe('KRB_AP_ERR_REPEAT');
    createKerberosAcceptor(options).step(handMade({ cusec: 2 }));
  });
});

describe('channel bindings', () => {
  it.each<[string, Uint8Array | null, Uint8Array | null, KerberosAcceptorOptions['cbt'], RegExp | null]>([
    ['the right one', CHANNEL, CHANNEL, 'strict', null],
    ['a wrong one', OTHER_CHANNEL, CHANNEL, 'strict', /another TLS channel/],
    ['none', null, CHANNEL, 'strict', /no channel binding/],
    ['one without a channel', CHANNEL, null, 'strict', null],
    ['the right one', CHANNEL, CHANNEL, 'relaxed', null],
    ['a wrong one', OTHER_CHANNEL, CHANNEL, 'relaxed', /another TLS channel/],
    ['none', null, CHANNEL, 'relaxed', null],
    ['a wrong one', OTHER_CHANNEL, CHANNEL, 'none', null],
    ['none', null, CHANNEL, 'none', null],
  ])('%s (%#)', (_, sent, channelBinding, cbt, expected) => {
    const { acceptor, apReq } = meet({ channelBinding: sent }, { channelBinding, cbt });
    if (expected === null) expect(() => acceptor.step(apReq)).not.toThrow();
    else expect(() => acceptor.step(apReq)).toThrow(expect.objectContaining({ code: 'AUTH', message: expect.stringMatching(expected) as string }));
    expect(acceptor.complete).toBe(expected === null);
  });
});

describe('delegation', () => {
  const tgt = (): Credential => issue({ server: 'krbtgt/LAB.EXAMPLE@LAB.EXAMPLE', flags: 0x60000000 });

  it('gives the host the TGT as the client had it', () => {
    const { acceptor, apReq } = meet({ forwardedTgt: tgt() });
    acceptor.step(apReq);
    expect(acceptor.delegated).toEqual(tgt());
  });

  it('is nothing unless the client delegates', () => {
    const { acceptor, apReq } = meet();
    acceptor.step(apReq);
    expect(acceptor.delegated).toBeNull();
  });

  const { sessionKey, ticket, ...rest } = tgt();
  const subkey = keyOf(17, 60);
  const delegating = (key: EncryptionKey, tickets: readonly Uint8Array[] = [ticket]): Uint8Array => {
    const part = encodeEncKrbCredPart({ ticketInfo: tickets.map(() => ({ key: sessionKey, ...rest })), timestamp: null, usec: null });
    return handMade({ subkey, cksum: checksum({ flags: 63, delegation: encodeKrbCred({ tickets, encPart: encryptPart(key, KEY_USAGE.krbCredEncPart, part, counter(7)) }) }) });
  };

  it('may be encrypted in the subkey of the client', () => {
    const acceptor = createKerberosAcceptor(acceptorOptions());
    acceptor.step(delegating(subkey));
    expect(acceptor.delegated).toEqual(tgt());
  });

  it.each([
    ['in another key', delegating(keyOf(18, 61)), AuthError],
    ['without a ticket', delegating(subkey, []), ProtocolError],
    ['with no KRB-CRED', handMade({ cksum: checksum({ flags: 63, delegation: utf8('nothing') }) }), ProtocolError],
  ])('%s is refused', (_, token, expected) => {
    const acceptor = createKerberosAcceptor(acceptorOptions());
    expect(() => acceptor.step(token)).toThrow(expected);
    expect([acceptor.complete, acceptor.user, acceptor.delegated]).toEqual([false, null, null]);
  });
});

describe('what is no AP-REQ of a client with mutual authentication', () => {
  it.each([
    ['nothing', null, ProtocolError],
    ['an unframed AP-REQ', readToken(handMade()).message, ProtocolError],
    ['an AP-REP', frameToken({ oid: KRB5_OID, tokId: TOK_ID.apRep, message: new Uint8Array() }), ProtocolError],
    ['an AP-REQ that is none', frameToken({ oid: KRB5_OID, tokId: TOK_ID.apReq, message: utf8('nothing') }), ProtocolError],
    ['a client that does not ask who the host is', handMade({ cksum: checksum({ flags: 60 }) }), AuthError],
  ])('%s is refused', (_, token, expected) => {
    const acceptor = createKerberosAcceptor(acceptorOptions());
    expect(() => acceptor.step(token)).toThrow(expected);
    expect(() => acceptor.step(handMade())).toThrow(/is over/);
    expect(acceptor.complete).toBe(false);
  });

  it('comes once', () => {
    const { acceptor, apReq } = meet();
    acceptor.step(apReq);
    expect(() => acceptor.step(handMade())).toThrow(/is over/);
  });

  it('shows no key', () => {
    const { acceptor, apReq } = meet();
    acceptor.step(apReq);
    expect(inspect(acceptor, { depth: 9, showHidden: true })).not.toMatch(/Uint8Array|Buffer/);
  });
});
