import type { SecurityContext } from './security-context.js';

/** How one connection proves who is calling. */
export type Authenticator =
  /** Nothing is proved. */
  | { readonly kind: 'none' }
  /** The same header with every request (Basic). */
  | { readonly kind: 'header'; readonly authorization: string }
  /** A handshake that makes the connection itself authenticated (Negotiate). */
  | {
      readonly kind: 'context';
      /** The HTTP authentication scheme that carries the tokens. */
      readonly scheme: 'Negotiate';
      readonly context: SecurityContext;
      /** Whether every message after the handshake is sealed: always over HTTP, never over HTTPS. */
      readonly seals: boolean;
    };
