import { describe, expect, it } from 'vitest';
import { KEY_USAGE } from '../../../../src/auth/kerberos/crypto/etypes.js';
import { decryptPart } from '../../../../src/auth/kerberos/encryption.js';
import { decodeKdcRep } from '../../../../src/auth/kerberos/messages/kdc-rep.js';
import { decodeEncTicketPart, decodeTicket, encodeEncTicketPart, encodeTicket } from '../../../../src/auth/kerberos/messages/ticket.js';
import { fromHex, toHex } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';
import { AUTH_TIME, END_TIME, KRBTGT, REALM, RENEW_TILL, SERVICE, keyOf, recorded } from '../recorded.js';

/** By hand: for x@R, encrypted as ab with etype 18, kvno 2. */
const TICKET = '612f 302d a003020105 a1031b0152 a20e300c a003020101 a1053003 1b0178 a311300f a003020112 a103020102 a2030401ab';

describe('Ticket', () => {
  it('both ways', () => {
    const parts = { realm: 'R', sname: { nameType: 1, nameString: ['x'] }, encPart: { etype: 18, kvno: 2, cipher: fromHex('ab') } };
    expect(toHex(encodeTicket(parts))).toBe(toHex(fromHex(TICKET)));
    expect(decodeTicket(fromHex(TICKET))).toEqual({ ...parts, encoded: fromHex(TICKET) });
  });

  it.each([
    ['another tkt-vno', TICKET.replace('a003020105', 'a003020104'), 'Ticket: tkt-vno is 4, not 5'],
    ['another tag', TICKET.replace('612f', '622f'), 'Ticket: '],
    ['cut', TICKET.slice(0, -2), 'Ticket: '],
  ])('%s is a ProtocolError', (_name, hex, message) => {
    expect(() => decodeTicket(fromHex(hex))).toThrow(ProtocolError);
    expect(() => decodeTicket(fromHex(hex))).toThrow(message);
  });
});

describe('EncTicketPart', () => {
  it.each([['the TGT', 'asRep', KRBTGT, 0x40e10000], ['the ticket for the service', 'tgsRep', SERVICE, 0x40ad0000]] as const)('%s that a KDC issued, both ways', (_name, message, server, flags) => {
    const plaintext = decryptPart(keyOf(server), KEY_USAGE.ticket, decodeKdcRep(recorded(message)).ticket.encPart);
    const part = decodeEncTicketPart(plaintext);
    expect(part).toMatchObject({ flags, crealm: REALM, cname: { nameType: 1, nameString: ['anna'] }, authtime: AUTH_TIME, endtime: END_TIME, renewTill: RENEW_TILL });
    expect(part.key).toMatchObject({ etype: 18, value: { length: 32 } });
    expect(toHex(part.authorizationData!.subarray(0, 1))).toBe('30');
    expect(toHex(encodeEncTicketPart(part))).toBe(toHex(plaintext));
  });

  it('what is optional may be left out', () => {
    const part = {
      flags: 0, key: { etype: 18, value: fromHex('ab') }, crealm: 'R', cname: { nameType: 1, nameString: ['x'] },
      authtime: AUTH_TIME, starttime: null, endtime: END_TIME, renewTill: null, authorizationData: null,
    };
    expect(decodeEncTicketPart(encodeEncTicketPart(part))).toEqual(part);
    const dated = { ...part, starttime: AUTH_TIME, renewTill: RENEW_TILL };
    expect(decodeEncTicketPart(encodeEncTicketPart(dated))).toEqual(dated);
  });
});
