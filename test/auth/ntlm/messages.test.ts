import { describe, expect, it } from 'vitest';
import { decodeAuthenticateMessage, encodeAuthenticateMessage } from '../../../src/auth/ntlm/authenticate-message.js';
import { decodeChallengeMessage, encodeChallengeMessage } from '../../../src/auth/ntlm/challenge-message.js';
import { messageType } from '../../../src/auth/ntlm/message.js';
import { decodeNegotiateMessage, encodeNegotiateMessage } from '../../../src/auth/ntlm/negotiate-message.js';
import { concat, dataView, fromHex, toHex, utf8 } from '../../../src/bytes.js';
import { LimitError, ProtocolError } from '../../../src/errors.js';
import { COMMON, NTLM_V2, NTLM_V2_AUTHENTICATE_MESSAGE, NTLM_V2_AV_PAIRS, NTLM_V2_CHALLENGE_MESSAGE, WINDOWS_CHALLENGE } from './vectors.js';

const VERSION_6_0_6000 = { productMajorVersion: 6, productMinorVersion: 0, productBuild: 6000, ntlmRevisionCurrent: 15 };
const VERSION_5_1_2600 = { productMajorVersion: 5, productMinorVersion: 1, productBuild: 2600, ntlmRevisionCurrent: 15 };

/** The fields of the messages in MS-NLMP 4.2.4.3. */
const CHALLENGE = {
  negotiateFlags: 0xe28a8233,
  targetName: COMMON.serverName,
  serverChallenge: COMMON.serverChallenge,
  targetInfo: NTLM_V2_AV_PAIRS,
  version: VERSION_6_0_6000,
};
const AUTHENTICATE = {
  negotiateFlags: 0xe2888235,
  domainName: COMMON.userDom,
  userName: COMMON.user,
  workstation: COMMON.workstationName,
  lmChallengeResponse: fromHex(NTLM_V2.lmChallengeResponse),
  ntChallengeResponse: fromHex(NTLM_V2.ntProofStr + NTLM_V2.temp),
  encryptedRandomSessionKey: fromHex(NTLM_V2.encryptedRandomSessionKey),
  version: VERSION_5_1_2600,
  mic: null,
};

/** A copy with some bytes replaced. */
function patched(hex: string, at: number, replacement: string): Uint8Array {
  const message = fromHex(hex);
  message.set(fromHex(replacement), at);
  return message;
}

describe('messageType', () => {
  it.each([
    ['nothing', ''],
    ['eleven bytes', '4e544c4d53535000010000'],
    ['another signature', '4e544c4d5353500101000000'],
    ['type 4', '4e544c4d5353500004000000'],
    ['SPNEGO', '6048 06062b0601050502a03e303ca00e300c060a2b06'],
  ])('refuses %s', (_, hex) => {
    expect(() => messageType(fromHex(hex))).toThrow(ProtocolError);
  });
});

describe('NEGOTIATE_MESSAGE', () => {
  const HEX = '4e544c4d53535000 01000000 358288e2 0000000028000000 0000000028000000 0a00614a0000000f';
  const version = { productMajorVersion: 10, productMinorVersion: 0, productBuild: 19041, ntlmRevisionCurrent: 15 };

  it('is 40 bytes without names', () => {
    expect(toHex(encodeNegotiateMessage(0xe2888235, version))).toBe(HEX.replace(/\s/g, ''));
  });

  it('is read', () => {
    expect(decodeNegotiateMessage(fromHex(HEX))).toEqual({ negotiateFlags: 0xe2888235, domainName: '', workstationName: '', version });
  });

  it('may end after its flags, as the oldest clients have it', () => {
    expect(decodeNegotiateMessage(fromHex('4e544c4d5353500001000000058200a0'))).toEqual({
      negotiateFlags: 0xa0008205,
      domainName: '',
      workstationName: '',
      version: null,
    });
  });

  it('may name a domain and a workstation', () => {
    const message = concat(fromHex('4e544c4d53535000 01000000 07b20000 0300030027000000 0700070020000000'), utf8('LAPTOP7LAB'));
    expect(decodeNegotiateMessage(message)).toEqual({
      negotiateFlags: 0x0000b207,
      domainName: 'LAB',
      workstationName: 'LAPTOP7',
      version: null,
    });
  });

  it.each([
    ['ends inside its flags', '4e544c4d53535000 01000000 0582'],
    ['has a name and no descriptor', '4e544c4d53535000 01000000 07120000'],
    ['has a name beyond its end', '4e544c4d53535000 01000000 07120000 0300030020000000 0000000020000000'],
    ['is a challenge', WINDOWS_CHALLENGE],
  ])('that %s is refused', (_, hex) => {
    expect(() => decodeNegotiateMessage(fromHex(hex))).toThrow(ProtocolError);
  });
});

