import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

describe('Negotiate with a krb5.conf that is of no use', () => {
  const folder = mkdtempSync(join(tmpdir(), 'krb5-'));
  const path = join(folder, 'krb5.conf');
  const negotiate = (more: object): Partial<WsmanClientOptions> => ({ url: 'http://hv01.example', auth: { type: 'negotiate', username: 'ops@EXAMPLE.TEST', password: 'p', ...more } });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['does not parse', 'nonsense'],
    ['includes what is not there', `includedir ${folder}/none`],
    ['has a KDC that is no address', '[realms]\nEXAMPLE.TEST = {\nkdc = [::1\n}'],
  ])('which %s goes without Kerberos, and says so, unless it was asked for by name', async (_, text) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text.startsWith('[') ? text : `[libdefaults]\n${text}`);
    vi.stubEnv('KRB5_CONFIG', path);
    vi.stubEnv('KRB5CCNAME', join(folder, 'none'));
    const authenticator = await authenticatorOf(negotiate({}), null);
    expect(authenticator).toMatchObject({ kind: 'context', notes: [expect.stringContaining('NTLM alone was offered')] });
    await expect(authenticatorOf(negotiate({ krb5Config: path }), null)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(authenticatorOf(negotiate({ allowNtlm: false }), null)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
