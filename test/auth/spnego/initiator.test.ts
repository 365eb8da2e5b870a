import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createSpnegoInitiator } from '../../../src/auth/spnego/initiator.js';
import { type NegTokenInit, type NegTokenResp, decodeNegToken, encodeNegTokenResp } from '../../../src/auth/spnego/neg-token.js';
import { fromHex, utf8 } from '../../../src/bytes.js';
import { AuthError, ProtocolError, UsageError } from '../../../src/errors.js';
import { ScriptedContext, micOf } from './scripted-context.js';

const NTLMSSP = '1.3.6.1.4.1.311.2.2.10';
const KRB5 = '1.2.840.113554.1.2.2';
const MS_KRB5 = '1.2.840.48018.1.2.2';
const NEGOEX = '1.3.6.1.4.1.311.2.2.30';

/** Kerberos under both numbers and NTLM, and the two the other way round; DER by hand. */
const LIST = fromHex('3022 06092a864886f712010202 06092a864882f712010202 060a2b06010401823702020a');
const NTLM_LIST = fromHex('300c 060a2b06010401823702020a');

type Answer = Parameters<typeof encodeNegTokenResp>[0];

/** Kerberos sends one token and takes one, NTLM sends two and takes one. */
function client(names: readonly ('Kerberos' | 'NTLM')[] = ['Kerberos', 'NTLM'], ntlm: { signs?: boolean } = {}) {
  const contexts = {
    Kerberos: new ScriptedContext('Kerberos', { sends: 1, takes: 1 }),
    NTLM: new ScriptedContext('NTLM', { sends: 2, takes: 1, ...ntlm }),
  };
  const initiator = createSpnegoInitiator({ contexts: names.map((mechanism) => contexts[mechanism]) });
  const answer = (fields: Answer): NegTokenResp | null => {
    const token = initiator.step(encodeNegTokenResp(fields));
    return token === null ? null : (decodeNegToken(token) as NegTokenResp);
  };
  return { ...contexts, initiator, answer };
}

/** With Kerberos that takes two legs, as after the answer that the clock is wrong. */
function inTwoLegs(names: readonly ('Kerberos' | 'NTLM')[]) {
  const context = (mechanism: 'Kerberos' | 'NTLM') => new ScriptedContext(mechanism, { sends: 2, takes: mechanism === 'NTLM' ? 1 : 2 });
  const initiator = createSpnegoInitiator({ contexts: names.map(context) });
  initiator.step(null);
  return initiator;
}

/** Up to where the host has the last token of NTLM, which was not the first choice. */
function fellBack() {
  const all = client();
  all.initiator.step(null);
  all.answer({ negState: 'request-mic', supportedMech: NTLMSSP });
  const last = all.answer({ negState: 'accept-incomplete', responseToken: utf8('challenge') });
  return { ...all, last };
}

const RESPONSE = { kind: 'NegTokenResp', negState: null, supportedMech: null, responseToken: null, mechListMIC: null };

describe('the offer', () => {
  it('lists every mechanism, and has the first token of the first', () => {
    const { initiator, NTLM } = client();
    expect(initiator.mechanism).toBeNull();
    const init = decodeNegToken(initiator.step(null)!) as NegTokenInit;
    expect(init).toEqual({ kind: 'NegTokenInit', mechTypes: [KRB5, MS_KRB5, NTLMSSP], mechTypeList: LIST, mechToken: utf8('Kerberos-1') });
    expect(initiator).toMatchObject({ complete: false, protReady: false, mechanism: 'Kerberos' });
    expect(NTLM.taken).toEqual([]);
  });

  it('of nothing is a mistake', () => {
    expect(() => createSpnegoInitiator({ contexts: [] })).toThrow(UsageError);
  });
});

