import { describe, expect, it } from 'vitest';
import { TICKET_FLAG } from '../../../src/auth/kerberos/credential.js';
import { KEY_USAGE, etypeOf } from '../../../src/auth/kerberos/crypto/etypes.js';
import { forwardedTgt } from '../../../src/auth/kerberos/forwarded-tgt.js';
import { decodeApReq } from '../../../src/auth/kerberos/messages/ap-req.js';
import { formatPrincipal } from '../../../src/auth/kerberos/principal.js';
import { renewTgt } from '../../../src/auth/kerberos/renew-tgt.js';
import { tgsExchange } from '../../../src/auth/kerberos/tgs-exchange.js';
import { utf8 } from '../../../src/bytes.js';
import { AuthError, ProtocolError, UsageError } from '../../../src/errors.js';
import { LATER, NOW, SESSION_KEY, authenticatorOf, drive, environment, krbError, sequentialKey, tgsRep, ticketGrantingTicket } from './scripted-kdc.js';
import { principalOf } from './principal-of.js';

const HTTP = { nameType: 2, nameString: ['HTTP', 'hv01.a.test'] };

const exchange = (more: object = {}): ReturnType<typeof tgsExchange> => tgsExchange({ ...environment(), tgt: ticketGrantingTicket(), server: HTTP, ...more });

/** A referral: a ticket-granting ticket for another realm. */
const referral = (from: string, to: string): ReturnType<typeof tgsRep> => tgsRep({ server: `krbtgt/${to}@${from}` });

