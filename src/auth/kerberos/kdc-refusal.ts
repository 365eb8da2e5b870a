import { dataView } from '../../bytes.js';
import { AuthError, ProtocolError } from '../../errors.js';
import { type Asn1Type, decode, optional, required, structure } from './messages/asn1-type.js';
import { INT32, OCTETS } from './messages/basic-types.js';
import type { KrbError } from './messages/krb-error.js';
import { printable } from './principal.js';

/** What to do, by the code of RFC 4120 §7.5.9; `{client}` and `{service}` stand for the names without the realm. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [1, 'The entry of this principal has expired: have it extended in the directory'],
  [2, 'The entry of the service has expired: have it extended in the directory'],
  [6, 'The realm has no {client}: check the name and the realm, which may be another than that of the host'],
  [7, 'No account has this service principal name: call the host by the full name it is registered under, see `setspn -Q {service}` (HOST/ covers HTTP/), or name another with the option spn'],
  [8, 'Two accounts have this name: `setspn -X` lists the duplicates; remove one'],
  [9, 'The principal has no key in the directory: set its password once more'],
  [12, "The realm's policy forbids it: look at logon hours, permitted workstations, authentication policies and Protected Users"],
  [13, 'The ticket does not allow what was asked: kinit again, with -f for one that can be forwarded, with -r for one that can be renewed'],
  [14, 'The realm and this client have no encryption type in common: set the password once more so that AES keys exist, check msDS-SupportedEncryptionTypes and permitted_enctypes, or allow rc4-hmac by name'],
  [18, 'The account is disabled, locked out or expired, or may not log on now: look it up in the directory'],
  [23, 'The password has expired: change it (kpasswd), then try again'],
  [24, 'The password or key is wrong. It was tried once and not again, lest the account be locked out; after a change of password make the keytab anew'],
  [25, 'The realm wants more than a password or key: a smart card, or a second factor'],
  [29, 'The KDC is not at work now: try again later'],
  [32, 'The ticket has expired: kinit again'],
  [33, 'The ticket is not valid yet: check the clocks'],
  [37, 'The clocks differ by more than the realm tolerates, also after this client followed the time of the KDC: set both by NTP'],
  [41, 'The KDC found the request changed: what stands between this client and the KDC?'],
  [44, 'The keys of the realm were changed: kinit again'],
  [52, 'The answer is said to be too large for UDP, but it was asked for over TCP: what stands between this client and the KDC?'],
  [60, 'The KDC failed: see its log'],
  [68, 'The principal is in another realm, which the KDC does not name'],
]);

/** NTSTATUS values (MS-ERREF 2.3.1) that say more than the code of Kerberos they come with. */
const NT_STATUS: ReadonlyMap<number, string> = new Map([
  [0xc000006e, 'STATUS_ACCOUNT_RESTRICTION'],
  [0xc000006f, 'STATUS_INVALID_LOGON_HOURS'],
  [0xc0000070, 'STATUS_INVALID_WORKSTATION'],
  [0xc0000071, 'STATUS_PASSWORD_EXPIRED'],
  [0xc0000072, 'STATUS_ACCOUNT_DISABLED'],
  [0xc0000193, 'STATUS_ACCOUNT_EXPIRED'],
  [0xc0000224, 'STATUS_PASSWORD_MUST_CHANGE'],
  [0xc0000234, 'STATUS_ACCOUNT_LOCKED_OUT'],
  [0xc0000413, 'STATUS_AUTHENTICATION_FIREWALL_FAILED'],
]);

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
  const advice = (ADVICE.get(error.code) ?? 'See RFC 4120 §7.5.9 and the log of the KDC')
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
    const status = dataView(value).getUint32(0, true);
    return NT_STATUS.get(status) ?? `NTSTATUS 0x${status.toString(16).toUpperCase().padStart(8, '0')}`;
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
