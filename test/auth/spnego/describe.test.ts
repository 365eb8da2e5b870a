import { describe, expect, it } from 'vitest';
import { describeNegToken } from '../../../src/auth/spnego/describe.js';
import { concat, fromHex } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';
import { MIT_ACCEPTOR } from '../kerberos/mit-handshakes.js';

const KRB5 = { name: 'Kerberos 5', oid: '1.2.840.113554.1.2.2' };
const MS_KRB5 = { name: 'Microsoft Kerberos 5', oid: '1.2.840.48018.1.2.2' };
const NTLMSSP = { name: 'NTLMSSP', oid: '1.3.6.1.4.1.311.2.2.10' };

/** The three in DER, as the field mechTypes. */
const MECH_TYPES = 'a024 3022 06092a864886f712010202 06092a864882f712010202 060a2b06010401823702020a';
/** NTLM alone. */
const NTLM_ALONE = 'a00e 300c 060a2b06010401823702020a';
/** MS-NLMP 2.2.1.1: the least a NEGOTIATE_MESSAGE has, with NTLMSSP_NEGOTIATE_UNICODE. */
const NEGOTIATE_MESSAGE = '4e544c4d53535000 01000000 01000000';

const NO_FIELDS = { reqFlags: null, mechToken: null, negHints: null, mechListMIC: null };
const described = (hex: string): unknown => describeNegToken(fromHex(hex));

describe('describeNegToken of a NegTokenInit', () => {
  it('tells the AP-REQ in it', () => {
    const token = concat(fromHex(`60820311 06062b0601050502 a0820305 30820301 ${MECH_TYPES} a28202d7 048202d3`), MIT_ACCEPTOR.apReq);
    expect(describeNegToken(token)).toEqual({
      ...NO_FIELDS,
      message: 'NegTokenInit',
      mechTypes: [KRB5, MS_KRB5, NTLMSSP],
      mechToken: {
        kind: 'kerberos',
        message: 'AP-REQ',
        thisMech: KRB5,
        mutualRequired: true,
        ticket: { realm: 'LAB.EXAMPLE', sname: 'HTTP/a256.lab.example', encPart: { etype: 'aes256-cts-hmac-sha1-96', kvno: 1, cipher: { bytes: 376 } } },
        authenticator: { etype: 'aes256-cts-hmac-sha1-96', kvno: null, cipher: { bytes: 191 } },
      },
    });
  });

  it('tells the NTLM message in it', () => {
    expect(described(`6030 06062b0601050502 a026 3024 ${NTLM_ALONE} a212 0410 ${NEGOTIATE_MESSAGE}`)).toEqual({
      ...NO_FIELDS,
      message: 'NegTokenInit',
      mechTypes: [NTLMSSP],
      mechToken: {
        kind: 'ntlm',
        message: 'NEGOTIATE_MESSAGE',
        negotiateFlags: ['NTLMSSP_NEGOTIATE_UNICODE'],
        domainName: '',
        workstationName: '',
        version: null,
      },
    });
  });

  it('tells of a token of another mechanism the length: NEGOEX', () => {
    // NEGOEXTS is how a token of NEGOEX begins (MS-NEGOEX).
    expect(described('6028 06062b0601050502 a01e 301c a00e 300c 060a2b06010401823702021e a20a 0408 4e45474f45585453')).toEqual({
      ...NO_FIELDS,
      message: 'NegTokenInit',
      mechTypes: [{ name: 'NEGOEX', oid: '1.3.6.1.4.1.311.2.2.30' }],
      mechToken: { bytes: 8 },
    });
  });

  it('does not look for SPNEGO in SPNEGO', () => {
    expect(described(`6022 06062b0601050502 a018 3016 ${NTLM_ALONE} a204 0402 a130`)).toMatchObject({ mechToken: { bytes: 2 } });
  });

  it('tells reqFlags, and that there is a mechListMIC', () => {
    expect(described(`6032 06062b0601050502 a028 3026 ${NTLM_ALONE} a104 03020146 a209 0407 01020304050607 a303 0401 4d`)).toEqual({
      ...NO_FIELDS,
      message: 'NegTokenInit',
      mechTypes: [NTLMSSP],
      reqFlags: ['mutualFlag', 'confFlag', 'integFlag'],
      mechToken: { bytes: 7 },
      mechListMIC: { bytes: 1 },
    });
  });
});

