import { dataView } from '../../bytes.js';
import { AuthError, ProtocolError } from '../../errors.js';
import { ntStatusName } from '../nt-status.js';
import { type Asn1Type, decode, optional, required, structure } from './messages/asn1-type.js';
import { INT32, OCTETS } from './messages/basic-types.js';
import type { KrbErrorName } from './messages/krb-error-code.js';
import type { KrbError } from './messages/krb-error.js';
import { printable } from './principal.js';

/** What to do, by the error of a KDC (RFC 4120 §7.5.9); `{client}` and `{service}` stand for the names without the realm. */
const ADVICE: Readonly<Partial<Record<string, string>>> = {
  KDC_ERR_NAME_EXP: 'The entry of this principal has expired: have it extended in the directory',
  KDC_ERR_SERVICE_EXP: 'The entry of the service has expired: have it extended in the directory',
  KDC_ERR_C_PRINCIPAL_UNKNOWN: 'The realm has no {client}: check the name and the realm, which may be another than that of the host',
  KDC_ERR_S_PRINCIPAL_UNKNOWN: 'No account has this service principal name: call the host by the full name it is registered under, see `setspn -Q {service}` (HOST/ covers HTTP/), or name another with the option spn',
  KDC_ERR_PRINCIPAL_NOT_UNIQUE: 'Two accounts have this name: `setspn -X` lists the duplicates; remove one',
  KDC_ERR_NULL_KEY: 'The principal has no key in the directory: set its password once more',
  KDC_ERR_POLICY: "The realm's policy forbids it: look at logon hours, permitted workstations, authentication policies and Protected Users",
  KDC_ERR_BADOPTION: 'The ticket does not allow what was asked: kinit again, with -f for one that can be forwarded, with -r for one that can be renewed',
  KDC_ERR_ETYPE_NOSUPP: 'The realm and this client have no encryption type in common: set the password once more so that AES keys exist, check msDS-SupportedEncryptionTypes and permitted_enctypes, or, for rc4-hmac, say allowRc4',
  KDC_ERR_CLIENT_REVOKED: 'The account is disabled, locked out or expired, or may not log on now: look it up in the directory',
  KDC_ERR_KEY_EXPIRED: 'The password has expired: change it (kpasswd), then try again',
  KDC_ERR_PREAUTH_FAILED: 'The password or key is wrong. It was tried once and not again, lest the account be locked out; after a change of password make the keytab anew',
  KDC_ERR_PREAUTH_REQUIRED: 'The realm wants more than a password or key: a smart card, or a second factor',
  KDC_ERR_SVC_UNAVAILABLE: 'The KDC is not at work now: try again later',
  KRB_AP_ERR_TKT_EXPIRED: 'The ticket has expired: kinit again',
  KRB_AP_ERR_TKT_NYV: 'The ticket is not valid yet: check the clocks',
  KRB_AP_ERR_SKEW: 'The clocks differ by more than the realm tolerates, also after this client followed the time of the KDC: set both by NTP',
  KRB_AP_ERR_MODIFIED: 'The KDC found the request changed: what stands between this client and the KDC?',
  KRB_AP_ERR_BADKEYVER: 'The keys of the realm were changed: kinit again',
  KRB_ERR_RESPONSE_TOO_BIG: 'The answer is said to be too large for UDP, but it was asked for over TCP: what stands between this client and the KDC?',
  KRB_ERR_GENERIC: 'The KDC failed: see its log',
  KDC_ERR_WRONG_REALM: 'The principal is in another realm, which the KDC does not name',
} satisfies Partial<Record<KrbErrorName, string>>;

/** KERB-ERROR-DATA (MS-KILE 2.2.2). */
const KERB_ERROR_DATA: Asn1Type<{ readonly type: number; readonly value: Uint8Array | null }> = structure({ type: required(1, INT32), value: optional(2, OCTETS) });

const KERB_ERR_TYPE_EXTENDED = 3;

const LONGEST_TEXT = 200;

/**
 * The error for a KRB-ERROR of a KDC: its name, who asked for what, what the KDC says beside it, and what to do. The name is also in
 * `kerberosError`.
 *
 * @param asked - the principals: who asked for a ticket, and for which service
 */
export function kdcRefusal(error: KrbError, asked: { readonly client: string; readonly server: string }): AuthError {
  const said = [ntStatus(error.eData), ownWords(error.eText)].filter((text) => text !== null).map((text) => ` (${text})`);
  const advice = (ADVICE[error.name] ?? 'See RFC 4120 §7.5.9 and the log of the KDC')
    .replace('{client}', () => withoutRealm(asked.client))
    .replace('{service}', () => withoutRealm(asked.server));
  return new AuthError(`Kerberos gave ${asked.client} no ticket for ${asked.server}: ${error.name}${said.join('')}. ${advice}`, { kerberosError: error.name });
}

/** The NTSTATUS that Windows adds in a KERB-EXT-ERROR (MS-KILE 2.2.1), little-endian; whatever else e-data holds is passed over. */
function ntStatus(eData: Uint8Array | null): string | null {
  if (eData === null) return null;
  try {
    const { type, value } = decode('KERB-ERROR-DATA', KERB_ERROR_DATA, eData);
    if (type !== KERB_ERR_TYPE_EXTENDED || value === null || value.length < 4) return null;
    return ntStatusName(dataView(value).getUint32(0, true));
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

/** The KDC's own words; `null` when it has none. */
function ownWords(text: string | null): string | null {
  const clean = printable(text ?? '').slice(0, LONGEST_TEXT).trim();
  return clean === '' ? null : clean;
}

function withoutRealm(principal: string): string {
  return principal.replace(/@[^@]*$/, '');
}
