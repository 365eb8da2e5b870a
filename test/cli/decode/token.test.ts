import { describe, expect, it } from 'vitest';
import { concat, fromHex, toBase64 } from '../../../src/bytes.js';
import { describeToken } from '../../../src/cli/decode/token.js';
import { LimitError, ProtocolError } from '../../../src/errors.js';
import { MIT_ACCEPTOR, MIT_INITIATOR } from '../../auth/kerberos/mit-handshakes.js';

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

/** RFC 4178 §4.2.1 by hand: a NegTokenInit for NTLM with the mechToken `AB`. */
const NEG_TOKEN_INIT = fromHex('6022 06062b0601050502 a018 3016 a00e 300c 060a2b06010401823702020a a204 04024142');

/** RFC 4178 §4.2.2 by hand: a NegTokenResp with the AP-REP in it. */
const NEG_TOKEN_RESP = concat(fromHex('a181b7 3081b4 a0030a0100 a10b06092a864886f712010202 a2819f 04819c'), MIT_ACCEPTOR.apRep);

/** RFC 8446 §5.1 by hand: the record of a ClientHello that says nothing. */
const CLIENT_HELLO = fromHex('16 0301 0004 01000000');

const NONE_OF_THESE = /^The input is neither XML nor a token of NTLM, Kerberos, SPNEGO or CredSSP in base64$/;

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
    ['Kerberos in its scheme', 'Authorization: Kerberos', MIT_INITIATOR.apReq, { kind: 'kerberos', message: 'AP-REQ', ticket: { realm: 'LAB.EXAMPLE', sname: 'HTTP/a256.lab.example' } }],
    ['Kerberos in Negotiate, without SPNEGO', 'Authorization: Negotiate', MIT_ACCEPTOR.apReq, { kind: 'kerberos', message: 'AP-REQ' }],
    ['SPNEGO of a client', 'Authorization: Negotiate', NEG_TOKEN_INIT, { kind: 'spnego', message: 'NegTokenInit', mechToken: { bytes: 2 } }],
    ['SPNEGO of a host', 'WWW-Authenticate: Negotiate', NEG_TOKEN_RESP, { kind: 'spnego', message: 'NegTokenResp', responseToken: { kind: 'kerberos', message: 'AP-REP' } }],
    ['CredSSP', 'Authorization: CredSSP', CLIENT_HELLO, { kind: 'credssp', handshake: 'client_hello' }],
    ['CredSSP in other letters', 'www-authenticate: credssp', CLIENT_HELLO, { kind: 'credssp' }],
    ['Kerberos in other letters', 'kerberos', MIT_ACCEPTOR.apRep, { kind: 'kerberos', message: 'AP-REP' }],
  ])('tells %s', (_what, header, bytes, description) => {
    expect(describeToken(`${header} ${toBase64(bytes)}`)).toMatchObject(description);
    expect(describeToken(toBase64(bytes))).toMatchObject(description);
  });

  it.each([
    ['base64 of something else', 'AAECAwQFBgc=', NONE_OF_THESE],
    ['NTLM that is cut', token.slice(0, 40), /^The NTLM token cannot be read: .*CHALLENGE_MESSAGE/],
    ['Kerberos that is cut', toBase64(MIT_ACCEPTOR.apReq.subarray(0, 300)), /^The Kerberos token cannot be read: .* ends beyond the 300 bytes/],
    ['SPNEGO that is cut', toBase64(NEG_TOKEN_INIT.subarray(0, 30)), /^The SPNEGO token cannot be read: .* ends beyond the 30 bytes/],
    ['CredSSP that is cut', toBase64(CLIENT_HELLO.subarray(0, 6)), /^The CredSSP token cannot be read: The TLS record at offset 0 ends beyond the 6 bytes/],
    ['no base64', 'Negotiate ***', NONE_OF_THESE],
    ['a scheme without a token', 'WWW-Authenticate: Kerberos', NONE_OF_THESE],
  ])('refuses %s', (_what, text, message) => {
    expect(() => describeToken(text)).toThrow(ProtocolError);
    expect(() => describeToken(text)).toThrow(message);
  });

  it('says that a limit is exceeded', () => {
    expect(() => describeToken(toBase64(fromHex('1703030000'.repeat(10_001))))).toThrow(LimitError);
  });

  // Two of them are also the beginning of a framing (0x60) and of a NegTokenResp (0xa1).
  it.each(['hunter2', 'hunter22', 'Negotiate hunter2', 'Basic aHVudGVyMg==', 'YARhbnRl', 'oQRhbnRl'])('quotes nothing of what may be a password: %s', (text) => {
    expect(() => describeToken(text)).toThrow(NONE_OF_THESE);
  });

  it.each([
    ['Kerberos', MIT_ACCEPTOR.apReq],
    ['SPNEGO', NEG_TOKEN_RESP],
    ['CredSSP', CLIENT_HELLO],
  ])('describes %s or refuses it, whichever octet is another', (_what, original) => {
    for (const octet of [0x00, 0x30, 0x7f, 0x80, 0xff]) {
      for (const at of original.keys()) {
        const changed = original.slice();
        changed[at] = octet;
        let failure: unknown = null;
        try {
          JSON.stringify(describeToken(toBase64(changed)));
        } catch (error) {
          failure = error;
        }
        if (failure !== null) expect(failure).toBeInstanceOf(ProtocolError);
      }
    }
  });
});
