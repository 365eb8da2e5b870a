import { UsageError } from '../../errors.js';
import type { SealedMessage, SecurityContext } from '../security-context.js';
import type { SessionSecurity } from './sealing.js';

/** A security context whose handshake may itself be protected by SPNEGO. */
export interface NtlmContext extends SecurityContext {
  /**
   * The mechListMIC for SPNEGO (RFC 4178 §5): a signature that uses up a sequence number, but none of the key stream. SPNEGO
   * resets the key stream after it (MS-SPNG 3.3.5.1), and this comes to the same; so call it before the first `wrap`.
   *
   * @returns 16 bytes
   * @throws UsageError - the handshake is not complete, or signing was not negotiated
   */
  signMechList(mechList: Uint8Array): Uint8Array;
  /**
   * Verifies the peer's mechListMIC; call it before the first `unwrap`.
   *
   * @throws ProtocolError - it does not verify; the context is of no more use
   * @throws UsageError - the handshake is not complete, or signing was not negotiated
   */
  verifyMechList(mechList: Uint8Array, signature: Uint8Array): void;
}

/** What both sides of a handshake do once it is complete. */
export abstract class NtlmSide implements NtlmContext {
  /** Set by the handshake when sealing was negotiated. */
  protected session: SessionSecurity | null = null;

  abstract readonly complete: boolean;
  abstract step(token: Uint8Array | null): Uint8Array | null;

  wrap(message: Uint8Array): SealedMessage {
    return this.#requireSession().wrap(message);
  }

  unwrap(sealed: SealedMessage): Uint8Array {
    return this.#requireSession().unwrap(sealed);
  }

  signMechList(mechList: Uint8Array): Uint8Array {
    return this.#requireSession().signMechList(mechList);
  }

  verifyMechList(mechList: Uint8Array, signature: Uint8Array): void {
    this.#requireSession().verifyMechList(mechList, signature);
  }

  #requireSession(): SessionSecurity {
    if (this.session === null) {
      throw new UsageError(this.complete ? 'Sealing was not negotiated with this peer' : 'The NTLM handshake is not complete');
    }
    return this.session;
  }
}
