/** A listener in miniature whose logons Samba's ntlm_auth decides: what squid does with it, for WS-Management. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { environment } from './run.js';
import type { Samba } from './samba.js';

/** A running listener: HTTPS, for ntlm_auth seals nothing. It looks at no channel binding either. */
export type NtlmAuthListener = {
  readonly port: number;
  /** Who logged on, in ntlm_auth's words: `DOMAIN\user`, or `user@REALM`. */
  readonly users: readonly string[];
  close(): void;
};

/** One ntlm_auth, for one connection. Its protocol is a line for a line: `YR` begins, `KK` goes on; `TT` wants more, `AF` is a logon, `NA` and `BH` are none. */
class Helper {
  readonly #child;
  readonly #lines;
  #begun = false;

  constructor({ command, parameters, variables }: ReturnType<Samba['ntlmAuth']>) {
    this.#child = spawn(command, parameters, { env: environment(variables) });
    this.#child.stdin.on('error', () => undefined);
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  async step(token: string): Promise<readonly string[]> {
    this.#child.stdin.write(`${this.#begun ? 'KK' : 'YR'} ${token}\n`);
    this.#begun = true;
    const line = await this.#lines.next();
    return line.done === true ? ['BH'] : line.value.split(' ');
  }

  end(): void {
    this.#child.stdin.end();
  }
}

/**
 * Starts a listener.
 *
 * @param protocol - `gss-spnego` takes SPNEGO, the other NTLM without it
 * @param envelope - answers an envelope with one
 */
export async function startNtlmAuthListener(samba: Samba, protocol: 'squid-2.5-ntlmssp' | 'gss-spnego', tls: { readonly certificate: string; readonly key: string }, envelope: (request: string) => string): Promise<NtlmAuthListener> {
  const helpers = new Map<Socket, Helper>();
  const loggedOn = new Set<Socket>();
  const users: string[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await buffer(request)).toString();
    const { socket, headers: { authorization } } = request;
    if (authorization === undefined) {
      if (loggedOn.has(socket)) response.writeHead(200, { 'Content-Type': 'application/soap+xml;charset=UTF-8' }).end(envelope(body));
      else response.writeHead(401, { 'WWW-Authenticate': 'Negotiate' }).end();
      return;
    }
    let helper = helpers.get(socket);
    if (helper === undefined) {
      helper = new Helper(samba.ntlmAuth(protocol));
      helpers.set(socket, helper);
      socket.once('close', () => helper?.end());
    }
    const [code, ...rest] = await helper.step(authorization.replace(/^Negotiate /, ''));
    const [token, user] = protocol === 'gss-spnego' ? [rest[0], rest[1]] : code === 'TT' ? [rest[0], undefined] : [undefined, rest[0]];
    const challenge = token === undefined || token === '*' ? {} : { 'WWW-Authenticate': `Negotiate ${token}` };
    if (code === 'AF') {
      loggedOn.add(socket);
      users.push(user ?? '');
    }
    response.writeHead(code === 'AF' ? 200 : 401, code === 'TT' || code === 'AF' ? challenge : { 'WWW-Authenticate': 'Negotiate' }).end();
  }

  const server = createServer({ cert: tls.certificate, key: tls.key }, (request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, users, close: () => server.close() };
}
