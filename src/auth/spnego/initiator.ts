import { AuthError, ProtocolError, UsageError } from '../../errors.js';
import type { Mechanism, MechanismContext, SealedMessage, SecurityContext } from '../security-context.js';
import { MECHANISM_OIDS, mechanismOf, rawMechanism } from './mechanism-oid.js';
import { type NegTokenResp, decodeNegToken, encodeMechTypeList, encodeNegTokenInit, encodeNegTokenResp } from './neg-token.js';

/** A security context inside SPNEGO; it gives no promises. */
export interface SpnegoContext extends SecurityContext {
  /**
   * Whether it can seal already, though it may have to wait for the peer's mechListMIC (RFC 2743 §1.2.7). CredSSP needs that; whoever can
   * wait waits for `complete`.
   */
  readonly protReady: boolean;
  step(token: Uint8Array | null): Uint8Array | null;
  wrap(message: Uint8Array): SealedMessage;
  unwrap(sealed: SealedMessage): Uint8Array;
}

/**
 * The initiator of one negotiation (RFC 4178, MS-SPNG). It offers its mechanisms, the first one's first token with them; the host
 * may choose another of them, never one that was not offered. Nobody can have taken a mechanism out of the list on its way: a
 * choice that is not the first one is only believed with the host's mechListMIC over the list. NTLM has one always, as
 * Windows has it. A mechanism that cannot sign, which only NTLM can be, is then refused: RFC 4178 §5 would go without.
 *
 * `step` also takes an answer in the first mechanism without SPNEGO, and a NegTokenInit2 as the host's first word. Nobody vouches for
 * that one: what it leaves out, somebody on the way may have taken out. Over HTTP the client speaks first, and there is none.
 *
 * @param options.contexts - of each mechanism that can be negotiated one that has not begun, the preferred first; at least one
 * @throws UsageError - there is no mechanism
 */
export function createSpnegoInitiator({ contexts }: { readonly contexts: readonly MechanismContext[] }): SpnegoContext {
  const [first] = contexts;
  if (first === undefined) throw new UsageError('SPNEGO needs a mechanism to offer');
  return new SpnegoInitiator(contexts, first);
}

class SpnegoInitiator implements SpnegoContext {
  #offered: readonly MechanismContext[];
  /** The one whose first token goes with the offer. */
  #first: MechanismContext;
  #chosen: MechanismContext | null = null;
  #mechTypeList: Uint8Array = new Uint8Array();
  #stage: 'new' | 'negotiating' | 'raw' | 'over' = 'new';
  #complete = false;
  #micRequired = false;
  #micSent = false;
  #micVerified = false;

  constructor(offered: readonly MechanismContext[], first: MechanismContext) {
    this.#offered = offered;
    this.#first = first;
  }

  get complete(): boolean {
    return this.#complete;
  }

  get protReady(): boolean {
    return this.#complete || (this.#current.complete && this.#micSent);
  }

  /** Until the host has chosen, the mechanism whose first token went with the offer. */
  get mechanism(): Mechanism | null {
    return this.#stage === 'new' ? null : this.#current.mechanism;
  }

  get notes(): readonly string[] {
    const { mechanism, notes } = this.#current;
    const fallback = mechanism === this.#first.mechanism ? [] : [`The host chose ${mechanism} instead of ${this.#first.mechanism}`];
    return [...fallback, ...notes];
  }

  step(token: Uint8Array | null): Uint8Array | null {
    const stage = this.#stage;
    this.#stage = 'over';
    if (stage === 'over') throw new ProtocolError('The SPNEGO negotiation is over, but there was one more step');
    if (stage === 'new') return this.#offer(token);
    if (token === null) throw new ProtocolError('The host answered SPNEGO without a token');
    if (stage === 'raw') return this.#goOnRaw(token);
    const raw = rawMechanism(token);
    if (raw !== null) return this.#stepRaw(token, raw);
    const response = decodeNegToken(token);
    if (response.kind !== 'NegTokenResp') throw new ProtocolError('The host answered the SPNEGO offer with an offer of its own');
    return this.#respond(response);
  }

  wrap(message: Uint8Array): SealedMessage {
    return this.#requireContext().wrap(message);
  }

  unwrap(sealed: SealedMessage): Uint8Array {
    return this.#requireContext().unwrap(sealed);
  }

  /** @param hint - a NegTokenInit2: then only what it lists is offered (MS-SPNG 3.2.5.2) */
  #offer(hint: Uint8Array | null): Uint8Array {
    if (hint !== null) this.#follow(hint);
    this.#mechTypeList = encodeMechTypeList(this.#offered.flatMap(({ mechanism }) => MECHANISM_OIDS[mechanism]));
    const mechToken = this.#first.step(null);
    this.#stage = 'negotiating';
    return encodeNegTokenInit({ mechTypeList: this.#mechTypeList, mechToken });
  }

  #follow(hint: Uint8Array): void {
    const init = decodeNegToken(hint);
    if (init.kind !== 'NegTokenInit') throw new ProtocolError('The host answered SPNEGO before anything was offered');
    const listed = init.mechTypes.map(mechanismOf);
    const common = this.#offered.filter(({ mechanism }) => listed.includes(mechanism));
    const [first] = common;
    if (first === undefined) {
      throw new AuthError(`The host takes none of ${this.#names()}; it offers the mechanisms ${init.mechTypes.join(', ')}`);
    }
    this.#offered = common;
    this.#first = first;
  }

