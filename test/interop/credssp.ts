/**
 * An independent CredSSP acceptor: the Network Level Authentication of FreeRDP's server. RDP carries over TCP the same TLS and the
 * same TSRequests that WinRM carries in HTTP headers, behind one request of its own (MS-RDPBCGR 2.2.1.1).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TsPasswordCreds } from '../../src/auth/credssp/ts-credentials.js';
import { ntHashOf } from '../../src/auth/ntlm/crypto.js';
import { concat, dataView, fromHex, toHex } from '../../src/bytes.js';
import { freePort } from './free-port.js';

/** A running server of FreeRDP on 127.0.0.1. */
export type RdpServer = {
  readonly port: number;
  /** The warnings and errors it has logged so far. */
  readonly log: () => string;
  /** Ends its processes, waits for their end, and removes its files. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts a server that one user can log on to, on an X display of its own. Both end with this process at the latest.
 *
 * @throws Error - it ended before it listened
 */
export async function startRdpServer(user: TsPasswordCreds): Promise<RdpServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rdp-'));
  await writeFile(join(folder, 'sam'), `${user.userName}:${user.domainName}::${toHex(ntHashOf(user.password))}:::\n`);
  // The server connects more than once: without -noreset it may do so while the display begins anew.
  const display = spawn('setpriv', ['--pdeathsig', 'KILL', 'Xvfb', '-noreset', '-displayfd', '1', '-screen', '0', '320x240x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [number] = await once(createInterface(display.stdout), 'line') as [string];
  const port = await freePort();
  const server = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'freerdp-shadow-cli', `/port:${port}`, '/bind-address:127.0.0.1', '/sec:nla', '+auth', `/sam-file:${join(folder, 'sam')}`],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH, HOME: folder, DISPLAY: `:${number}` } },
  );
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => { log += chunk.toString(); });
  const stop = async (): Promise<void> => {
    await Promise.all([end(server), end(display)]);
    await rm(folder, { recursive: true });
  };
  while (!(await listens(port))) {
    if (server.exitCode === null && server.signalCode === null) continue;
    await stop();
    throw new Error(`freerdp-shadow-cli ended before it listened:\n${log}`);
  }
  return { port, log: () => log, stop };
}

/** SIGTERM: Xvfb has a lock to remove. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function listens(port: number): Promise<boolean> {
  const probe = connect({ host: '127.0.0.1', port });
  const isOpen = await new Promise<boolean>((resolve) => {
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  probe.destroy();
  return isOpen;
}

/** CredSSP among the protocols of an RDP_NEG_REQ and an RDP_NEG_RSP (MS-RDPBCGR 2.2.1.1.1, 2.2.1.2.1). */
const PROTOCOL_HYBRID = '02000000';
/** A TPKT header, an X.224 Connection Request and an RDP_NEG_REQ; the answer is as long. */
const CONNECTION_REQUEST = fromHex(`0300 0013  0e e0 0000 0000 00  01 00 0800 ${PROTOCOL_HYBRID}`);
const CONNECTION_CONFIRM_LENGTH = 19;

const RECORD_HEADER = 5;
const CHANGE_CIPHER_SPEC = 20;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const SERVER_HELLO_DONE = '0e000000';

/** The client's end of one RDP connection: carries tokens of CredSSP as HTTP would, one for one. */
export class RdpConnection {
  readonly #socket: Socket;
  #received: Uint8Array = new Uint8Array();
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @throws Error - the server does not choose CredSSP */
  static async open(port: number): Promise<RdpConnection> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    const connection = new RdpConnection(socket);
    socket.on('data', (chunk: Buffer) => {
      connection.#received = concat(connection.#received, new Uint8Array(chunk));
      connection.#wake();
    });
    socket.on('error', () => socket.destroy()).on('close', () => { connection.#wake(); });
    socket.write(CONNECTION_REQUEST);
    const answer = toHex(await connection.#take(CONNECTION_CONFIRM_LENGTH));
    if (!answer.endsWith(PROTOCOL_HYBRID)) throw new Error(`FreeRDP does not choose CredSSP: ${answer}`);
    return connection;
  }

  /** Sends a token and gives the server's next one; `null` when it hangs up instead. */
  async exchange(token: Uint8Array): Promise<Uint8Array | null> {
    this.#socket.write(token);
    try {
      return await this.#flight();
    } catch (error) {
      if (error instanceof HungUp) return null;
      throw error;
    }
  }

  /** Sends a token that the server does not answer. */
  send(token: Uint8Array): void {
    this.#socket.write(token);
  }

  /** Waits until the server hangs up. */
  async ended(): Promise<void> {
    if (!this.#socket.destroyed) await once(this.#socket, 'close');
  }

  /** The records up to where the server waits for the client: a ServerHelloDone, a Finished, or application data. */
  async #flight(): Promise<Uint8Array> {
    const records: Uint8Array[] = [];
    for (let last = 0; ;) {
      const header = await this.#take(RECORD_HEADER);
      const fragment = await this.#take(dataView(header).getUint16(3));
      records.push(header, fragment);
      const [type = 0] = header;
      const isFinished = type === HANDSHAKE && last === CHANGE_CIPHER_SPEC;
      const isHelloDone = type === HANDSHAKE && toHex(fragment).endsWith(SERVER_HELLO_DONE);
      if (isFinished || isHelloDone || type === APPLICATION_DATA) return concat(...records);
      last = type;
    }
  }

  async #take(length: number): Promise<Uint8Array> {
    while (this.#received.length < length) {
      if (this.#socket.destroyed) throw new HungUp();
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
    const taken = this.#received.slice(0, length);
    this.#received = this.#received.slice(length);
    return taken;
  }
}

class HungUp extends Error {}
