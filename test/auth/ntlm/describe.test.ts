import { describe, expect, it } from 'vitest';
import { describeNtlmMessage } from '../../../src/auth/ntlm/describe.js';
import { fromHex } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';
import { NTLM_V2, NTLM_V2_AUTHENTICATE_MESSAGE, WINDOWS_CHALLENGE } from './vectors.js';

const FLAGS = [
  'NTLMSSP_NEGOTIATE_UNICODE',
  'NTLMSSP_REQUEST_TARGET',
  'NTLMSSP_NEGOTIATE_SIGN',
  'NTLMSSP_NEGOTIATE_SEAL',
  'NTLMSSP_NEGOTIATE_NTLM',
  'NTLMSSP_NEGOTIATE_ALWAYS_SIGN',
  'NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY',
  'NTLMSSP_NEGOTIATE_TARGET_INFO',
  'NTLMSSP_NEGOTIATE_VERSION',
  'NTLMSSP_NEGOTIATE_128',
  'NTLMSSP_NEGOTIATE_KEY_EXCH',
  'NTLMSSP_NEGOTIATE_56',
];

describe('describeNtlmMessage', () => {
  it('tells a NEGOTIATE_MESSAGE', () => {
    expect(describeNtlmMessage(fromHex('4e544c4d5353500001000000358288e2'))).toEqual({
      message: 'NEGOTIATE_MESSAGE',
      negotiateFlags: FLAGS,
      domainName: '',
      workstationName: '',
      version: null,
    });
  });

  it('tells a CHALLENGE_MESSAGE', () => {
    expect(describeNtlmMessage(fromHex(WINDOWS_CHALLENGE))).toEqual({
      message: 'CHALLENGE_MESSAGE',
      negotiateFlags: [...FLAGS.slice(0, 6), 'NTLMSSP_TARGET_TYPE_SERVER', ...FLAGS.slice(6)],
      targetName: 'NODE-A7',
      serverChallenge: '1122334455667788',
      targetInfo: [
        { name: 'MsvAvNbDomainName', value: 'NODE-A7' },
        { name: 'MsvAvNbComputerName', value: 'NODE-A7' },
        { name: 'MsvAvDnsDomainName', value: 'NODE-A7' },
        { name: 'MsvAvDnsComputerName', value: 'NODE-A7' },
        { name: 'MsvAvTimestamp', value: '2024-05-01T00:00:00.000Z' },
      ],
      version: { productMajorVersion: 10, productMinorVersion: 0, productBuild: 20348, ntlmRevisionCurrent: 15 },
    });
  });

  it('tells an AUTHENTICATE_MESSAGE, and hides responses and keys', () => {
    const description = describeNtlmMessage(fromHex(NTLM_V2_AUTHENTICATE_MESSAGE));
    expect(description).toEqual({
      message: 'AUTHENTICATE_MESSAGE',
      negotiateFlags: FLAGS,
      domainName: 'Domain',
      userName: 'User',
      workstation: 'COMPUTER',
      lmChallengeResponse: { bytes: 24 },
      ntChallengeResponse: { bytes: 84 },
      clientChallenge: {
        timestamp: '1601-01-01T00:00:00.000Z',
        avPairs: [
          { name: 'MsvAvNbDomainName', value: 'Domain' },
          { name: 'MsvAvNbComputerName', value: 'Server' },
        ],
      },
      encryptedRandomSessionKey: { bytes: 16 },
      version: { productMajorVersion: 5, productMinorVersion: 1, productBuild: 2600, ntlmRevisionCurrent: 15 },
      mic: null,
    });
    for (const secret of [NTLM_V2.ntProofStr, NTLM_V2.lmChallengeResponse, NTLM_V2.encryptedRandomSessionKey]) {
      expect(JSON.stringify(description)).not.toContain(secret.slice(0, 16));
    }
  });

  it('tells an NTLMv1 response by its length', () => {
    const message = fromHex(NTLM_V2_AUTHENTICATE_MESSAGE);
    message.set(fromHex('1800'), 20);
    expect(describeNtlmMessage(message)).toMatchObject({ ntChallengeResponse: { bytes: 24 }, clientChallenge: null });
  });

  it('tells the pairs that are no text', () => {
    const pairs = '06000400 02000000 0a001000 000102030405060708090a0b0c0d0e0f 08000200 abcd 0b000100 7f 00000000';
    const header = '4e544c4d53535000 02000000 0000000038000000 35828ae2 1122334455667788 0000000000000000 2b002b0038000000 0000000000000000';
    expect(describeNtlmMessage(fromHex(header + pairs))).toMatchObject({
      targetInfo: [
        { name: 'MsvAvFlags', value: '0x00000002' },
        { name: 'MsvAvChannelBindings', value: '000102030405060708090a0b0c0d0e0f' },
        { name: 'MsvAvSingleHost', value: 'abcd' },
        { name: 'AvId 11', value: '7f' },
      ],
    });
  });

  it('refuses what is no NTLM message', () => {
    expect(() => describeNtlmMessage(fromHex('6048'))).toThrow(ProtocolError);
  });
});
