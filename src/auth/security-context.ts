/** One sealed message: its signature (the token header in RFC 4121, the 16-byte signature in MS-NLMP) and the ciphertext. */
export type SealedMessage = { readonly signature: Uint8Array; readonly data: Uint8Array };

/** The mechanism that proves who is calling. */
export type Mechanism = 'Kerberos' | 'NTLM';

/**
 * One side of an authenticated connection: it owns the handshake and the sealing of every message after it. It belongs to
 * one socket, its messages are numbered, and it is never used by two requests at a time.
 *
 * The names follow GSS-API (RFC 2743): `step` is GSS_Init_sec_context or GSS_Accept_sec_context. What needs a TLS engine
 * (CredSSP) gives promises; a {@link MechanismContext} never does.
 */
export interface SecurityContext {
  /** True once this side has nothing more to send or to wait for. */
  readonly complete: boolean;
  /** The mechanism in use; `null` while it is not yet known. */
  readonly mechanism: Mechanism | null;
  /** What happened in the handshake that the caller should know, in sentences: a clock that was corrected, a fallback. */
  readonly notes: readonly string[];
  /**
   * Takes the peer's token and gives the next one of our own.
   *
   * @param token - the peer's token; `null` for the first step of an initiator
   * @returns the token to send, or `null` when there is none
   * @throws ProtocolError - the token is not what the handshake allows here
   * @throws AuthError - the token is in order, but what it offers or proves is not enough
   */
  step(token: Uint8Array | null): Uint8Array | null | Promise<Uint8Array | null>;
  /** Seals one message; the next in this direction. */
  wrap(message: Uint8Array): SealedMessage | Promise<SealedMessage>;
  /**
   * Opens one sealed message; the next in the peer's direction. Where signature and data part does not matter: a host may
   * send the whole token as either. It uses the bytes up: the message may lie in their memory.
   *
   * @throws ProtocolError - the signature does not verify, or the number is not the expected one
   */
  unwrap(sealed: SealedMessage): Uint8Array | Promise<Uint8Array>;
  /** Frees what only some hold, the TLS engine of CredSSP; the context is of no more use. */
  close?(): void;
}

/** A security context of Kerberos or NTLM, alone or inside SPNEGO. */
export interface MechanismContext extends SecurityContext {
  readonly mechanism: Mechanism;
  /** Whether it can sign and seal: with Kerberos once it is complete, with NTLM then and if both sides agreed on it. */
  readonly signs: boolean;
  step(token: Uint8Array | null): Uint8Array | null;
  wrap(message: Uint8Array): SealedMessage;
  unwrap(sealed: SealedMessage): Uint8Array;
  /**
   * The mechListMIC for SPNEGO (RFC 4178 §5): GSS_GetMIC, which uses up a sequence number. Call it before the first `wrap`.
   *
   * @throws UsageError - `signs` is false
   */
  signMechList(mechList: Uint8Array): Uint8Array;
  /**
   * Verifies the peer's mechListMIC; call it before the first `unwrap`.
   *
   * @throws ProtocolError - it does not verify; the context is of no more use
   * @throws UsageError - `signs` is false
   */
  verifyMechList(mechList: Uint8Array, signature: Uint8Array): void;
}
