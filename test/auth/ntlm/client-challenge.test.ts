import { describe, expect, it } from 'vitest';
import { decodeFiletime, decodeNtlmV2Response, encodeClientChallenge, encodeFiletime } from '../../../src/auth/ntlm/client-challenge.js';
import { fromHex, toHex } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';
import { COMMON, NTLM_V2, NTLM_V2_AV_PAIRS } from './vectors.js';

const CLIENT_CHALLENGE = { timestamp: COMMON.time, challengeFromClient: COMMON.clientChallenge, avPairs: NTLM_V2_AV_PAIRS };

describe('NTLMv2_CLIENT_CHALLENGE', () => {
  it('is the temp of MS-NLMP 4.2.4.1.3', () => {
    expect(toHex(encodeClientChallenge(CLIENT_CHALLENGE))).toBe(NTLM_V2.temp);
  });

  it('is found in the response of MS-NLMP 4.2.4.2.2', () => {
    const { ntProofStr, temp, clientChallenge } = decodeNtlmV2Response(fromHex(NTLM_V2.ntProofStr + NTLM_V2.temp));
    expect(toHex(ntProofStr)).toBe(NTLM_V2.ntProofStr);
    expect(toHex(temp)).toBe(NTLM_V2.temp);
    expect(clientChallenge).toEqual(CLIENT_CHALLENGE);
  });

  it.each([
    ['empty', ''],
    ['an NTLMv1 response', '67c43011f30298a2ad35ece64f16331c44bdbed927841f94'],
    ['of another version', `${NTLM_V2.ntProofStr}02${NTLM_V2.temp.slice(2)}`],
    ['without room for AV_PAIRs', (NTLM_V2.ntProofStr + NTLM_V2.temp).slice(0, 86)],
    ['without MsvAvEOL', (NTLM_V2.ntProofStr + NTLM_V2.temp).slice(0, 150)],
  ])('that is %s is refused', (_, hex) => {
    expect(() => decodeNtlmV2Response(fromHex(hex))).toThrow(ProtocolError);
  });
});

describe('FILETIME', () => {
  it.each([
    ['1601-01-01T00:00:00.000Z', '0000000000000000'],
    ['1970-01-01T00:00:00.000Z', '00803ed5deb19d01'],
    ['2024-05-01T00:00:00.000Z', '008085825a9bda01'],
  ])('of %s', (time, hex) => {
    expect(toHex(encodeFiletime(new Date(time)))).toBe(hex);
    expect(decodeFiletime(fromHex(hex)).toISOString()).toBe(time);
  });

  it('of every value is a date', () => {
    expect(decodeFiletime(fromHex('ffffffffffffffff')).toISOString()).toBe('+060056-05-28T05:36:10.955Z');
  });
});
