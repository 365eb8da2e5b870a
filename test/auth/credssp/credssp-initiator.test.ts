import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CredsspInitiator, type CredsspInitiatorOptions, type InnerContext } from '../../../src/auth/credssp/credssp-initiator.js';
import { pubKeyAuth } from '../../../src/auth/credssp/pub-key-auth.js';
import { decodeTsCredentials } from '../../../src/auth/credssp/ts-credentials.js';
import { decodeTsRequest, encodeTsRequest, type TsRequest } from '../../../src/auth/credssp/ts-request.js';
import type { Mechanism, SealedMessage } from '../../../src/auth/security-context.js';
import { concat, utf8 } from '../../../src/bytes.js';
import { AuthError, ProtocolError, UsageError } from '../../../src/errors.js';

const KEY = utf8('the public key of the host');
const NONCE = new Uint8Array(32).fill(7);
const CREDENTIALS = { domainName: 'EXAMPLE', userName: 'operator', password: 'Secret-1' };
const SIGNATURE = utf8('sixteen bytes...');

/** Sends `one`, `two`, ... and is complete after so many answers; it seals by a signature that says nothing. */
class FakeInner implements InnerContext {
  readonly notes: readonly string[] = [];
  readonly taken: (Uint8Array | null)[] = [];
  complete = false;
  protReady = false;
  mechanism: Mechanism | null = null;
  readonly #tokens: readonly (string | null)[];
  readonly #chooses: Mechanism | null;

  constructor(tokens: readonly (string | null)[], chooses: Mechanism | null = 'Kerberos') {
    this.#tokens = tokens;
    this.#chooses = chooses;
  }

  step(token: Uint8Array | null): Uint8Array | null {
    this.taken.push(token);
    const next = this.#tokens[this.taken.length - 1] ?? null;
    if (this.taken.length > 1) this.mechanism = this.#chooses;
    this.complete = this.taken.length >= this.#tokens.length;
    return next === null ? null : utf8(next);
  }

  wrap(message: Uint8Array): SealedMessage {
    return { signature: SIGNATURE, data: message };
  }

  unwrap({ signature, data }: SealedMessage): Uint8Array {
    if (signature.join() !== SIGNATURE.join()) throw new ProtocolError('The signature does not verify');
    return data;
  }
}

function initiator(inner: InnerContext, options: Partial<CredsspInitiatorOptions> = {}): CredsspInitiator {
  return new CredsspInitiator({
    inner, credentials: CREDENTIALS, allowNtlm: false, versions: [5, 6], subjectPublicKey: KEY,
    random: (length) => NONCE.slice(0, length), ...options,
  });
}

const sealed = (plaintext: Uint8Array): Uint8Array => concat(SIGNATURE, plaintext);
const token = (version: number, text: string): Uint8Array => encodeTsRequest({ version, negoToken: utf8(text) });
const proof = (version: number, key = KEY, nonce = NONCE): Uint8Array =>
  encodeTsRequest({ version, pubKeyAuth: sealed(pubKeyAuth('server', version, key, nonce)) });
const step = async (one: CredsspInitiator, bytes: Uint8Array | null): Promise<TsRequest> => decodeTsRequest(await one.step(bytes));

/** As far as the client's proof, with Kerberos: AP-REQ, AP-REP. */
async function bound(options: Partial<CredsspInitiatorOptions> = {}, version = 6): Promise<CredsspInitiator> {
  const one = initiator(new FakeInner(['AP-REQ', null]), options);
  await one.step(null);
  await one.step(token(version, 'AP-REP'));
  return one;
}

