import { describe, expect, it } from 'vitest';
import { KerberosClock } from '../../src/auth/kerberos/clock.js';
import { createKerberosInitiator } from '../../src/auth/kerberos/initiator.js';
import { createNtlmInitiator } from '../../src/auth/ntlm/initiator.js';
import type { Mechanism, MechanismContext } from '../../src/auth/security-context.js';
import { type SpnegoContext, createSpnegoInitiator } from '../../src/auth/spnego/initiator.js';
import { type NegTokenResp, decodeNegToken, encodeMechTypeList, encodeNegTokenInit, encodeNegTokenResp } from '../../src/auth/spnego/neg-token.js';
import { utf8 } from '../../src/bytes.js';
import { AuthError, ProtocolError, UsageError } from '../../src/errors.js';
import { createKerberosAcceptor } from '../../src/testing/kerberos-acceptor.js';
import { createNtlmAcceptor } from '../../src/testing/ntlm-acceptor.js';
import { createSpnegoAcceptor } from '../../src/testing/spnego-acceptor.js';
import { NOW, counter, issue, keyOf } from '../auth/kerberos/tickets.js';

const NTLMSSP = '1.3.6.1.4.1.311.2.2.10';
const KRB5 = '1.2.840.113554.1.2.2';
const MS_KRB5 = '1.2.840.48018.1.2.2';
const NEGOEX = '1.3.6.1.4.1.311.2.2.30';
const PASSWORD = 'correct horse';
const now = (): Date => NOW;

const initiators: Readonly<Record<Mechanism, () => MechanismContext>> = {
  Kerberos: () => createKerberosInitiator({ credential: issue(), forwardedTgt: null, channelBinding: null, random: counter(11), clock: new KerberosClock(now) }),
  NTLM: () => createNtlmInitiator({ credentials: { username: 'LAB\\anna', password: PASSWORD }, channelBinding: null, random: counter(21), now }),
};
const acceptors: Readonly<Record<Mechanism, () => MechanismContext>> = {
  Kerberos: () => {
    const { realm, name } = issue().server;
    const keytab = [{ principal: { realm, name }, kvno: 1, key: keyOf(18, 1), timestamp: NOW }];
    return createKerberosAcceptor({ keytab, channelBinding: null, cbt: 'none', replayCache: new Set(), random: counter(31), now });
  },
  NTLM: () => createNtlmAcceptor({ computerName: 'NODE-A7', findPassword: () => PASSWORD, channelBinding: null, cbt: 'none', random: counter(41), now }),
};

const initiatorOf = (names: readonly Mechanism[]) => createSpnegoInitiator({ contexts: names.map((mechanism) => initiators[mechanism]()) });
const acceptorOf = (names: readonly Mechanism[]) => createSpnegoAcceptor({ contexts: names.map((name) => acceptors[name]()) });

type Change = (token: Uint8Array, leg: number) => Uint8Array;
const untouched: Change = (token) => token;

/** Every leg, until one side has nothing to send; the NegTokenResps of the host. */
function negotiate(client: SpnegoContext, host: SpnegoContext, { toHost = untouched, toClient = untouched }: { toHost?: Change; toClient?: Change } = {}) {
  const answers: NegTokenResp[] = [];
  let token = client.step(null);
  for (let leg = 1; token !== null; leg++) {
    const answer = host.step(toHost(token, leg));
    if (answer === null) break;
    if (answer[0] === 0xa1) answers.push(decodeNegToken(answer) as NegTokenResp);
    token = client.step(toClient(answer, leg));
  }
  return answers;
}

/** One bit of the last octet, where every one of these tokens has its mechListMIC, turned over. */
const flipped = (token: Uint8Array): Uint8Array => token.map((octet, index) => (index === token.length - 1 ? octet ^ 1 : octet));

