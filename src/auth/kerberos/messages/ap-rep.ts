import { applicationTag } from '../../der/tag.js';
import type { EncryptionKey } from '../credential.js';
import { type Asn1Type, constant, decode, explicit, optional, required, structure } from './asn1-type.js';
import { ENCRYPTION_KEY, KERBEROS_TIME, MICROSECONDS, UINT32 } from './basic-types.js';
import { ENCRYPTED_DATA, type EncryptedData } from './encrypted-data.js';

/** EncAPRepPart (RFC 4120 §5.5.2): the time of the Authenticator, and what the host brings to the context. */
export type EncApRepPart = {
  readonly ctime: Date;
  readonly cusec: number;
  readonly subkey: EncryptionKey | null;
  readonly seqNumber: number | null;
};

type ApRep = { readonly encPart: EncryptedData };

const AP_REP: Asn1Type<ApRep> = explicit(
  applicationTag(15),
  structure<ApRep>({ encPart: required(2, ENCRYPTED_DATA) }, constant('pvno', 0, 5), constant('msg-type', 1, 15)),
);

const ENC_AP_REP_PART: Asn1Type<EncApRepPart> = explicit(
  applicationTag(27),
  structure<EncApRepPart>({
    ctime: required(0, KERBEROS_TIME),
    cusec: required(1, MICROSECONDS),
    subkey: optional(2, ENCRYPTION_KEY),
    seqNumber: optional(3, UINT32),
  }),
);

/** AP-REP (RFC 4120 §5.5.2). */
export function encodeApRep(encPart: EncryptedData): Uint8Array {
  return AP_REP.write({ encPart });
}

/**
 * Decodes an AP-REP: its enc-part.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeApRep(bytes: Uint8Array): EncryptedData {
  return decode('AP-REP', AP_REP, bytes).encPart;
}

/** The plaintext of an AP-REP's enc-part. */
export function encodeEncApRepPart(part: EncApRepPart): Uint8Array {
  return ENC_AP_REP_PART.write(part);
}

/**
 * Decodes the plaintext of an AP-REP's enc-part.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeEncApRepPart(bytes: Uint8Array): EncApRepPart {
  return decode('EncAPRepPart', ENC_AP_REP_PART, bytes);
}
