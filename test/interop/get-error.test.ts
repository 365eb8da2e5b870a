import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Server, connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WsmanClientOptions } from '../../src/client/options.js';
import { HyperVHost } from '../../src/hyperv/host.js';
import { createCertificate } from '../../src/testing/certificate.js';
import { fixture } from '../fixture.js';
import { type Acceptor, type AcceptorOptions, startAcceptor } from './acceptor.js';
import { requireParts } from './available.js';

const NTLMSSP = '1.3.6.1.4.1.311.2.2.10';
const ID = '6D6A6A4E-2C0B-4C52-9E0E-6B9F5C2B7A11';
const newCertificate = () =>
  createCertificate({ commonName: 'localhost', names: ['127.0.0.1'], now: new Date(), random: (length) => new Uint8Array(randomBytes(length)) });

describe.skipIf(!requireParts('gssapi', 'ntlmssp', 'openssl'))('getError against a GSSAPI acceptor (gss-ntlmssp)', () => {
  const { certificate, key } = newCertificate();
  const options: AcceptorOptions = {
    users: [
      { domain: 'LAB', username: 'operator', password: 'Correct-Horse-7' },
      { domain: 'LAB', username: 'jürgen', password: 'Grüße-€-7' },
    ],
    answer: fixture('wsman/get-error-response.xml').replace(/<a:RelatesTo>[^<]*/, '<a:RelatesTo>{messageId}'),
    certificate,
    key,
  };
  let acceptor: Acceptor;
  let corrupting: Acceptor;
  beforeAll(async () => {
    [acceptor, corrupting] = await Promise.all([startAcceptor(options), startAcceptor({ ...options, corruptSignature: true })]);
  });
  afterAll(() => Promise.all([acceptor.stop(), corrupting.stop()]));

  async function ask(times: number, host: Partial<WsmanClientOptions>, credentials: { username?: string; password?: string } = {}) {
    await using hyperv = new HyperVHost({
      url: `http://127.0.0.1:${acceptor.httpPort}/wsman`,
      auth: { type: 'ntlm', username: 'LAB\\operator', password: 'Correct-Horse-7', ...credentials },
      ...host,
    });
    const job = hyperv.migrationJob(ID);
    for (let i = 1; i < times; i++) await job.getError();
    return await job.getError();
  }
  const secure = (port = acceptor.httpsPort, ca = certificate) => ({ url: `https://127.0.0.1:${port}/wsman`, tls: { ca } });

  describe.each(['axios', 'undici'] as const)('over %s', (transport) => {
    test('HTTP: every message sealed, one handshake for many calls', async () => {
      const before = await acceptor.seen();
      const error = await ask(20, { transport });
      const after = await acceptor.seen();
      expect(error).toMatchObject({ MessageID: '21024', ErrorType: 4, PerceivedSeverity: 5, RecommendedActions: null });
      expect(error?.MessageArguments).toEqual(['ledger-07', '3B0E2B5C-7C1D-4F55-9C0F-5E3A8D1B6F20', 'NODE-A']);
      expect(after).toMatchObject({ mechanism: NTLMSSP, handshakes: before.handshakes + 1, sealedRequests: before.sealedRequests + 20, plainRequests: before.plainRequests });
      expect(after.user).toContain('operator');
    });

    test('HTTPS: bodies plain, bound to the certificate', async () => {
      const before = await acceptor.seen();
      expect((await ask(3, { ...secure(), transport }))?.MessageID).toBe('21024');
      expect(await acceptor.seen()).toMatchObject({ channelBound: true, plainRequests: before.plainRequests + 3, sealedRequests: before.sealedRequests });
    });

    test.each([
      ['a wrong password', { password: 'Wrong-Horse-7' }],
      ['an unknown user', { username: 'LAB\\nobody' }],
    ])('%s is an AuthError, over HTTP and HTTPS', async (_name, credentials) => {
      await expect(ask(1, { transport }, credentials)).rejects.toMatchObject({ code: 'AUTH' });
      await expect(ask(1, { ...secure(), transport }, credentials)).rejects.toMatchObject({ code: 'AUTH' });
    });

    test('a corrupted signature is a ProtocolError', async () => {
      await expect(ask(1, { url: `http://127.0.0.1:${corrupting.httpPort}`, transport })).rejects.toMatchObject({ code: 'PROTOCOL', message: expect.stringContaining('signature') as string });
    });
  });

  test('names and passwords beyond ASCII', async () => {
    expect((await ask(1, {}, { username: 'LAB\\jürgen', password: 'Grüße-€-7' }))?.MessageID).toBe('21024');
  });

  test('a relay with a certificate of its own is found out by the channel binding', async () => {
    const own = newCertificate();
    const relay: Server = createTlsServer({ cert: own.certificate, key: own.key }, (inner) => {
      const outer = connectTls({ host: '127.0.0.1', port: acceptor.httpsPort, ca: certificate });
      inner.pipe(outer).pipe(inner);
      for (const socket of [inner, outer]) socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    try {
      await expect(ask(1, secure((relay.address() as AddressInfo).port, own.certificate))).rejects.toMatchObject({ code: 'AUTH' });
    } finally {
      relay.close();
    }
  });
});