describe('tgsExchange', () => {
  it('asks the realm of the ticket-granting ticket, and proves its session key', () => {
    const { seen } = drive(exchange(), [tgsRep()]);
    expect(seen[0]).toMatchObject({
      msgType: 12,
      to: 'A.TEST',
      body: { kdcOptions: 0x40810000, cname: null, realm: 'A.TEST', sname: HTTP, till: new Date('2037-09-13T02:48:05Z'), rtime: new Date('2037-09-13T02:48:05Z'), etypes: [18, 17, 20, 19] },
      padata: [{ type: 1 }],
    });
    expect(decodeApReq(seen[0]!.padata[0]!.value)).toMatchObject({ mutualRequired: false, ticket: ticketGrantingTicket().ticket });
    expect(authenticatorOf(seen[0]!, SESSION_KEY)).toMatchObject({
      crealm: 'A.TEST',
      cname: { nameType: 1, nameString: ['alice'] },
      cksum: { type: 16, value: etypeOf(18).checksum(SESSION_KEY.value, KEY_USAGE.tgsReqChecksum, seen[0]!.encodedBody) },
      ctime: new Date('2026-03-04T05:06:07Z'),
      cusec: 890_000,
      subkey: { etype: 18 },
      seqNumber: null,
    });
  });

  it('gives the ticket for who was asked for', () => {
    const { result } = drive(exchange(), [tgsRep({ part: { flags: TICKET_FLAG.okAsDelegate, startTime: NOW } })]);
    expect(formatPrincipal(result.client)).toBe('alice@A.TEST');
    expect(formatPrincipal(result.server)).toBe('HTTP/hv01.a.test@A.TEST');
    expect(result).toMatchObject({ sessionKey: SESSION_KEY, flags: TICKET_FLAG.okAsDelegate, startTime: new Date('2026-03-04T05:06:07Z'), endTime: LATER, renewTill: null });
  });

  it('gives the name asked for where the KDC gave its own (RFC 6806 §8)', () => {
    const { result } = drive(exchange(), [tgsRep({ server: 'HTTP/canonical.a.test@A.TEST' })]);
    expect(formatPrincipal(result.server)).toBe('HTTP/hv01.a.test@A.TEST');
  });

  it('asks for nothing that the ticket-granting ticket does not allow', () => {
    const { seen } = drive(exchange({ tgt: ticketGrantingTicket({ flags: TICKET_FLAG.initial }) }), [tgsRep()]);
    expect(seen[0]?.body).toMatchObject({ kdcOptions: 0x00010000, rtime: null });
  });

  it.each([17, 20, 19, 23])('speaks etype %i', (etype) => {
    const sessionKey = sequentialKey(etype, 1);
    const { result } = drive(exchange({ ...environment([etype]), tgt: ticketGrantingTicket({ sessionKey }) }), [tgsRep({ part: { key: sessionKey } }, sessionKey)]);
    expect(result.sessionKey).toEqual(sessionKey);
  });

  it('has a new subkey and nonce for each request', () => {
    const { seen } = drive(exchange(), [referral('A.TEST', 'B.TEST'), tgsRep()]);
    const [first, second] = seen.map((one) => authenticatorOf(one, SESSION_KEY).subkey);
    expect(first).not.toEqual(second);
    expect(seen[0]?.body.nonce).not.toBe(seen[1]?.body.nonce);
  });

  it('follows referrals, each with the ticket of the one before', () => {
    const { result, seen } = drive(exchange(), [referral('A.TEST', 'B.TEST'), referral('B.TEST', 'C.TEST'), tgsRep()]);
    expect(seen.map(({ to, body }) => [to, body.realm, body.sname.nameString[0]])).toEqual([
      ['A.TEST', 'A.TEST', 'HTTP'],
      ['B.TEST', 'B.TEST', 'HTTP'],
      ['C.TEST', 'C.TEST', 'HTTP'],
    ]);
    expect(formatPrincipal(result.server)).toBe('HTTP/hv01.a.test@C.TEST');
  });

  it('begins at the realm that a ticket from another realm is for', () => {
    const tgt = ticketGrantingTicket({ server: principalOf('krbtgt/B.TEST@A.TEST') });
    expect(drive(exchange({ tgt }), [tgsRep()]).seen[0]?.to).toBe('B.TEST');
  });

  it('gives a ticket-granting ticket for another realm to who asks for one', () => {
    const { result } = drive(exchange({ server: { nameType: 2, nameString: ['krbtgt', 'C.TEST'] } }), [referral('A.TEST', 'B.TEST'), tgsRep()]);
    expect(formatPrincipal(result.server)).toBe('krbtgt/C.TEST@B.TEST');
  });

  it.each([
    ['in a circle', [referral('A.TEST', 'B.TEST'), referral('B.TEST', 'A.TEST')], 'A.TEST, B.TEST, A.TEST'],
    ['to the same realm', [referral('A.TEST', 'A.TEST')], 'A.TEST, A.TEST'],
    [
      'on and on',
      [referral('A.TEST', '1'), ...['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'].map((realm) => referral(realm, String(Number(realm) + 1)))],
      'A.TEST, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11',
    ],
  ])('does not follow referrals %s', (_, script, realms) => {
    const error = failure(() => drive(exchange(), script));
    expect(error).toBeInstanceOf(AuthError);
    expect(error).toMatchObject({ kerberosError: 'KDC_ERR_PATH_NOT_ACCEPTED', message: expect.stringContaining(`in search of HTTP/hv01.a.test: ${realms}.`) as string });
  });

  it('follows the time of the KDC once', () => {
    const options = environment([18], new Date('2026-03-04T07:06:07Z'));
    const { seen } = drive(exchange(options), [krbError(37), tgsRep()]);
    expect(seen.map((one) => authenticatorOf(one, SESSION_KEY).ctime.toISOString())).toEqual(['2026-03-04T07:06:07.000Z', '2026-03-04T05:06:07.000Z']);
    expect(options.clock.now()).toEqual(new Date('2026-03-04T05:06:07Z'));
    expect(failure(() => drive(exchange(), [krbError(37), krbError(37)]))).toMatchObject({ kerberosError: 'KRB_AP_ERR_SKEW' });
  });

  it('forgets a time that came in the clear when no encrypted answer follows', () => {
    const options = environment([18]);
    expect(() => drive(exchange(options), [krbError(37, { stime: new Date('2036-03-04T05:06:07Z') }), krbError(37)])).toThrow(AuthError);
    expect(options.clock.now()).toEqual(NOW);
  });

  // What a realm says of its hosts counts for the user only if the user's own realm trusts it in that (RFC 4120 §2.8).
  const trusted = TICKET_FLAG.okAsDelegate;
  it.each([
    [trusted, [trusted, trusted]],
    [0, [0, trusted]],
    [trusted, [trusted, trusted, trusted]],
    [0, [trusted, 0, trusted]],
    [0, [0, trusted, trusted]],
  ])('has ok-as-delegate %d after the realms said %j', (expected, said) => {
    const realms = ['A.TEST', 'B.TEST', 'C.TEST'];
    const script = said.map((flags, i) => tgsRep({ part: { flags }, ...(i === said.length - 1 ? {} : { server: `krbtgt/${realms[i + 1]!}@${realms[i]!}` }) }));
    expect(drive(exchange(), script).result.flags).toBe(expected);
  });

  it.each([
    ['krbtgt/B.TEST@A.TEST', 0, 0],
    ['krbtgt/B.TEST@A.TEST', trusted, trusted],
    ['krbtgt/A.TEST@A.TEST', 0, trusted],
    ['krbtgt/A.TEST@B.TEST', 0, 0], // Realm B knows its session key.
  ])('beginning with a ticket for %s of the flags %d has ok-as-delegate %d', (server, flags, expected) => {
    const tgt = ticketGrantingTicket({ server: principalOf(server), flags });
    expect(drive(exchange({ tgt }), [tgsRep({ part: { flags: trusted } })]).result.flags).toBe(expected);
  });

  it.each([
    ['another nonce', tgsRep({ part: { nonce: 7 } }), 'its nonce is not ours'],
    ['an AS-REP', tgsRep({ msgType: 11 }), 'is no TGS-REP'],
    ['a ticket of another client', tgsRep({ client: 'bob@A.TEST' }), 'holds a ticket of bob@A.TEST, not of alice@A.TEST'],
    ['a ticket of a client in another realm', tgsRep({ client: 'alice@B.TEST' }), 'holds a ticket of alice@B.TEST'],
    ['a ticket of another realm', tgsRep({ server: 'HTTP/hv01.a.test@B.TEST' }), 'holds a ticket of realm B.TEST, not of A.TEST'],
    ['a ticket that is not the one of its encrypted part', tgsRep({ part: { sname: { nameType: 2, nameString: ['HTTP', 'evil'] } } }), 'but was made for HTTP/evil@A.TEST'],
    ['a session key that was not asked for', tgsRep({ part: { key: sequentialKey(23, 1) } }), 'a session key of encryption type 23'],
    ['what is encrypted for another use', tgsRep({ usage: KEY_USAGE.tgsRepSessionKey }), 'does not verify'],
    ['what is no Kerberos', () => utf8('HTTP/1.1 400 Bad Request'), 'KDC-REP'],
  ])('refuses %s', (_, answer, message) => {
    const error = failure(() => drive(exchange(), [answer]));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ message: expect.stringContaining(message) as string });
  });

  it('refuses a ticket that has expired already', () => {
    expect(failure(() => drive(exchange(), [tgsRep({ part: { endTime: new Date('2026-03-04T05:01:07Z') } })]))).toMatchObject({ code: 'AUTH', kerberosError: 'KRB_AP_ERR_TKT_EXPIRED' });
  });

  it('sends nothing with a ticket for another service, or with a session key that is not allowed', () => {
    expect(() => drive(exchange({ tgt: ticketGrantingTicket({ server: principalOf('HTTP/hv01@A.TEST') }) }), [])).toThrow(UsageError);
    expect(() => drive(exchange({ tgt: ticketGrantingTicket({ sessionKey: sequentialKey(23, 1) }) }), [])).toThrow(AuthError);
  });

  it('names the service that is not known, and how to look for it', () => {
    expect(failure(() => drive(exchange(), [krbError(7)]))).toMatchObject({
      kerberosError: 'KDC_ERR_S_PRINCIPAL_UNKNOWN',
      message: expect.stringMatching(/alice@A\.TEST no ticket for HTTP\/hv01\.a\.test@A\.TEST: .*`setspn -Q HTTP\/hv01\.a\.test`.* option spn/) as string,
    });
  });
});

