import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeAuthenticateMessage } from '../../src/auth/ntlm/authenticate-message.js';
import { decodeNtlmV2Response } from '../../src/auth/ntlm/client-challenge.js';
import { fromHex, fromUtf16le } from '../../src/bytes.js';
import { createAuthentication } from '../../src/client/authentication.js';
import { type WsmanClientOptions, resolveOptions } from '../../src/client/options.js';
import { WINDOWS_CHALLENGE } from '../auth/ntlm/vectors.js';
import { fixture } from '../fixture.js';

const certificate = (name: string) => new Uint8Array(new X509Certificate(fixture(`tls/${name}.pem`)).raw);
const authenticatorOf = (options: Partial<WsmanClientOptions>, peer: Uint8Array | null) =>
  createAuthentication(resolveOptions({ url: 'https://hv01', auth: { type: 'ntlm', username: 'u', password: 'p' }, ...options })).authenticate(peer, new AbortController().signal);

async function authenticateMessage(options: Partial<WsmanClientOptions>, peer: Uint8Array | null) {
  const authenticator = await authenticatorOf(options, peer);
  if (authenticator.kind !== 'context') throw new Error('NTLM has a context');
  await authenticator.context.step(null);
  const message = decodeAuthenticateMessage((await authenticator.context.step(fromHex(WINDOWS_CHALLENGE)))!);
  const pairs = decodeNtlmV2Response(message.ntChallengeResponse).clientChallenge.avPairs;
  return { seals: authenticator.seals, message, valueOf: (id: number) => pairs.find((pair) => pair.id === id)!.value };
}

describe('the authenticator for NTLM', () => {
  it.each([
    ['http://hv01', 'HTTP/hv01'],
    ['http://[::1]:5985', 'HTTP/::1'],
  ])('of %s seals, is bound to nothing, and asks for %s', async (url, name) => {
    const { seals, message, valueOf } = await authenticateMessage({ url }, null);
    expect(seals).toBe(true);
    expect(fromUtf16le(valueOf(9))).toBe(name);
    expect(valueOf(10)).toEqual(new Uint8Array(16));
    expect(message.workstation).toMatch(/^.{1,15}$/);
  });

  it('over HTTPS does not seal, and is bound to the certificate', async () => {
    const { seals, valueOf } = await authenticateMessage({}, certificate('rsa-sha256'));
    expect(seals).toBe(false);
    expect(valueOf(10)).not.toEqual(new Uint8Array(16));
  });

  it('goes without a binding where none is defined, if the certificate is verified; else a relay could choose such a certificate', async () => {
    expect((await authenticateMessage({}, certificate('ed25519'))).valueOf(10)).toEqual(new Uint8Array(16));
    await expect(authenticatorOf({ tls: { rejectUnauthorized: false } }, certificate('ed25519'))).rejects.toMatchObject({ code: 'TLS' });
    await authenticatorOf({ tls: { rejectUnauthorized: false } }, certificate('ecdsa-sha256'));
  });
});
