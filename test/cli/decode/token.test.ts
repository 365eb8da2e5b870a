import { describe, expect, it } from 'vitest';
import { fromHex, toBase64 } from '../../../src/bytes.js';
import { describeToken } from '../../../src/cli/decode/token.js';
import { ProtocolError } from '../../../src/errors.js';

/** MS-NLMP 4.2.4.3: the CHALLENGE_MESSAGE. */
const CHALLENGE_MESSAGE = fromHex(`
  4e544c4d5353500002000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000 2400240044000000 060070170000000f
  530065007200760065007200 02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000`);

/** MS-NLMP 4.2.4.3: the AUTHENTICATE_MESSAGE. */
const AUTHENTICATE_MESSAGE = fromHex(`
  4e544c4d5353500003000000 180018006c000000 5400540084000000 0c000c0048000000 0800080054000000 100010005c000000
  10001000d8000000 358288e2 0501280a0000000f 44006f006d00610069006e00 5500730065007200 43004f004d0050005500540045005200
  86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa
  68cd0ab851e51c96aabc927bebef6a1c 0101000000000000 0000000000000000 aaaaaaaaaaaaaaaa 00000000
  02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000 00000000 c5dad2544fc9799094ce1ce90bc9d03e`);

const CHALLENGE = {
  kind: 'ntlm',
  message: 'CHALLENGE_MESSAGE',
  targetName: 'Server',
  serverChallenge: '0123456789abcdef',
  targetInfo: [
    { name: 'MsvAvNbDomainName', value: 'Domain' },
    { name: 'MsvAvNbComputerName', value: 'Server' },
  ],
  version: { productMajorVersion: 6, productMinorVersion: 0, productBuild: 6000, ntlmRevisionCurrent: 15 },
};

describe('describeToken', () => {
  const token = toBase64(CHALLENGE_MESSAGE);

  it.each([
    ['alone', token],
    ['after its scheme', `Negotiate ${token}`],
    ['after another scheme', `NTLM ${token}`],
    ['as the header of an answer', `WWW-Authenticate: Negotiate ${token}`],
    ['as the header of a request, in other letters', `authorization:  negotiate  ${token}`],
    ['with line breaks', token.replace(/.{20}/g, '$&\r\n')],
  ])('takes a token %s', (_how, text) => {
    expect(describeToken(text)).toMatchObject(CHALLENGE);
  });

  it('shows who answers, and of secrets the length', () => {
    const described = describeToken(toBase64(AUTHENTICATE_MESSAGE));
    expect(described).toMatchObject({
      message: 'AUTHENTICATE_MESSAGE',
      domainName: 'Domain',
      userName: 'User',
      workstation: 'COMPUTER',
      lmChallengeResponse: { bytes: 24 },
      ntChallengeResponse: { bytes: 84 },
      encryptedRandomSessionKey: { bytes: 16 },
    });
    expect(JSON.stringify(described)).not.toMatch(/68cd0ab8|c5dad254|86c35097/i);
  });

  it.each([
    ['base64 of something else', 'YIGeBgYrBgEFBQI=', /NTLM/],
    ['a token that is cut', token.slice(0, 40), /CHALLENGE_MESSAGE/],
    ['no base64', 'Negotiate ***', /^The input is neither XML nor an NTLM token in base64$/],
  ])('refuses %s', (_what, text, message) => {
    expect(() => describeToken(text)).toThrow(ProtocolError);
    expect(() => describeToken(text)).toThrow(message);
  });

  it.each(['hunter2', 'hunter22', 'Negotiate hunter2'])('quotes nothing of what may be a password: %s', (text) => {
    expect(() => describeToken(text)).toThrow(ProtocolError);
    expect(() => describeToken(text)).not.toThrow(/hunter|68756e746572/i);
  });
});
