import { describe, expect, it } from 'vitest';
import { fromLatin1, utf8 } from '../../src/bytes.js';
import { ProtocolError } from '../../src/errors.js';
import { decodeEncrypted, encodeEncrypted, encryptedContentType } from '../../src/transport/encryption.js';
import { type Sealer, open, seal } from '../../src/transport/sealing.js';

const SOAP_TYPE = 'application/soap+xml;charset=UTF-8';

/** Signs with a letter and turns every bit around. */
function sealer(scheme: Sealer['scheme']): Sealer & { sealed: number[] } {
  const turn = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);
  const sealed: number[] = [];
  return {
    scheme,
    sealed,
    context: {
      wrap: (message) => {
        sealed.push(message.length);
        return { signature: utf8('S'), data: turn(message) };
      },
      unwrap: ({ signature, data }) => {
        if (fromLatin1(signature) !== 'S') throw new ProtocolError('The signature does not verify');
        return turn(data);
      },
    },
  };
}

const parts = (texts: readonly string[]) =>
  texts.map((text) => ({ contentType: SOAP_TYPE, length: text.length, sealed: { signature: utf8('S'), data: utf8(text).map((byte) => byte ^ 0xff) } }));

describe('a body', () => {
  it.each([
    [1, [1]],
    [16_384, [16_384]],
    [16_385, [16_384, 1]],
    [4_194_304, Array.from({ length: 256 }, () => 16_384)],
  ])('of %i bytes is sealed by CredSSP in portions, and whole by the others', async (length, portions) => {
    const body = new Uint8Array(length).fill(120);
    const credssp = sealer('CredSSP');
    const { contentType, body: sealed } = await seal(credssp, { contentType: SOAP_TYPE, body });
    expect(credssp.sealed).toEqual(portions);
    expect(contentType).toBe(encryptedContentType('CredSSP', portions.length));
    const opened = await open(credssp, { contentType, body: sealed });
    expect([opened.contentType, opened.body.length, opened.body.every((byte) => byte === 120)]).toEqual([SOAP_TYPE, length, true]);
    const negotiate = sealer('Negotiate');
    await seal(negotiate, { contentType: SOAP_TYPE, body });
    expect(negotiate.sealed).toEqual([length]);
  });

  it('in one part is not copied', async () => {
    const context: Sealer['context'] = { wrap: (data) => ({ signature: utf8('S'), data }), unwrap: ({ data }) => data };
    const sealed = await seal({ scheme: 'Negotiate', context }, { contentType: SOAP_TYPE, body: utf8('<x/>') });
    const opened = await open({ scheme: 'Negotiate', context }, sealed);
    expect(opened.body).toEqual(utf8('<x/>'));
    expect(opened.body.buffer).toBe(sealed.body.buffer);
  });

  it('in more parts than a call has arguments is opened', async () => {
    const many = Array.from({ length: 150_000 }, () => 'x');
    const one = encodeEncrypted('CredSSP', parts(['x']));
    const end = utf8('--Encrypted Boundary--\r\n').length;
    const body = Buffer.concat([...many.slice(1).map(() => one.subarray(0, -end)), one]);
    const opened = await open(sealer('CredSSP'), { contentType: encryptedContentType('CredSSP', many.length), body });
    expect(opened.body.length).toBe(many.length);
  });

  it.each([
    ['no parts', encryptedContentType('CredSSP', 2), utf8('--Encrypted Boundary--\r\n'), 'laid out'],
    ['parts of which one is forged', encryptedContentType('CredSSP', 2), encodeEncrypted('CredSSP', [...parts(['a']), { ...parts(['b'])[0]!, sealed: { signature: utf8('F'), data: utf8('b') } }]), 'does not verify'],
    ['parts of which one has another length', encryptedContentType('CredSSP', 2), encodeEncrypted('CredSSP', [...parts(['a']), { ...parts(['b'])[0]!, length: 2 }]), '1 bytes'],
    ['two parts where one is told', encryptedContentType('Negotiate', 1), encodeEncrypted('Negotiate', parts(['a', 'b'])), 'bytes'],
  ])('of %s is refused', async (_name, contentType, body, message) => {
    await expect(open(sealer('CredSSP'), { contentType, body })).rejects.toThrow(ProtocolError);
    await expect(open(sealer('CredSSP'), { contentType, body })).rejects.toThrow(message);
  });

  it('does not take what the ciphertext holds for a part', () => {
    const whole = encodeEncrypted('Negotiate', parts(['b']));
    const body = encodeEncrypted('Negotiate', [{ ...parts(['a'])[0]!, sealed: { signature: utf8('S'), data: whole } }]);
    const [only, ...others] = decodeEncrypted(encryptedContentType('Negotiate', 1), body);
    expect([only!.sealed.data, others]).toEqual([whole, []]);
  });
});
