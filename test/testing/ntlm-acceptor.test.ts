import { describe, expect, it } from 'vitest';
import { MIC_OFFSET, decodeAuthenticateMessage, encodeAuthenticateMessage } from '../../src/auth/ntlm/authenticate-message.js';
import { decodeNtlmV2Response, encodeClientChallenge } from '../../src/auth/ntlm/client-challenge.js';
import { computeNtProofStr, ntHashOf, ntowfV2 } from '../../src/auth/ntlm/crypto.js';
import { describeNtlmMessage } from '../../src/auth/ntlm/describe.js';
import type { NtlmInitiatorOptions } from '../../src/auth/ntlm/initiator.js';
import { createNtlmInitiator } from '../../src/auth/ntlm/initiator.js';
import { encodeNegotiateMessage } from '../../src/auth/ntlm/negotiate-message.js';
import { concat, dataView, fromHex, toHex, utf8 } from '../../src/bytes.js';
import { AuthError, ProtocolError, UsageError } from '../../src/errors.js';
import type { NtlmAcceptorOptions } from '../../src/testing/ntlm-acceptor.js';
import { createNtlmAcceptor } from '../../src/testing/ntlm-acceptor.js';
import { COMMON, NTLM_V2_AUTHENTICATE_MESSAGE } from '../auth/ntlm/vectors.js';

const PASSWORD = 'correct horse';
const CHANNEL = concat(utf8('tls-server-end-point:'), new Uint8Array(32).fill(7));
const OTHER_CHANNEL = concat(utf8('tls-server-end-point:'), new Uint8Array(32).fill(8));

/** Different bytes at each call, the same in each run. */
function counter(first: number): (length: number) => Uint8Array {
  let next = first;
  return (length) => Uint8Array.from({ length }, () => (next++ * 37) & 0xff);
}

const initiatorOptions = (): NtlmInitiatorOptions => ({
  credentials: { username: 'LAB\\anna', password: PASSWORD },
  channelBinding: null,
  random: counter(1),
  now: () => new Date('2026-02-03T04:05:06.789Z'),
});
const acceptorOptions = (): NtlmAcceptorOptions => ({
  computerName: 'NODE-A7',
  findPassword: (username) => (username.toLowerCase().startsWith('anna') ? PASSWORD : null),
  channelBinding: null,
  cbt: 'relaxed',
  random: counter(101),
  now: () => new Date('2024-05-01T00:00:00Z'),
});

type Tamper = { negotiate?: (token: Uint8Array) => Uint8Array; challenge?: (token: Uint8Array) => Uint8Array; authenticate?: (token: Uint8Array) => Uint8Array };

/** A whole handshake; `tamper` changes the messages on their way. */
function handshake(client: Partial<NtlmInitiatorOptions> = {}, host: Partial<NtlmAcceptorOptions> = {}, tamper: Tamper = {}) {
  const initiator = createNtlmInitiator({ ...initiatorOptions(), ...client });
  const acceptor = createNtlmAcceptor({ ...acceptorOptions(), ...host });
  const pass = (token: Uint8Array, change: (token: Uint8Array) => Uint8Array = (same) => same) => change(token.slice());
  const challenge = acceptor.step(pass(initiator.step(null)!, tamper.negotiate));
  const answer = () => acceptor.step(pass(initiator.step(pass(challenge!, tamper.challenge))!, tamper.authenticate));
  return { initiator, acceptor, answer };
}

describe('a handshake', () => {
  it('makes two contexts that understand each other', () => {
    const { initiator, acceptor, answer } = handshake();
    expect(answer()).toBeNull();
    expect(initiator.complete && acceptor.complete).toBe(true);
    expect(acceptor.user).toEqual({ username: 'anna', domain: 'LAB' });
    for (const text of ['first', '', 'third']) {
      expect(acceptor.unwrap(initiator.wrap(utf8(text)))).toEqual(utf8(text));
      expect(initiator.unwrap(acceptor.wrap(utf8(text)))).toEqual(utf8(text));
    }
  });

  it('can be signed by SPNEGO', () => {
    const { initiator, acceptor, answer } = handshake();
    answer();
    const list = utf8('mechTypes');
    acceptor.verifyMechList(list, initiator.signMechList(list));
    initiator.verifyMechList(list, acceptor.signMechList(list));
    expect(acceptor.unwrap(initiator.wrap(utf8('text')))).toEqual(utf8('text'));
  });

  it.each([
    ['LAB\\anna', 'anna', 'LAB'],
    ['anna@lab.example', 'anna@lab.example', ''],
    ['.\\anna', 'anna', 'NODE-A7'],
    ['ANNA', 'ANNA', ''],
  ])('logs on %s', (username, expected, domain) => {
    const asked: string[][] = [];
    const findPassword = (...names: [string, string]) => (asked.push(names), PASSWORD);
    const { acceptor, answer } = handshake({ credentials: { username, password: PASSWORD } }, { findPassword });
    answer();
    expect(asked).toEqual([[expected, domain]]);
    expect(acceptor.user).toEqual({ username: expected, domain });
  });

  it.each([
    ['a wrong password', { credentials: { username: 'anna', password: 'Correct horse' } }],
    ['an unknown user', { credentials: { username: 'berta', password: PASSWORD } }],
  ])('with %s is refused in the same words', (_, client) => {
    const { acceptor, answer } = handshake(client);
    expect(answer).toThrow(new AuthError('The user name or the password is wrong'));
    expect(acceptor.complete).toBe(false);
    expect(acceptor.user).toBeNull();
  });
});

