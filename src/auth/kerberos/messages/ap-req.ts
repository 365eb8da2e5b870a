import { applicationTag } from '../../der/tag.js';
import type { EncryptionKey } from '../credential.js';
import type { PrincipalName } from '../principal.js';
import { type Asn1Type, constant, decode, explicit, mapped, optional, required, structure } from './asn1-type.js';
import {
  CHECKSUM, type Checksum, ENCRYPTION_KEY, KERBEROS_FLAGS, KERBEROS_STRING, KERBEROS_TIME, MICROSECONDS, PRINCIPAL_NAME, UINT32,
} from './basic-types.js';
import { ENCRYPTED_DATA, type EncryptedData } from './encrypted-data.js';
import { RAW_TICKET } from './ticket.js';

/** AP-REQ (RFC 4120 §5.5.1). */
export type ApReq = {
  /** The APOptions mutual-required: the host must answer with an AP-REP. */
  readonly mutualRequired: boolean;
  /** The Ticket in DER, octet for octet as the KDC sent it. */
  readonly ticket: Uint8Array;
  readonly authenticator: EncryptedData;
};

/** Authenticator (RFC 4120 §5.5.1), without authorization-data. */
export type Authenticator = {
  readonly crealm: string;
  readonly cname: PrincipalName;
  readonly cksum: Checksum | null;
  /** The client's time, to the second; `cusec` are the microseconds after it. */
  readonly ctime: Date;
  readonly cusec: number;
  readonly subkey: EncryptionKey | null;
  readonly seqNumber: number | null;
};

const MUTUAL_REQUIRED = 0x20000000;

const AP_REQ: Asn1Type<ApReq> = explicit(
  applicationTag(14),
  structure<ApReq>(
    {
      mutualRequired: required(2, mapped(KERBEROS_FLAGS, (flags) => (flags & MUTUAL_REQUIRED) !== 0, (mutual) => (mutual ? MUTUAL_REQUIRED : 0))),
      ticket: required(3, RAW_TICKET),
      authenticator: required(4, ENCRYPTED_DATA),
    },
    constant('pvno', 0, 5),
    constant('msg-type', 1, 14),
  ),
);

const AUTHENTICATOR: Asn1Type<Authenticator> = explicit(
  applicationTag(2),
  structure<Authenticator>(
    {
      crealm: required(1, KERBEROS_STRING),
      cname: required(2, PRINCIPAL_NAME),
      cksum: optional(3, CHECKSUM),
      cusec: required(4, MICROSECONDS),
      ctime: required(5, KERBEROS_TIME),
      subkey: optional(6, ENCRYPTION_KEY),
      seqNumber: optional(7, UINT32),
    },
    constant('authenticator-vno', 0, 5),
  ),
);

/** AP-REQ. */
export function encodeApReq(request: ApReq): Uint8Array {
  return AP_REQ.write(request);
}

/**
 * Decodes an AP-REQ.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeApReq(bytes: Uint8Array): ApReq {
  return decode('AP-REQ', AP_REQ, bytes);
}

/** The plaintext of an AP-REQ's authenticator. */
export function encodeAuthenticator(authenticator: Authenticator): Uint8Array {
  return AUTHENTICATOR.write(authenticator);
}

/**
 * Decodes the plaintext of an AP-REQ's authenticator.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeAuthenticator(bytes: Uint8Array): Authenticator {
  return decode('Authenticator', AUTHENTICATOR, bytes);
}
