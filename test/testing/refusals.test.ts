/** What the simulated host refuses before WS-Management, seen without our client. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent as HttpsAgent } from 'node:https';
import { describe, expect, it } from 'vitest';
import { createNtlmInitiator } from '../../src/auth/ntlm/initiator.js';
import { identifyRequest } from '../../src/wsman/identify.js';
import { DEFAULT_USER } from '../../src/testing/index.js';
import { type RawResponse, SOAP_TYPE, afterTest, basicHeader, keepAliveAgent, openTcp, send, startHost } from './support.js';

const IDENTIFY = identifyRequest();
const SOAP = { 'Content-Type': SOAP_TYPE };
const ENCRYPTED = { 'Content-Type': 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"' };

function expectRefusal({ status, statusMessage, headers, body }: RawResponse): void {
  expect(status).toBe(401);
  expect(statusMessage).toBe('');
  expect(headers).toMatchObject({ server: 'Microsoft-HTTPAPI/2.0', 'www-authenticate': 'Negotiate, Basic realm="WSMAN"', connection: 'close', 'content-length': '0' });
  expect(body).toHaveLength(0);
}

function initiator(password = DEFAULT_USER.password, channelBinding: Uint8Array | null = null, username = DEFAULT_USER.username): ReturnType<typeof createNtlmInitiator> {
  return createNtlmInitiator({ credentials: { username, password }, channelBinding, random: (length) => new Uint8Array(randomBytes(length)), now: () => new Date() });
}

const negotiate = (token: Uint8Array | null): { Authorization: string } => ({ Authorization: `Negotiate ${Buffer.from(token ?? []).toString('base64')}` });

function challengeOf({ status, headers }: RawResponse): Uint8Array {
  expect(status).toBe(401);
  expect(headers.connection).toBeUndefined();
  const token = /^Negotiate (\S+)$/.exec(String(headers['www-authenticate']))?.[1];
  return new Uint8Array(Buffer.from(token ?? '', 'base64'));
}

describe('HTTP', () => {
  it.each([
    ['another path', '/', 'POST', 404],
    ['a path below', '/wsman/x', 'POST', 404],
    ['a path that begins like it', '/wsman2', 'POST', 404],
    ['another verb', '/wsman', 'GET', 405],
    ['another verb with a body', '/wsman', 'PUT', 405],
  ])('%s', async (_what, path, method, status) => {
    const host = await startHost();
    const response = await send(new URL(path, host.url).href, { method, headers: { ...SOAP, Authorization: basicHeader() }, body: method === 'GET' ? '' : IDENTIFY });
    expect(response.status).toBe(status);
    expect(response.headers).toMatchObject({ 'content-type': 'text/html; charset=us-ascii', connection: 'close' });
    expect(response.body.toString()).toContain(`HTTP Error ${status}`);
  });

  it('the path in any letter case, with a slash behind', async () => {
    const host = await startHost({ allowUnencrypted: true });
    const response = await send(host.url.replace('/wsman', '/WSMAN/'), { headers: { ...SOAP, Authorization: basicHeader() }, body: IDENTIFY });
    expect(response.status).toBe(200);
  });

  it.each([
    [512_000, 500],
    [512_001, 413],
    [3_000_000, 413],
  ])('a body of %d bytes: %d', async (length, status) => {
    const host = await startHost({ allowUnencrypted: true });
    const response = await send(host.url, { headers: { ...SOAP, Authorization: basicHeader() }, body: new Uint8Array(length).fill(0x20) });
    expect(response.status).toBe(status);
  });

  it.each([
    ['text/xml', 415],
    ['application/soap+xmlish', 415],
    ['', 415],
    ['application/soap+xml', 200],
    ['Application/SOAP+XML; charset=utf-8', 200],
  ])('the content type "%s": %d', async (type, status) => {
    const host = await startHost({ allowUnencrypted: true });
    const response = await send(host.url, { headers: { 'Content-Type': type, Authorization: basicHeader() }, body: IDENTIFY });
    expect(response.status).toBe(status);
  });

  it('what is no HTTP is cut off, and the host goes on', async () => {
    const host = await startHost({ allowUnencrypted: true });
    const socket = await openTcp(host.url);
    socket.write('\u0016\u0003\u0001 no HTTP at all\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect((await send(host.url, { headers: { ...SOAP, Authorization: basicHeader() }, body: IDENTIFY })).status).toBe(200);
  });
});

describe('who is not known', () => {
  it.each([
    ['no credentials', {}],
    ['a wrong password', { Authorization: basicHeader('Administrator', 'simulated-1') }],
    ['a user that does not exist', { Authorization: basicHeader('nobody') }],
    ['Basic without credentials', { Authorization: 'Basic' }],
    ['Basic that is no base64', { Authorization: 'Basic %%%' }],
    ['another scheme', { Authorization: 'Bearer YWJj' }],
    ['Negotiate without a token', { Authorization: 'Negotiate' }],
    ['a token that is no NTLM', { Authorization: 'Negotiate YWJj' }],
    ['a header of commas', { Authorization: ',,,' }],
  ])('%s', async (_what, headers) => {
    const host = await startHost({ allowUnencrypted: true });
    expectRefusal(await send(host.url, { headers: { ...SOAP, ...headers }, body: IDENTIFY }));
    expect(host.requests).toHaveLength(0);
  });

  it('a wrong password by NTLM, and no handshake is counted', async () => {
    const host = await startHost();
    const agent = keepAliveAgent();
    const client = initiator('falsch');
    const answer = challengeOf(await send(host.url, { headers: { ...SOAP, ...negotiate(client.step(null)) }, agent }));
    expectRefusal(await send(host.url, { headers: { ...SOAP, ...negotiate(client.step(answer)) }, agent }));
    expect([host.connections, host.handshakes]).toEqual([1, 0]);
  });

  it('the last token on another connection', async () => {
    const host = await startHost();
    const client = initiator();
    const answer = challengeOf(await send(host.url, { headers: { ...SOAP, ...negotiate(client.step(null)) } }));
    expectRefusal(await send(host.url, { headers: { ...SOAP, ...negotiate(client.step(answer)) } }));
  });

  it('Basic proves one request, not the connection', async () => {
    const host = await startHost({ allowUnencrypted: true });
    const agent = keepAliveAgent();
    expect((await send(host.url, { headers: { ...SOAP, Authorization: basicHeader() }, body: IDENTIFY, agent })).status).toBe(200);
    expectRefusal(await send(host.url, { headers: SOAP, body: IDENTIFY, agent }));
    expect(host.connections).toBe(1);
  });
});

describe('what is not sealed', () => {
  it('Basic over HTTP, though the password is right', async () => {
    const host = await startHost();
    expectRefusal(await send(host.url, { headers: { ...SOAP, Authorization: basicHeader() }, body: IDENTIFY }));
  });

  it.each([
    [false, 401],
    [true, 200],
  ])('a plain body with the last token and after it; allowUnencrypted %s', async (allowUnencrypted, status) => {
    const host = await startHost({ allowUnencrypted });
    const agent = keepAliveAgent();
    const client = initiator();
    const answer = challengeOf(await send(host.url, { headers: { ...SOAP, ...negotiate(client.step(null)) }, body: IDENTIFY, agent }));
    const last = client.step(answer);
    const withToken = await send(host.url, { headers: { ...SOAP, ...negotiate(last) }, body: IDENTIFY, agent });
    expect(withToken.status).toBe(status);
    expect(host.requests.map(({ sealed, secure }) => [sealed, secure])).toEqual(allowUnencrypted ? [[false, false]] : []);
    if (allowUnencrypted) expect((await send(host.url, { headers: SOAP, body: IDENTIFY, agent })).body.toString()).toContain('IdentifyResponse');
    else expectRefusal(withToken);
  });

  it('the end of a handshake with empty bodies is an empty 200, after which a plain body is refused', async () => {
    const host = await startHost();
    const agent = keepAliveAgent();
    const client = initiator();
    const answer = challengeOf(await send(host.url, { headers: { ...SOAP, ...negotiate(client.step(null)) }, agent }));
    const accepted = await send(host.url, { headers: { ...SOAP, ...negotiate(client.step(answer)) }, agent });
    expect([accepted.status, accepted.statusMessage, accepted.body.length, accepted.headers['www-authenticate']]).toEqual([200, '', 0, undefined]);
    expect(accepted.rawHeaders.filter((_text, index) => index % 2 === 0)).toEqual(['Server', 'Content-Length', 'Date']);
    expectRefusal(await send(host.url, { headers: SOAP, body: IDENTIFY, agent }));
  });
});

describe('what is sealed and must not be, or not like that', () => {
  it('multipart/encrypted over HTTPS', async () => {
    const host = await startHost();
    const response = await send(host.httpsUrl, { headers: { ...ENCRYPTED, Authorization: basicHeader() }, body: IDENTIFY, ca: host.certificate });
    expect(response.status).toBe(400);
  });

  it('a message that is rightly sealed, over HTTPS', async () => {
    const host = await startHost();
    const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1, ca: host.certificate });
    afterTest(() => agent.destroy());
    const client = initiator();
    const answer = challengeOf(await send(host.httpsUrl, { headers: { ...SOAP, ...negotiate(client.step(null)) }, agent }));
    expect((await send(host.httpsUrl, { headers: { ...SOAP, ...negotiate(client.step(answer)) }, agent })).status).toBe(200);
    const { signature, data } = client.wrap(new TextEncoder().encode(IDENTIFY));
    const body = Buffer.concat([
      Buffer.from(`--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n\tOriginalContent: type=${SOAP_TYPE};Length=${IDENTIFY.length}\r\n`),
      Buffer.from('--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n\u0010\0\0\0'),
      signature,
      data,
      Buffer.from('--Encrypted Boundary--\r\n'),
    ]);
    expect((await send(host.httpsUrl, { headers: ENCRYPTED, body, agent })).status).toBe(400);
  });

  it('multipart/encrypted after Basic', async () => {
    const host = await startHost({ allowUnencrypted: true });
    expect((await send(host.url, { headers: { ...ENCRYPTED, Authorization: basicHeader() }, body: IDENTIFY })).status).toBe(400);
  });

  it.each([
    ['no parts', IDENTIFY],
    [
      'a signature that does not verify',
      '--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=4\r\n' +
        `--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n\u0010\0\0\0${'s'.repeat(16)}data--Encrypted Boundary--\r\n`,
    ],
  ])('%s', async (_what, body) => {
    const host = await startHost();
    const agent = keepAliveAgent();
    const client = initiator();
    const answer = challengeOf(await send(host.url, { headers: { ...SOAP, ...negotiate(client.step(null)) }, agent }));
    expect((await send(host.url, { headers: { ...SOAP, ...negotiate(client.step(answer)) }, agent })).status).toBe(200);
    expect((await send(host.url, { headers: ENCRYPTED, body, agent })).status).toBe(400);
    expect(host.requests).toHaveLength(0);
  });
});

it('a second request before the first is answered is refused, and the first is answered', async () => {
  const host = await startHost({ allowUnencrypted: true });
  host.trouble({ when: 'request', kind: 'delay', ms: 100 });
  const socket = await openTcp(host.url);
  const request = `POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: ${basicHeader()}\r\nContent-Type: ${SOAP_TYPE}\r\nContent-Length: ${IDENTIFY.length}\r\n\r\n${IDENTIFY}`;
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(request + request);
  await once(socket, 'close');
  expect([...Buffer.concat(chunks).toString().matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1])).toEqual(['200', '401']);
  expect(host.requests).toHaveLength(1);
});

describe('channel binding over HTTPS', () => {
  const WRONG = new TextEncoder().encode(`tls-server-end-point:${'x'.repeat(32)}`);

  it.each([
    ['none', null, true],
    ['none', WRONG, true],
    ['relaxed', null, true],
    ['relaxed', WRONG, false],
    ['strict', null, false],
    ['strict', WRONG, false],
  ] as const)('%s, binding %s: accepted %s', async (cbt, binding, isAccepted) => {
    const host = await startHost({ cbt });
    const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1, ca: host.certificate });
    afterTest(() => agent.destroy());
    const client = initiator(DEFAULT_USER.password, binding);
    const answer = challengeOf(await send(host.httpsUrl, { headers: { ...SOAP, ...negotiate(client.step(null)) }, agent }));
    const response = await send(host.httpsUrl, { headers: { ...SOAP, ...negotiate(client.step(answer)) }, body: IDENTIFY, agent });
    if (isAccepted) expect(response.status).toBe(200);
    else expectRefusal(response);
  });
});
