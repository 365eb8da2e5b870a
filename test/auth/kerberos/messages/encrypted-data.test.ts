import { describe, expect, it } from 'vitest';
import { decodeEncryptedData, encodeEncryptedData } from '../../../../src/auth/kerberos/messages/encrypted-data.js';
import { fromHex, toHex } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';

describe('EncryptedData', () => {
  it.each([
    ['without kvno', { etype: 18, kvno: null, cipher: fromHex('abcd') }, '300b a003020112 a2040402abcd'],
    ['with kvno', { etype: 23, kvno: 300, cipher: fromHex('ab') }, '3010 a003020117 a1040202012c a2030401ab'],
    ['of an etype below zero', { etype: -128, kvno: 0, cipher: fromHex('') }, '300e a003020180 a103020100 a2020400'],
  ])('%s', (_name, data, hex) => {
    expect(toHex(encodeEncryptedData(data))).toBe(toHex(fromHex(hex)));
    expect(decodeEncryptedData(fromHex(hex))).toEqual(data);
  });

  it('a kvno above 2^31 that came as a negative number, as those of read-only domain controllers do', () => {
    expect(decodeEncryptedData(fromHex('3013 a003020112 a10602048badf00d a2040402abcd')).kvno).toBe(0x8badf00d);
  });

  it('something else is a ProtocolError', () => {
    expect(() => decodeEncryptedData(fromHex('3005 a003020112'))).toThrow(ProtocolError);
  });
});
