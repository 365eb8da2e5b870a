import { describe, expect, it } from 'vitest';
import { decodeNegToken, encodeMechTypeList, encodeNegTokenInit, encodeNegTokenResp } from '../../../src/auth/spnego/neg-token.js';
import { fromHex, toHex, utf8 } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';

const NTLMSSP = '1.3.6.1.4.1.311.2.2.10';
const KRB5 = '1.2.840.113554.1.2.2';
const MS_KRB5 = '1.2.840.48018.1.2.2';

/** Written out by hand from RFC 4178 §4.2: the framing with the OID of SPNEGO, [0], a list of NTLM alone, and the mechToken `AB`. */
const INIT = '6022 06062b0601050502 a018 3016 a00e 300c 060a2b06010401823702020a a204 04024142';
/** Kerberos under both numbers and NTLM, as MechTypeList. */
const LIST = '3022 06092a864886f712010202 06092a864882f712010202 060a2b06010401823702020a';
/** The first token of an SMB server of Windows, which has negHints: `not_defined_in_RFC4178@please_ignore` (MS-SPNG 2.2.1). */
const INIT2 =
  '6048 06062b0601050502 a03e 303c a00e 300c 060a2b06010401823702020a a32a 3028 a026 1b24' +
  '6e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265';
const REQUEST_MIC = 'a115 3013 a0030a0103 a10c060a2b06010401823702020a';
const ALL = 'a122 3020 a0030a0101 a10b06092a864886f712010202 a205 0403524553 a305 04034d4943';

const hex = (text: string): string => text.replace(/\s/g, '');

describe('NegTokenInit', () => {
  it('is written in its framing', () => {
    const mechTypeList = encodeMechTypeList([NTLMSSP]);
    expect(toHex(encodeNegTokenInit({ mechTypeList, mechToken: utf8('AB') }))).toBe(hex(INIT));
  });

  it('is read, its list octet for octet', () => {
    expect(decodeNegToken(fromHex(INIT))).toEqual({
      kind: 'NegTokenInit',
      mechTypes: [NTLMSSP],
      mechTypeList: fromHex('300c 060a2b06010401823702020a'),
      mechToken: utf8('AB'),
    });
  });

  it('has the mechanisms in the order they were given', () => {
    expect(toHex(encodeMechTypeList([KRB5, MS_KRB5, NTLMSSP]))).toBe(hex(LIST));
  });

  it('is read with negHints, and without a mechToken', () => {
    expect(decodeNegToken(fromHex(INIT2))).toMatchObject({ kind: 'NegTokenInit', mechTypes: [NTLMSSP], mechToken: null });
  });

  it('is read with reqFlags and a mechListMIC', () => {
    const withAll = '602e 06062b0601050502 a024 3022 a00e 300c 060a2b06010401823702020a a104 03020640 a204 04024142 a304 04024d4d';
    expect(decodeNegToken(fromHex(withAll))).toEqual(decodeNegToken(fromHex(INIT)));
  });
});

describe('NegTokenResp', () => {
  it.each([
    ['accept-completed', 'a107 3005 a0030a0100'],
    ['accept-incomplete', 'a107 3005 a0030a0101'],
    ['reject', 'a107 3005 a0030a0102'],
    ['request-mic', 'a107 3005 a0030a0103'],
  ] as const)('with %s alone is written and read', (negState, token) => {
    expect(toHex(encodeNegTokenResp({ negState }))).toBe(hex(token));
    expect(decodeNegToken(fromHex(token))).toEqual({ kind: 'NegTokenResp', negState, supportedMech: null, responseToken: null, mechListMIC: null });
  });

  it.each([
    ['a choice', REQUEST_MIC, { negState: 'request-mic', supportedMech: NTLMSSP, responseToken: null, mechListMIC: null }],
    ['every field', ALL, { negState: 'accept-incomplete', supportedMech: KRB5, responseToken: utf8('RES'), mechListMIC: utf8('MIC') }],
    ['no field', 'a102 3000', { negState: null, supportedMech: null, responseToken: null, mechListMIC: null }],
  ] as const)('with %s is written and read', (_, token, fields) => {
    expect(toHex(encodeNegTokenResp(fields))).toBe(hex(token));
    expect(decodeNegToken(fromHex(token))).toEqual({ kind: 'NegTokenResp', ...fields });
  });
});

describe('what is no SPNEGO', () => {
  it.each([
    ['nothing', ''],
    ['text', '4e544c4d53535000'],
    ['an unknown negState', 'a107 3005 a0030a0104'],
    ['a negState that is an INTEGER', 'a107 3005 a003020100'],
    ['a responseToken that is text', 'a106 3004 a2021b00'],
    ['a token that breaks off', INIT.slice(0, -2)],
    ['a token with something behind it', `${INIT}00`],
    ['the framing of another mechanism', '6018 06092a864886f712010202 a00b 3009 a002 3000 a203 040141'],
    ['a framing with nothing in it', '6008 06062b0601050502'],
    ['no mechTypes', '6012 06062b0601050502 a008 3006 a204 04024142'],
    ['mechTypes that are none', '6011 06062b0601050502 a007 3005 a003 3001 05'],
  ])('%s is refused', (_, token) => {
    expect(() => decodeNegToken(fromHex(token))).toThrow(ProtocolError);
  });
});
