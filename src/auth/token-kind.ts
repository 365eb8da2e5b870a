import { toHex } from '../bytes.js';

/** What a token of an Authorization or WWW-Authenticate header is: of CredSSP it is the TLS around it that shows. */
export type TokenKind = 'ntlm' | 'kerberos' | 'spnego' | 'credssp';

/** A length in DER (X.690 §8.1.3), in hexadecimal digits. */
const LENGTH = '(?:[0-7].|81..|82.{4}|83.{6}|84.{8})';

/** How each begins, in hexadecimal digits; in this order. */
const BEGINNINGS: readonly (readonly [kind: TokenKind, beginning: RegExp])[] = [
  // NTLMSSP and a zero (MS-NLMP 2.2.1)
  ['ntlm', /^4e544c4d53535000/],
  // The framing of RFC 2743 §3.1 with the OID of Kerberos 5, or with the one that Windows 2000 wrote for it
  ['kerberos', new RegExp(`^60${LENGTH}06092a8648(?:86f7|82f7)12010202`)],
  // The same framing with the OID of SPNEGO: NegTokenInit; and NegTokenResp, which has none (RFC 4178 §4.2)
  ['spnego', new RegExp(`^(?:60${LENGTH}06062b0601050502|a1${LENGTH}30)`)],
  // ContentType and ProtocolVersion of a TLS record (RFC 8446 §5.1)
  ['credssp', /^1[4-7]030[1-3]/],
];

/** The longest of the beginnings, in octets. */
const LONGEST = 17;

/** What a token is, by how it begins; `null` when it is none of these. */
export function tokenKind(token: Uint8Array): TokenKind | null {
  const digits = toHex(token.subarray(0, LONGEST));
  return BEGINNINGS.find(([, beginning]) => beginning.test(digits))?.[0] ?? null;
}
