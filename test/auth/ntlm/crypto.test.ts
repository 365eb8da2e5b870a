import { describe, expect, it } from 'vitest';
import {
  computeMic,
  computeNtProofStr,
  computeSessionBaseKey,
  hmacMd5,
  macChecksum,
  ntHashOf,
  ntowfV2,
  sealKey,
  signKey,
} from '../../../src/auth/ntlm/crypto.js';
import { Rc4 } from '../../../src/auth/ntlm/rc4.js';
import { fromHex, toHex, utf16le, utf8 } from '../../../src/bytes.js';
import {
  COMMON,
  NTLM_V1_CLIENT_CHALLENGE,
  NTLM_V1_ENCRYPTED_SESSION_KEY,
  NTLM_V1_SESSION_BASE_KEY,
  NTLM_V2,
  NTLM_V2_WRAP,
  NTOWF_V1,
} from './vectors.js';

describe('the keys of MS-NLMP 4.2', () => {
  it('NTOWFv1 (4.2.2.1.2)', () => {
    expect(toHex(ntHashOf(COMMON.passwd))).toBe(NTOWF_V1);
  });

  it('NTOWFv2 (4.2.4.1.1)', () => {
    expect(toHex(ntowfV2(fromHex(NTOWF_V1), COMMON.user, COMMON.userDom))).toBe(NTLM_V2.ntowfV2);
  });

  it('NTProofStr (4.2.4.2.2)', () => {
    expect(toHex(computeNtProofStr(fromHex(NTLM_V2.ntowfV2), COMMON.serverChallenge, fromHex(NTLM_V2.temp)))).toBe(NTLM_V2.ntProofStr);
  });

  it('SessionBaseKey (4.2.4.1.2)', () => {
    expect(toHex(computeSessionBaseKey(fromHex(NTLM_V2.ntowfV2), fromHex(NTLM_V2.ntProofStr)))).toBe(NTLM_V2.sessionBaseKey);
  });

  it.each([
    ['4.2.4.2.3', NTLM_V2.sessionBaseKey, NTLM_V2.encryptedRandomSessionKey],
    ['4.2.2.2.3', NTLM_V1_SESSION_BASE_KEY, NTLM_V1_ENCRYPTED_SESSION_KEY],
  ])('EncryptedRandomSessionKey (%s)', (_, key, encrypted) => {
    expect(toHex(new Rc4(fromHex(key)).process(COMMON.randomSessionKey))).toBe(encrypted);
  });

  it('SIGNKEY, SEALKEY and the checksum (4.2.4.4)', () => {
    expect(toHex(signKey(COMMON.randomSessionKey, 'client'))).toBe(NTLM_V2_WRAP.signKey);
    expect(toHex(sealKey(COMMON.randomSessionKey, 'client'))).toBe(NTLM_V2_WRAP.sealKey);
    expect(toHex(macChecksum(fromHex(NTLM_V2_WRAP.signKey), 0, NTLM_V2_WRAP.plaintext))).toBe(NTLM_V2_WRAP.checksum);
  });

  it('SIGNKEY and the checksum (4.2.3.4)', () => {
    const { keyExchangeKey, signKey: expected, checksum } = NTLM_V1_CLIENT_CHALLENGE;
    expect(toHex(signKey(keyExchangeKey, 'client'))).toBe(expected);
    expect(toHex(macChecksum(fromHex(expected), 0, NTLM_V2_WRAP.plaintext))).toBe(checksum);
  });
});

describe('NTOWFv2', () => {
  const hash = fromHex(NTOWF_V1);

  it('does not care for the case of the user, but for that of the domain', () => {
    expect(ntowfV2(hash, 'uSER', 'Domain')).toEqual(fromHex(NTLM_V2.ntowfV2));
    expect(ntowfV2(hash, 'User', 'DOMAIN')).not.toEqual(fromHex(NTLM_V2.ntowfV2));
  });

  // Pairs of Windows' up-case table, and letters it leaves alone where JavaScript does not.
  it.each([
    ['jürgen', 'JÜRGEN'],
    ['ςx', 'ΣX'],
    ['ışık', 'ıŞıK'],
    ['µser', 'µSER'],
    ['ſam', 'ſAM'],
  ])('%s has the upper case %s', (name, upper) => {
    expect(ntowfV2(hash, name, '')).toEqual(hmacMd5(hash, utf16le(upper)));
  });

  it('keeps a letter whose upper case is longer', () => {
    expect(ntowfV2(hash, 'größe', '')).toEqual(ntowfV2(hash, 'GRÖßE', ''));
    expect(ntowfV2(hash, 'größe', '')).not.toEqual(ntowfV2(hash, 'GRÖSSE', ''));
  });
});

describe('computeMic', () => {
  it('is HMAC-MD5 of the three messages in their order (RFC 2202 §2, case 2)', () => {
    const messages = { negotiate: utf8('what do '), challenge: utf8('ya want '), authenticate: utf8('for nothing?') };
    expect(toHex(computeMic(utf8('Jefe'), messages))).toBe('750c783e6ab0b503eaa86e310a5db738');
  });
});
