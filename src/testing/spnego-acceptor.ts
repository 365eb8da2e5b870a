/** The host's side of a SPNEGO negotiation (RFC 4178, MS-SPNG), as Windows has it: the client's first mechanism that the host knows. */
import { AuthError, ProtocolError, UsageError } from '../errors.js';
import { MS_KRB5_OID } from '../auth/kerberos/gss-token.js';
import type { Mechanism, MechanismContext, SealedMessage } from '../auth/security-context.js';
import type { SpnegoContext } from '../auth/spnego/initiator.js';
import { NTLMSSP_OID, mechanismOf, rawMechanism } from '../auth/spnego/mechanism-oid.js';
import { type NegTokenInit, type NegTokenResp, decodeNegToken, encodeNegTokenResp } from '../auth/spnego/neg-token.js';

/** What the host answers in `supportedMech`: Windows takes its own old number for Kerberos (MS-SPNG 3.1.5.2). */
const SUPPORTED_MECH: Readonly<Record<Mechanism, string>> = { Kerberos: MS_KRB5_OID, NTLM: NTLMSSP_OID };

/**
 * The acceptor of one negotiation. It takes a token without SPNEGO, too, and then answers without. The client's mechListMIC is
 * demanded with NTLM, and where its first mechanism was not to be had.
 *
 * @param options.contexts - one for each mechanism that the host takes
 */
export function createSpnegoAcceptor({ contexts }: { readonly contexts: readonly MechanismContext[] }): SpnegoContext {
  return new SpnegoAcceptor(contexts);
}

class SpnegoAcceptor implements SpnegoContext {
  readonly notes: readonly string[] = [];
  readonly #contexts: readonly MechanismContext[];
  #chosen: MechanismContext | null = null;
  #mechTypeList: Uint8Array = new Uint8Array();
  #stage: 'new' | 'negotiating' | 'raw' | 'over' = 'new';
  #complete = false;
  #micRequired = false;
  #micSent = false;

  constructor(contexts: readonly MechanismContext[]) {
    this.#contexts = contexts;
  }

  get complete(): boolean {
    return this.#complete;
  }

  get protReady(): boolean {
    return this.#complete;
  }

  get mechanism(): Mechanism | null {
    return this.#chosen?.mechanism ?? null;
  }

  step(token: Uint8Array | null): Uint8Array | null {
    const stage = this.#stage;
    this.#stage = 'over';
    if (stage === 'over') throw new ProtocolError('The SPNEGO negotiation is over, but the client sent one more token');
    if (token === null) throw new ProtocolError('The client sent no SPNEGO token');
    const raw = rawMechanism(token);
    if (raw !== null) return this.#stepRaw(stage, token, raw);
    const message = decodeNegToken(token);
    if ((stage === 'new') !== (message.kind === 'NegTokenInit')) throw new ProtocolError(`The client sent a ${message.kind} out of turn`);
    return message.kind === 'NegTokenInit' ? this.#choose(message) : this.#respond(message);
  }

  wrap(message: Uint8Array): SealedMessage {
    return this.#requireContext().wrap(message);
  }

  unwrap(sealed: SealedMessage): Uint8Array {
    return this.#requireContext().unwrap(sealed);
  }

  #stepRaw(stage: 'new' | 'negotiating' | 'raw', token: Uint8Array, raw: Mechanism): Uint8Array | null {
    if (stage === 'new') this.#chosen = this.#contexts.find(({ mechanism }) => mechanism === raw) ?? null;
    if (stage === 'negotiating' || this.#chosen?.mechanism !== raw) throw new AuthError(`The host does not take a bare token of ${raw} here`);
    const answer = this.#chosen.step(token);
    this.#complete = this.#chosen.complete;
    this.#stage = 'raw';
    return answer;
  }

  #choose({ mechTypes, mechTypeList, mechToken }: NegTokenInit): Uint8Array {
    const offered = mechTypes.map(mechanismOf);
    const known = offered.find((one) => this.#contexts.some(({ mechanism }) => mechanism === one));
    const chosen = this.#contexts.find(({ mechanism }) => mechanism === known);
    if (chosen === undefined) throw new AuthError(`The client offers none of this host's mechanisms, but ${mechTypes.join(', ')}`);
    this.#chosen = chosen;
    this.#mechTypeList = mechTypeList;
    const first = { supportedMech: SUPPORTED_MECH[chosen.mechanism] };
    if (chosen.mechanism !== offered[0]) {
      this.#micRequired = true;
      return this.#wait({ ...first, negState: 'request-mic' });
    }
    return this.#answer({ ...first, responseToken: mechToken === null ? null : chosen.step(mechToken) }, null);
  }

  #respond({ responseToken, mechListMIC }: NegTokenResp): Uint8Array {
    return this.#answer({ responseToken: responseToken === null ? null : this.#chosen!.step(responseToken) }, mechListMIC);
  }

  #answer(answer: Pick<NegTokenResp, 'responseToken'> & { readonly supportedMech?: string }, mechListMIC: Uint8Array | null): Uint8Array {
    const context = this.#chosen!;
    if (!context.complete) return this.#wait({ ...answer, negState: 'accept-incomplete' });
    const mic = this.#sign(context);
    if (mechListMIC !== null) context.verifyMechList(this.#mechTypeList, mechListMIC);
    else if (this.#micRequired) {
      // The one who sent the mechanism's last token goes first.
      if (answer.responseToken === null) throw new ProtocolError('The client sent no mechListMIC');
      return this.#wait({ ...answer, negState: 'accept-incomplete', mechListMIC: mic });
    }
    this.#complete = true;
    return encodeNegTokenResp({ ...answer, negState: 'accept-completed', mechListMIC: mic });
  }

  /** The host's own mechListMIC, once; `null` where none is due or none can be. */
  #sign(context: MechanismContext): Uint8Array | null {
    if (!context.signs) this.#micRequired = false;
    else if (context.mechanism === 'NTLM') this.#micRequired = true;
    if (!this.#micRequired || this.#micSent) return null;
    this.#micSent = true;
    return context.signMechList(this.#mechTypeList);
  }

  #wait(answer: Parameters<typeof encodeNegTokenResp>[0]): Uint8Array {
    this.#stage = 'negotiating';
    return encodeNegTokenResp(answer);
  }

  #requireContext(): MechanismContext {
    if (this.#chosen === null || !this.#complete) throw new UsageError('The SPNEGO negotiation is not complete');
    return this.#chosen;
  }
}
