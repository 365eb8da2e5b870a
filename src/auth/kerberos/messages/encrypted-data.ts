import { type Asn1Type, decode, optional, required, structure } from './asn1-type.js';
import { INT32, OCTETS, UINT32 } from './basic-types.js';

/** EncryptedData (RFC 4120 §5.2.9): a ciphertext and which key it is for. */
export type EncryptedData = {
  readonly etype: number;
  /** The version of a long-term key; `null` for a session key. */
  readonly kvno: number | null;
  readonly cipher: Uint8Array;
};

/** EncryptedData (RFC 4120 §5.2.9). */
export const ENCRYPTED_DATA: Asn1Type<EncryptedData> = structure<EncryptedData>({
  etype: required(0, INT32),
  kvno: optional(1, UINT32),
  cipher: required(2, OCTETS),
});

/** EncryptedData alone: the value of PA-ENC-TIMESTAMP (RFC 4120 §5.2.7.2). */
export function encodeEncryptedData(data: EncryptedData): Uint8Array {
  return ENCRYPTED_DATA.write(data);
}

/**
 * Decodes EncryptedData that stands alone.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeEncryptedData(bytes: Uint8Array): EncryptedData {
  return decode('EncryptedData', ENCRYPTED_DATA, bytes);
}