describe('CHALLENGE_MESSAGE', () => {
  it('is written and read as in MS-NLMP 4.2.4.3', () => {
    expect(toHex(encodeChallengeMessage(CHALLENGE))).toBe(NTLM_V2_CHALLENGE_MESSAGE);
    expect(decodeChallengeMessage(fromHex(NTLM_V2_CHALLENGE_MESSAGE))).toEqual(CHALLENGE);
  });

  it('is read as Windows writes it', () => {
    const { targetName, targetInfo, version, negotiateFlags } = decodeChallengeMessage(fromHex(WINDOWS_CHALLENGE));
    expect(negotiateFlags).toBe(0xe28a8235);
    expect(targetName).toBe('NODE-A7');
    expect(targetInfo?.map(({ id, value }) => [id, toHex(value)])).toEqual([
      [2, '4e004f00440045002d0041003700'],
      [1, '4e004f00440045002d0041003700'],
      [4, '4e004f00440045002d0041003700'],
      [3, '4e004f00440045002d0041003700'],
      [7, '008085825a9bda01'],
    ]);
    expect(version).toEqual({ productMajorVersion: 10, productMinorVersion: 0, productBuild: 20348, ntlmRevisionCurrent: 15 });
  });

  it('has no TargetInfo and no VERSION when their flags are clear', () => {
    const decoded = decodeChallengeMessage(patched(NTLM_V2_CHALLENGE_MESSAGE, 20, '33820ae0'));
    expect(decoded.targetInfo).toBeNull();
    expect(decoded.version).toBeNull();
  });

  it('names its target in OEM text when Unicode was not chosen', () => {
    const message = concat(fromHex('4e544c4d53535000 02000000 0300030030000000 06020000 0123456789abcdef 0000000000000000 0000000033000000'), utf8('LAB'));
    expect(decodeChallengeMessage(message).targetName).toBe('LAB');
  });

  it('may end before VERSION', () => {
    const header = NTLM_V2_CHALLENGE_MESSAGE.slice(0, 96);
    const message = fromHex(header);
    message.set(fromHex('0000000030000000'), 12);
    message.set(fromHex('33820ae2'), 20);
    expect(decodeChallengeMessage(message).version).toBeNull();
  });

  it.each([
    ['ends inside its header', fromHex(NTLM_V2_CHALLENGE_MESSAGE.slice(0, 94))],
    ['ends inside its TargetInfo', fromHex(NTLM_V2_CHALLENGE_MESSAGE.slice(0, -2))],
    ['has its TargetName beyond its end', patched(NTLM_V2_CHALLENGE_MESSAGE, 16, '61000000')],
    ['has its TargetName far beyond its end', patched(NTLM_V2_CHALLENGE_MESSAGE, 16, 'ffffffff')],
    ['has its TargetName inside its signature', patched(NTLM_V2_CHALLENGE_MESSAGE, 16, '00000000')],
    ['has half a character in its TargetName', patched(NTLM_V2_CHALLENGE_MESSAGE, 12, '0b00')],
    ['has a TargetInfo without MsvAvEOL', patched(NTLM_V2_CHALLENGE_MESSAGE, 40, '2000')],
    ['has an empty TargetInfo', patched(NTLM_V2_CHALLENGE_MESSAGE, 40, '0000')],
    ['is of type 3', patched(NTLM_V2_CHALLENGE_MESSAGE, 8, '03000000')],
  ])('that %s is refused', (_, message) => {
    expect(() => decodeChallengeMessage(message)).toThrow(ProtocolError);
  });
});

describe('AUTHENTICATE_MESSAGE', () => {
  it('is written and read as in MS-NLMP 4.2.4.3, without a MIC', () => {
    expect(toHex(encodeAuthenticateMessage(AUTHENTICATE))).toBe(NTLM_V2_AUTHENTICATE_MESSAGE);
    expect(decodeAuthenticateMessage(fromHex(NTLM_V2_AUTHENTICATE_MESSAGE))).toEqual(AUTHENTICATE);
  });

  it('has its MIC at 72 and its payload from 88', () => {
    const mic = fromHex('000102030405060708090a0b0c0d0e0f');
    const message = encodeAuthenticateMessage({ ...AUTHENTICATE, mic });
    expect(toHex(message.slice(72, 88))).toBe('000102030405060708090a0b0c0d0e0f');
    expect(dataView(message).getUint32(32, true)).toBe(88);
    expect(toHex(message.slice(88))).toBe(NTLM_V2_AUTHENTICATE_MESSAGE.slice(144));
    expect(decodeAuthenticateMessage(message)).toEqual({ ...AUTHENTICATE, mic });
  });

  it('has neither VERSION nor MIC when its payload begins at 64', () => {
    const message = concat(
      fromHex('4e544c4d53535000 03000000 0000000040000000 0000000040000000 0200020040000000 0200020042000000 0000000044000000 0000000044000000 01820002'),
      fromHex('41004200 000000000000000000000000 000000000000000000000000'),
    );
    const { domainName, userName, version, mic } = decodeAuthenticateMessage(message);
    expect({ domainName, userName, version, mic }).toEqual({ domainName: 'A', userName: 'B', version: null, mic: null });
  });

  it('cannot carry more than 65,535 bytes in a field', () => {
    expect(() => encodeAuthenticateMessage({ ...AUTHENTICATE, userName: 'u'.repeat(32_768) })).toThrow(LimitError);
    expect(decodeAuthenticateMessage(encodeAuthenticateMessage({ ...AUTHENTICATE, userName: 'u'.repeat(32_767) })).userName).toHaveLength(32_767);
  });

  it.each([
    ['ends inside its header', fromHex(NTLM_V2_AUTHENTICATE_MESSAGE.slice(0, 126))],
    ['ends inside its session key', fromHex(NTLM_V2_AUTHENTICATE_MESSAGE.slice(0, -2))],
    ['has its UserName beyond its end', patched(NTLM_V2_AUTHENTICATE_MESSAGE, 40, 'e4000000')],
    ['has half a character in its UserName', patched(NTLM_V2_AUTHENTICATE_MESSAGE, 36, '0700')],
    ['is a challenge', fromHex(NTLM_V2_CHALLENGE_MESSAGE)],
  ])('that %s is refused', (_, message) => {
    expect(() => decodeAuthenticateMessage(message)).toThrow(ProtocolError);
  });
});
