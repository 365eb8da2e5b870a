/** A mechanism for tests of SPNEGO: its tokens are numbered texts, and its mechListMIC tells who signed what. */
import type { Mechanism, MechanismContext, SealedMessage } from '../../../src/auth/security-context.js';
import { concat, toHex, utf8 } from '../../../src/bytes.js';
import { ProtocolError, UsageError } from '../../../src/errors.js';

/** What a context of `side` signs the list with. */
export function micOf(side: 'client' | 'host', mechTypeList: Uint8Array): Uint8Array {
  return concat(utf8(`${side} `), mechTypeList);
}

/** The client's side: it sends so many tokens, `Kerberos-1` and on, and has to get the answers `answer-1` and on. */
export class ScriptedContext implements MechanismContext {
  readonly mechanism: Mechanism;
  readonly notes: readonly string[];
  /** The tokens it took, in their order. */
  readonly taken: string[] = [];
  /** How often the list was signed. */
  signed = 0;
  readonly #sends: number;
  readonly #takes: number;
  readonly #signs: boolean;
  #sent = 0;

  constructor(mechanism: Mechanism, { sends, takes, signs = true }: { sends: number; takes: number; signs?: boolean }) {
    this.mechanism = mechanism;
    this.notes = [`a note of ${mechanism}`];
    this.#sends = sends;
    this.#takes = takes;
    this.#signs = signs;
  }

  get complete(): boolean {
    return this.#sent === this.#sends && this.taken.length === this.#takes;
  }

  get signs(): boolean {
    return this.complete && this.#signs;
  }

  step(token: Uint8Array | null): Uint8Array | null {
    if (this.complete || (token === null) !== (this.#sent === 0)) throw new ProtocolError(`${this.mechanism} expected no such step`);
    if (token !== null) this.taken.push(new TextDecoder().decode(token));
    return this.#sent === this.#sends ? null : utf8(`${this.mechanism}-${++this.#sent}`);
  }

  wrap(message: Uint8Array): SealedMessage {
    return { signature: utf8(this.mechanism), data: message };
  }

  unwrap({ data }: SealedMessage): Uint8Array {
    return data;
  }

  signMechList(mechList: Uint8Array): Uint8Array {
    this.#requireSigning();
    this.signed++;
    return micOf('client', mechList);
  }

  verifyMechList(mechList: Uint8Array, signature: Uint8Array): void {
    this.#requireSigning();
    if (toHex(signature) !== toHex(micOf('host', mechList))) throw new ProtocolError('the scripted mechListMIC is wrong');
  }

  #requireSigning(): void {
    if (!this.signs) throw new UsageError('no signing');
  }
}
