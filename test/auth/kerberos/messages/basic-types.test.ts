import { describe, expect, it } from 'vitest';
import {
  ENCRYPTION_KEY, INT32, KERBEROS_FLAGS, KERBEROS_STRING, KERBEROS_TIME, MICROSECONDS, OCTETS, PRINCIPAL_NAME, UINT32,
} from '../../../../src/auth/kerberos/messages/basic-types.js';
import { type Asn1Type, decode } from '../../../../src/auth/kerberos/messages/asn1-type.js';
import { fromHex, toHex } from '../../../../src/bytes.js';
import { ProtocolError } from '../../../../src/errors.js';

/** X.690 by hand: what is written, and read back. */
function both<T>(name: string, type: Asn1Type<T>, value: T, hex: string): void {
  it(name, () => {
    expect(toHex(type.write(value))).toBe(toHex(fromHex(hex)));
    expect(decode(name, type, fromHex(hex))).toEqual(value);
  });
}

describe('both ways', () => {
  both('OCTET STRING', OCTETS, fromHex('0102'), '0402 0102');
  both('KerberosString', KERBEROS_STRING, 'EXAMPLE', '1b07 4558414d504c45');
  both('KerberosString beyond ASCII, as Windows has it', KERBEROS_STRING, 'ü', '1b02 c3bc');
  both('KerberosTime', KERBEROS_TIME, new Date('2026-11-22T14:42:34Z'), '180f 32303236313132323134343233345a');
  both('Int32, the greatest', INT32, 0x7fffffff, '0204 7fffffff');
  both('Int32, the least', INT32, -0x80000000, '0204 80000000');
  both('Int32, hmac-md5 (RFC 4757)', INT32, -138, '0202 ff76');
  both('UInt32, the greatest', UINT32, 0xffffffff, '0205 00ffffffff');
  both('Microseconds, the greatest', MICROSECONDS, 999_999, '0203 0f423f');
  both('KerberosFlags: bits 1 and 31', KERBEROS_FLAGS, 0x40000001, '0305 00 40000001');
  both('KerberosFlags: bit 0', KERBEROS_FLAGS, 0x80000000, '0305 00 80000000');
  both('PrincipalName', PRINCIPAL_NAME, { nameType: 2, nameString: ['HTTP', 'h'] }, '3012 a003020102 a10b 3009 1b0448545450 1b0168');
  both('PrincipalName without parts', PRINCIPAL_NAME, { nameType: 0, nameString: [] }, '3009 a003020100 a1023000');
  both('PrincipalName of a negative type', PRINCIPAL_NAME, { nameType: -128, nameString: ['h'] }, '300c a003020180 a1053003 1b0168');
  both('EncryptionKey', ENCRYPTION_KEY, { etype: 23, value: fromHex('abcd') }, '300b a003020117 a1040402abcd');
});

describe('what others write is read as what was meant', () => {
  it.each([
    ['a UInt32 as a negative number: all bits', UINT32, '0201 ff', 0xffffffff],
    ['a UInt32 as a negative number: the highest bit', UINT32, '0204 80000001', 0x80000001],
    ['an Int32 as a positive number above 2^31', INT32, '0205 00ffffff76', -138],
    ['KerberosFlags of fewer than 32 bits (RFC 4120 §5.2.8)', KERBEROS_FLAGS, '0302 04 40', 0x40000000],
    ['KerberosFlags of no bits', KERBEROS_FLAGS, '0301 00', 0],
    ['KerberosFlags of more than 32 bits', KERBEROS_FLAGS, '0306 00 4000000180', 0x40000001],
  ])('%s', (name, type, hex, value) => {
    expect(decode(name, type, fromHex(hex))).toBe(value);
  });
});

describe('what cannot be meant is a ProtocolError', () => {
  it.each<[string, Asn1Type<unknown>, string]>([
    ['an Int32 of 33 bits', INT32 as Asn1Type<unknown>, '0205 0100000000'],
    ['an Int32 below 32 bits', INT32 as Asn1Type<unknown>, '0205 ff7fffffff'],
    ['a UInt32 of 33 bits', UINT32 as Asn1Type<unknown>, '0205 0100000000'],
    ['a number of a thousand octets', UINT32 as Asn1Type<unknown>, `028203e8 7f${'00'.repeat(999)}`],
    ['a million microseconds', MICROSECONDS as Asn1Type<unknown>, '0203 0f4240'],
    ['negative microseconds', MICROSECONDS as Asn1Type<unknown>, '0201 ff'],
    ['a time with a fraction (RFC 4120 §5.2.3)', KERBEROS_TIME as Asn1Type<unknown>, '1811 32303236313132323134343233342e355a'],
    ['a string that is not UTF-8', KERBEROS_STRING as Asn1Type<unknown>, '1b01 fc'],
    ['a BIT STRING of no octets', KERBEROS_FLAGS as Asn1Type<unknown>, '0300'],
  ])('%s', (name, type, hex) => {
    expect(() => decode(name, type, fromHex(hex))).toThrow(ProtocolError);
  });
});
