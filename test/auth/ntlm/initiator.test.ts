import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeAuthenticateMessage } from '../../../src/auth/ntlm/authenticate-message.js';
import { decodeChallengeMessage, encodeChallengeMessage } from '../../../src/auth/ntlm/challenge-message.js';
import { decodeNtlmV2Response } from '../../../src/auth/ntlm/client-challenge.js';
import type { NegotiateFlag } from '../../../src/auth/ntlm/flags.js';
import { NEGOTIATE } from '../../../src/auth/ntlm/flags.js';
import type { NtlmInitiatorOptions } from '../../../src/auth/ntlm/initiator.js';
import { createNtlmInitiator } from '../../../src/auth/ntlm/initiator.js';
import { concat, fromHex, toHex, utf8 } from '../../../src/bytes.js';
import { AuthError, ProtocolError, UsageError } from '../../../src/errors.js';
import { NTOWF_V1, WINDOWS_CHALLENGE } from './vectors.js';

const PASSWORD = 'Pa55-word of anna';
const OPTIONS: NtlmInitiatorOptions = {
  credentials: { username: 'LAB\\anna', password: PASSWORD },
  channelBinding: null,
  random: (length) => new Uint8Array(length).fill(0xa5),
  now: () => new Date('2026-02-03T04:05:06.789Z'),
};

const challengeOf = (change: Partial<ReturnType<typeof decodeChallengeMessage>> = {}) =>
  encodeChallengeMessage({ ...decodeChallengeMessage(fromHex(WINDOWS_CHALLENGE)), ...change });
const targetInfo = () => decodeChallengeMessage(fromHex(WINDOWS_CHALLENGE)).targetInfo!;

function authenticateTo(challenge: Uint8Array, options: Partial<NtlmInitiatorOptions> = {}) {
  const initiator = createNtlmInitiator({ ...OPTIONS, ...options });
  initiator.step(null);
  const authenticate = decodeAuthenticateMessage(initiator.step(challenge)!);
  return { initiator, authenticate, ...decodeNtlmV2Response(authenticate.ntChallengeResponse).clientChallenge };
}

describe('the NEGOTIATE_MESSAGE', () => {
  it('is that of a modern client, 40 bytes', () => {
    const expected = '4e544c4d53535000 01000000 358288e2 0000000028000000 0000000028000000 000000000000000f';
    expect(toHex(createNtlmInitiator(OPTIONS).step(null)!)).toBe(expected.replace(/\s/g, ''));
  });
});

