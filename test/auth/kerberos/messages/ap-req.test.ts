import { describe, expect, it } from 'vitest';
import { KEY_USAGE } from '../../../../src/auth/kerberos/crypto/etypes.js';
import { decryptPart } from '../../../../src/auth/kerberos/encryption.js';
import { readToken } from '../../../../src/auth/kerberos/gss-token.js';
import { decodeApReq, decodeAuthenticator, encodeApReq, encodeAuthenticator } from '../../../../src/auth/kerberos/messages/ap-req.js';
import { decodeEncTicketPart, decodeTicket } from '../../../../src/auth/kerberos/messages/ticket.js';
import { dataView, fromHex, toHex } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';
import { AUTH_TIME, REALM, SERVICE, keyOf, recorded } from '../recorded.js';

const { message } = readToken(recorded('apReqToken'));
const apReq = decodeApReq(message);
const { key } = decodeEncTicketPart(decryptPart(keyOf(SERVICE), KEY_USAGE.ticket, decodeTicket(apReq.ticket).encPart));

describe('AP-REQ', () => {
  it('of GSS-API, with mutual authentication: both ways', () => {
    expect(apReq.mutualRequired).toBe(true);
    expect(decodeTicket(apReq.ticket)).toMatchObject({ realm: REALM, sname: { nameType: 1, nameString: ['HTTP', 'hv01.hyperv.example'] } });
    expect(toHex(encodeApReq(apReq))).toBe(toHex(message));
  });

  it('without mutual authentication', () => {
    const hex = toHex(message).replace('a20703050020000000', 'a20703050000000000');
    expect(decodeApReq(fromHex(hex)).mutualRequired).toBe(false);
    expect(toHex(encodeApReq({ ...apReq, mutualRequired: false }))).toBe(hex);
  });

  it.each([
    ['another msg-type', toHex(message).replace('a10302010e', 'a10302010f'), 'AP-REQ: msg-type is 15, not 14'],
    ['another pvno', toHex(message).replace('a003020105', 'a003020106'), 'AP-REQ: pvno is 6, not 5'],
    ['an AP-REP', toHex(readToken(recorded('apRepToken')).message), 'AP-REQ: '],
  ])('%s is a ProtocolError', (_name, hex, error) => {
    expect(() => decodeApReq(fromHex(hex))).toThrow(ProtocolError);
    expect(() => decodeApReq(fromHex(hex))).toThrow(error);
  });
});

describe('Authenticator', () => {
  const plaintext = decryptPart(key, KEY_USAGE.apReqAuthenticator, apReq.authenticator);

  it('of GSS-API, both ways', () => {
    const authenticator = decodeAuthenticator(plaintext);
    expect(authenticator).toMatchObject({ crealm: REALM, cname: { nameType: 1, nameString: ['anna'] }, ctime: AUTH_TIME, cusec: 0x0abc92, seqNumber: 0x27e30801 });
    expect(authenticator.subkey).toMatchObject({ etype: 18, value: { length: 32 } });
    // RFC 4121 §4.1.1: Lgth is 16.
    expect([authenticator.cksum!.type, dataView(authenticator.cksum!.value).getUint32(0, true)]).toEqual([0x8003, 16]);
    expect(toHex(encodeAuthenticator(authenticator))).toBe(toHex(plaintext));
  });

  /** By hand: x@R at 1970-01-01T00:00:00.000001Z. */
  const LEAST = '6234 3032 a003020105 a1031b0152 a20e300c a003020101 a1053003 1b0178 a403020101 a511180f31393730303130313030303030305a';

  it('the least there can be', () => {
    const least = { crealm: 'R', cname: { nameType: 1, nameString: ['x'] }, cksum: null, cusec: 1, ctime: new Date(0), subkey: null, seqNumber: null };
    expect(toHex(encodeAuthenticator(least))).toBe(toHex(fromHex(LEAST)));
    expect(decodeAuthenticator(fromHex(LEAST))).toEqual(least);
  });

  it('a sequence number that came as a negative number', () => {
    const hex = `${LEAST} a706 0204 80000001`.replace('6234 3032', '623c 303a');
    expect(decodeAuthenticator(fromHex(hex)).seqNumber).toBe(0x80000001);
  });

  it('another version is a ProtocolError', () => {
    expect(() => decodeAuthenticator(fromHex(LEAST.replace('a003020105', 'a003020104')))).toThrow('Authenticator: authenticator-vno is 4, not 5');
  });
});
