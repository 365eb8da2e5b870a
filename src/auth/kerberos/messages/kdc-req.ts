import { TAG, applicationTag } from '../../der/tag.js';
import type { PrincipalName } from '../principal.js';
import { type Asn1Type, constant, decode, explicit, listOf, optional, optionalList, raw, required, structure } from './asn1-type.js';
import { INT32, KERBEROS_FLAGS, KERBEROS_STRING, KERBEROS_TIME, PRINCIPAL_NAME, UINT32 } from './basic-types.js';
import { PA_DATA, type PaData } from './pa-data.js';

/** KDC-REQ-BODY (RFC 4120 §5.4.1), without the fields that no client here sends. */
export type KdcReqBody = {
  /** KDCOptions as an unsigned 32-bit number; bit 0 of the RFC is its highest. */
  readonly kdcOptions: number;
  /** The client; only in an AS-REQ. */
  readonly cname: PrincipalName | null;
  /** The realm of the server, and in an AS-REQ that of the client too. */
  readonly realm: string;
  readonly sname: PrincipalName;
  readonly till: Date;
  readonly rtime: Date | null;
  readonly nonce: number;
  /** etype: what the client can decrypt, the preferred first. */
  readonly etypes: readonly number[];
};

/** KDC-REQ (RFC 4120 §5.4.1): AS-REQ or TGS-REQ. */
export type KdcReq = { readonly padata: readonly PaData[]; readonly body: KdcReqBody };

const KDC_REQ_BODY: Asn1Type<KdcReqBody> = structure<KdcReqBody>({
  kdcOptions: required(0, KERBEROS_FLAGS),
  cname: optional(1, PRINCIPAL_NAME),
  realm: required(2, KERBEROS_STRING),
  sname: required(3, PRINCIPAL_NAME),
  till: required(5, KERBEROS_TIME),
  rtime: optional(6, KERBEROS_TIME),
  nonce: required(7, UINT32),
  etypes: required(8, listOf(INT32)),
});

type EncodedReq = { readonly padata: readonly PaData[]; readonly encodedBody: Uint8Array };

const AS_REQ = kdcReq(10);
const TGS_REQ = kdcReq(12);

/** AS-REQ (RFC 4120 §5.4.1). */
export function encodeAsReq({ padata, body }: KdcReq): Uint8Array {
  return AS_REQ.write({ padata, encodedBody: encodeKdcReqBody(body) });
}

/** TGS-REQ (RFC 4120 §5.4.1). */
export function encodeTgsReq({ padata, body }: KdcReq): Uint8Array {
  return TGS_REQ.write({ padata, encodedBody: encodeKdcReqBody(body) });
}

/** KDC-REQ-BODY, over which the Authenticator of a TGS-REQ has its checksum (RFC 4120 §5.2.7.1). */
export function encodeKdcReqBody(body: KdcReqBody): Uint8Array {
  return KDC_REQ_BODY.write(body);
}

/**
 * Decodes an AS-REQ (msgType 10) or TGS-REQ (12).
 *
 * @returns with `encodedBody`, the KDC-REQ-BODY octet for octet as it came, for the checksum
 * @throws ProtocolError - it is something else
 */
export function decodeKdcReq(bytes: Uint8Array): KdcReq & { readonly msgType: 10 | 12; readonly encodedBody: Uint8Array } {
  const msgType = bytes[0] === AS_REQ.tag ? 10 : 12;
  const { padata, encodedBody } = decode('KDC-REQ', msgType === 10 ? AS_REQ : TGS_REQ, bytes);
  return { msgType, padata, encodedBody, body: decode('KDC-REQ-BODY', KDC_REQ_BODY, encodedBody) };
}

function kdcReq(msgType: number): Asn1Type<EncodedReq> {
  return explicit(
    applicationTag(msgType),
    structure<EncodedReq>(
      { padata: optionalList(3, PA_DATA), encodedBody: required(4, raw(TAG.sequence)) },
      constant('pvno', 1, 5),
      constant('msg-type', 2, msgType),
    ),
  );
}