describe('the first mechanism', () => {
  it.each([KRB5, MS_KRB5, null])('is complete with one answer, as %s', (supportedMech) => {
    const { initiator, answer, Kerberos } = client();
    initiator.step(null);
    expect(answer({ negState: 'accept-completed', supportedMech, responseToken: utf8('answer') })).toBeNull();
    expect(initiator).toMatchObject({ complete: true, protReady: true, mechanism: 'Kerberos', notes: ['a note of Kerberos'] });
    expect(Kerberos).toMatchObject({ taken: ['answer'], signed: 0 });
    expect(initiator.wrap(utf8('text'))).toEqual({ signature: utf8('Kerberos'), data: utf8('text') });
    expect(initiator.unwrap({ signature: utf8('Kerberos'), data: utf8('text') })).toEqual(utf8('text'));
  });

  it('needs no mechListMIC, but one that comes has to be right', () => {
    const accept = (mechListMIC: Uint8Array) => {
      const { initiator, answer } = client();
      initiator.step(null);
      answer({ negState: 'accept-completed', supportedMech: KRB5, responseToken: utf8('answer'), mechListMIC });
      return initiator.complete;
    };
    expect(accept(micOf('host', LIST))).toBe(true);
    expect(() => accept(micOf('host', NTLM_LIST))).toThrow(ProtocolError);
    expect(() => accept(micOf('client', LIST))).toThrow(ProtocolError);
  });

  it.each(['accept-incomplete', 'request-mic'] as const)('is signed when the host goes on waiting: %s', (negState) => {
    const { initiator, answer } = client();
    initiator.step(null);
    expect(answer({ negState, supportedMech: KRB5, responseToken: utf8('answer') })).toEqual({ ...RESPONSE, mechListMIC: micOf('client', LIST) });
    expect(initiator).toMatchObject({ complete: false, protReady: true });
    expect(() => initiator.step(encodeNegTokenResp({ negState: 'accept-completed' }))).toThrow(/mechListMIC/);
  });

  it('is complete when both have signed, whether the host says more or not', () => {
    const { initiator, answer } = client();
    initiator.step(null);
    const last = answer({ negState: 'accept-incomplete', supportedMech: KRB5, responseToken: utf8('answer'), mechListMIC: micOf('host', LIST) });
    expect(last).toEqual({ ...RESPONSE, mechListMIC: micOf('client', LIST) });
    expect(initiator.complete).toBe(true);
    expect(answer({ negState: 'accept-completed' })).toBeNull();
    expect(initiator.complete).toBe(true);
  });

  it('may be answered without SPNEGO, and then goes on without', () => {
    const NTLM_CHALLENGE = utf8('NTLMSSP\0challenge');
    const { initiator, NTLM } = client(['NTLM']);
    initiator.step(null);
    expect(initiator.step(NTLM_CHALLENGE)).toEqual(utf8('NTLM-2'));
    expect(initiator).toMatchObject({ complete: true, mechanism: 'NTLM' });
    expect(NTLM.signed).toBe(0);
    expect(() => initiator.step(NTLM_CHALLENGE)).toThrow(ProtocolError);
  });

  it('may be Kerberos without SPNEGO', () => {
    const apRep = fromHex('600d 06092a864886f712010202 0200');
    const { initiator } = client();
    initiator.step(null);
    expect(initiator.step(apRep)).toBeNull();
    expect(initiator).toMatchObject({ complete: true, mechanism: 'Kerberos' });
  });
});

describe('another mechanism', () => {
  it('begins when the host chooses it, and is complete with both signatures', () => {
    const { initiator, answer, NTLM } = client();
    initiator.step(null);
    expect(answer({ negState: 'request-mic', supportedMech: NTLMSSP })).toEqual({ ...RESPONSE, responseToken: utf8('NTLM-1') });
    const last = answer({ negState: 'accept-incomplete', responseToken: utf8('challenge') });
    expect(last).toEqual({ ...RESPONSE, responseToken: utf8('NTLM-2'), mechListMIC: micOf('client', LIST) });
    expect(initiator).toMatchObject({ complete: false, protReady: true });
    expect(answer({ negState: 'accept-completed', mechListMIC: micOf('host', LIST) })).toBeNull();
    expect(initiator).toMatchObject({ complete: true, mechanism: 'NTLM', notes: ['The host chose NTLM instead of Kerberos', 'a note of NTLM'] });
    expect(NTLM).toMatchObject({ taken: ['challenge'], signed: 1 });
  });

  it('is Kerberos, whose last token is the host\'s', () => {
    const { initiator, answer } = client(['NTLM', 'Kerberos']);
    initiator.step(null);
    const list = fromHex('3022 060a2b06010401823702020a 06092a864886f712010202 06092a864882f712010202');
    expect(answer({ negState: 'request-mic', supportedMech: MS_KRB5 })).toEqual({ ...RESPONSE, responseToken: utf8('Kerberos-1') });
    const last = answer({ negState: 'accept-incomplete', responseToken: utf8('answer'), mechListMIC: micOf('host', list) });
    expect(last).toEqual({ ...RESPONSE, mechListMIC: micOf('client', list) });
    expect(initiator).toMatchObject({ complete: true, mechanism: 'Kerberos' });
  });

});

