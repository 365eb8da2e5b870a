import type { SecurityContext } from './security-context.js';

/** The HTTP authentication schemes that carry the tokens of a handshake. */
export type ContextScheme = 'Negotiate' | 'Kerberos' | 'CredSSP';

/** How one connection proves who is calling. */
export type Authenticator =
  /** Nothing is proved. */
  | { readonly kind: 'none' }
  /** The same header with every request (Basic, and what goes with a client certificate). */
  | { readonly kind: 'header'; readonly authorization: string }
  /** A handshake that makes the connection itself authenticated. */
  | {
      readonly kind: 'context';
      readonly scheme: ContextScheme;
      readonly context: SecurityContext;
      /** Whether every message after the handshake is sealed: always over HTTP, never over HTTPS. */
      readonly seals: boolean;
      /** What the caller should know of how it came to this, besides the notes of the context. */
      readonly notes: readonly string[];
      /** To be called when the host refused the handshake: what it was made with may be out of date. */
      readonly onRefused?: () => void;
    };
