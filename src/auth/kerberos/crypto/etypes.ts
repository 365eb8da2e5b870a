import { ProtocolError } from '../../../errors.js';
import { aesSha1 } from './aes-sha1.js';
import { aesSha2 } from './aes-sha2.js';
import type { Etype } from './etype.js';
import { RC4_HMAC } from './rc4-hmac.js';

/** What a key is used for (RFC 4120 §7.5.1, RFC 4121 §2), as far as it is here: no ciphertext of one use serves for another. */
export const KEY_USAGE = {
  asReqTimestamp: 1,
  ticket: 2,
  asRepEncPart: 3,
  tgsReqChecksum: 6,
  tgsReqAuthenticator: 7,
  tgsRepSessionKey: 8,
  tgsRepSubkey: 9,
  apReqAuthenticator: 11,
  apRepEncPart: 12,
  krbCredEncPart: 14,
  acceptorSeal: 22,
  acceptorSign: 23,
  initiatorSeal: 24,
  initiatorSign: 25,
} as const;

/** The AES encryption types, in the order in which to ask for them: those that every domain has first. */
const AES: readonly Etype[] = [
  aesSha1({ number: 18, name: 'aes256-cts-hmac-sha1-96', keyLength: 32, checksumType: 16 }),
  aesSha1({ number: 17, name: 'aes128-cts-hmac-sha1-96', keyLength: 16, checksumType: 15 }),
  aesSha2({ number: 20, name: 'aes256-cts-hmac-sha384-192', keyLength: 32, macLength: 24, checksumType: 20, hash: 'sha384' }),
  aesSha2({ number: 19, name: 'aes128-cts-hmac-sha256-128', keyLength: 16, macLength: 16, checksumType: 19, hash: 'sha256' }),
];

const ETYPES: readonly Etype[] = [...AES, RC4_HMAC];

/** Other names of one encryption type in `permitted_enctypes` of krb5.conf. */
const ALIASES: Readonly<Record<string, number>> = {
  'aes256-cts': 18,
  'aes256-sha1': 18,
  'aes128-cts': 17,
  'aes128-sha1': 17,
  'aes256-sha2': 20,
  'aes128-sha2': 19,
  'arcfour-hmac': 23,
  'arcfour-hmac-md5': 23,
};

/** Names of several encryption types at once in krb5.conf. */
const FAMILIES: Readonly<Record<string, readonly Etype[]>> = { aes: AES, rc4: [RC4_HMAC] };

/**
 * The encryption type of a number in the IANA registry.
 *
 * @throws ProtocolError - it is not one that this package supports
 */
export function etypeOf(number: number): Etype {
  const etype = ETYPES.find((one) => one.number === number);
  if (etype === undefined) throw new ProtocolError(`Kerberos encryption type ${number} is not supported; ${ETYPES.map((one) => `${one.number} (${one.name})`).join(', ')} are`);
  return etype;
}

/** Whether {@link etypeOf} knows the number. */
export function isSupportedEtype(number: number): boolean {
  return ETYPES.some((one) => one.number === number);
}

/**
 * The encryption types that a name in krb5.conf means: one of `aes256-cts-hmac-sha1-96`, `aes256-cts`, `arcfour-hmac`, several of the
 * families `aes` and `rc4`. Case does not matter.
 *
 * @returns in the order of preference; none for a name that is not supported (`des3-cbc-sha1`, `camellia256-cts`)
 */
export function etypesNamed(name: string): readonly Etype[] {
  const wanted = name.toLowerCase();
  const family = Object.hasOwn(FAMILIES, wanted) ? FAMILIES[wanted]! : null;
  return family ?? ETYPES.filter((one) => one.name === wanted || (Object.hasOwn(ALIASES, wanted) && ALIASES[wanted] === one.number));
}