describe('a downgrade', () => {
  it.each([
    ['without a mechListMIC', {}],
    ['with the mechListMIC over another list', { mechListMIC: micOf('host', NTLM_LIST) }],
    ['with the client\'s own mechListMIC', { mechListMIC: micOf('client', LIST) }],
    ['with an empty mechListMIC', { mechListMIC: new Uint8Array() }],
  ])('is refused: accepted %s', (_, fields) => {
    const { initiator, answer } = fellBack();
    expect(() => answer({ negState: 'accept-completed', ...fields })).toThrow(ProtocolError);
    expect(initiator.complete).toBe(false);
    expect(() => answer({ negState: 'accept-completed', mechListMIC: micOf('host', LIST) })).toThrow(/over/);
  });

  it('is refused: NTLM alone and not signed', () => {
    const { initiator, answer } = client(['NTLM']);
    initiator.step(null);
    answer({ negState: 'accept-incomplete', supportedMech: NTLMSSP, responseToken: utf8('challenge') });
    expect(() => answer({ negState: 'accept-completed' })).toThrow('without a mechListMIC');
  });

  it.each([[['Kerberos', 'NTLM']], [['NTLM']]] as const)('is refused: NTLM without signing, before its last token is sent, of %j', (names) => {
    const { initiator, answer, NTLM } = client(names, { signs: false });
    initiator.step(null);
    if (names.length > 1) answer({ negState: 'request-mic', supportedMech: NTLMSSP });
    expect(() => answer({ negState: 'accept-incomplete', supportedMech: NTLMSSP, responseToken: utf8('challenge') })).toThrow(AuthError);
    expect(initiator).toMatchObject({ complete: false, protReady: false });
    expect(NTLM.signed).toBe(0);
  });

  it('is refused: NTLM accepted without signing', () => {
    const { initiator, answer } = client(['NTLM'], { signs: false });
    initiator.step(null);
    expect(() => answer({ negState: 'accept-completed', supportedMech: NTLMSSP, responseToken: utf8('challenge') })).toThrow(ProtocolError);
  });

  it('is refused: NTLM without SPNEGO instead of Kerberos', () => {
    const { initiator } = client();
    initiator.step(null);
    expect(() => initiator.step(utf8('NTLMSSP\0challenge'))).toThrow(ProtocolError);
  });

  it('is refused: NTLM chosen in SPNEGO, then going on without', () => {
    const { initiator, answer } = client();
    initiator.step(null);
    answer({ negState: 'request-mic', supportedMech: NTLMSSP });
    expect(() => initiator.step(utf8('NTLMSSP\0challenge'))).toThrow(ProtocolError);
  });

  it('is refused: Kerberos as the second choice, not signed', () => {
    const { initiator, answer } = client(['NTLM', 'Kerberos']);
    initiator.step(null);
    answer({ negState: 'accept-incomplete', supportedMech: KRB5 });
    expect(() => answer({ negState: 'accept-completed', responseToken: utf8('answer') })).toThrow('without a mechListMIC');
  });

  it('is refused: Kerberos begun in SPNEGO, then going on without, where a signature was promised', () => {
    const initiator = inTwoLegs(['Kerberos', 'NTLM']);
    initiator.step(encodeNegTokenResp({ negState: 'request-mic', supportedMech: KRB5, responseToken: utf8('KRB-ERROR') }));
    expect(() => initiator.step(fromHex('600d 06092a864886f712010202 0200'))).toThrow(/bare token of Kerberos/);
  });

  it.each([
    ['a mechanism that was not offered', { negState: 'request-mic', supportedMech: NTLMSSP }, /not offered/],
    ['a mechanism nobody knows', { negState: 'request-mic', supportedMech: NEGOEX }, /not offered/],
  ] as const)('is refused: %s', (_, fields, message) => {
    const { initiator, answer } = client(['Kerberos']);
    initiator.step(null);
    expect(() => answer(fields)).toThrow(ProtocolError);
    const again = client(['Kerberos']);
    again.initiator.step(null);
    expect(() => again.answer(fields)).toThrow(message);
  });
});

describe('a host out of turn', () => {
  it.each([
    ['no token', null],
    ['an empty token', new Uint8Array()],
    ['an offer of its own', createSpnegoInitiator({ contexts: [new ScriptedContext('NTLM', { sends: 2, takes: 1 })] }).step(null)],
    ['a choice with a token of it', encodeNegTokenResp({ negState: 'request-mic', supportedMech: NTLMSSP, responseToken: utf8('challenge') })],
    ['the end before the mechanism\'s', encodeNegTokenResp({ negState: 'accept-completed', supportedMech: KRB5 })],
    ['the end with a choice', encodeNegTokenResp({ negState: 'accept-completed', supportedMech: NTLMSSP })],
    ['no token of the mechanism', encodeNegTokenResp({ negState: 'accept-incomplete', supportedMech: KRB5 })],
    ['a signature before the mechanism\'s end', encodeNegTokenResp({ negState: 'request-mic', supportedMech: NTLMSSP, mechListMIC: micOf('host', LIST) })],
  ])('is refused: %s', (_, token) => {
    const { initiator } = client();
    initiator.step(null);
    expect(() => initiator.step(token)).toThrow(ProtocolError);
    expect(() => initiator.step(encodeNegTokenResp({ negState: 'accept-completed', supportedMech: KRB5, responseToken: utf8('answer') }))).toThrow(/over/);
  });

  it('is refused: the end, when the mechanism has more to send', () => {
    const initiator = inTwoLegs(['Kerberos']);
    expect(() => initiator.step(encodeNegTokenResp({ negState: 'accept-completed', supportedMech: KRB5, responseToken: utf8('KRB-ERROR') }))).toThrow(/not complete/);
    expect(initiator.complete).toBe(false);
  });

  it('is refused: another choice than before', () => {
    const { answer } = fellBack();
    expect(() => answer({ negState: 'accept-completed', supportedMech: KRB5, mechListMIC: micOf('host', LIST) })).toThrow(/another SPNEGO mechanism/);
  });

  it('is refused: one more token of a complete mechanism', () => {
    const { answer } = fellBack();
    expect(() => answer({ negState: 'accept-incomplete', responseToken: utf8('more') })).toThrow(ProtocolError);
  });

  it('is refused: it waits for a signature that it has', () => {
    const { answer } = fellBack();
    expect(() => answer({ negState: 'accept-incomplete' })).toThrow(/none to send/);
  });

  it('is refused: a step after the end', () => {
    const { initiator, answer } = client();
    initiator.step(null);
    answer({ negState: 'accept-completed', supportedMech: KRB5, responseToken: utf8('answer') });
    expect(() => answer({ negState: 'accept-completed' })).toThrow(ProtocolError);
    expect(initiator.complete).toBe(true);
  });
});

