import { type Asn1Type, decode, listOf, optional, required, structure } from './asn1-type.js';
import { INT32, KERBEROS_STRING, OCTETS } from './basic-types.js';

/** ETYPE-INFO2-ENTRY (RFC 4120 §5.2.7.5): how a password becomes a key of one etype. */
export type EtypeInfo2Entry = {
  readonly etype: number;
  /** `null`: the default salt, realm and name one after the other; or the etype has none, as rc4-hmac. */
  readonly salt: string | null;
  /** Parameters of string-to-key, such as the number of iterations; `null`: those the etype has by itself. */
  readonly s2kparams: Uint8Array | null;
};

const ETYPE_INFO2: Asn1Type<readonly EtypeInfo2Entry[]> = listOf(
  structure<EtypeInfo2Entry>({ etype: required(0, INT32), salt: optional(1, KERBEROS_STRING), s2kparams: optional(2, OCTETS) }),
);

/** ETYPE-INFO2, the value of PA-ETYPE-INFO2; the etype that the KDC prefers comes first. */
export function encodeEtypeInfo2(entries: readonly EtypeInfo2Entry[]): Uint8Array {
  return ETYPE_INFO2.write(entries);
}

/**
 * Decodes ETYPE-INFO2.
 *
 * @throws ProtocolError - it is something else
 */
export function decodeEtypeInfo2(bytes: Uint8Array): readonly EtypeInfo2Entry[] {
  return decode('ETYPE-INFO2', ETYPE_INFO2, bytes);
}