describe('the AUTHENTICATE_MESSAGE', () => {
  it('answers a Windows host', () => {
    const { authenticate, timestamp, challengeFromClient, avPairs, initiator } = authenticateTo(fromHex(WINDOWS_CHALLENGE), {
      workstation: 'RUNNER',
      targetName: 'HTTP/node-a7',
    });
    expect(authenticate.userName).toBe('anna');
    expect(authenticate.domainName).toBe('LAB');
    expect(authenticate.workstation).toBe('RUNNER');
    expect(authenticate.negotiateFlags).toBe(0xe2888235);
    expect(authenticate.lmChallengeResponse).toEqual(new Uint8Array(24));
    expect(authenticate.encryptedRandomSessionKey).toHaveLength(16);
    expect(authenticate.mic).toHaveLength(16);
    expect(toHex(timestamp)).toBe('008085825a9bda01');
    expect(toHex(challengeFromClient)).toBe('a5a5a5a5a5a5a5a5');
    expect(avPairs).toEqual([
      ...targetInfo(),
      { id: 6, value: fromHex('02000000') },
      { id: 10, value: new Uint8Array(16) },
      { id: 9, value: fromHex('480054005400500 02f006e006f00640065002d0061003700') },
    ]);
    expect(initiator.complete).toBe(true);
  });

  it('takes its own clock for a host that tells no time', () => {
    const { timestamp, avPairs } = authenticateTo(challengeOf({ targetInfo: targetInfo().filter(({ id }) => id !== 7) }));
    // 2026-02-03T04:05:06.789Z is 1770091506789 ms after 1970, so 134145651067890000 ticks after 1601.
    expect(Buffer.from(timestamp).readBigUInt64LE()).toBe(134_145_651_067_890_000n);
    expect(avPairs).toContainEqual({ id: 6, value: fromHex('02000000') });
  });

  it('keeps the flags of the host, and replaces what only a client may say', () => {
    const { avPairs } = authenticateTo(
      challengeOf({
        targetInfo: [
          { id: 6, value: fromHex('05000000') },
          { id: 8, value: new Uint8Array(48) },
          { id: 10, value: new Uint8Array(16).fill(1) },
          ...targetInfo(),
          { id: 9, value: fromHex('4100') },
        ],
      }),
    );
    expect(avPairs).toEqual([
      ...targetInfo(),
      { id: 6, value: fromHex('03000000') },
      { id: 10, value: new Uint8Array(16) },
      { id: 9, value: new Uint8Array() },
    ]);
  });

  it.each([
    ['a name that nobody vouches for', { targetName: 'HTTP/node-a7', unverifiedTargetName: true }, '06000000'],
    ['a name that the user wrote', { targetName: 'HTTP/node-a7', unverifiedTargetName: false }, '02000000'],
    ['no name', { unverifiedTargetName: true }, '02000000'],
  ])('marks %s', (_, options, flags) => {
    const { avPairs } = authenticateTo(fromHex(WINDOWS_CHALLENGE), options);
    expect(avPairs.find(({ id }) => id === 6)?.value).toEqual(fromHex(flags));
  });

  it('carries the hash of the channel binding', () => {
    const channelBinding = concat(utf8('tls-server-end-point:'), fromHex('ea05fefecc6b0bd571dbbc5baa3ed45386d0446835f7b74c85621b9983475f95'));
    const { avPairs } = authenticateTo(fromHex(WINDOWS_CHALLENGE), { channelBinding });
    expect(avPairs).toContainEqual({ id: 10, value: fromHex('6586e99d81c2fc984e47172fd4dd0310') });
  });

  it.each([
    ['LAB\\anna', 'anna', 'LAB'],
    ['anna@lab.example', 'anna@lab.example', ''],
    ['.\\anna', 'anna', 'NODE-A7'],
    ['anna', 'anna', ''],
  ])('of %s', (username, userName, domainName) => {
    const { authenticate } = authenticateTo(fromHex(WINDOWS_CHALLENGE), { credentials: { username, password: PASSWORD } });
    expect(authenticate).toMatchObject({ userName, domainName });
  });

  it('is the same for a password and for its NT hash', () => {
    const username = 'Domain\\User';
    const [left, right] = [{ username, password: 'Password' }, { username, ntHash: fromHex(NTOWF_V1) }].map(
      (credentials) => authenticateTo(fromHex(WINDOWS_CHALLENGE), { credentials }).authenticate,
    );
    expect(left).toEqual(right);
  });
});

describe('another NTLM client', () => {
  afterEach(() => vi.useRealTimers());

  it('computes the same NTLMv2 response', () => {
    const peer = createRequire(import.meta.url)('@ewsjs/ntlm-client/lib/hash.js') as {
      createNTLMHash(password: string): Buffer;
      createNTLMv2Response(
        type2: { challenge: Buffer; targetInfo: { buffer: Buffer } },
        username: string,
        ntHash: Buffer,
        nonceHex: string,
        domain: string,
      ): Buffer;
    };
    const challenge = challengeOf({ targetInfo: targetInfo().filter(({ id }) => id !== 7) });
    const ours = authenticateTo(challenge).authenticate.ntChallengeResponse;
    vi.useFakeTimers({ now: OPTIONS.now() });
    const type2 = { challenge: Buffer.from('1122334455667788', 'hex'), targetInfo: { buffer: Buffer.from(ours.slice(44, -4)) } };
    const theirs = peer.createNTLMv2Response(type2, 'anna', peer.createNTLMHash(PASSWORD), 'a5a5a5a5a5a5a5a5', 'LAB');
    expect(toHex(ours)).toBe(theirs.toString('hex'));
  });
});

