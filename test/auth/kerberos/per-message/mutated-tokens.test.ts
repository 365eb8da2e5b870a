import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KerberosSession } from '../../../../src/auth/kerberos/per-message/kerberos-session.js';
import { concat, equalConstantTime, toHex } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';
import { runs } from '../../../fuzz/runs.js';
import { ETYPE_NUMBERS, newPair } from './sessions.js';

const MESSAGE = new Uint8Array(40).fill(0x41);

/** RRC is the one field of RFC 4121 that nothing protects: many values of it mean the same rotation. */
const RRC = [6, 7];

/** Octets changed, cut off, or added; never the token as it was. */
const mutation = fc.record({
  patches: fc.array(fc.record({ at: fc.nat(), xor: fc.integer({ min: 1, max: 255 }) }), { maxLength: 4 }),
  cut: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(120) }),
  added: fc.oneof({ weight: 3, arbitrary: fc.constant(new Uint8Array()) }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) }),
});
type Mutation = { readonly patches: readonly { readonly at: number; readonly xor: number }[]; readonly cut: number; readonly added: Uint8Array };

function mutate(token: Uint8Array, { patches, cut, added }: Mutation): Uint8Array {
  const copy = token.slice(0, Math.max(0, token.length - cut));
  for (const { at, xor } of patches) if (copy.length > 0) copy[at % copy.length]! ^= xor;
  return concat(copy, added);
}

const withoutRrc = (token: Uint8Array): string => toHex(token.filter((_, index) => !RRC.includes(index)));

/** What came of it: the message, or `null` for a ProtocolError. Any other error passes through. */
function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

const open = (acceptor: KerberosSession, token: Uint8Array): Uint8Array | null => attempt(() => acceptor.unwrap({ signature: token.subarray(0, 20), data: token.subarray(20) }));

it.each(ETYPE_NUMBERS)('a changed Wrap token does not open (encryption type %i)', (etype) => {
  fc.assert(
    fc.property(mutation, (change) => {
      const { initiator, acceptor } = newPair(etype);
      const { signature, data } = initiator.wrap(MESSAGE);
      const token = concat(signature, data);
      const mutated = mutate(token, change);
      fc.pre(toHex(mutated) !== toHex(token));
      const opened = open(acceptor, mutated);
      if (etype !== 23 && withoutRrc(mutated) === withoutRrc(token)) expect(opened === null || equalConstantTime(opened, MESSAGE)).toBe(true);
      else expect(opened).toBeNull();
    }),
    runs(300),
  );
});

it.each(ETYPE_NUMBERS)('a changed MIC token does not verify, nor does one of another message (encryption type %i)', (etype) => {
  fc.assert(
    fc.property(mutation, fc.uint8Array({ maxLength: 60 }), fc.boolean(), (change, other, another) => {
      const { initiator, acceptor } = newPair(etype);
      const mic = initiator.sign(MESSAGE);
      const mutated = another ? mic : mutate(mic, change);
      const message = another ? other : MESSAGE;
      fc.pre(toHex(mutated) !== toHex(mic) || toHex(message) !== toHex(MESSAGE));
      expect(attempt(() => (acceptor.verify(message, mutated), 'verified'))).toBeNull();
    }),
    runs(200),
  );
});

it.each(ETYPE_NUMBERS)('what is no token at all does not open (encryption type %i)', (etype) => {
  fc.assert(
    fc.property(fc.constantFrom([], [0x05, 0x04, 0x06, 0xff], [0x60, 0x2b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x02, 0x01]), fc.uint8Array({ maxLength: 200 }), (start, rest) => {
      const token = concat(Uint8Array.from(start), rest);
      expect(open(newPair(etype).acceptor, token)).toBeNull();
      expect(attempt(() => (newPair(etype).acceptor.verify(MESSAGE, token), 'verified'))).toBeNull();
    }),
    runs(200),
  );
});
