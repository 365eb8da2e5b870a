import { UsageError } from '../../errors.js';
import type { Mechanism, MechanismContext, SealedMessage } from '../security-context.js';
import type { KerberosSession } from './per-message/kerberos-session.js';

/** What both sides of a Kerberos context do once the handshake is complete. */
export abstract class KerberosSide implements MechanismContext {
  readonly mechanism: Mechanism = 'Kerberos';
  /** Set by the handshake when it completes. */
  protected session: KerberosSession | null = null;

  abstract readonly notes: readonly string[];
  abstract step(token: Uint8Array | null): Uint8Array | null;

  get complete(): boolean {
    return this.session !== null;
  }

  get signs(): boolean {
    return this.complete;
  }

  wrap(message: Uint8Array): SealedMessage {
    return this.#requireSession().wrap(message);
  }

  unwrap(sealed: SealedMessage): Uint8Array {
    return this.#requireSession().unwrap(sealed);
  }

  signMechList(mechList: Uint8Array): Uint8Array {
    return this.#requireSession().sign(mechList);
  }

  verifyMechList(mechList: Uint8Array, signature: Uint8Array): void {
    this.#requireSession().verify(mechList, signature);
  }

  #requireSession(): KerberosSession {
    if (this.session === null) throw new UsageError('The Kerberos handshake is not complete');
    return this.session;
  }
}
