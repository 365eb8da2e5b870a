import { applicationTag } from '../../der/tag.js';
import type { PrincipalName } from '../principal.js';
import { type Asn1Type, constant, decode, explicit, optional, required, structure } from './asn1-type.js';
import { INT32, KERBEROS_STRING, KERBEROS_TIME, MICROSECONDS, OCTETS, PRINCIPAL_NAME } from './basic-types.js';
import { krbErrorName } from './krb-error-code.js';

/** KRB-ERROR (RFC 4120 §5.9.1), without ctime and cusec, which only repeat what the client knows. */
export type KrbError = {
  /** error-code. */
  readonly code: number;
  /** The name of the code, see {@link krbErrorName}. */
  readonly name: string;
  /** The time of the KDC or host, to the second; `susec` are the microseconds after it. */
  readonly stime: Date;
  readonly susec: number;
  /** The server that was asked for. */
  readonly realm: string;
  readonly sname: PrincipalName;
  readonly crealm: string | null;
  readonly cname: PrincipalName | null;
  /** e-text. Untrusted. */
  readonly eText: string | null;
  /** e-data: METHOD-DATA with KDC_ERR_PREAUTH_REQUIRED, else TYPED-DATA, KERB-ERROR-DATA (MS-KILE 2.2.1) or anything. */
  readonly eData: Uint8Array | null;
};

type KrbErrorFields = Omit<KrbError, 'name'>;

const KRB_ERROR: Asn1Type<KrbErrorFields> = explicit(
  applicationTag(30),
  structure<KrbErrorFields>(
    {
      stime: required(4, KERBEROS_TIME),
      susec: required(5, MICROSECONDS),
      code: required(6, INT32),
      crealm: optional(7, KERBEROS_STRING),
      cname: optional(8, PRINCIPAL_NAME),
      realm: required(9, KERBEROS_STRING),
      sname: required(10, PRINCIPAL_NAME),
      eText: optional(11, KERBEROS_STRING),
      eData: optional(12, OCTETS),
    },
    constant('pvno', 0, 5),
    constant('msg-type', 1, 30),
  ),
);

/** Whether a message is a KRB-ERROR, by its first octet. */
export function isKrbError(bytes: Uint8Array): boolean {
  return bytes[0] === KRB_ERROR.tag;
}

/** KRB-ERROR. */
export function encodeKrbError(error: KrbErrorFields): Uint8Array {
  return KRB_ERROR.write(error);
}

/**
 * Decodes a KRB-ERROR.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeKrbError(bytes: Uint8Array): KrbError {
  const error = decode('KRB-ERROR', KRB_ERROR, bytes);
  return { ...error, name: krbErrorName(error.code) };
}
