import type { Authenticator } from '../auth/authenticator.js';
import { basicAuthorization } from '../auth/basic.js';
import { SECPROFILE_HTTPS_MUTUAL } from '../auth/secprofile.js';
import { resolvePassword } from './auth.js';
import type { ContextAuth } from './context-authentication.js';
import type { ResolvedOptions } from './options.js';

/** Makes the authenticator of each new connection of one client, and holds the tickets they share. */
export interface Authentication {
  /**
   * A fresh security context, bound to the certificate the host showed.
   *
   * @throws UsageError - the password function gave no string, or a file that was asked for cannot be used
   * @throws AuthError - Kerberos gave no ticket and nothing else may be used
   * @throws TransportError - no KDC answered
   * @throws TlsError - nothing would tell the host from a relay
   */
  authenticate(peerCertificate: Uint8Array | null, signal: AbortSignal): Promise<Authenticator>;
  /** Forgets every ticket. */
  close(): void;
}

/** The authentication that the options ask for. */
export function createAuthentication(options: ResolvedOptions): Authentication {
  const { auth } = options;
  switch (auth.type) {
    case 'none':
      return always({ kind: 'none' });
    case 'certificate':
      return always({ kind: 'header', authorization: SECPROFILE_HTTPS_MUTUAL });
    case 'basic':
      return { authenticate: async () => ({ kind: 'header', authorization: basicAuthorization(auth.username, await resolvePassword(auth.password)) }), close: () => undefined };
    default:
      return withFirstLogon(options, auth);
  }
}

function always(authenticator: Authenticator): Authentication {
  return { authenticate: () => Promise.resolve(authenticator), close: () => undefined };
}

/** What establishes security contexts is loaded with the first logon: Basic and certificates never need it. */
function withFirstLogon(options: ResolvedOptions, auth: ContextAuth): Authentication {
  let loading: Promise<Authentication> | null = null;
  return {
    authenticate: async (peerCertificate, signal) => {
      loading ??= import('./context-authentication.js').then(({ ContextAuthentication }) => new ContextAuthentication(options, auth));
      return (await loading).authenticate(peerCertificate, signal);
    },
    close: () => void loading?.then((authentication) => authentication.close()),
  };
}
