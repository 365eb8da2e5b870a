import { type Asn1Type, decode, optional, required, structure } from './asn1-type.js';
import { KERBEROS_TIME, MICROSECONDS } from './basic-types.js';

/** PA-ENC-TS-ENC (RFC 4120 §5.2.7.2): the time that proves, encrypted, that the client has the key. */
export type PaEncTsEnc = { readonly patimestamp: Date; readonly pausec: number | null };

const PA_ENC_TS_ENC: Asn1Type<PaEncTsEnc> = structure<PaEncTsEnc>({
  patimestamp: required(0, KERBEROS_TIME),
  pausec: optional(1, MICROSECONDS),
});

/** The plaintext of PA-ENC-TIMESTAMP. */
export function encodePaEncTsEnc(timestamp: PaEncTsEnc): Uint8Array {
  return PA_ENC_TS_ENC.write(timestamp);
}

/**
 * Decodes the plaintext of PA-ENC-TIMESTAMP.
 *
 * @throws ProtocolError - it is something else
 */
export function decodePaEncTsEnc(bytes: Uint8Array): PaEncTsEnc {
  return decode('PA-ENC-TS-ENC', PA_ENC_TS_ENC, bytes);
}
