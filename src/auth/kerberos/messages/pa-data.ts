/** Pre-authentication data: what requests and answers carry beside their fields (RFC 4120 §5.2.7). */
import { type Asn1Type, decode, listOf, required, structure } from './asn1-type.js';
import { INT32, OCTETS } from './basic-types.js';

/** PA-DATA (RFC 4120 §5.2.7). */
export type PaData = {
  /** padata-type, see {@link PA_TYPE}. */
  readonly type: number;
  /** padata-value; what it holds depends on the type. */
  readonly value: Uint8Array;
};

/** The types in use (RFC 4120 §7.5.2, RFC 6113 §5.2, RFC 6806 §11, MS-KILE 2.2.10). */
export const PA_TYPE = {
  tgsReq: 1,
  encTimestamp: 2,
  pwSalt: 3,
  etypeInfo: 11,
  etypeInfo2: 19,
  pacRequest: 128,
  fxCookie: 133,
  reqEncPaRep: 149,
} as const;

/** PA-DATA (RFC 4120 §5.2.7). */
export const PA_DATA: Asn1Type<PaData> = structure<PaData>({ type: required(1, INT32), value: required(2, OCTETS) });

const METHOD_DATA = listOf(PA_DATA);

/** METHOD-DATA (RFC 4120 §5.9.1): what a KDC that asks for pre-authentication takes. */
export function encodeMethodData(methods: readonly PaData[]): Uint8Array {
  return METHOD_DATA.write(methods);
}

/**
 * Decodes METHOD-DATA, the e-data of KDC_ERR_PREAUTH_REQUIRED.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeMethodData(bytes: Uint8Array): readonly PaData[] {
  return decode('METHOD-DATA', METHOD_DATA, bytes);
}