describe('forwardedTgt', () => {
  const flags = TICKET_FLAG.forwarded | TICKET_FLAG.forwardable;

  it('asks for the ticket-granting ticket once more, to be forwarded', () => {
    const { result, seen } = drive(forwardedTgt({ ...environment(), tgt: ticketGrantingTicket() }), [tgsRep({ part: { flags } })]);
    expect(seen[0]?.body).toMatchObject({ kdcOptions: 0x60800000, sname: { nameString: ['krbtgt', 'A.TEST'] } });
    expect(formatPrincipal(result.server)).toBe('krbtgt/A.TEST@A.TEST');
    expect(result.flags).toBe(flags);
  });

  it('sends nothing for a ticket that is not forwardable', () => {
    const error = failure(() => drive(forwardedTgt({ ...environment(), tgt: ticketGrantingTicket({ flags: TICKET_FLAG.renewable }) }), []));
    expect(error).toMatchObject({ code: 'AUTH', message: expect.stringContaining('Protected Users') as string });
  });

  it.each([
    ['a ticket that is not forwarded', tgsRep({ part: { flags: TICKET_FLAG.forwardable } })],
    ['a ticket for something else', tgsRep({ server: 'krbtgt/B.TEST@A.TEST', part: { flags } })],
  ])('refuses %s', (_, answer) => {
    expect(failure(() => drive(forwardedTgt({ ...environment(), tgt: ticketGrantingTicket() }), [answer]))).toBeInstanceOf(ProtocolError);
  });

  it("ends in the KDC's refusal", () => {
    expect(failure(() => drive(forwardedTgt({ ...environment(), tgt: ticketGrantingTicket() }), [krbError(13)]))).toMatchObject({ kerberosError: 'KDC_ERR_BADOPTION' });
  });
});