describe('the CHALLENGE_MESSAGE', () => {
  const challengeOf = (options: Partial<NtlmAcceptorOptions>, flags = 0xe2888235) =>
    describeNtlmMessage(createNtlmAcceptor({ ...acceptorOptions(), ...options }).step(encodeNegotiateMessage(flags, null))!);

  it('is that of a workgroup host of Windows', () => {
    expect(challengeOf({})).toMatchObject({
      targetName: 'NODE-A7',
      targetInfo: [
        { name: 'MsvAvNbDomainName', value: 'NODE-A7' },
        { name: 'MsvAvNbComputerName', value: 'NODE-A7' },
        { name: 'MsvAvDnsDomainName', value: 'NODE-A7' },
        { name: 'MsvAvDnsComputerName', value: 'NODE-A7' },
        { name: 'MsvAvTimestamp', value: '2024-05-01T00:00:00.000Z' },
      ],
    });
  });

  it('names the domain of a member', () => {
    expect(challengeOf({ domainName: 'LAB' })).toMatchObject({
      targetName: 'LAB',
      targetInfo: [{ name: 'MsvAvNbDomainName', value: 'LAB' }, { name: 'MsvAvNbComputerName', value: 'NODE-A7' }, {}, {}, {}],
    });
  });

  it.each([
    ['of a workgroup host', {}, 0xe2888235, 0xe28a8235],
    ['of a domain member', { domainName: 'LAB' }, 0xe2888235, 0xe2898235],
    ['for a client that asks for little', {}, 0x00088201, 0x008a8205],
    ['without what it does not know', {}, 0xffffffff, 0xe28a8235],
  ])('has the flags %s', (_, options, asked, granted) => {
    const token = createNtlmAcceptor({ ...acceptorOptions(), ...options }).step(encodeNegotiateMessage(asked, null))!;
    expect(dataView(token).getUint32(20, true)).toBe(granted);
  });

  it('grants Unicode to a client that offers OEM alone, and refuses one that offers neither', () => {
    const token = createNtlmAcceptor(acceptorOptions()).step(encodeNegotiateMessage(0xe2888236, null))!;
    expect(dataView(token).getUint32(20, true) & 3).toBe(1);
    expect(() => createNtlmAcceptor(acceptorOptions()).step(encodeNegotiateMessage(0xe2888234, null))).toThrow(AuthError);
  });
});

describe('a message changed on its way', () => {
  const flip = (at: number) => (token: Uint8Array) => {
    token[at < 0 ? token.length + at : at]! ^= 0x20;
    return token;
  };
  const tampers: [string, Tamper][] = [
    ['NEGOTIATE_MESSAGE: its VERSION', { negotiate: flip(35) }],
    ['CHALLENGE_MESSAGE: its VERSION', { challenge: flip(50) }],
    ['CHALLENGE_MESSAGE: its TargetName', { challenge: flip(56) }],
    ['AUTHENTICATE_MESSAGE: its VERSION', { authenticate: flip(66) }],
    ['AUTHENTICATE_MESSAGE: its MIC', { authenticate: flip(MIC_OFFSET) }],
    ['AUTHENTICATE_MESSAGE: its LM response', { authenticate: (token) => flip(dataView(token).getUint32(16, true))(token) }],
    ['AUTHENTICATE_MESSAGE: its session key', { authenticate: flip(-1) }],
  ];

  it.each(tampers)('%s', (_, tamper) => {
    const { answer } = handshake({}, {}, tamper);
    expect(answer).toThrow(new AuthError('The NTLM MIC is wrong: a message of the handshake was changed on its way'));
  });

  it.each([
    ['CHALLENGE_MESSAGE: its nonce', { challenge: flip(24) }],
    ['AUTHENTICATE_MESSAGE: its user name', { authenticate: (token: Uint8Array) => flip(dataView(token).getUint32(40, true) + 2)(token) }],
    ['AUTHENTICATE_MESSAGE: its NTProofStr', { authenticate: (token: Uint8Array) => flip(dataView(token).getUint32(24, true))(token) }],
    ['AUTHENTICATE_MESSAGE: its AV_PAIRs', { authenticate: (token: Uint8Array) => flip(dataView(token).getUint32(24, true) + 50)(token) }],
  ])('%s', (_, tamper) => {
    const { answer } = handshake({}, { findPassword: () => PASSWORD }, tamper);
    expect(answer).toThrow(AuthError);
  });

  it('NEGOTIATE_MESSAGE: its flags', () => {
    // Without NTLMSSP_NEGOTIATE_56, the highest bit, which the client can do without.
    const { answer } = handshake({}, {}, { negotiate: (token) => token.with(15, token[15]! & 0x7f) });
    expect(answer).toThrow(/MIC is wrong/);
  });
});