describe('describeNegToken of a NegTokenInit2', () => {
  /** `not_defined_in_RFC4178@please_ignore` (MS-SPNG 2.2.1). */
  const HINTS = 'a32a 3028 a026 1b24 6e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265';

  it('tells the hint that Windows gives', () => {
    expect(described(`6048 06062b0601050502 a03e 303c ${NTLM_ALONE} ${HINTS}`)).toEqual({
      ...NO_FIELDS,
      message: 'NegTokenInit2',
      mechTypes: [NTLMSSP],
      negHints: { hintName: 'not_defined_in_RFC4178@please_ignore', hintAddress: null },
    });
  });

  it('tells the address, and the mechListMIC behind the hints', () => {
    expect(described(`602b 06062b0601050502 a021 301f ${NTLM_ALONE} a306 3004 a102 0400 a405 0403 4d4943`)).toEqual({
      ...NO_FIELDS,
      message: 'NegTokenInit2',
      mechTypes: [NTLMSSP],
      negHints: { hintName: null, hintAddress: { bytes: 0 } },
      mechListMIC: { bytes: 3 },
    });
  });

  it('is told by its mechListMIC when there are no hints', () => {
    expect(described(`6021 06062b0601050502 a017 3015 ${NTLM_ALONE} a403 0401 4d`)).toEqual({
      ...NO_FIELDS,
      message: 'NegTokenInit2',
      mechTypes: [NTLMSSP],
      mechListMIC: { bytes: 1 },
    });
  });
});

describe('describeNegToken of a NegTokenResp', () => {
  it('tells the AP-REP in it, and that there is a mechListMIC', () => {
    const mic = 'a305 0403 4d4943';
    expect(describeNegToken(concat(fromHex('a181be 3081bb a0030a0100 a10b06092a864886f712010202 a2819f 04819c'), MIT_ACCEPTOR.apRep, fromHex(mic)))).toEqual({
      message: 'NegTokenResp',
      negState: 'accept-completed',
      supportedMech: KRB5,
      responseToken: { kind: 'kerberos', message: 'AP-REP', thisMech: KRB5, encPart: { etype: 'aes256-cts-hmac-sha1-96', kvno: null, cipher: { bytes: 111 } } },
      mechListMIC: { bytes: 3 },
    });
  });

  it.each([
    ['a refusal', 'a107 3005 a0030a0102', { negState: 'reject' }],
    ['a choice', 'a115 3013 a0030a0103 a10c060a2b06010401823702020a', { negState: 'request-mic', supportedMech: NTLMSSP }],
    ['a mechanism without a name here', 'a10c 300a a0030a0101 a1030601 2a', { negState: 'accept-incomplete', supportedMech: { name: null, oid: '1.2' } }],
    ['no field', 'a102 3000', {}],
  ])('tells %s', (_what, token, fields) => {
    expect(described(token)).toEqual({ message: 'NegTokenResp', negState: null, supportedMech: null, responseToken: null, mechListMIC: null, ...fields });
  });
});

describe('describeNegToken of what is broken', () => {
  it.each([
    ['a NegTokenResp that breaks off', 'a107 3005 a0030a01', 'ends beyond'],
    ['a negState that is not listed', 'a107 3005 a0030a0104', 'the negState 4'],
    ['reqFlags that are no BIT STRING', `6027 06062b0601050502 a01d 301b ${NTLM_ALONE} a104 04020006 a303 0401 4d`, 'expected tag 0x03, found 0x04'],
    ['a hintName that is not UTF-8', `6026 06062b0601050502 a01c 301a ${NTLM_ALONE} a308 3006 a004 1b02 c328`, 'a text that is not UTF-8'],
    ['a mechListMIC that is text', 'a107 3005 a3031b014d', 'expected tag 0x04, found 0x1b'],
    ['an NTLM message in it that is broken', 'a110 300e a20c 040a 4e544c4d53535000 0900', 'NTLM'],
    ['a Kerberos token in it that is broken', 'a113 3011 a20f 040d 600b 06092a864886f712010202', 'has no TOK_ID'],
  ])('refuses %s', (_what, token, message) => {
    expect(() => described(token)).toThrow(ProtocolError);
    expect(() => described(token)).toThrow(message);
  });
});
