import { describe, expect, it } from 'vitest';
import { decodeTsRequest, encodeTsRequest, type TsRequest } from '../../../src/auth/credssp/ts-request.js';
import { fromHex, toHex } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';

const NOTHING: Omit<TsRequest, 'version'> = { negoToken: null, authInfo: null, pubKeyAuth: null, errorCode: null, clientNonce: null };
const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Written by hand after the ASN.1 of MS-CSSP 2.2.1. */
const VECTORS: readonly [string, TsRequest, string][] = [
  ['a version alone', { ...NOTHING, version: 6 }, '3005 a003 020106'],
  ['a token', { ...NOTHING, version: 6, negoToken: octets(0xaa, 0xbb) }, '3011 a003 020106 a10a 3008 3006 a004 0402aabb'],
  ['the client\'s proof, with its last token', {
    ...NOTHING, version: 5, negoToken: octets(0xaa), pubKeyAuth: octets(1, 2, 3), clientNonce: octets(9, 8),
  }, '301d a003 020105 a109 3007 3005 a003 0401aa a305 0403010203 a504 04020908'],
  ['credentials', { ...NOTHING, version: 6, authInfo: octets(0x11) }, '300a a003 020106 a203 040111'],
  // The four octets of an NTSTATUS of severity error are a negative INTEGER.
  ['STATUS_LOGON_FAILURE', { ...NOTHING, version: 6, errorCode: 0xc000_006d }, '300d a003 020106 a406 0204c000006d'],
];

describe('TSRequest', () => {
  it.each(VECTORS)('%s, both ways', (_name, request, hex) => {
    expect(toHex(encodeTsRequest(request))).toBe(hex.replaceAll(' ', ''));
    expect(decodeTsRequest(fromHex(hex))).toEqual(request);
  });

  it('takes an errorCode that was written as an unsigned number, as FreeRDP does', () => {
    expect(decodeTsRequest(fromHex('300e a003 020106 a407 020500c000006d')).errorCode).toBe(0xc000_006d);
  });

  it('passes over fields of later versions', () => {
    expect(decodeTsRequest(fromHex('300a a003 020107 a603 0401ff'))).toEqual({ ...NOTHING, version: 7 });
  });

  it.each([
    ['nothing', ''],
    ['no version', '3005 a203 040111'],
    ['a version that is no INTEGER', '3005 a003 040106'],
    ['something behind it', '3005 a003 020106 00'],
    ['two tokens', '3016 a003 020106 a10f 300d 3005 a003 0401aa 3004 a002 0400'],
    ['an empty list of tokens', '3009 a003 020106 a102 3000'],
    ['an errorCode of more than 32 bits', '300e a003 020106 a407 02050100000000'],
    ['a negative errorCode of more than 32 bits', '300e a003 020106 a407 0205ff7fffffff'],
    ['a field twice', '300a a003 020106 a003 020106'],
    ['a length beyond the end', '3006 a003 020106'],
  ])('refuses %s', (_name, hex) => {
    expect(() => decodeTsRequest(fromHex(hex))).toThrow(ProtocolError);
  });
});