describe('renewTgt', () => {
  it('asks for the same ticket-granting ticket, renewed', () => {
    const endTime = new Date('2026-03-05T05:06:07Z');
    const { result, seen } = drive(renewTgt({ ...environment(), tgt: ticketGrantingTicket() }), [tgsRep({ part: { endTime } })]);
    expect(seen[0]?.body).toMatchObject({ kdcOptions: 0x40800002, sname: { nameString: ['krbtgt', 'A.TEST'] } });
    expect(result).toMatchObject({ endTime, server: { realm: 'A.TEST' } });
  });

  it('sends nothing for a ticket that is not renewable', () => {
    expect(failure(() => drive(renewTgt({ ...environment(), tgt: ticketGrantingTicket({ flags: TICKET_FLAG.forwardable }) }), []))).toMatchObject({
      code: 'AUTH',
      message: expect.stringContaining('not renewable') as string,
    });
  });

  it('refuses a ticket for something else', () => {
    expect(failure(() => drive(renewTgt({ ...environment(), tgt: ticketGrantingTicket() }), [tgsRep({ server: 'krbtgt/B.TEST@A.TEST' })]))).toBeInstanceOf(ProtocolError);
  });

  it("ends in the KDC's refusal", () => {
    expect(failure(() => drive(renewTgt({ ...environment(), tgt: ticketGrantingTicket() }), [krbError(32)]))).toMatchObject({ kerberosError: 'KRB_AP_ERR_TKT_EXPIRED' });
  });
});

/** The error an exchange ends in. */
function failure(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
}