describe('a refusal', () => {
  it('is an AuthError that names the state and what was offered', () => {
    const { initiator, answer } = client();
    initiator.step(null);
    expect(() => answer({ negState: 'reject' })).toThrow(AuthError);
    const again = client();
    again.initiator.step(null);
    expect(() => again.answer({ negState: 'reject' })).toThrow(/reject.*Kerberos, NTLM/);
  });

  it('is the mechanism\'s own error where the host sends one', () => {
    const { initiator, answer, Kerberos } = client();
    initiator.step(null);
    Kerberos.step = () => {
      throw new AuthError('KRB_AP_ERR_MODIFIED', { kerberosError: 'KRB_AP_ERR_MODIFIED' });
    };
    expect(() => answer({ negState: 'reject', supportedMech: KRB5, responseToken: utf8('KRB-ERROR') })).toThrow('KRB_AP_ERR_MODIFIED');
  });

  it('with a token that NTLM would answer is not answered', () => {
    const { initiator, answer } = client(['NTLM']);
    initiator.step(null);
    expect(() => answer({ negState: 'reject', supportedMech: NTLMSSP, responseToken: utf8('challenge') })).toThrow(AuthError);
  });

  it('of the second choice is final, whatever that would answer', () => {
    const initiator = inTwoLegs(['NTLM', 'Kerberos']);
    initiator.step(encodeNegTokenResp({ negState: 'request-mic', supportedMech: KRB5 }));
    expect(() => initiator.step(encodeNegTokenResp({ negState: 'reject', responseToken: utf8('KRB-ERROR') }))).toThrow(AuthError);
  });

  it('also comes after the mechanism\'s last token', () => {
    const { answer } = fellBack();
    expect(() => answer({ negState: 'reject', responseToken: utf8('more') })).toThrow(AuthError);
  });
});

describe('NegTokenInit2', () => {
  /** The first token of an SMB server of Windows, which lists NTLM alone (MS-SPNG 2.2.1). */
  const HINT = fromHex(
    '6048 06062b0601050502 a03e 303c a00e 300c 060a2b06010401823702020a a32a 3028 a026 1b24 6e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265',
  );

  it('leaves what the host takes in the offer', () => {
    const { initiator } = client();
    expect(decodeNegToken(initiator.step(HINT)!)).toMatchObject({ mechTypes: [NTLMSSP], mechTypeList: NTLM_LIST, mechToken: utf8('NTLM-1') });
  });

  it('that leaves nothing is an AuthError', () => {
    expect(() => client(['Kerberos']).initiator.step(HINT)).toThrow(AuthError);
  });

  it('has to be one', () => {
    expect(() => client().initiator.step(encodeNegTokenResp({ negState: 'accept-incomplete' }))).toThrow(ProtocolError);
  });
});

describe('before it is complete', () => {
  it('nothing is sealed', () => {
    const { initiator } = client();
    expect(() => initiator.wrap(utf8('text'))).toThrow(UsageError);
    initiator.step(null);
    expect(() => initiator.unwrap({ signature: new Uint8Array(), data: new Uint8Array() })).toThrow(UsageError);
  });

  it('what needs no waiting for the host\'s signature can be sealed once ours is sent', () => {
    expect(fellBack().initiator.wrap(utf8('text')).data).toEqual(utf8('text'));
  });

  it('shows no context to util.inspect', () => {
    expect(inspect(client().initiator, { showHidden: true, depth: null })).not.toContain('ScriptedContext');
  });
});
