import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNtlmInitiator } from '../../src/auth/ntlm/initiator.js';
import { createSpnegoInitiator } from '../../src/auth/spnego/initiator.js';
import { decodeNegToken, encodeMechTypeList, encodeNegTokenInit, encodeNegTokenResp } from '../../src/auth/spnego/neg-token.js';
import { toHex } from '../../src/bytes.js';
import { AuthError, ProtocolError } from '../../src/errors.js';
import { createNtlmAcceptor } from '../../src/testing/ntlm-acceptor.js';
import { createSpnegoAcceptor } from '../../src/testing/spnego-acceptor.js';
import { runs } from './runs.js';

const random = (length: number): Uint8Array => new Uint8Array(length).fill(3);
const now = (): Date => new Date(0);
const newInitiator = () => {
  const context = createNtlmInitiator({ credentials: { username: '.\\anna', password: 'correct horse' }, channelBinding: null, random, now });
  return createSpnegoInitiator({ contexts: [context] });
};
const newAcceptor = () =>
  createSpnegoAcceptor({ contexts: [createNtlmAcceptor({ computerName: 'NODE-A7', findPassword: () => 'correct horse', channelBinding: null, cbt: 'none', random, now })] });

/** What each side sends, in its order. */
function tokens() {
  const [initiator, acceptor] = [newInitiator(), newAcceptor()];
  const offer = initiator.step(null)!;
  const challenge = acceptor.step(offer)!;
  const authenticate = initiator.step(challenge)!;
  return { offer, challenge, authenticate, last: acceptor.step(authenticate)! };
}
const { offer: OFFER, challenge: CHALLENGE, authenticate: AUTHENTICATE, last: LAST } = tokens();

/** A token with some octets overwritten, mostly tags and lengths at its beginning, and perhaps cut. */
const mutated = (...originals: readonly Uint8Array[]) =>
  fc
    .record({
      token: fc.constantFrom(...originals),
      patches: fc.array(fc.record({ at: fc.oneof(fc.nat(40), fc.nat(500)), octet: fc.oneof(fc.constantFrom(0, 0x30, 0x7f, 0x80, 0x84, 0xa0, 0xff), fc.nat(255)) }), { maxLength: 4 }),
      keep: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }),
    })
    .map(({ token, patches, keep }) => {
      const copy = token.slice(0, Math.floor(token.length * keep));
      for (const { at, octet } of patches) if (at < copy.length) copy[at] = octet;
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

const octets = fc.uint8Array({ maxLength: 40 });
const mechTypes = fc.array(fc.constantFrom('1.2.840.113554.1.2.2', '1.3.6.1.4.1.311.2.2.10', '2.999.4294967296'), { maxLength: 3 });

describe('SPNEGO', () => {
  it('reads every NegTokenResp as it was written', () => {
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
    const resp = fc.record({
      kind: fc.constant('NegTokenResp' as const),
      negState: optional(fc.constantFrom('accept-completed' as const, 'accept-incomplete' as const, 'reject' as const, 'request-mic' as const)),
      supportedMech: optional(fc.constantFrom('1.2.840.113554.1.2.2', '2.999.4294967296')),
      responseToken: optional(octets),
      mechListMIC: optional(octets),
    });
    fc.assert(fc.property(resp, (fields) => {
      expect(decodeNegToken(encodeNegTokenResp(fields))).toEqual(fields);
    }), runs(300));
  });

  it('refuses broken tokens with its own errors', () => {
    fc.assert(fc.property(fc.oneof(octets, mutated(OFFER, CHALLENGE, LAST)), (token) => tolerate(() => decodeNegToken(token))), runs(1_000));
  });

  it('an initiator completes with the right mechListMIC alone, which ends the last token', () => {
    fc.assert(
      fc.property(mutated(CHALLENGE), mutated(LAST), (challenge, last) => {
        const initiator = newInitiator();
        initiator.step(null);
        tolerate(() => {
          initiator.step(challenge);
          initiator.step(last);
        });
        return !initiator.complete || toHex(last.slice(-16)) === toHex(LAST.slice(-16));
      }),
      runs(300),
    );
  });

  it('an acceptor survives every client', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(OFFER), fc.record({ list: octets, token: octets }).map(({ list, token }) => encodeNegTokenInit({ mechTypeList: list, mechToken: token }))), mutated(AUTHENTICATE), (offer, authenticate) => {
        const acceptor = newAcceptor();
        tolerate(() => {
          acceptor.step(offer);
          acceptor.step(authenticate);
        });
      }),
      runs(300),
    );
  });

  it('an initiator survives every NegTokenInit2', () => {
    const offers = mechTypes.map((offered) => encodeNegTokenInit({ mechTypeList: encodeMechTypeList(offered), mechToken: null }));
    fc.assert(fc.property(fc.oneof(mutated(OFFER), offers), (hint) => tolerate(() => newInitiator().step(hint))), runs(200));
  });
});
