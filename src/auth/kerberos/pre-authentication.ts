import { dataView, fromLatin1 } from '../../bytes.js';
import { AuthError, ProtocolError } from '../../errors.js';
import type { KerberosClock } from './clock.js';
import type { EncryptionKey } from './credential.js';
import { KEY_USAGE, etypeOf } from './crypto/etypes.js';
import { encryptPart } from './encryption.js';
import { type Asn1Type, decode, listOf, optional, required, structure } from './messages/asn1-type.js';
import { INT32, OCTETS } from './messages/basic-types.js';
import { encodeEncryptedData } from './messages/encrypted-data.js';
import { type EtypeInfo2Entry, decodeEtypeInfo2 } from './messages/etype-info2.js';
import { PA_TYPE, type PaData } from './messages/pa-data.js';
import { encodePaEncTsEnc } from './messages/pa-enc-ts-enc.js';
import type { Principal } from './principal.js';

/**
 * What a client proves itself with: a password, or keys made from one beforehand; those of a keytab, the newest of each encryption
 * type first, or one of rc4-hmac, which is the NT hash.
 */
export type ClientSecret =
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'keys'; readonly keys: readonly EncryptionKey[] };

/** ETYPE-INFO (RFC 4120 §5.2.7.4), which KDCs older than ETYPE-INFO2 send. */
const ETYPE_INFO: Asn1Type<readonly { readonly etype: number; readonly salt: Uint8Array | null }[]> = listOf(
  structure({ etype: required(0, INT32), salt: optional(1, OCTETS) }),
);

/**
 * The default of RFC 3962 §4, and what every KDC has or exceeds. The hints come in the clear: who forged them with fewer could have a timestamp
 * encrypted with a key that is cheap to guess the password of.
 */
const LEAST_ITERATIONS = 4096;

/**
 * How the client's key is made, by the hints of a KDC (RFC 4120 §5.2.7.3 to §5.2.7.5): the first of our encryption types that the KDC has a
 * key of, with its salt and parameters, from ETYPE-INFO2, else ETYPE-INFO, else PW-SALT, else by default.
 *
 * @param etypes - ours, the preferred first; at least one
 * @throws AuthError - the KDC has a key of none of them
 * @throws ProtocolError - the hints are malformed
 */
export function keyInfo(padata: readonly PaData[], etypes: readonly number[]): EtypeInfo2Entry {
  const entries = hints(padata);
  if (entries.length === 0) {
    const salt = valueOf(padata, PA_TYPE.pwSalt);
    return { etype: etypes[0]!, salt: salt === null ? null : fromLatin1(salt), s2kparams: null };
  }
  for (const etype of etypes) {
    const entry = entries.find((one) => one.etype === etype);
    if (entry !== undefined) return entry;
  }
  throw new AuthError(
    `The KDC has keys of the encryption types ${entries.map(({ etype }) => etype).join(', ')} for this principal, but only ${etypes.join(', ')} may be used: set its password once more so that AES keys exist, or, for rc4-hmac, say allowRc4`,
    { kerberosError: 'KDC_ERR_ETYPE_NOSUPP' },
  );
}

function hints(padata: readonly PaData[]): readonly EtypeInfo2Entry[] {
  const info2 = valueOf(padata, PA_TYPE.etypeInfo2);
  if (info2 !== null) return decodeEtypeInfo2(info2);
  const info = valueOf(padata, PA_TYPE.etypeInfo);
  if (info === null) return [];
  return decode('ETYPE-INFO', ETYPE_INFO, info).map(({ etype, salt }) => ({ etype, salt: salt === null ? null : fromLatin1(salt), s2kparams: null }));
}

function valueOf(padata: readonly PaData[], type: number): Uint8Array | null {
  return padata.find((data) => data.type === type)?.value ?? null;
}

/**
 * The client's long-term key.
 *
 * @param client - whose realm and name are the salt when the KDC gives none (RFC 4120 §4)
 * @throws AuthError - there is no key of this encryption type among the keys
 * @throws ProtocolError - the KDC's parameters make no sense, or make a weak key
 */
export function longTermKey(secret: ClientSecret, { etype, salt, s2kparams }: EtypeInfo2Entry, client: Principal): EncryptionKey {
  if (secret.kind === 'keys') {
    const key = secret.keys.find((one) => one.etype === etype);
    if (key === undefined) throw new AuthError(`The KDC used encryption type ${etype}, of which there is no key in the keytab`);
    return key;
  }
  const iterations = s2kparams?.length === 4 ? dataView(s2kparams).getUint32(0) : 0;
  if (iterations > 0 && iterations < LEAST_ITERATIONS) {
    throw new ProtocolError(`The KDC asks for ${iterations} iterations to make the key of a password; fewer than ${LEAST_ITERATIONS} make it cheap to guess`);
  }
  return { etype, value: etypeOf(etype).stringToKey(secret.password, salt ?? client.realm + client.name.nameString.join(''), s2kparams) };
}

/** PA-ENC-TIMESTAMP (RFC 4120 §5.2.7.2): the time, encrypted with the client's long-term key. */
export function encryptedTimestamp(key: EncryptionKey, clock: KerberosClock, random: (length: number) => Uint8Array): PaData {
  const now = clock.now();
  const plaintext = encodePaEncTsEnc({ patimestamp: now, pausec: now.getMilliseconds() * 1000 });
  return { type: PA_TYPE.encTimestamp, value: encodeEncryptedData(encryptPart(key, KEY_USAGE.asReqTimestamp, plaintext, random)) };
}