  /**
   * The host may leave out SPNEGO in its first answer, to the mechanism whose token it got. After that it may not: there would be
   * no mechListMIC over its choice.
   */
  #stepRaw(token: Uint8Array, raw: Mechanism): Uint8Array | null {
    if (this.#chosen !== null || raw !== this.#first.mechanism) {
      throw new ProtocolError(`The host answered SPNEGO with a bare token of ${raw}, which nothing was sent for`);
    }
    this.#chosen = this.#first;
    return this.#goOnRaw(token);
  }

  #goOnRaw(token: Uint8Array): Uint8Array | null {
    const context = this.#current;
    const answer = context.step(token);
    this.#complete = context.complete;
    this.#stage = 'raw';
    return answer;
  }

  #respond(response: NegTokenResp): Uint8Array | null {
    const { negState, responseToken, mechListMIC } = response;
    if (negState === 'reject') return this.#rejected(response);
    const begins = this.#choose(response);
    const context = this.#current;
    if (negState === 'request-mic') this.#micRequired = true;
    if (responseToken === null && !begins && !context.complete) {
      throw new ProtocolError(`The SPNEGO answer (${negState ?? 'no negState'}) has no responseToken, but ${context.mechanism} is not complete`);
    }
    const answer = begins ? context.step(null) : responseToken === null ? null : context.step(responseToken);
    if (mechListMIC !== null) this.#verify(context, mechListMIC);
    return negState === 'accept-completed' ? this.#finish(answer) : this.#goOn(answer);
  }

  /** @returns whether the mechanism has yet to begin */
  #choose({ supportedMech, responseToken }: NegTokenResp): boolean {
    const before = this.#chosen;
    if (before !== null && supportedMech === null) return false;
    const mechanism = supportedMech === null ? this.#first.mechanism : mechanismOf(supportedMech);
    const chosen = this.#offered.find((one) => one.mechanism === mechanism);
    if (chosen === undefined) throw new ProtocolError(`The host chose the SPNEGO mechanism ${supportedMech ?? ''}, which was not offered`);
    if (before !== null && before !== chosen) throw new ProtocolError('The host chose another SPNEGO mechanism than before');
    this.#chosen = chosen;
    if (chosen !== this.#first || chosen.mechanism === 'NTLM') this.#micRequired = true;
    const begins = before === null && chosen !== this.#first;
    if (begins && responseToken !== null) throw new ProtocolError(`The host chose ${chosen.mechanism} and answered a token of it that was never sent`);
    return begins;
  }

  /** accept-completed. */
  #finish(answer: Uint8Array | null): null {
    const context = this.#current;
    if (!context.complete || answer !== null) throw new ProtocolError(`The SPNEGO answer is accept-completed, but ${context.mechanism} is not complete`);
    if (this.#micRequired && !this.#micVerified) {
      throw new ProtocolError(`The host accepted ${context.mechanism} without a mechListMIC: somebody on the way may have changed the mechanisms on offer`);
    }
    this.#complete = true;
    return null;
  }

  /** accept-incomplete and request-mic. A complete mechanism that the host still waits on lacks the mechListMIC (RFC 4178 §5). */
  #goOn(answer: Uint8Array | null): Uint8Array {
    const context = this.#current;
    if (answer === null) this.#micRequired = true;
    const mechListMIC = context.complete && this.#micRequired && !this.#micSent ? this.#sign() : null;
    if (answer === null && mechListMIC === null) throw new ProtocolError(`The host waits for more SPNEGO tokens, but ${context.mechanism} has none to send`);
    this.#complete = this.#micSent && this.#micVerified;
    this.#stage = 'negotiating';
    return encodeNegTokenResp({ responseToken: answer, mechListMIC });
  }

  #sign(): Uint8Array {
    const context = this.#current;
    if (!context.signs) throw new AuthError(`The host does not grant ${context.mechanism} signing: nothing would show who chose it`);
    this.#micSent = true;
    return context.signMechList(this.#mechTypeList);
  }

  #verify(context: MechanismContext, mechListMIC: Uint8Array): void {
    if (!context.signs) throw new ProtocolError('The host sent a mechListMIC that there is no key for');
    context.verifyMechList(this.#mechTypeList, mechListMIC);
    this.#micVerified = true;
  }

  /**
   * The error inside, a KRB-ERROR, says more than the state does. Where the mechanism follows it, as Kerberos does the host's clock, the
   * negotiation begins anew with the same offer (RFC 4178 §4.2.2: the rejected one is over).
   */
  #rejected({ responseToken }: NegTokenResp): Uint8Array {
    const context = this.#current;
    const mechToken = responseToken === null || context.complete || context !== this.#first ? null : context.step(responseToken);
    // NTLM has an answer for whom it does not follow.
    if (mechToken === null || context.complete) throw new AuthError(`The host refused the logon (SPNEGO negState reject): it takes none of ${this.#names()}, or not for this account`);
    this.#chosen = null;
    this.#micRequired = false;
    this.#stage = 'negotiating';
    return encodeNegTokenInit({ mechTypeList: this.#mechTypeList, mechToken });
  }

  #names(): string {
    return this.#offered.map(({ mechanism }) => mechanism).join(', ');
  }

  get #current(): MechanismContext {
    return this.#chosen ?? this.#first;
  }

  #requireContext(): MechanismContext {
    if (!this.protReady) throw new UsageError('The SPNEGO negotiation is not complete');
    return this.#current;
  }
}
