import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeNtlmMessage } from '../../src/auth/ntlm/describe.js';
import { createNtlmInitiator } from '../../src/auth/ntlm/initiator.js';
import { fromHex, utf8 } from '../../src/bytes.js';
import { AuthError, ProtocolError } from '../../src/errors.js';
import { createNtlmAcceptor } from '../../src/testing/ntlm-acceptor.js';
import { NTLM_V2_AUTHENTICATE_MESSAGE, NTLM_V2_CHALLENGE_MESSAGE, WINDOWS_CHALLENGE } from '../auth/ntlm/vectors.js';
import { runs } from './runs.js';

const newInitiator = () =>
  createNtlmInitiator({
    credentials: { username: '.\\anna', password: 'correct horse' },
    channelBinding: null,
    random: (length) => new Uint8Array(length).fill(1),
    now: () => new Date(0),
  });
const newAcceptor = () =>
  createNtlmAcceptor({
    computerName: 'NODE-A7',
    findPassword: () => 'correct horse',
    channelBinding: utf8('tls-server-end-point:'),
    cbt: 'strict',
    random: (length) => new Uint8Array(length).fill(2),
    now: () => new Date(0),
  });

function handshake() {
  const initiator = newInitiator();
  const acceptor = newAcceptor();
  const negotiate = initiator.step(null)!;
  const authenticate = initiator.step(acceptor.step(negotiate))!;
  return { negotiate, authenticate };
}
const { negotiate: NEGOTIATE, authenticate: AUTHENTICATE } = handshake();

/** A message with some bytes overwritten, mostly in its header where lengths and offsets stand, and perhaps cut. */
const mutated = (...messages: readonly Uint8Array[]) =>
  fc
    .record({
      message: fc.constantFrom(...messages),
      patches: fc.array(fc.record({ at: fc.oneof(fc.nat(90), fc.nat(400)), byte: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0xff), fc.nat(255)) }), { maxLength: 8 }),
      keep: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }),
    })
    .map(({ message, patches, keep }) => {
      const copy = message.slice(0, Math.floor(message.length * keep));
      for (const { at, byte } of patches) if (at < copy.length) copy[at] = byte;
      return copy;
    });

/** Runs it, and lets only the errors pass that a peer may cause. */
function tolerate(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ProtocolError) && !(error instanceof AuthError)) throw error;
  }
}

describe('hostile NTLM messages give ProtocolError or AuthError and nothing else', () => {
  const CHALLENGES = [fromHex(WINDOWS_CHALLENGE), fromHex(NTLM_V2_CHALLENGE_MESSAGE)];

  it('to describeNtlmMessage', () => {
    const messages = [NEGOTIATE, AUTHENTICATE, fromHex(NTLM_V2_AUTHENTICATE_MESSAGE), ...CHALLENGES];
    fc.assert(fc.property(mutated(...messages), (message) => tolerate(() => describeNtlmMessage(message))), runs(3_000));
  });

  it('to the initiator, which then stays incomplete', () => {
    fc.assert(
      fc.property(mutated(...CHALLENGES), (challenge) => {
        const initiator = newInitiator();
        initiator.step(null);
        let failed = true;
        tolerate(() => {
          initiator.step(challenge);
          failed = false;
        });
        expect(initiator.complete).toBe(!failed);
      }),
      runs(2_000),
    );
  });

  it('to the acceptor, which takes none of them', () => {
    fc.assert(
      fc.property(mutated(NEGOTIATE), mutated(AUTHENTICATE, fromHex(NTLM_V2_AUTHENTICATE_MESSAGE)), (negotiate, authenticate) => {
        const acceptor = newAcceptor();
        tolerate(() => {
          acceptor.step(negotiate);
          acceptor.step(authenticate);
        });
        expect(acceptor.user).toBeNull();
      }),
      runs(2_000),
    );
  });

  it('to unwrap', () => {
    const acceptor = () => {
      const initiator = newInitiator();
      initiator.step(null);
      initiator.step(fromHex(WINDOWS_CHALLENGE));
      return initiator;
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 20 }), (data, signature) => {
        expect(() => acceptor().unwrap({ data, signature })).toThrow(ProtocolError);
      }),
      runs(500),
    );
  });
});
