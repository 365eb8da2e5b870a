import { utf8 } from '../../bytes.js';
import { readElement } from '../der/read.js';
import { oid } from '../der/write.js';
import { INITIAL_CONTEXT_TOKEN, KRB5_OID, MS_KRB5_OID } from '../kerberos/gss-token.js';
import type { Mechanism } from '../security-context.js';

/** SPNEGO itself, as the framing of its first token names it (RFC 4178 §4.2.1). */
export const SPNEGO_OID = '1.3.6.1.5.5.2';

/** NTLM (MS-NLMP 1.9). */
export const NTLMSSP_OID = '1.3.6.1.4.1.311.2.2.10';

/** The numbers of each mechanism, the one to offer first in front; those of one mechanism mean the same (MS-SPNG 3.1.5.2). */
export const MECHANISM_OIDS: Readonly<Record<Mechanism, readonly string[]>> = {
  Kerberos: [KRB5_OID, MS_KRB5_OID],
  NTLM: [NTLMSSP_OID],
};

/** The mechanism that a number means, `null` when it is none of ours. */
export function mechanismOf(mechType: string): Mechanism | null {
  const names = Object.keys(MECHANISM_OIDS) as Mechanism[];
  return names.find((name) => MECHANISM_OIDS[name].includes(mechType)) ?? null;
}

const NTLMSSP_SIGNATURE = utf8('NTLMSSP\0');

/**
 * The mechanism of a token that comes without SPNEGO: an NTLM message as it is, or anything but SPNEGO in the framing of RFC 2743 §3.1.
 *
 * @returns `null` for a token of SPNEGO
 * @throws ProtocolError - a framing that is no DER
 */
export function rawMechanism(token: Uint8Array): Mechanism | null {
  if (startsWith(token, NTLMSSP_SIGNATURE)) return 'NTLM';
  if (token[0] !== INITIAL_CONTEXT_TOKEN) return null;
  return startsWith(readElement(token, INITIAL_CONTEXT_TOKEN), oid(SPNEGO_OID)) ? null : 'Kerberos';
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
