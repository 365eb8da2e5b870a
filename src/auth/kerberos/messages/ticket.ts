import { TAG, applicationTag } from '../../der/tag.js';
import type { EncryptionKey } from '../credential.js';
import type { PrincipalName } from '../principal.js';
import { type Asn1Type, type Field, constant, decode, explicit, mapped, optional, raw, required, structure } from './asn1-type.js';
import { ENCRYPTION_KEY, INT32, KERBEROS_FLAGS, KERBEROS_STRING, KERBEROS_TIME, OCTETS, PRINCIPAL_NAME } from './basic-types.js';
import { ENCRYPTED_DATA, type EncryptedData } from './encrypted-data.js';

/** Ticket (RFC 4120 §5.3). */
export type Ticket = {
  readonly realm: string;
  readonly sname: PrincipalName;
  readonly encPart: EncryptedData;
  /** The Ticket in DER, octet for octet as it came. */
  readonly encoded: Uint8Array;
};

/** EncTicketPart (RFC 4120 §5.3); caddr is ignored, and transited, which only hosts of other realms look at. */
export type EncTicketPart = {
  /** TicketFlags as an unsigned 32-bit number. */
  readonly flags: number;
  readonly key: EncryptionKey;
  readonly crealm: string;
  readonly cname: PrincipalName;
  readonly authtime: Date;
  readonly starttime: Date | null;
  readonly endtime: Date;
  readonly renewTill: Date | null;
  /** AuthorizationData in DER: Windows keeps the groups of the user there (MS-PAC). */
  readonly authorizationData: Uint8Array | null;
};

const TICKET_TAG = applicationTag(1);

type TicketFields = Omit<Ticket, 'encoded'>;

const TICKET_FIELDS: Asn1Type<TicketFields> = explicit(
  TICKET_TAG,
  structure<TicketFields>(
    { realm: required(1, KERBEROS_STRING), sname: required(2, PRINCIPAL_NAME), encPart: required(3, ENCRYPTED_DATA) },
    constant('tkt-vno', 0, 5),
  ),
);

/** Ticket (RFC 4120 §5.3), octet for octet. */
export const RAW_TICKET: Asn1Type<Uint8Array> = raw(TICKET_TAG);

/** Ticket (RFC 4120 §5.3). */
export const TICKET: Asn1Type<Ticket> = mapped(RAW_TICKET, decodeTicket, ({ encoded }) => encoded);

/** TransitedEncoding (RFC 4120 §5.3) of a ticket that crossed no realm. */
const TRANSITED: Field<null> = required(
  4,
  mapped(structure({ type: required(0, INT32), contents: required(1, OCTETS) }), () => null, () => ({ type: 1, contents: new Uint8Array() })),
);

const ENC_TICKET_PART: Asn1Type<EncTicketPart> = explicit(
  applicationTag(3),
  structure<EncTicketPart>(
    {
      flags: required(0, KERBEROS_FLAGS),
      key: required(1, ENCRYPTION_KEY),
      crealm: required(2, KERBEROS_STRING),
      cname: required(3, PRINCIPAL_NAME),
      authtime: required(5, KERBEROS_TIME),
      starttime: optional(6, KERBEROS_TIME),
      endtime: required(7, KERBEROS_TIME),
      renewTill: optional(8, KERBEROS_TIME),
      authorizationData: optional(10, raw(TAG.sequence)),
    },
    TRANSITED,
  ),
);

/** A Ticket in DER. */
export function encodeTicket(ticket: TicketFields): Uint8Array {
  return TICKET_FIELDS.write(ticket);
}

/**
 * Decodes a Ticket.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeTicket(bytes: Uint8Array): Ticket {
  return { ...decode('Ticket', TICKET_FIELDS, bytes), encoded: bytes };
}

/** The plaintext of a ticket's enc-part. */
export function encodeEncTicketPart(part: EncTicketPart): Uint8Array {
  return ENC_TICKET_PART.write(part);
}

/**
 * Decodes the plaintext of a ticket's enc-part.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeEncTicketPart(bytes: Uint8Array): EncTicketPart {
  return decode('EncTicketPart', ENC_TICKET_PART, bytes);
}
