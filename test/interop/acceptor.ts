/** Starts and stops acceptor.py, a WinRM listener in miniature around a real GSSAPI acceptor. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { clockVariables, environment } from './run.js';

/** What {@link startAcceptor} needs. */
export type AcceptorOptions = {
  /** The accounts that can log on with NTLM; without them there is no NTLM. Their file is lines of `DOMAIN:user:password`, so no colon may stand in any of the three. */
  readonly users?: readonly { readonly domain: string; readonly username: string; readonly password: string }[];
  /** The path of a keytab: clients can log on with Kerberos, to every principal in it. */
  readonly keytab?: string;
  /** The krb5.conf of the acceptor: it goes to a KDC with delegated credentials. */
  readonly krb5Config?: string;
  /** The envelope that answers every GetError; `{messageId}` in it becomes the MessageID of the request. */
  readonly answer: string;
  /** The certificate of the HTTPS listener and its private key, in PEM; the signature must be RSA (not PSS) or ECDSA. */
  readonly certificate: string;
  readonly key: string;
  /** Flips a bit in the signature of every sealed answer; `false` unless told. */
  readonly corruptSignature?: boolean;
  /** How answers are sealed with Kerberos: as Windows does, or as OMI with the checksum at the end; `iov` unless told. */
  readonly seal?: 'iov' | 'wrap';
  /** Over HTTPS a missing channel binding will do, but no wrong one; `false` unless told. */
  readonly unbound?: boolean;
  /** The last token, which proves the acceptor to the client: its own, one with a flipped bit, none, or that of the first handshake. */
  readonly reply?: 'genuine' | 'corrupt' | 'absent' | 'repeated';
  /** `SERVICE@HOST`: goes on to it as the client, when it was given a ticket for that. It must be in the keytab. */
  readonly secondHop?: string;
  /** How far its clock is off, as faketime takes it: `+10m`. */
  readonly clock?: string;
};

/** What the acceptor saw since it was started; all but the counts is of the last complete handshake. */
export type Seen = {
  readonly scheme: 'Negotiate' | 'Kerberos' | null;
  /** The initiator's name as GSSAPI displays it. */
  readonly user: string | null;
  /** The dotted object identifier of the mechanism. */
  readonly mechanism: string | null;
  /** The etype of the context's key; `null` with NTLM. */
  readonly etype: number | null;
  /** Whose ticket-granting ticket was handed over. */
  readonly delegated: string | null;
  /** Who it was at {@link AcceptorOptions.secondHop} with it, or why it did not get there. */
  readonly secondHop: string | null;
  /** GSS_C_CHANNEL_BOUND_FLAG: the client sent a channel binding, and it was the right one. */
  readonly channelBound: boolean;
  /** Completed ones only. */
  readonly handshakes: number;
  readonly sealedRequests: number;
  readonly plainRequests: number;
};

/** A running acceptor; both ports are on 127.0.0.1. */
export type Acceptor = {
  /** Demands sealed bodies. */
  readonly httpPort: number;
  /** Demands the channel binding; bodies are plain. */
  readonly httpsPort: number;
  seen(): Promise<Seen>;
  /** Ends the process, waits for its end, and removes its files. */
  stop(): Promise<void>;
};

/**
 * Starts an acceptor of its own for a suite; it also ends by itself when this process does.
 *
 * @throws Error - the program ended before it listened; the message has what it wrote to stderr
 */
export async function startAcceptor(options: AcceptorOptions): Promise<Acceptor> {
  const folder = await mkdtemp(join(tmpdir(), 'acceptor-'));
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const users = options.users?.map(({ domain, username, password }) => `${domain}:${username}:${password}\n`).join('');
  const child = spawn('/usr/bin/python3', [
    fileURLToPath(new URL('acceptor.py', import.meta.url)),
    '--answer', await write('answer.xml', options.answer),
    '--certificate', await write('certificate.pem', options.certificate),
    '--key', await write('key.pem', options.key),
    ...(users === undefined ? [] : ['--users', await write('users', users)]),
    ...(options.keytab === undefined ? [] : ['--keytab', options.keytab]),
    ...(options.secondHop === undefined ? [] : ['--second-hop', options.secondHop]),
    ...(options.corruptSignature === true ? ['--corrupt-signature'] : []),
    ...(options.unbound === true ? ['--unbound'] : []),
    '--seal', options.seal ?? 'iov',
    '--reply', options.reply ?? 'genuine',
  ], {
    env: environment({
      KRB5_CONFIG: options.krb5Config ?? '/dev/null',
      KRB5RCACHENAME: `file2:${join(folder, 'replays')}`,
      PYTHONDONTWRITEBYTECODE: '1',
      ...clockVariables(options.clock ?? null),
    }),
  });
  const log: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  const closed = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await closed;
    await rm(folder, { recursive: true });
  };

  const line = await Promise.race([once(createInterface(child.stdout), 'line'), closed.then(() => null)]);
  if (line === null) {
    await stop();
    throw new Error(`acceptor.py ended before it listened:\n${log.join('')}`);
  }
  const ports = JSON.parse(String(line[0])) as { readonly http: number; readonly https: number };
  const seen = async (): Promise<Seen> => {
    const response = await fetch(`http://127.0.0.1:${ports.http}/seen`, { headers: { connection: 'close' } });
    return await response.json() as Seen;
  };
  return { httpPort: ports.http, httpsPort: ports.https, seen, stop };
}