describe('a negotiation', () => {
  it.each([
    ['Kerberos at once', ['Kerberos', 'NTLM'], ['Kerberos', 'NTLM'], 'Kerberos', [['accept-completed', MS_KRB5, false]]],
    ['Kerberos alone', ['Kerberos'], ['Kerberos', 'NTLM'], 'Kerberos', [['accept-completed', MS_KRB5, false]]],
    ['NTLM of a host without a keytab', ['Kerberos', 'NTLM'], ['NTLM'], 'NTLM', [['request-mic', NTLMSSP, false], ['accept-incomplete', null, false], ['accept-completed', null, true]]],
    ['NTLM alone', ['NTLM'], ['Kerberos', 'NTLM'], 'NTLM', [['accept-incomplete', NTLMSSP, false], ['accept-completed', null, true]]],
    ['NTLM as the client\'s first', ['NTLM', 'Kerberos'], ['Kerberos', 'NTLM'], 'NTLM', [['accept-incomplete', NTLMSSP, false], ['accept-completed', null, true]]],
    ['Kerberos as the client\'s second', ['NTLM', 'Kerberos'], ['Kerberos'], 'Kerberos', [['request-mic', MS_KRB5, false], ['accept-incomplete', null, true], ['accept-completed', null, false]]],
  ] as const)('comes to %s', (_, offered, taken, mechanism, expected) => {
    const [client, host] = [initiatorOf(offered), acceptorOf(taken)];
    const answers = negotiate(client, host);
    expect(answers.map(({ negState, supportedMech, mechListMIC }) => [negState, supportedMech, mechListMIC !== null])).toEqual(expected);
    expect([client.complete, host.complete, host.protReady]).toEqual([true, true, true]);
    expect([client.mechanism, host.mechanism]).toEqual([mechanism, mechanism]);
    for (const text of ['first', '', 'third']) {
      expect(host.unwrap(client.wrap(utf8(text)))).toEqual(utf8(text));
      expect(client.unwrap(host.wrap(utf8(text)))).toEqual(utf8(text));
    }
  });

  it('with a client whose NTLM does not sign has no mechListMIC (RFC 4178 §5)', () => {
    const host = createSpnegoAcceptor({ contexts: [Object.defineProperty(acceptors.NTLM(), 'signs', { value: false })] });
    const ntlm = initiators.NTLM();
    const offer = encodeNegTokenInit({ mechTypeList: encodeMechTypeList([NTLMSSP]), mechToken: ntlm.step(null) });
    const { responseToken } = decodeNegToken(host.step(offer)!) as NegTokenResp;
    const last = decodeNegToken(host.step(encodeNegTokenResp({ responseToken: ntlm.step(responseToken) }))!);
    expect(last).toMatchObject({ negState: 'accept-completed', mechListMIC: null });
    expect(host.complete).toBe(true);
  });

  it.each(['Kerberos', 'NTLM'] as const)('may be left out: bare %s', (mechanism) => {
    const client = initiators[mechanism]();
    const host = acceptorOf(['Kerberos', 'NTLM']);
    let token = client.step(null);
    while (token !== null) {
      const answer = host.step(token);
      token = answer === null ? null : client.step(answer);
    }
    expect([client.complete, host.complete, host.mechanism]).toEqual([true, true, mechanism]);
    expect(host.unwrap(client.wrap(utf8('text')))).toEqual(utf8('text'));
  });

  it('waits for the first token of a client that sent none with its offer', () => {
    const host = acceptorOf(['NTLM']);
    const offer = encodeNegTokenInit({ mechTypeList: encodeMechTypeList([NTLMSSP]), mechToken: null });
    expect(decodeNegToken(host.step(offer)!)).toMatchObject({ negState: 'accept-incomplete', supportedMech: NTLMSSP, responseToken: null });
    const response = encodeNegTokenResp({ responseToken: initiators.NTLM().step(null) });
    expect(decodeNegToken(host.step(response)!)).toMatchObject({ negState: 'accept-incomplete', supportedMech: null });
  });
});

