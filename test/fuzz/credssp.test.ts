import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subjectPublicKey } from '../../src/auth/credssp/subject-public-key.js';
import { decodeTsCredentials, encodeTsCredentials } from '../../src/auth/credssp/ts-credentials.js';
import { decodeTsRequest, encodeTsRequest, type TsRequest } from '../../src/auth/credssp/ts-request.js';
import { utf8 } from '../../src/bytes.js';
import { ProtocolError } from '../../src/errors.js';
import { runs } from './runs.js';

const REQUEST = encodeTsRequest({ version: 6, negoToken: utf8('token'), pubKeyAuth: utf8('proof'), errorCode: 0xc000_006d, clientNonce: utf8('nonce') });
const CREDENTIALS = encodeTsCredentials({ domainName: 'EXAMPLE', userName: 'operator', password: 'Secret-1' });

/** Any bytes, or a message with some of its own overwritten and perhaps cut. */
const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.record({
    message: fc.constantFrom(REQUEST, CREDENTIALS),
    patches: fc.array(fc.record({ at: fc.nat(120), byte: fc.nat(255) }), { minLength: 1, maxLength: 4 }),
    keep: fc.nat(200),
  }).map(({ message, patches, keep }) => {
    const copy = message.slice(0, keep);
    for (const { at, byte } of patches) if (at < copy.length) copy[at] = byte;
    return copy;
  }),
);

const optional = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null });
const requests: fc.Arbitrary<TsRequest> = fc.record({
  version: fc.integer({ min: 2, max: 6 }),
  negoToken: optional, authInfo: optional, pubKeyAuth: optional, clientNonce: optional,
  errorCode: fc.option(fc.integer({ min: 0, max: 0xffff_ffff }), { nil: null }),
});

describe('CredSSP', () => {
  it.each([
    ['decodeTsRequest', decodeTsRequest],
    ['decodeTsCredentials', decodeTsCredentials],
    ['subjectPublicKey', subjectPublicKey],
  ])('%s gives something or a ProtocolError', (_name, decode) => {
    fc.assert(fc.property(hostile, (bytes) => {
      try {
        decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }), runs(500));
  });

  it('a TSRequest comes back as it was', () => {
    fc.assert(fc.property(requests, (request) => {
      expect(decodeTsRequest(encodeTsRequest(request))).toEqual(request);
    }), runs(200));
  });
});
