import { describe, expect, it } from 'vitest';
import { KEY_USAGE } from '../../../../src/auth/kerberos/crypto/etypes.js';
import { decryptPart } from '../../../../src/auth/kerberos/encryption.js';
import { readToken } from '../../../../src/auth/kerberos/gss-token.js';
import { decodeApRep, decodeEncApRepPart, encodeApRep, encodeEncApRepPart } from '../../../../src/auth/kerberos/messages/ap-rep.js';
import { decodeApReq } from '../../../../src/auth/kerberos/messages/ap-req.js';
import { decodeEncTicketPart, decodeTicket } from '../../../../src/auth/kerberos/messages/ticket.js';
import { fromHex, toHex } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';
import { AUTH_TIME, SERVICE, keyOf, recorded } from '../recorded.js';

const { message } = readToken(recorded('apRepToken'));
const { ticket } = decodeApReq(readToken(recorded('apReqToken')).message);
const { key } = decodeEncTicketPart(decryptPart(keyOf(SERVICE), KEY_USAGE.ticket, decodeTicket(ticket).encPart));

describe('AP-REP', () => {
  it('of GSS-API, both ways', () => {
    expect(decodeApRep(message)).toMatchObject({ etype: 18, kvno: null });
    expect(toHex(encodeApRep(decodeApRep(message)))).toBe(toHex(message));
  });

  it.each([
    ['another msg-type', toHex(message).replace('a10302010f', 'a10302010e'), 'AP-REP: msg-type is 14, not 15'],
    ['another pvno', toHex(message).replace('a003020105', 'a003020104'), 'AP-REP: pvno is 4, not 5'],
    ['an AP-REQ', toHex(readToken(recorded('apReqToken')).message), 'AP-REP: '],
  ])('%s is a ProtocolError', (_name, hex, error) => {
    expect(() => decodeApRep(fromHex(hex))).toThrow(ProtocolError);
    expect(() => decodeApRep(fromHex(hex))).toThrow(error);
  });
});

describe('EncAPRepPart', () => {
  it('of GSS-API, both ways: the time is that of the Authenticator', () => {
    const plaintext = decryptPart(key, KEY_USAGE.apRepEncPart, decodeApRep(message));
    const part = decodeEncApRepPart(plaintext);
    expect(part).toMatchObject({ ctime: AUTH_TIME, cusec: 0x0abc92, seqNumber: 0x0550620f, subkey: { etype: 18, value: { length: 32 } } });
    expect(toHex(encodeEncApRepPart(part))).toBe(toHex(plaintext));
  });

  it('without subkey and sequence number', () => {
    const hex = '7b1a 3018 a011180f31393730303130313030303030305a a103020101';
    const part = { ctime: new Date(0), cusec: 1, subkey: null, seqNumber: null };
    expect(decodeEncApRepPart(fromHex(hex))).toEqual(part);
    expect(toHex(encodeEncApRepPart(part))).toBe(toHex(fromHex(hex)));
  });

  it('a sequence number that came as a negative number', () => {
    expect(decodeEncApRepPart(fromHex('7b22 3020 a011180f31393730303130313030303030305a a103020101 a306020480000001')).seqNumber).toBe(0x80000001);
  });
});
