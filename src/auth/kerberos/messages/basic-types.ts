/** The types that Kerberos messages are made of (RFC 4120 §5.2). */
import { concat, dataView, uint32be } from '../../../bytes.js';
import { ProtocolError } from '../../../errors.js';
import { readBitString, readGeneralizedTime, readInteger, readText } from '../../der/read.js';
import { TAG } from '../../der/tag.js';
import { bitString, generalString, generalizedTime, integer, octetString } from '../../der/write.js';
import type { EncryptionKey } from '../credential.js';
import type { PrincipalName } from '../principal.js';
import { type Asn1Type, listOf, required, structure } from './asn1-type.js';

/** OCTET STRING. */
export const OCTETS: Asn1Type<Uint8Array> = { tag: TAG.octetString, read: (contents) => contents, write: octetString };

/** KerberosString and Realm (RFC 4120 §5.2.1, §5.2.2): a GeneralString, of UTF-8 as Windows has it. */
export const KERBEROS_STRING: Asn1Type<string> = { tag: TAG.generalString, read: readText, write: generalString };

/** KerberosTime (RFC 4120 §5.2.3): to the second. */
export const KERBEROS_TIME: Asn1Type<Date> = { tag: TAG.generalizedTime, read: readGeneralizedTime, write: generalizedTime };

/** Int32 (RFC 4120 §5.2.4). */
export const INT32: Asn1Type<number> = { tag: TAG.integer, read: (contents) => read32Bits(contents) | 0, write: integer };

/** UInt32 (RFC 4120 §5.2.4). Some write one above 2^31 - 1 as a negative number; it is read as what it was. */
export const UINT32: Asn1Type<number> = { tag: TAG.integer, read: (contents) => read32Bits(contents) >>> 0, write: integer };

/** Microseconds (RFC 4120 §5.2.4): 0 to 999999. */
export const MICROSECONDS: Asn1Type<number> = {
  tag: TAG.integer,
  read: (contents) => {
    const value = readInteger(contents);
    if (value < 0 || value > 999_999) throw new ProtocolError(`${value} microseconds are no part of a second`);
    return value;
  },
  write: integer,
};

/** KerberosFlags (RFC 4120 §5.2.8): the first 32 as an unsigned number; bit 0 is its highest. */
export const KERBEROS_FLAGS: Asn1Type<number> = {
  tag: TAG.bitString,
  read: (contents) => dataView(concat(readBitString(contents).subarray(0, 4), new Uint8Array(4))).getUint32(0),
  write: (flags) => bitString(uint32be(flags)),
};

/** PrincipalName (RFC 4120 §5.2.2). */
export const PRINCIPAL_NAME: Asn1Type<PrincipalName> = structure<PrincipalName>({
  nameType: required(0, INT32),
  nameString: required(1, listOf(KERBEROS_STRING)),
});

/** EncryptionKey (RFC 4120 §5.2.9). */
export const ENCRYPTION_KEY: Asn1Type<EncryptionKey> = structure<EncryptionKey>({
  etype: required(0, INT32),
  value: required(1, OCTETS),
});

/** Checksum (RFC 4120 §5.2.9). */
export type Checksum = { readonly type: number; readonly value: Uint8Array };

/** Checksum (RFC 4120 §5.2.9). */
export const CHECKSUM: Asn1Type<Checksum> = structure<Checksum>({ type: required(0, INT32), value: required(1, OCTETS) });

function read32Bits(contents: Uint8Array): number {
  const value = readInteger(contents);
  if (value < -(2 ** 31) || value >= 2 ** 32) throw new ProtocolError(`${value} is beyond 32 bits`);
  return value;
}