describe('a host that is too weak', () => {
  const always = [
    'NTLMSSP_NEGOTIATE_UNICODE',
    'NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY',
    'NTLMSSP_NEGOTIATE_128',
    'NTLMSSP_NEGOTIATE_TARGET_INFO',
  ] as const;
  const forSealing = ['NTLMSSP_NEGOTIATE_SIGN', 'NTLMSSP_NEGOTIATE_SEAL', 'NTLMSSP_NEGOTIATE_KEY_EXCH'] as const;
  const without = (flag: NegotiateFlag) => challengeOf({ negotiateFlags: (0xe28a8235 & ~NEGOTIATE[flag]) >>> 0 });

  it.each([...always, ...forSealing])('is refused without %s', (flag) => {
    const attempt = () => authenticateTo(without(flag));
    expect(attempt).toThrow(AuthError);
    expect(attempt).toThrow(flag);
  });

  it.each([
    ['MsvAvNbComputerName', 1],
    ['MsvAvNbDomainName', 2],
  ])('is refused when it does not tell its %s', (name, missing) => {
    const attempt = () => authenticateTo(challengeOf({ targetInfo: targetInfo().filter(({ id }) => id !== missing) }));
    expect(attempt).toThrow(AuthError);
    expect(attempt).toThrow(name);
  });
});

describe('misuse and broken handshakes', () => {
  it.each(['', 'LAB\\', '.\\'])('user name %j is refused', (username) => {
    expect(() => createNtlmInitiator({ ...OPTIONS, credentials: { username, password: PASSWORD } })).toThrow(UsageError);
  });

  it.each([0, 15, 17])('an NT hash of %i bytes is refused', (length) => {
    const credentials = { username: 'anna', ntHash: new Uint8Array(length) };
    expect(() => createNtlmInitiator({ ...OPTIONS, credentials })).toThrow(UsageError);
  });

  it('a token before the first step is refused', () => {
    expect(() => createNtlmInitiator(OPTIONS).step(fromHex(WINDOWS_CHALLENGE))).toThrow(ProtocolError);
  });

  it.each([
    ['no token', null],
    ['an empty token', new Uint8Array()],
    ['its own first message', createNtlmInitiator(OPTIONS).step(null)],
    ['a truncated challenge', fromHex(WINDOWS_CHALLENGE.slice(0, -2))],
  ])('%s in place of a challenge ends it', (_, token) => {
    const initiator = createNtlmInitiator(OPTIONS);
    initiator.step(null);
    expect(() => initiator.step(token)).toThrow(ProtocolError);
    expect(initiator.complete).toBe(false);
    expect(() => initiator.step(fromHex(WINDOWS_CHALLENGE))).toThrow(ProtocolError);
  });

  it('a second challenge is refused', () => {
    const { initiator } = authenticateTo(fromHex(WINDOWS_CHALLENGE));
    expect(() => initiator.step(fromHex(WINDOWS_CHALLENGE))).toThrow(ProtocolError);
  });

  it('nothing is sealed before the handshake is complete', () => {
    const initiator = createNtlmInitiator(OPTIONS);
    initiator.step(null);
    expect(() => initiator.wrap(utf8('text'))).toThrow(UsageError);
    expect(() => initiator.unwrap({ data: new Uint8Array(), signature: new Uint8Array(16) })).toThrow(UsageError);
    expect(() => initiator.signMechList(utf8('list'))).toThrow(UsageError);
    expect(() => initiator.verifyMechList(utf8('list'), new Uint8Array(16))).toThrow(UsageError);
  });

  it('shows no secret to util.inspect', () => {
    const { initiator } = authenticateTo(fromHex(WINDOWS_CHALLENGE));
    const shown = inspect(initiator, { showHidden: true, depth: null, getters: true });
    expect(shown).toContain('NtlmInitiator');
    expect(shown).not.toContain('Pa55');
    expect(shown).not.toContain('Uint8Array');
  });
});
