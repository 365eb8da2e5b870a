import type { Socket } from 'node:net';
import { basicAuthorization } from '../auth/basic.js';
import { parseChallenges } from '../auth/challenge.js';
import { concat, fromLatin1 } from '../bytes.js';
import { AuthError, LimitError, ProtocolError, TransportError, UsageError } from '../errors.js';
import { hostAndPort } from './host-name.js';

/** The largest header of a proxy's answer that is read, in bytes: as much as Node reads of a server's. */
const MAX_HEADER_BYTES = 16_384;
const END = '\r\n\r\n';

/**
 * Reads the URL of an HTTP proxy, `http://proxy.example:3128` or `http://user:password@proxy.example:3128`; `https://` speaks TLS with
 * the proxy itself. Without a port it is 80 or 443. User and password are percent-encoded, as in any URL.
 *
 * @throws UsageError - it is none; the message holds neither user nor password
 */
export function resolveProxy(given: string | URL): URL {
  const text = String(given);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    // What stands before an @ may be a password.
    throw new UsageError(`proxy: "${text.replace(/^.*@/s, '...@')}" is not the URL of an HTTP proxy: write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT`);
  }
  proxyAuthorization(url);
  return url;
}

/** The proxy as messages name it: without user and password. */
export function proxyName({ protocol, host }: URL): string {
  return `the proxy ${protocol}//${host}`;
}

/**
 * Asks a proxy for a tunnel to the host of a URL (CONNECT, RFC 9110 §9.3.6) on a socket that is connected with it. What
 * follows the header of its answer would be the host's; but neither in TLS nor in HTTP the host speaks first, so nothing may.
 *
 * @throws AuthError - the proxy wants credentials, or others
 * @throws TransportError - the proxy refuses for another reason, with its status, or the connection ended
 * @throws ProtocolError, LimitError - the answer is not HTTP, goes on after its header, or has a header without end
 * @throws the signal's reason - when it is aborted
 */
export async function openTunnel(socket: Socket, proxy: URL, url: URL, signal: AbortSignal): Promise<void> {
  const authority = hostAndPort(url);
  const authorization = proxyAuthorization(proxy);
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...(authorization === null ? [] : [`Proxy-Authorization: ${authorization}`])];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const answer = await readAnswer(socket, proxy, signal);
  const end = answer.indexOf(END);
  const header = answer.slice(0, end);
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(header)?.[1]);
  if (Number.isNaN(status)) throw new ProtocolError(`What ${proxyName(proxy)} answers to CONNECT is not HTTP; is it a proxy?`);
  // 407 says it; tinyproxy says 401 to a wrong password.
  if (status === 407 || status === 401) throw credentialsRefused(status, header, proxy);
  if (status < 200 || status > 299) {
    throw new TransportError(`HTTP ${status}: ${proxyName(proxy)} gives no tunnel to ${authority}; it may allow CONNECT to certain ports or hosts only, or not reach the host`, { status });
  }
  if (answer.length > end + END.length) throw new ProtocolError(`More than a header came from ${proxyName(proxy)} before anything was asked of ${authority}`);
}

/** The value of Proxy-Authorization, `null` when the proxy's URL names nobody. */
function proxyAuthorization({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  try {
    return basicAuthorization(decodeURIComponent(username), decodeURIComponent(password));
  } catch {
    throw new UsageError('proxy: its user or password cannot be used: both are percent-encoded UTF-8 (% is %25), and Basic takes no colon in a user name');
  }
}

function credentialsRefused(status: number, header: string, proxy: URL): AuthError {
  const challenges = [...header.matchAll(/^proxy-authenticate:(.*)$/gim)].map((match) => match[1]).join(',');
  const offered = [...new Set(parseChallenges(challenges).map(({ scheme }) => scheme))];
  const takesBasic = offered.length === 0 || offered.some((scheme) => /^basic$/i.test(scheme));
  const given = proxy.username !== '' || proxy.password !== '';
  const wrong = given ? 'refuses the user or the password in its URL' : 'asks for credentials: give user and password in its URL, http://USER:PASSWORD@HOST:PORT';
  const what = takesBasic ? wrong : `asks for credentials and offers ${offered.join(', ')}; only Basic can be used with a proxy`;
  return new AuthError(`HTTP ${status}: ${proxyName(proxy)} ${what}`, { offered });
}

/** Reads up to the blank line, and what came with it. */
function readAnswer(socket: Socket, proxy: URL, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let read: Uint8Array = new Uint8Array();
    const done = <T>(settle: (value: T) => void, value: T): void => {
      socket.off('readable', onReadable).off('error', onError).off('close', onClose).off('end', onClose);
      signal.removeEventListener('abort', onAbort);
      settle(value);
    };
    const onAbort = (): void => done(reject, signal.reason);
    const onError = ({ message }: Error): void => done(reject, new TransportError(`The connection to ${proxyName(proxy)} was lost: ${message}`));
    const onClose = (): void => done(reject, new TransportError(`No answer to CONNECT from ${proxyName(proxy)}: it ended the connection`));
    const onReadable = (): void => {
      for (let chunk = socket.read() as Uint8Array | null; chunk !== null; chunk = socket.read() as Uint8Array | null) read = concat(read, chunk);
      if (fromLatin1(read.subarray(0, MAX_HEADER_BYTES)).includes(END)) done(resolve, fromLatin1(read));
      else if (read.length >= MAX_HEADER_BYTES) done(reject, new LimitError(`The header of ${proxyName(proxy)}'s answer is larger than ${MAX_HEADER_BYTES} bytes`));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('readable', onReadable).once('error', onError).once('close', onClose).once('end', onClose);
  });
}