describe('CredsspInitiator', () => {
  it('sends tokens, then its proof, then the credentials', async () => {
    const inner = new FakeInner(['AP-REQ', null]);
    const one = initiator(inner);
    expect(await step(one, null)).toMatchObject({ version: 6, negoToken: utf8('AP-REQ'), pubKeyAuth: null, clientNonce: null });
    expect(await step(one, token(6, 'AP-REP'))).toEqual({
      version: 6, negoToken: null, pubKeyAuth: sealed(pubKeyAuth('client', 6, KEY, NONCE)), clientNonce: NONCE, authInfo: null, errorCode: null,
    });
    expect(inner.taken).toEqual([null, utf8('AP-REP')]);
    expect(one.complete).toBe(false);
    const { authInfo, ...others } = await step(one, proof(6));
    expect(others).toEqual({ version: 6, negoToken: null, pubKeyAuth: null, clientNonce: null, errorCode: null });
    expect(decodeTsCredentials(authInfo!.subarray(SIGNATURE.length))).toEqual(CREDENTIALS);
    expect(one.complete).toBe(true);
  });

  it('sends the last token together with its proof, as MS-CSSP 3.1.5 demands', async () => {
    const one = initiator(new FakeInner(['NEGOTIATE', 'AUTHENTICATE'], 'NTLM'), { allowNtlm: true });
    await one.step(null);
    expect(await step(one, token(6, 'CHALLENGE'))).toMatchObject({ negoToken: utf8('AUTHENTICATE'), pubKeyAuth: expect.any(Uint8Array) as unknown });
  });

  it.each([
    ['with the host\'s last token', utf8('mechListMIC'), 3],
    ['without it', null, 2],
  ])('does so before SPNEGO is complete, and releases the credentials on the host\'s proof %s', async (_name, negoToken, steps) => {
    const inner = new FakeInner(['NEGOTIATE', 'AUTHENTICATE', null], 'NTLM');
    inner.protReady = true;
    const one = initiator(inner, { allowNtlm: true });
    await one.step(null);
    expect(await step(one, token(6, 'CHALLENGE'))).toMatchObject({ negoToken: utf8('AUTHENTICATE'), clientNonce: NONCE });
    expect(inner.complete).toBe(false);
    await one.step(encodeTsRequest({ version: 6, negoToken, pubKeyAuth: sealed(pubKeyAuth('server', 6, KEY, NONCE)) }));
    expect(one.complete).toBe(true);
    expect(inner.taken).toHaveLength(steps);
  });

  describe('versions', () => {
    it.each([
      [[5, 6], 6, 6], [[5, 6], 5, 5], [[5, 6], 9, 6], [[6], 6, 6],
      [[2, 3, 4, 5, 6], 2, 2], [[2, 3, 4, 5, 6], 4, 4], [[4], 6, 4],
    ])('of %j with a host of %i speaks %i', async (versions, host, spoken) => {
      const one = await bound({ versions }, host);
      const answer = encodeTsRequest({ version: host, pubKeyAuth: sealed(pubKeyAuth('server', spoken, KEY, NONCE.slice(0, spoken >= 5 ? 32 : 0))) });
      expect((await step(one, answer)).version).toBe(Math.max(...versions));
    });

    it.each([
      [[5, 6], 4, /version 4, which is not one of those allowed, 5, 6 \(CVE-2018-0886\): update the host/],
      [[5, 6], 2, /CVE-2018-0886/],
      [[6], 5, /version 5, which is not one of those allowed, 6$/],
    ])('of %j refuses a host of %i before its proof', async (versions, host, message) => {
      const one = initiator(new FakeInner(['AP-REQ', null]), { versions });
      await one.step(null);
      await expect(one.step(token(host, 'AP-REP'))).rejects.toThrow(message);
      await expect(one.step(proof(6))).rejects.toThrow(ProtocolError);
    });

    it('below 5 sends no nonce', async () => {
      const one = initiator(new FakeInner(['AP-REQ', null]), { versions: [4] });
      await one.step(null);
      expect(await step(one, token(6, 'AP-REP'))).toMatchObject({ version: 4, clientNonce: null, pubKeyAuth: sealed(KEY) });
    });

    it('do not change in the midst', async () => {
      const one = await bound();
      await expect(one.step(proof(5))).rejects.toThrow('changed its CredSSP version from 6 to 5');
    });

    it.each([[[]], [[1]], [[5, 7]]])('%j are a mistake', (versions) => {
      expect(() => initiator(new FakeInner(['AP-REQ']), { versions })).toThrow(UsageError);
    });
  });

  describe('a proof that is not the host\'s keeps the credentials back:', () => {
    it.each([
      ['of another key', proof(6, utf8('the key of somebody between'))],
      ['for another nonce', proof(6, KEY, new Uint8Array(32))],
      ['the client\'s own, sent back', encodeTsRequest({ version: 6, pubKeyAuth: sealed(pubKeyAuth('client', 6, KEY, NONCE)) })],
      ['of an older version', encodeTsRequest({ version: 6, pubKeyAuth: sealed(pubKeyAuth('server', 4, KEY, NONCE)) })],
      ['cut short', encodeTsRequest({ version: 6, pubKeyAuth: sealed(pubKeyAuth('server', 6, KEY, NONCE).subarray(1)) })],
      ['not sealed', encodeTsRequest({ version: 6, pubKeyAuth: pubKeyAuth('server', 6, KEY, NONCE) })],
      ['none', encodeTsRequest({ version: 6, negoToken: utf8('more') })],
      ['no TSRequest', utf8('HTTP')],
    ])('%s', async (_name, answer) => {
      const one = await bound();
      await expect(one.step(answer)).rejects.toThrow(ProtocolError);
      expect(one.complete).toBe(false);
      await expect(one.step(proof(6))).rejects.toThrow(ProtocolError);
    });

    it('below version 5 the key without the 1', async () => {
      const one = await bound({ versions: [4] }, 4);
      await expect(one.step(encodeTsRequest({ version: 4, pubKeyAuth: sealed(KEY) }))).rejects.toThrow(/did not prove/);
    });
  });

  describe('NTLM inside', () => {
    it('that was not allowed is refused before its second token', async () => {
      const one = initiator(new FakeInner(['offer', 'AUTHENTICATE'], 'NTLM'));
      await one.step(null);
      await expect(one.step(token(6, 'CHALLENGE'))).rejects.toThrow(/allowNtlm: true/);
    });

    it('that shows with the last token, before the credentials', async () => {
      const inner = new FakeInner(['AP-REQ', null]);
      const one = initiator(inner);
      await one.step(null);
      await one.step(token(6, 'AP-REP'));
      inner.mechanism = 'NTLM';
      await expect(one.step(proof(6))).rejects.toThrow(/allowNtlm: true/);
      expect(one.complete).toBe(false);
    });

    it('that is known from the start, before its first', async () => {
      const inner = new FakeInner(['NEGOTIATE', 'AUTHENTICATE'], 'NTLM');
      inner.mechanism = 'NTLM';
      await expect(initiator(inner).step(null)).rejects.toThrow(AuthError);
    });
  });

  it.each([
    [0xc000_0234, 'STATUS_ACCOUNT_LOCKED_OUT (0xC0000234)'],
    // STATUS_SUCCESS is no success: the host had nothing to report an error for.
    [0, 'NTSTATUS 0x00000000'],
  ])('names what the host refuses with, whatever else it sends', async (errorCode, name) => {
    const one = await bound();
    const answer = one.step(encodeTsRequest({ version: 6, errorCode, pubKeyAuth: sealed(pubKeyAuth('server', 6, KEY, NONCE)) }));
    await expect(answer).rejects.toThrow(AuthError);
    await expect(answer).rejects.toThrow(`The host refused CredSSP with ${name}`);
    expect(one.complete).toBe(false);
  });

  it.each([
    ['no token where one is due', encodeTsRequest({ version: 6 })],
    ['credentials of its own', encodeTsRequest({ version: 6, authInfo: utf8('mine') })],
    ['a proof before there is a key', encodeTsRequest({ version: 6, pubKeyAuth: utf8('proof') })],
  ])('refuses %s', async (_name, answer) => {
    const one = initiator(new FakeInner(['AP-REQ', null]));
    await one.step(null);
    await expect(one.step(answer)).rejects.toThrow(ProtocolError);
  });

  it('refuses an inner handshake that is at its end without being complete, or without a mechanism', async () => {
    const stuck = initiator(new FakeInner(['AP-REQ', null, null]));
    await stuck.step(null);
    await expect(stuck.step(token(6, 'AP-REP'))).rejects.toThrow('has nothing to send and is not complete');
    const nameless = initiator(new FakeInner(['AP-REQ', null], null));
    await nameless.step(null);
    await nameless.step(token(6, 'AP-REP'));
    await expect(nameless.step(proof(6))).rejects.toThrow('without a mechanism');
  });

  it('takes nothing more once the credentials are out', async () => {
    const one = await bound();
    await one.step(proof(6));
    await expect(one.step(proof(6))).rejects.toThrow(ProtocolError);
  });

  it('shows no secret', () => {
    expect(inspect(initiator(new FakeInner(['AP-REQ'])), { depth: 9, showHidden: true })).not.toContain('Secret-1');
  });

  it('overwrites the credentials once they are sealed', async () => {
    const plaintexts: Uint8Array[] = [];
    class Keeping extends FakeInner {
      override wrap(message: Uint8Array): SealedMessage {
        plaintexts.push(message);
        return { signature: SIGNATURE, data: message.slice() };
      }
    }
    const one = initiator(new Keeping(['AP-REQ', null]));
    await one.step(null);
    await one.step(token(6, 'AP-REP'));
    await one.step(proof(6));
    expect(plaintexts).toHaveLength(2);
    expect(plaintexts[1]!.every((octet) => octet === 0)).toBe(true);
  });
});
