import { TAG, applicationTag } from '../../der/tag.js';
import type { EncryptionKey } from '../credential.js';
import type { PrincipalName } from '../principal.js';
import { type Asn1Type, constant, decode, explicit, mapped, optional, optionalList, raw, required, structure } from './asn1-type.js';
import { ENCRYPTION_KEY, KERBEROS_FLAGS, KERBEROS_STRING, KERBEROS_TIME, PRINCIPAL_NAME, UINT32 } from './basic-types.js';
import { ENCRYPTED_DATA, type EncryptedData } from './encrypted-data.js';
import { PA_DATA, type PaData } from './pa-data.js';
import { TICKET, type Ticket } from './ticket.js';

/** KDC-REP (RFC 4120 §5.4.2): AS-REP (msgType 11) or TGS-REP (13). */
export type KdcRep = {
  readonly msgType: 11 | 13;
  readonly padata: readonly PaData[];
  readonly crealm: string;
  readonly cname: PrincipalName;
  readonly ticket: Ticket;
  readonly encPart: EncryptedData;
};

/** EncKDCRepPart (RFC 4120 §5.4.2); last-req, key-expiration and caddr are ignored. */
export type EncKdcRepPart = {
  /** The session key of the ticket. */
  readonly key: EncryptionKey;
  readonly nonce: number;
  /** TicketFlags as an unsigned 32-bit number. */
  readonly flags: number;
  readonly authTime: Date;
  readonly startTime: Date | null;
  readonly endTime: Date;
  readonly renewTill: Date | null;
  readonly srealm: string;
  readonly sname: PrincipalName;
  /** encrypted-pa-data (RFC 6806 §11). */
  readonly encryptedPaData: readonly PaData[];
};

type KdcRepFields = Omit<KdcRep, 'msgType'>;

const AS_REP = kdcRep(11);
const TGS_REP = kdcRep(13);

/** EncASRepPart and EncTGSRepPart: one structure under two tags. */
const ENC_AS_REP_PART_TAG = applicationTag(25);
const ENC_TGS_REP_PART_TAG = applicationTag(26);

/** last-req, which must be there and tells a client nothing it acts on; an empty list is written. */
const LAST_REQ = required(1, mapped(raw(TAG.sequence), () => null, () => Uint8Array.of(TAG.sequence, 0)));

const ENC_KDC_REP_PART: Asn1Type<EncKdcRepPart> = structure<EncKdcRepPart>(
  {
    key: required(0, ENCRYPTION_KEY),
    nonce: required(2, UINT32),
    flags: required(4, KERBEROS_FLAGS),
    authTime: required(5, KERBEROS_TIME),
    startTime: optional(6, KERBEROS_TIME),
    endTime: required(7, KERBEROS_TIME),
    renewTill: optional(8, KERBEROS_TIME),
    srealm: required(9, KERBEROS_STRING),
    sname: required(10, PRINCIPAL_NAME),
    encryptedPaData: optionalList(12, PA_DATA),
  },
  LAST_REQ,
);

/** AS-REP or TGS-REP. */
export function encodeKdcRep({ msgType, ...rep }: KdcRep): Uint8Array {
  return (msgType === 11 ? AS_REP : TGS_REP).write(rep);
}

/**
 * Decodes an AS-REP or TGS-REP.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeKdcRep(bytes: Uint8Array): KdcRep {
  const msgType = bytes[0] === AS_REP.tag ? 11 : 13;
  return { msgType, ...decode('KDC-REP', msgType === 11 ? AS_REP : TGS_REP, bytes) };
}

/**
 * The plaintext of the enc-part of an AS-REP or TGS-REP.
 *
 * @param msgType - that of the message it is for
 */
export function encodeEncKdcRepPart(part: EncKdcRepPart, msgType: 11 | 13): Uint8Array {
  return explicit(msgType === 11 ? ENC_AS_REP_PART_TAG : ENC_TGS_REP_PART_TAG, ENC_KDC_REP_PART).write(part);
}

/**
 * Decodes the plaintext of the enc-part of an AS-REP or TGS-REP. Both tags are taken in both: KDCs mix them up
 * (RFC 4120 §5.4.2).
 *
 * @throws ProtocolError - it is something else
 */
export function decodeEncKdcRepPart(bytes: Uint8Array): EncKdcRepPart {
  const tag = bytes[0] === ENC_AS_REP_PART_TAG ? ENC_AS_REP_PART_TAG : ENC_TGS_REP_PART_TAG;
  return decode('EncKDCRepPart', explicit(tag, ENC_KDC_REP_PART), bytes);
}

function kdcRep(msgType: number): Asn1Type<KdcRepFields> {
  return explicit(
    applicationTag(msgType),
    structure<KdcRepFields>(
      {
        padata: optionalList(2, PA_DATA),
        crealm: required(3, KERBEROS_STRING),
        cname: required(4, PRINCIPAL_NAME),
        ticket: required(5, TICKET),
        encPart: required(6, ENCRYPTED_DATA),
      },
      constant('pvno', 0, 5),
      constant('msg-type', 1, msgType),
    ),
  );
}