describe('what is too weak', () => {
  const withFields = (change: (fields: ReturnType<typeof decodeAuthenticateMessage>) => Partial<ReturnType<typeof decodeAuthenticateMessage>>): Tamper => ({
    authenticate: (token) => {
      const fields = decodeAuthenticateMessage(token);
      return encodeAuthenticateMessage({ ...fields, ...change(fields) });
    },
  });

  it.each([
    ['anonymous', withFields(() => ({ userName: '', ntChallengeResponse: new Uint8Array(), lmChallengeResponse: new Uint8Array(1) })), /anonymously/],
    ['NTLMv1', withFields(() => ({ ntChallengeResponse: new Uint8Array(24) })), /no NTLMv2/],
    ['LM only', withFields(() => ({ ntChallengeResponse: new Uint8Array() })), /no NTLMv2/],
    ['no MIC', withFields(() => ({ mic: null })), /no MIC/],
  ])('is refused: %s', (_, tamper, message) => {
    const { answer } = handshake({}, {}, tamper);
    expect(answer).toThrow(AuthError);
    expect(handshake({}, {}, tamper).answer).toThrow(message);
  });

  it('is refused: a MIC that MsvAvFlags does not announce', () => {
    const unannounced = withFields(({ ntChallengeResponse }) => {
      const { clientChallenge } = decodeNtlmV2Response(ntChallengeResponse);
      const temp = encodeClientChallenge({ ...clientChallenge, avPairs: clientChallenge.avPairs.filter(({ id }) => id !== 6) });
      const serverChallenge = acceptorOptions().random(8);
      return { ntChallengeResponse: concat(computeNtProofStr(ntowfV2(ntHashOf(PASSWORD), 'anna', 'LAB'), serverChallenge, temp), temp) };
    });
    expect(handshake({}, {}, unannounced).answer).toThrow(new AuthError('The NTLM client sent no MIC'));
  });

  it('is refused: the right response of MS-NLMP 4.2.4.3, since it has no MIC', () => {
    const accept = (password: string) => {
      const acceptor = createNtlmAcceptor({ ...acceptorOptions(), findPassword: () => password, random: () => COMMON.serverChallenge });
      acceptor.step(encodeNegotiateMessage(0xe2888235, null));
      acceptor.step(fromHex(NTLM_V2_AUTHENTICATE_MESSAGE));
    };
    expect(() => accept('Password')).toThrow(/no MIC/);
    expect(() => accept('password')).toThrow(/password is wrong/);
  });

  it('is refused: a session key of the wrong length', () => {
    const { answer } = handshake({}, {}, withFields(() => ({ encryptedRandomSessionKey: new Uint8Array(15) })));
    expect(answer).toThrow(ProtocolError);
  });
});

describe('channel bindings', () => {
  const outcomes = [
    ['none', CHANNEL, true],
    ['none', OTHER_CHANNEL, true],
    ['none', null, true],
    ['relaxed', CHANNEL, true],
    ['relaxed', OTHER_CHANNEL, false],
    ['relaxed', null, true],
    ['strict', CHANNEL, true],
    ['strict', OTHER_CHANNEL, false],
    ['strict', null, false],
  ] as const;

  it.each(outcomes)('%s, %o: %s', (cbt, channelBinding, accepted) => {
    const { acceptor, answer } = handshake({ channelBinding }, { cbt, channelBinding: CHANNEL });
    if (!accepted) expect(answer).toThrow(AuthError);
    else answer();
    expect(acceptor.complete).toBe(accepted);
  });

  it('do not matter over HTTP', () => {
    const { acceptor, answer } = handshake({}, { cbt: 'strict', channelBinding: null });
    answer();
    expect(acceptor.complete).toBe(true);
  });
});

describe('misuse', () => {
  it.each([
    ['no token', null],
    ['a challenge', fromHex('4e544c4d53535000020000000000000000000000')],
    ['nothing', new Uint8Array()],
  ])('%s ends the handshake', (_, token) => {
    const acceptor = createNtlmAcceptor(acceptorOptions());
    expect(() => acceptor.step(token)).toThrow(ProtocolError);
    expect(() => acceptor.step(encodeNegotiateMessage(0xe2888235, null))).toThrow(/over \(failed\)/);
  });

  it('a token after the last is refused, and the session stays', () => {
    const { initiator, acceptor, answer } = handshake();
    answer();
    expect(() => acceptor.step(encodeNegotiateMessage(0xe2888235, null))).toThrow(/over \(complete\)/);
    expect(toHex(acceptor.unwrap(initiator.wrap(fromHex('abcd'))))).toBe('abcd');
  });

  it('nothing is sealed before the handshake is complete, nor without the flags for it', () => {
    const acceptor = createNtlmAcceptor(acceptorOptions());
    expect(() => acceptor.wrap(utf8('text'))).toThrow(new UsageError('The NTLM handshake is not complete'));
    expect(() => acceptor.unwrap({ data: utf8(''), signature: new Uint8Array(16) })).toThrow(UsageError);
  });
});
