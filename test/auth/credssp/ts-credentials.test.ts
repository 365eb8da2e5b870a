import { describe, expect, it } from 'vitest';
import { decodeTsCredentials, encodeTsCredentials } from '../../../src/auth/credssp/ts-credentials.js';
import { fromHex, toHex } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';

/** Written by hand after the ASN.1 of MS-CSSP 2.2.1.2 and 2.2.1.2.1: domain `D`, user `ü`, password `p€`. */
const PASSWORD = '301f a003 020101 a118 0416 3014 a004 0402 4400 a104 0402 fc00 a206 0404 7000ac20';

/** The sample of MS-CSSP 4: the PIN of a smart card. */
const SMART_CARD = `
  30 82 01 0f a0 03 02 01 02 a1 82 01 06 04 82 01 02 30 81 ff a0 1a 04 18 62 00 62 00 62 00 62 00
  62 00 62 00 62 00 62 00 62 00 62 00 62 00 62 00 a1 81 e0 30 81 dd a0 03 02 01 01 a2 2e 04 2c 4f
  00 4d 00 4e 00 49 00 4b 00 45 00 59 00 20 00 43 00 61 00 72 00 64 00 4d 00 61 00 6e 00 20 00 33
  00 78 00 32 00 31 00 20 00 30 00 a3 50 04 4e 6c 00 65 00 2d 00 4d 00 53 00 53 00 6d 00 61 00 72
  00 74 00 63 00 61 00 72 00 64 00 55 00 73 00 65 00 72 00 2d 00 38 00 62 00 64 00 61 00 30 00 31
  00 39 00 66 00 2d 00 31 00 32 00 36 00 36 00 2d 00 2d 00 35 00 33 00 32 00 36 00 38 00 a4 54 04
  52 4d 00 69 00 63 00 72 00 6f 00 73 00 6f 00 66 00 74 00 20 00 42 00 61 00 73 00 65 00 20 00 53
  00 6d 00 61 00 72 00 74 00 20 00 43 00 61 00 72 00 64 00 20 00 43 00 72 00 79 00 70 00 74 00 6f
  00 20 00 50 00 72 00 6f 00 76 00 69 00 64 00 65 00 72 00`;

describe('TSCredentials', () => {
  it('a password, both ways', () => {
    const credentials = { domainName: 'D', userName: 'ü', password: 'p€' };
    expect(toHex(encodeTsCredentials(credentials))).toBe(PASSWORD.replaceAll(' ', ''));
    expect(decodeTsCredentials(fromHex(PASSWORD))).toEqual(credentials);
  });

  it('knows a smart card\'s from a password\'s', () => {
    expect(() => decodeTsCredentials(fromHex(SMART_CARD))).toThrow(/of type 2; only passwords/);
  });

  it.each([
    ['nothing', ''],
    ['no credentials', '3005 a003 020101'],
    ['no password', '3017 a003 020101 a110 040e 300c a004 0402 4400 a104 0402 fc00'],
    ['something else in them', '300a a003 020101 a103 040100'],
  ])('refuses %s', (_name, hex) => {
    expect(() => decodeTsCredentials(fromHex(hex))).toThrow(ProtocolError);
  });
});
