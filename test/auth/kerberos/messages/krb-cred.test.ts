import { describe, expect, it } from 'vitest';
import { decodeAuthenticatorChecksum } from '../../../../src/auth/kerberos/authenticator-checksum.js';
import { KEY_USAGE } from '../../../../src/auth/kerberos/crypto/etypes.js';
import { decryptPart } from '../../../../src/auth/kerberos/encryption.js';
import { readToken } from '../../../../src/auth/kerberos/gss-token.js';
import { decodeApReq, decodeAuthenticator } from '../../../../src/auth/kerberos/messages/ap-req.js';
import { decodeEncKrbCredPart, decodeKrbCred, encodeEncKrbCredPart, encodeKrbCred } from '../../../../src/auth/kerberos/messages/krb-cred.js';
import { decodeEncTicketPart, decodeTicket } from '../../../../src/auth/kerberos/messages/ticket.js';
import { fromHex, toHex } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';
import { ANNA, AUTH_TIME, END_TIME, KRBTGT, RENEW_TILL, SERVICE, keyOf, recorded } from '../recorded.js';
import { fieldsOf } from './fields-of.js';
import { principalOf } from '../principal-of.js';

const { ticket, authenticator } = decodeApReq(readToken(recorded('apReqToken')).message);
const { key } = decodeEncTicketPart(decryptPart(keyOf(SERVICE), KEY_USAGE.ticket, decodeTicket(ticket).encPart));
const { cksum } = decodeAuthenticator(decryptPart(key, KEY_USAGE.apReqAuthenticator, authenticator));
const message = decodeAuthenticatorChecksum(cksum!.value).delegation!;

describe('KRB-CRED', () => {
  it('with which GSS-API delegates, both ways: its ticket is a forwarded TGT', () => {
    const { tickets, encPart } = decodeKrbCred(message);
    expect(tickets).toHaveLength(1);
    const forwarded = decodeEncTicketPart(decryptPart(keyOf(KRBTGT), KEY_USAGE.ticket, decodeTicket(tickets[0]!).encPart));
    expect(forwarded.flags & 0x20000000).toBe(0x20000000);
    expect(encPart.etype).toBe(18);
    expect(toHex(encodeKrbCred(decodeKrbCred(message)))).toBe(toHex(message));
  });

  it.each([
    ['another msg-type', toHex(message).replace('a103020116', 'a103020115'), 'KRB-CRED: msg-type is 21, not 22'],
    ['a list of something else than tickets', '7619 3017 a003020105 a103020116 a20430020500 a3 05 3003 020100', 'KRB-CRED: tickets: '],
  ])('%s is a ProtocolError', (_name, hex, error) => {
    expect(() => decodeKrbCred(fromHex(hex))).toThrow(ProtocolError);
    expect(() => decodeKrbCred(fromHex(hex))).toThrow(error);
  });
});

describe('EncKrbCredPart', () => {
  const plaintext = decryptPart(key, KEY_USAGE.krbCredEncPart, decodeKrbCred(message).encPart);

  it('of GSS-API: the session key is the one in the ticket', () => {
    const part = decodeEncKrbCredPart(plaintext);
    const [sent] = decodeKrbCred(message).tickets;
    const forwarded = decodeEncTicketPart(decryptPart(keyOf(KRBTGT), KEY_USAGE.ticket, decodeTicket(sent!).encPart));
    expect(part).toEqual({
      ticketInfo: [{
        key: forwarded.key,
        client: principalOf(ANNA),
        server: { ...principalOf(KRBTGT), name: { nameType: 2, nameString: ['krbtgt', 'HYPERV.EXAMPLE'] } },
        flags: forwarded.flags,
        authTime: AUTH_TIME,
        startTime: AUTH_TIME,
        endTime: END_TIME,
        renewTill: RENEW_TILL,
      }],
      timestamp: AUTH_TIME,
      usec: 0x0abc90,
    });
  });

  it('is written as GSS-API wrote it, but for the nonce', () => {
    expect(fieldsOf(plaintext).get(1)).toBe('2:27e30800');
    expect(fieldsOf(encodeEncKrbCredPart(decodeEncKrbCredPart(plaintext)))).toEqual(fieldsOf(plaintext, 1));
  });

  it('without timestamp and tickets', () => {
    expect(decodeEncKrbCredPart(fromHex('7d06 3004 a0023000'))).toEqual({ ticketInfo: [], timestamp: null, usec: null });
  });

  it('a ticket whose holder is not told is a ProtocolError', () => {
    expect(() => decodeEncKrbCredPart(fromHex('7d17 3015 a0133011300f a00d300b a003020112 a1040402abcd'))).toThrow('ticketInfo: prealm: ');
  });
});
