import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHex, toBase64 } from '../../src/bytes.js';
import { createCertificate } from '../../src/testing/certificate.js';
import { type Acceptor, type AcceptorOptions, startAcceptor } from './acceptor.js';
import { requireParts } from './available.js';

/** MS-NLMP 2.2.1.1, by hand: signature, type 1, flags 0xe2088237, no domain, no workstation, version 10.0 with revision 15. */
const NEGOTIATE_MESSAGE = fromHex(`
  4e544c4d53535000 01000000 378208e2
  0000000000000000 0000000000000000 0a0000000000000f`);

/** The base64 of every CHALLENGE_MESSAGE begins so: `NTLMSSP\0` and the first octet of type 2, in little-endian. */
const CHALLENGE_MESSAGE = /^Negotiate TlRMTVNTUAAC/;

describe.skipIf(!requireParts('gssapi', 'ntlmssp', 'openssl'))('the GSSAPI acceptor', () => {
  const { certificate, key } = createCertificate({ commonName: 'localhost', names: ['127.0.0.1'], now: new Date(), random: randomBytes });
  const options: AcceptorOptions = {
    users: [{ domain: 'LAB', username: 'operator', password: 'Correct-Horse-7' }],
    answer: '<answer>{messageId}</answer>',
    certificate,
    key,
  };
  let acceptor: Acceptor;
  beforeAll(async () => {
    acceptor = await startAcceptor(options);
  });
  afterAll(() => acceptor.stop());

  async function post(scheme: 'http' | 'https', headers: Record<string, string> = {}, body = ''): Promise<IncomingMessage> {
    const target = { host: '127.0.0.1', path: '/wsman', method: 'POST', agent: false } as const;
    const outgoing = scheme === 'http'
      ? httpRequest({ ...target, port: acceptor.httpPort, headers })
      : httpsRequest({ ...target, port: acceptor.httpsPort, headers, ca: certificate });
    outgoing.end(body);
    const [response] = await once(outgoing, 'response') as [IncomingMessage];
    response.resume();
    return response;
  }

  test.each(['http', 'https'] as const)('%s: without credentials a request is refused, and told how to authenticate', async (scheme) => {
    const response = await post(scheme, {}, '<envelope/>');
    expect(response.statusCode).toBe(401);
    expect(response.statusMessage).toBe('');
    expect(response.headers['www-authenticate']).toBe('Negotiate');
    expect(response.headers.connection).toBe('close');
  });

  test.each(['http', 'https'] as const)('%s: the first NTLM token is answered with a challenge', async (scheme) => {
    const response = await post(scheme, { authorization: `Negotiate ${toBase64(NEGOTIATE_MESSAGE)}` });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toMatch(CHALLENGE_MESSAGE);
    expect(response.headers.connection).not.toBe('close');
  });

  test.each([
    ['another scheme', `Basic ${toBase64(NEGOTIATE_MESSAGE)}`],
    ['a token that is not base64', 'Negotiate ?'],
    ['a token that is no message', 'Negotiate AAAA'],
  ])('%s is refused', async (_name, authorization) => {
    const response = await post('http', { authorization });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Negotiate');
  });

  test('it tells what it saw: here, no complete handshake', async () => {
    expect(await acceptor.seen()).toEqual({
      scheme: null, mechanism: null, user: null, etype: null, delegated: null, secondHop: null,
      channelBound: false, handshakes: 0, sealedRequests: 0, plainRequests: 0,
    });
  });

  test('stop ends it', async () => {
    const another = await startAcceptor(options);
    await another.seen();
    await another.stop();
    await expect(another.seen()).rejects.toThrow('fetch failed');
  });

  test('what keeps it from starting is in the error', async () => {
    await expect(startAcceptor({ ...options, key: 'no key' })).rejects.toThrow(/before it listened:[^]*PEM/);
  });
});
