import { describe, expect, it } from 'vitest';
import { describeKerberosToken } from '../../../src/auth/kerberos/describe.js';
import { concat, fromHex, toHex } from '../../../src/bytes.js';
import { ProtocolError } from '../../../src/errors.js';
import { MIT_ACCEPTOR, MIT_INITIATOR } from './mit-handshakes.js';
import { recorded } from './recorded.js';

const KRB5 = { name: 'Kerberos 5', oid: '1.2.840.113554.1.2.2' };
const MS_KRB5 = { name: 'Microsoft Kerberos 5', oid: '1.2.840.48018.1.2.2' };

/** The OIDs in DER: those of {@link KRB5} and {@link MS_KRB5}. */
const KRB5_DER = '06092a864886f712010202';
const MS_KRB5_DER = '06092a864882f712010202';

/** The least a KRB-ERROR has, by hand: of 1970-01-01T00:00:00Z, code 37, for x@R. */
const LEAST_ERROR = '7e3e 303c a003020105 a10302011e a411180f31393730303130313030303030305a a503020100 a603020125 a9031b0152 aa0e300c a003020101 a105 3003 1b0178';

/** An AP-REQ by hand: no ap-options, a ticket for x@R of etype 3 without kvno, an authenticator of etype 23; each cipher is two octets. */
const LEAST_AP_REQ = `
  6e53 3051 a003020105 a10302010e a20703050000000000
    a32d 612b 3029 a003020105 a1031b0152 a20e300c a003020101 a105 3003 1b0178 a30d 300b a003020103 a204 0402 c1c2
    a40d 300b a003020117 a204 0402 c3c4`;

const described = (hex: string): unknown => describeKerberosToken(fromHex(hex));

describe('describeKerberosToken', () => {
  it('tells an AP-REQ of MIT Kerberos', () => {
    expect(describeKerberosToken(recorded('apReqToken'))).toEqual({
      message: 'AP-REQ',
      thisMech: KRB5,
      mutualRequired: true,
      ticket: {
        realm: 'HYPERV.EXAMPLE',
        sname: 'HTTP/hv01.hyperv.example',
        encPart: { etype: 'aes256-cts-hmac-sha1-96', kvno: 1, cipher: { bytes: 379 } },
      },
      authenticator: { etype: 'aes256-cts-hmac-sha1-96', kvno: null, cipher: { bytes: 992 } },
    });
  });

  it('tells an AP-REQ without options, of an encryption type that has no name here, under the OID of Windows 2000', () => {
    expect(described(`6062 ${MS_KRB5_DER} 0100 ${LEAST_AP_REQ}`)).toEqual({
      message: 'AP-REQ',
      thisMech: MS_KRB5,
      mutualRequired: false,
      ticket: { realm: 'R', sname: 'x', encPart: { etype: 'etype 3', kvno: null, cipher: { bytes: 2 } } },
      authenticator: { etype: 'rc4-hmac', kvno: null, cipher: { bytes: 2 } },
    });
  });

  it('tells an AP-REP of MIT Kerberos', () => {
    expect(describeKerberosToken(recorded('apRepToken'))).toEqual({
      message: 'AP-REP',
      thisMech: KRB5,
      encPart: { etype: 'aes256-cts-hmac-sha1-96', kvno: null, cipher: { bytes: 111 } },
    });
  });

  it('tells a KRB-ERROR with every field', () => {
    // 458 octets: the OID, TOK_ID and the 445 of the message.
    expect(describeKerberosToken(concat(fromHex(`608201ca ${KRB5_DER} 0300`), recorded('serviceUnknown')))).toEqual({
      message: 'KRB-ERROR',
      thisMech: KRB5,
      errorCode: 7,
      errorName: 'KDC_ERR_S_PRINCIPAL_UNKNOWN',
      stime: '2026-11-22T14:42:34.000Z',
      susec: 595179,
      realm: 'HYPERV.EXAMPLE',
      sname: 'HTTP/unknown.hyperv.example',
      crealm: 'HYPERV.EXAMPLE',
      cname: 'anna',
      eText: 'LOOKING_UP_SERVER',
      eData: { bytes: 269 },
    });
  });

  it('tells a KRB-ERROR with as little as there can be', () => {
    expect(described(`604d ${KRB5_DER} 0300 ${LEAST_ERROR}`)).toEqual({
      message: 'KRB-ERROR',
      thisMech: KRB5,
      errorCode: 37,
      errorName: 'KRB_AP_ERR_SKEW',
      stime: '1970-01-01T00:00:00.000Z',
      susec: 0,
      realm: 'R',
      sname: 'x',
      crealm: null,
      cname: null,
      eText: null,
      eData: null,
    });
  });

  it.each([
    ['of the host', MIT_ACCEPTOR.apReq, '88d2b32a', '8909c3e0'],
    ['with delegation', MIT_INITIATOR.apReq, '88d2b32a', '2b1e59e0'],
    ['in answer', MIT_ACCEPTOR.apRep, '8a43d00b', '8a43d00b'],
  ])('shows nothing of the ciphertexts of a token %s', (_what, token, ...ciphertexts) => {
    const text = JSON.stringify(describeKerberosToken(token));
    for (const beginning of ciphertexts) {
      expect(toHex(token)).toContain(beginning);
      expect(text).not.toContain(beginning);
    }
  });

  it.each([
    ['a TOK_ID of no handshake', `600f ${KRB5_DER} 0404 0000`, 'The TOK_ID 0x0404 is none of the Kerberos handshake (RFC 4121 §4.1)'],
    ['no TOK_ID', `600b ${KRB5_DER}`, 'A token of the Kerberos handshake has no TOK_ID (RFC 4121 §4.1)'],
    ['an AP-REP with the TOK_ID of an AP-REQ', `6012 ${KRB5_DER} 0100 6f03 300100`, 'AP-REQ: Malformed DER'],
    ['a KRB-ERROR that breaks off', `604c ${KRB5_DER} 0300 ${LEAST_ERROR.slice(0, -2)}`, 'KRB-ERROR: Malformed DER'],
    ['a ticket that is none', `6062 ${KRB5_DER} 0100 ${LEAST_AP_REQ.replace('a1031b0152', 'a103040152')}`, 'Ticket: realm: Malformed DER'],
    ['the framing alone', '6000', 'Malformed DER'],
    ['SPNEGO', '600a 06062b0601050502 0100', 'is of the mechanism 1.3.6.1.5.5.2'],
  ])('refuses %s', (_what, token, message) => {
    expect(() => described(token)).toThrow(ProtocolError);
    expect(() => described(token)).toThrow(message);
  });
});
