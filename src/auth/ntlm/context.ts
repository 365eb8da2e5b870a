import { UsageError } from '../../errors.js';
import type { Mechanism, MechanismContext, SealedMessage } from '../security-context.js';
import type { SessionSecurity } from './sealing.js';

/** What both sides of a handshake do once it is complete. */
export abstract class NtlmSide implements MechanismContext {
  readonly mechanism: Mechanism = 'NTLM';
  readonly notes: readonly string[] = [];
  /** Set by the handshake when sealing was negotiated. */
  protected session: SessionSecurity | null = null;

  abstract readonly complete: boolean;
  abstract step(token: Uint8Array | null): Uint8Array | null;

  get signs(): boolean {
    return this.session !== null;
  }

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
