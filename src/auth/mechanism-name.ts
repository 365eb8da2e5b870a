import { KRB5_OID, MS_KRB5_OID } from './kerberos/gss-token.js';
import { NTLMSSP_OID } from './spnego/mechanism-oid.js';

/** A mechanism for people: its name, `null` when it is not known here, and its OID in dotted form. */
export type MechanismDescription = { readonly name: string | null; readonly oid: string };

/** Also those that Windows and MIT Kerberos offer and this package does not speak. */
const NAMES: ReadonlyMap<string, string> = new Map([
  [KRB5_OID, 'Kerberos 5'],
  [MS_KRB5_OID, 'Microsoft Kerberos 5'],
  ['1.2.840.113554.1.2.2.3', 'Kerberos 5 user-to-user'],
  ['1.3.6.1.5.2.5', 'IAKERB'],
  [NTLMSSP_OID, 'NTLMSSP'],
  ['1.3.6.1.4.1.311.2.2.30', 'NEGOEX'],
]);

/** A mechanism of GSS-API by its name. */
export function describeMechanism(oid: string): MechanismDescription {
  return { name: NAMES.get(oid) ?? null, oid };
}
