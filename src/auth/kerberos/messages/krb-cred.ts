import { applicationTag } from '../../der/tag.js';
import type { Credential, EncryptionKey } from '../credential.js';
import type { PrincipalName } from '../principal.js';
import { type Asn1Type, constant, decode, explicit, listOf, mapped, optional, required, structure } from './asn1-type.js';
import { ENCRYPTION_KEY, KERBEROS_FLAGS, KERBEROS_STRING, KERBEROS_TIME, MICROSECONDS, PRINCIPAL_NAME } from './basic-types.js';
import { ENCRYPTED_DATA, type EncryptedData } from './encrypted-data.js';
import { RAW_TICKET } from './ticket.js';

/** KRB-CRED (RFC 4120 §5.8.1): tickets that are handed over. */
export type KrbCred = {
  /** Each in DER, octet for octet as the KDC sent it. */
  readonly tickets: readonly Uint8Array[];
  readonly encPart: EncryptedData;
};

/** KrbCredInfo (RFC 4120 §5.8.1): what the new holder needs to use the ticket of the same place in the list. */
export type KrbCredInfo = Omit<Credential, 'sessionKey' | 'ticket'> & { readonly key: EncryptionKey };

/** EncKrbCredPart (RFC 4120 §5.8.1), without nonce and addresses. */
export type EncKrbCredPart = {
  readonly ticketInfo: readonly KrbCredInfo[];
  readonly timestamp: Date | null;
  /** The microseconds after `timestamp`. */
  readonly usec: number | null;
};

const KRB_CRED: Asn1Type<KrbCred> = explicit(
  applicationTag(22),
  structure<KrbCred>(
    { tickets: required(2, listOf(RAW_TICKET)), encPart: required(3, ENCRYPTED_DATA) },
    constant('pvno', 0, 5),
    constant('msg-type', 1, 22),
  ),
);

type KrbCredInfoFields = Omit<KrbCredInfo, 'client' | 'server'> & {
  readonly prealm: string;
  readonly pname: PrincipalName;
  readonly srealm: string;
  readonly sname: PrincipalName;
};

/** The RFC lets every field but `key` be left out; without the others a ticket is of no use. */
const KRB_CRED_INFO_FIELDS: Asn1Type<KrbCredInfoFields> = structure<KrbCredInfoFields>({
  key: required(0, ENCRYPTION_KEY),
  prealm: required(1, KERBEROS_STRING),
  pname: required(2, PRINCIPAL_NAME),
  flags: required(3, KERBEROS_FLAGS),
  authTime: required(4, KERBEROS_TIME),
  startTime: optional(5, KERBEROS_TIME),
  endTime: required(6, KERBEROS_TIME),
  renewTill: optional(7, KERBEROS_TIME),
  srealm: required(8, KERBEROS_STRING),
  sname: required(9, PRINCIPAL_NAME),
});

const KRB_CRED_INFO: Asn1Type<KrbCredInfo> = mapped(
  KRB_CRED_INFO_FIELDS,
  ({ prealm, pname, srealm, sname, ...rest }) => ({ ...rest, client: { realm: prealm, name: pname }, server: { realm: srealm, name: sname } }),
  ({ client, server, ...rest }) => ({ ...rest, prealm: client.realm, pname: client.name, srealm: server.realm, sname: server.name }),
);

const ENC_KRB_CRED_PART: Asn1Type<EncKrbCredPart> = explicit(
  applicationTag(29),
  structure<EncKrbCredPart>({
    ticketInfo: required(0, listOf(KRB_CRED_INFO)),
    timestamp: optional(2, KERBEROS_TIME),
    usec: optional(3, MICROSECONDS),
  }),
);

/** KRB-CRED. */
export function encodeKrbCred(message: KrbCred): Uint8Array {
  return KRB_CRED.write(message);
}

/**
 * Decodes a KRB-CRED.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeKrbCred(bytes: Uint8Array): KrbCred {
  return decode('KRB-CRED', KRB_CRED, bytes);
}

/** The plaintext of a KRB-CRED's enc-part. */
export function encodeEncKrbCredPart(part: EncKrbCredPart): Uint8Array {
  return ENC_KRB_CRED_PART.write(part);
}

/**
 * Decodes the plaintext of a KRB-CRED's enc-part.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeEncKrbCredPart(bytes: Uint8Array): EncKrbCredPart {
  return decode('EncKrbCredPart', ENC_KRB_CRED_PART, bytes);
}
