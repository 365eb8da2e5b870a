import { describe, expect, it } from 'vitest';
import { KEY_USAGE } from '../../../../src/auth/kerberos/crypto/etypes.js';
import { decryptPart } from '../../../../src/auth/kerberos/encryption.js';
import { decodeEncryptedData, encodeEncryptedData } from '../../../../src/auth/kerberos/messages/encrypted-data.js';
import { decodeEtypeInfo2, encodeEtypeInfo2 } from '../../../../src/auth/kerberos/messages/etype-info2.js';
import { decodeKdcReq } from '../../../../src/auth/kerberos/messages/kdc-req.js';
import { decodeKrbError } from '../../../../src/auth/kerberos/messages/krb-error.js';
import { PA_TYPE, decodeMethodData, encodeMethodData } from '../../../../src/auth/kerberos/messages/pa-data.js';
import { decodePaEncTsEnc, encodePaEncTsEnc } from '../../../../src/auth/kerberos/messages/pa-enc-ts-enc.js';
import { fromHex, toHex, utf8 } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';
import { ANNA, AUTH_TIME, keyOf, recorded } from '../recorded.js';

/** RFC 6113 §5.4.2; not spoken here. */
const PA_FX_FAST = 136;

describe('METHOD-DATA', () => {
  const eData = decodeKrbError(recorded('preauthRequired')).eData!;

  it('as a KDC sends it, both ways', () => {
    const methods = decodeMethodData(eData);
    expect(methods.map(({ type }) => type)).toEqual([PA_FX_FAST, PA_TYPE.etypeInfo2, PA_TYPE.encTimestamp, PA_TYPE.fxCookie]);
    expect(methods[3]!.value).toEqual(utf8('MIT'));
    expect(toHex(encodeMethodData(methods))).toBe(toHex(eData));
  });

  it('none, and a type below zero', () => {
    expect(decodeMethodData(fromHex('3000'))).toEqual([]);
    expect(decodeMethodData(fromHex('300b 3009 a1030201ff a2020400'))).toEqual([{ type: -1, value: fromHex('') }]);
  });

  it('TYPED-DATA (RFC 4120 §5.9.1), whose fields have other numbers, is a ProtocolError', () => {
    expect(() => decodeMethodData(fromHex('300b 3009 a003020101 a1020400'))).toThrow(ProtocolError);
  });
});

describe('ETYPE-INFO2', () => {
  const [, { value }] = decodeMethodData(decodeKrbError(recorded('preauthRequired')).eData!) as readonly [unknown, { readonly value: Uint8Array }];

  it('as a KDC sends it, both ways', () => {
    expect(decodeEtypeInfo2(value)).toEqual([{ etype: 18, salt: 'HYPERV.EXAMPLEanna', s2kparams: null }]);
    expect(toHex(encodeEtypeInfo2(decodeEtypeInfo2(value)))).toBe(toHex(value));
  });

  it('two entries: with parameters, and without a salt', () => {
    const entries = [{ etype: 17, salt: '', s2kparams: fromHex('00001000') }, { etype: 23, salt: null, s2kparams: null }];
    const hex = '301a 3011 a003020111 a1021b00 a206040400001000 3005 a003020117';
    expect(toHex(encodeEtypeInfo2(entries))).toBe(toHex(fromHex(hex)));
    expect(decodeEtypeInfo2(fromHex(hex))).toEqual(entries);
  });
});

describe('PA-ENC-TIMESTAMP', () => {
  const { value } = decodeKdcReq(recorded('asReqWithTimestamp')).padata.find(({ type }) => type === PA_TYPE.encTimestamp)!;

  it('as kinit sends it: EncryptedData, and PA-ENC-TS-ENC inside, both ways', () => {
    const encrypted = decodeEncryptedData(value);
    expect(toHex(encodeEncryptedData(encrypted))).toBe(toHex(value));
    const plaintext = decryptPart(keyOf(ANNA), KEY_USAGE.asReqTimestamp, encrypted);
    expect(decodePaEncTsEnc(plaintext).patimestamp).toEqual(AUTH_TIME);
    expect(toHex(encodePaEncTsEnc(decodePaEncTsEnc(plaintext)))).toBe(toHex(plaintext));
  });

  it('with and without microseconds', () => {
    const time = 'a011180f32303236313132323134343233345a';
    expect(decodePaEncTsEnc(fromHex(`3013 ${time}`))).toEqual({ patimestamp: AUTH_TIME, pausec: null });
    expect(decodePaEncTsEnc(fromHex(`3018 ${time} a103020107`))).toEqual({ patimestamp: AUTH_TIME, pausec: 7 });
  });
});
