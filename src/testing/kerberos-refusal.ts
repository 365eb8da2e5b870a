import { KRB5_OID, TOK_ID, frameToken } from '../auth/kerberos/gss-token.js';
import { encodeKrbError } from '../auth/kerberos/messages/krb-error.js';
import { KRB_ERROR, type KrbErrorName } from '../auth/kerberos/messages/krb-error-code.js';
import type { PrincipalName } from '../auth/kerberos/principal.js';
import { AuthError } from '../errors.js';

/** The host refuses an AP-REQ, and tells the client why with a KRB-ERROR. */
export class KerberosRefusal extends AuthError {
  /** The KRB-ERROR in its framing, for the client. */
  readonly token: Uint8Array;

  /** @param host - its time, and the service that the ticket is for */
  constructor(message: string, name: KrbErrorName, host: { readonly stime: Date; readonly realm: string; readonly sname: PrincipalName }) {
    super(`${message} (${name})`, { kerberosError: name });
    const error = { code: KRB_ERROR[name], susec: 0, crealm: null, cname: null, eText: null, eData: null, ...host };
    this.token = frameToken({ oid: KRB5_OID, tokId: TOK_ID.krbError, message: encodeKrbError(error) });
  }
}
