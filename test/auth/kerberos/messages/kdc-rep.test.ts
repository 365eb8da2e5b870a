import { describe, expect, it } from 'vitest';
import { decodeCcache } from '../../../../src/auth/kerberos/ccache.js';
import { KEY_USAGE } from '../../../../src/auth/kerberos/crypto/etypes.js';
import { decryptPart } from '../../../../src/auth/kerberos/encryption.js';
import { decodeEncKdcRepPart, decodeKdcRep, encodeEncKdcRepPart, encodeKdcRep } from '../../../../src/auth/kerberos/messages/kdc-rep.js';
import { PA_TYPE } from '../../../../src/auth/kerberos/messages/pa-data.js';
import { fromHex, toHex } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';
import { ANNA, AUTH_TIME, END_TIME, REALM, RENEW_TILL, keyOf, recorded, recordedFile } from '../recorded.js';
import { fieldsOf } from './fields-of.js';

/** RFC 6113 §5.4.2; not spoken here. */
const PA_FX_FAST = 136;

const KRBTGT_NAME = { nameType: 2, nameString: ['krbtgt', REALM] };
const [tgt, service] = decodeCcache(recordedFile('v4.ccache')).credentials;

describe('KDC-REP', () => {
  it('AS-REP: the ticket is the one that kinit kept', () => {
    const { ticket, encPart, ...rest } = decodeKdcRep(recorded('asRep'));
    expect(rest).toMatchObject({ msgType: 11, crealm: REALM, cname: { nameType: 1, nameString: ['anna'] }, padata: [{ type: PA_TYPE.etypeInfo2 }] });
    expect(ticket).toMatchObject({ realm: REALM, sname: KRBTGT_NAME, encPart: { etype: 18, kvno: 1 } });
    expect(toHex(ticket.encoded)).toBe(toHex(tgt!.ticket));
    expect(encPart).toMatchObject({ etype: 18, kvno: null });
  });

  it('TGS-REP: the ticket is the one that kvno kept', () => {
    const { msgType, padata, ticket } = decodeKdcRep(recorded('tgsRep'));
    expect([msgType, padata.map(({ type }) => type)]).toEqual([13, [PA_FX_FAST]]);
    expect(ticket.sname).toEqual({ nameType: 1, nameString: ['HTTP', 'hv01.hyperv.example'] });
    expect(toHex(ticket.encoded)).toBe(toHex(service!.ticket));
  });

  it.each(['asRep', 'tgsRep'] as const)('written as the KDC wrote it: %s', (message) => {
    expect(toHex(encodeKdcRep(decodeKdcRep(recorded(message))))).toBe(toHex(recorded(message)));
  });

  const asRep = toHex(recorded('asRep'));

  it.each([
    ['a KDC-REQ', toHex(recorded('asReq')), 'KDC-REP: '],
    ['a TGS-REP under the tag of an AS-REP', `6b${toHex(recorded('tgsRep')).slice(2)}`, 'KDC-REP: msg-type is 13, not 11'],
    ['another pvno', asRep.replace('a003020105', 'a003020104'), 'KDC-REP: pvno is 4, not 5'],
    ['a Ticket of another version', asRep.replace(/(6182....3082....a0030201)05/, '$104'), 'KDC-REP: ticket: Ticket: tkt-vno is 4, not 5'],
    ['cut', asRep.slice(0, -2), 'KDC-REP: '],
  ])('%s is a ProtocolError', (_name, hex, message) => {
    expect(() => decodeKdcRep(fromHex(hex))).toThrow(ProtocolError);
    expect(() => decodeKdcRep(fromHex(hex))).toThrow(message);
  });
});

describe('EncKDCRepPart', () => {
  const plaintext = decryptPart(keyOf(ANNA), KEY_USAGE.asRepEncPart, decodeKdcRep(recorded('asRep')).encPart);
  const part = decodeEncKdcRepPart(plaintext);

  it('of an AS-REP: the session key is the one that kinit kept', () => {
    expect(part).toMatchObject({ nonce: 0x46aa2d4d, flags: 0x40e10000, authTime: AUTH_TIME, startTime: null, endTime: END_TIME, renewTill: RENEW_TILL, srealm: REALM, sname: KRBTGT_NAME });
    expect(part.key).toEqual(tgt!.sessionKey);
    expect(part.encryptedPaData.map(({ type }) => type)).toEqual([PA_TYPE.reqEncPaRep, PA_FX_FAST]);
  });

  it('is taken under both tags; MIT Kerberos has that of a TGS-REP in an AS-REP too', () => {
    expect(plaintext[0]).toBe(0x7a);
    expect(decodeEncKdcRepPart(fromHex(`79${toHex(plaintext).slice(2)}`))).toEqual(part);
    expect(() => decodeEncKdcRepPart(fromHex(`7b${toHex(plaintext).slice(2)}`))).toThrow(ProtocolError);
  });

  it.each([[11, 0x79], [13, 0x7a]] as const)('is written under the tag of its message: %i', (msgType, tag) => {
    expect(encodeEncKdcRepPart(part, msgType)[0]).toBe(tag);
  });

  it('is written as the KDC wrote it, but for last-req, which is empty', () => {
    const written = encodeEncKdcRepPart(part, 13);
    expect(fieldsOf(written, 1)).toEqual(fieldsOf(plaintext, 1));
    expect(fieldsOf(written).get(1)).toBe('48:');
  });
});
