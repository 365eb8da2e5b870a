import { describe, expect, it } from 'vitest';
import { decodeKrbError, encodeKrbError, isKrbError } from '../../../../src/auth/kerberos/messages/krb-error.js';
import { fromHex, toHex } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';
import { AUTH_TIME, REALM, recorded } from '../recorded.js';

const KRBTGT_NAME = { nameType: 2, nameString: ['krbtgt', REALM] };

/** The least a KRB-ERROR has, by hand: of 1970-01-01T00:00:00Z, code 60, for x@R. */
const LEAST = '7e3e 303c a003020105 a10302011e a411180f31393730303130313030303030305a a503020100 a60302013c a9031b0152 aa0e300c a003020101 a105 3003 1b0178';
const DECODED_LEAST = {
  code: 60, name: 'KRB_ERR_GENERIC', stime: new Date(0), susec: 0, realm: 'R', sname: { nameType: 1, nameString: ['x'] }, crealm: null, cname: null, eText: null, eData: null,
};

describe('KRB-ERROR', () => {
  it('the three that a KDC sent', () => {
    const anna = { nameType: 1, nameString: ['anna'] };
    const common = { stime: AUTH_TIME, realm: REALM, crealm: REALM };
    expect(decodeKrbError(recorded('preauthRequired'))).toMatchObject(
      { ...common, code: 25, name: 'KDC_ERR_PREAUTH_REQUIRED', susec: 0x0914de, sname: KRBTGT_NAME, cname: anna, eText: 'NEEDED_PREAUTH' });
    expect(decodeKrbError(recorded('serviceUnknown'))).toMatchObject(
      { ...common, code: 7, name: 'KDC_ERR_S_PRINCIPAL_UNKNOWN', susec: 0x0914eb, sname: { nameType: 1, nameString: ['HTTP', 'unknown.hyperv.example'] }, cname: anna, eText: 'LOOKING_UP_SERVER' });
    expect(decodeKrbError(recorded('clientUnknown'))).toEqual(
      { ...common, code: 6, name: 'KDC_ERR_C_PRINCIPAL_UNKNOWN', susec: 0x0914f0, sname: KRBTGT_NAME, cname: { nameType: 10, nameString: ['nobody@elsewhere.example'] }, eText: 'CLIENT_NOT_FOUND', eData: null });
  });

  it.each(['preauthRequired', 'serviceUnknown', 'clientUnknown'] as const)('written as the KDC wrote it: %s', (message) => {
    expect(toHex(encodeKrbError(decodeKrbError(recorded(message))))).toBe(toHex(recorded(message)));
  });

  it('the least there can be', () => {
    expect(decodeKrbError(fromHex(LEAST))).toEqual(DECODED_LEAST);
    expect(toHex(encodeKrbError(DECODED_LEAST))).toBe(toHex(fromHex(LEAST)));
  });

  it('a code that has no name, and one below zero', () => {
    expect(decodeKrbError(fromHex(LEAST.replace('a60302013c', 'a60302017a')))).toMatchObject({ code: 122, name: 'error 122' });
    expect(decodeKrbError(fromHex(LEAST.replace('a60302013c', 'a6030201ff')))).toMatchObject({ code: -1, name: 'error -1' });
  });

  it('is told by its first octet', () => {
    expect(isKrbError(recorded('preauthRequired'))).toBe(true);
    expect(isKrbError(recorded('asRep'))).toBe(false);
    expect(isKrbError(fromHex(''))).toBe(false);
  });

  it.each([
    ['another pvno', LEAST.replace('a003020105', 'a003020104'), 'KRB-ERROR: pvno is 4, not 5'],
    ['another msg-type', LEAST.replace('a10302011e', 'a10302010b'), 'KRB-ERROR: msg-type is 11, not 30'],
    ['another message', toHex(recorded('asRep')), 'KRB-ERROR: '],
  ])('%s is a ProtocolError', (_name, hex, message) => {
    expect(() => decodeKrbError(fromHex(hex))).toThrow(ProtocolError);
    expect(() => decodeKrbError(fromHex(hex))).toThrow(message);
  });
});