describe('what was changed on its way', () => {
  /** Leaves NTLM in the offer, with its first token: the client's own list is longer. */
  const ntlmAlone: Change = (token, leg) =>
    leg === 1 ? encodeNegTokenInit({ mechTypeList: encodeMechTypeList([NTLMSSP]), mechToken: null }) : token;
  /** The same list in another order. */
  const reordered: Change = (token, leg) =>
    leg === 1 ? encodeNegTokenInit({ mechTypeList: encodeMechTypeList([NEGOEX, NTLMSSP, KRB5, MS_KRB5]), mechToken: null }) : token;
  const withoutMic: Change = (token) => {
    const message = decodeNegToken(token);
    return message.kind === 'NegTokenInit' ? token : encodeNegTokenResp({ ...message, mechListMIC: null });
  };
  const ignore: Change = (token, leg) => {
    // The client asked for Kerberos and gets the host's choice of NTLM, as if it were one of its own list.
    const message = decodeNegToken(token) as NegTokenResp;
    return leg === 1 ? encodeNegTokenResp({ negState: 'request-mic', supportedMech: message.supportedMech }) : token;
  };

  it.each([
    ['Kerberos taken out of the offer', { toHost: ntlmAlone, toClient: ignore }],
    ['the offer reordered', { toHost: reordered, toClient: ignore }],
    ['the client\'s mechListMIC', { toHost: (token, leg) => (leg === 3 ? flipped(token) : token) }],
    ['the host\'s mechListMIC', { toClient: (token, leg) => (leg === 3 ? flipped(token) : token) }],
    ['the client\'s mechListMIC taken out', { toHost: withoutMic }],
    ['the host\'s mechListMIC taken out', { toClient: withoutMic }],
  ] as [string, { toHost?: Change; toClient?: Change }][])('%s is noticed with NTLM', (_, changes) => {
    const [client, host] = [initiatorOf(['Kerberos', 'NTLM']), acceptorOf(['NTLM'])];
    expect(() => negotiate(client, host, changes)).toThrow(ProtocolError);
    expect(client.complete && host.complete).toBe(false);
  });

  it.each([
    ['the client\'s mechListMIC', { toHost: (token, leg) => (leg === 3 ? flipped(token) : token) }],
    ['the host\'s mechListMIC', { toClient: (token, leg) => (leg === 2 ? flipped(token) : token) }],
    ['the client\'s mechListMIC taken out', { toHost: (token, leg) => (leg === 3 ? withoutMic(token, leg) : token) }],
    ['the offer reordered', { toHost: (token, leg) => (leg === 1 ? encodeNegTokenInit({ mechTypeList: encodeMechTypeList([NTLMSSP, MS_KRB5, KRB5]), mechToken: null }) : token) }],
  ] as [string, { toHost?: Change; toClient?: Change }][])('%s is noticed with Kerberos', (_, changes) => {
    const [client, host] = [initiatorOf(['NTLM', 'Kerberos']), acceptorOf(['Kerberos'])];
    expect(() => negotiate(client, host, changes)).toThrow(ProtocolError);
    expect(client.complete && host.complete).toBe(false);
  });

  it('a signature of another connection is noticed', () => {
    const signature = (): Uint8Array => {
      const client = createSpnegoInitiator({ contexts: [createNtlmInitiator({ credentials: { username: 'LAB\\anna', password: PASSWORD }, channelBinding: null, random: counter(99), now })] });
      let mic: Uint8Array | null = null;
      negotiate(client, acceptorOf(['NTLM']), { toClient: (token) => ((mic = (decodeNegToken(token) as NegTokenResp).mechListMIC), token) });
      return mic!;
    };
    const swap: Change = (token, leg) => (leg === 2 ? encodeNegTokenResp({ negState: 'accept-completed', mechListMIC: signature() }) : token);
    expect(() => negotiate(initiatorOf(['NTLM']), acceptorOf(['NTLM']), { toClient: swap })).toThrow(ProtocolError);
  });
});

describe('a client out of turn', () => {
  it.each([
    ['no token', null, ProtocolError],
    ['a NegTokenResp first', encodeNegTokenResp({ responseToken: utf8('token') }), ProtocolError],
    ['mechanisms that the host does not have', encodeNegTokenInit({ mechTypeList: encodeMechTypeList([NEGOEX]), mechToken: null }), AuthError],
    ['no mechanisms', encodeNegTokenInit({ mechTypeList: encodeMechTypeList([]), mechToken: null }), AuthError],
    ['a bare token of what the host does not have', initiators.Kerberos().step(null), AuthError],
  ])('is refused: %s', (_, token, error) => {
    const host = acceptorOf(['NTLM']);
    expect(() => host.step(token)).toThrow(error);
    expect(() => host.step(initiatorOf(['NTLM']).step(null))).toThrow(/over/);
  });

  it('is refused: a second offer, and SPNEGO left out in the middle', () => {
    for (const second of [initiatorOf(['NTLM']).step(null)!, initiators.NTLM().step(null)!]) {
      const host = acceptorOf(['NTLM']);
      host.step(initiatorOf(['NTLM']).step(null));
      expect(() => host.step(second)).toThrow();
      expect(host.complete).toBe(false);
    }
  });

  it('cannot be sealed for', () => {
    const host = acceptorOf(['NTLM']);
    expect(() => host.wrap(utf8('text'))).toThrow(UsageError);
    host.step(initiatorOf(['NTLM']).step(null));
    expect(() => host.unwrap({ signature: new Uint8Array(16), data: new Uint8Array() })).toThrow(UsageError);
  });
});
