/** One sealed message: its signature (the token header in RFC 4121, the 16-byte signature in MS-NLMP) and the ciphertext. */
export type SealedMessage = { readonly signature: Uint8Array; readonly data: Uint8Array };

/**
 * One side of an authenticated connection: it owns the handshake and the sealing of every message after it. It belongs to
 * one socket, its messages are numbered, and it is never used by two requests at a time.
 *
 * The names follow GSS-API (RFC 2743): `step` is GSS_Init_sec_context or GSS_Accept_sec_context.
 */
export interface SecurityContext {
  /** True once this side has nothing more to send or to wait for. */
  readonly complete: boolean;
  /**
   * Takes the peer's token and gives the next one of our own.
   *
   * @param token - the peer's token; `null` for the first step of an initiator
   * @returns the token to send, or `null` when there is none
   * @throws ProtocolError - the token is not what the handshake allows here
   * @throws AuthError - the token is in order, but what it offers or proves is not enough
   */
  step(token: Uint8Array | null): Uint8Array | null;
  /** Seals one message; the next in this direction. */
  wrap(message: Uint8Array): SealedMessage;
  /**
   * Opens one sealed message; the next in the peer's direction.
   *
   * @throws ProtocolError - the signature does not verify, or the number is not the expected one
   */
  unwrap(sealed: SealedMessage): Uint8Array;
}
