import { type AddressInfo, type Socket, createServer } from 'node:net';
import { etypeOf } from '../auth/kerberos/crypto/etypes.js';
import { encodeKeytab } from '../auth/kerberos/keytab.js';
import { decodeKdcReq } from '../auth/kerberos/messages/kdc-req.js';
import { decodeKrbError, isKrbError } from '../auth/kerberos/messages/krb-error.js';
import { NAME_TYPE, formatName } from '../auth/kerberos/principal.js';
import { concat, dataView, toHex, uint32be } from '../bytes.js';
import { TransportError, UsageError } from '../errors.js';
import { random } from '../transport/random.js';
import { type KdcAccount, type KdcRealm, answerKdcReq } from './kdc-service.js';

/** How a {@link SimulatedKdc} is set up. */
export type SimulatedKdcOptions = {
  /** The realm, in capitals by custom: `EXAMPLE.TEST`. */
  readonly realm: string;
  /** Who can log on. */
  readonly users: readonly { readonly username: string; readonly password: string }[];
  /** The service principal names it gives tickets for, without the realm: `HTTP/localhost`. Their keys are random, see {@link SimulatedKdc.keytab}. */
  readonly services: readonly string[];
  /** Default 0: any port that is free. */
  readonly port?: number;
  /** How long tickets are good, in milliseconds. Default ten hours. */
  readonly lifetimeMs?: number;
  /** Whether the realm trusts the hosts of the services for delegation. Default `false`. */
  readonly okAsDelegate?: boolean;
  /** The clock of the KDC. Default: that of this machine. */
  readonly now?: () => Date;
};

/** A message the KDC understood. */
export type KdcLogEntry = {
  /** `AS`: a logon; `TGS`: a ticket for a service. */
  readonly type: 'AS' | 'TGS';
  /** The user of an AS request as it was spelled; `null` in a TGS request. */
  readonly client: string | null;
  readonly server: string;
  /** The error code of the answer (RFC 4120 §7.5.9); `null` when a ticket was given. */
  readonly error: number | null;
};

/** aes256-cts-hmac-sha1-96. */
const ETYPE = etypeOf(18);
/** No request is longer: a ticket with room to spare. */
const LARGEST_REQUEST = 64 * 1024;

/**
 * A Kerberos realm on 127.0.0.1, for tests of a set-up with a domain where there is none: it logs users on and gives tickets for the
 * services of simulated hosts, with aes256-cts-hmac-sha1-96, over TCP. `kinit` can use it, too. It is no KDC to rely on: it keeps no log,
 * checks no policy and forgets everything when it is closed.
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { WsmanClient } from 'hyperv-wsman';
 * import { SimulatedHost, SimulatedKdc } from 'hyperv-wsman/testing';
 *
 * const users = [{ username: 'ops', password: 'Correct-Horse-7' }];
 * const kdc = await SimulatedKdc.start({ realm: 'EXAMPLE.TEST', users, services: ['HTTP/localhost'] });
 * const host = await SimulatedHost.start({ kerberos: { keytab: kdc.keytab } });
 * await writeFile('krb5.conf', kdc.krb5Conf);
 * const client = new WsmanClient({
 *   url: host.url.replace('127.0.0.1', 'localhost'),
 *   auth: { type: 'kerberos', username: 'ops', password: 'Correct-Horse-7', krb5Config: 'krb5.conf' },
 * });
 * console.log(await client.identify());
 * await client.close();
 * await host.close();
 * await kdc.close();
 * ```
 */
export class SimulatedKdc implements AsyncDisposable {
  readonly realm: string;
  /** Where it listens, over TCP on 127.0.0.1. */
  readonly port: number;
  /** The text of a krb5.conf that leads to this KDC. */
  readonly krb5Conf: string;
  /** A keytab file with the keys of all services. */
  readonly keytab: Uint8Array;
  /** What was asked so far. */
  readonly requests: readonly KdcLogEntry[];
  readonly #stop: () => Promise<void>;

  private constructor(realm: string, port: number, keytab: Uint8Array, requests: readonly KdcLogEntry[], stop: () => Promise<void>) {
    this.realm = realm;
    this.port = port;
    this.keytab = keytab;
    this.requests = requests;
    this.krb5Conf = `[libdefaults]\n  default_realm = ${realm}\n  dns_lookup_kdc = false\n  rdns = false\n[realms]\n  ${realm} = {\n    kdc = 127.0.0.1:${port}\n  }\n`;
    this.#stop = stop;
  }

  /**
   * Starts a KDC; it answers when this resolves. Close it when done.
   *
   * @throws UsageError - a realm, a user or a service without a name
   * @throws TransportError - the port is not to be had
   */
  static async start(options: SimulatedKdcOptions): Promise<SimulatedKdc> {
    const { realm, users, services, port = 0, lifetimeMs = 36_000_000, okAsDelegate = false, now = () => new Date() } = options;
    if (!/^[\w.-]+$/.test(realm)) throw new UsageError(`realm is the name of a Kerberos realm, like EXAMPLE.TEST; not ${JSON.stringify(realm)}`);
    for (const service of services) if (!/^[^/@\s]+\/[^/@\s]+$/.test(service)) throw new UsageError(`A service is SERVICE/HOST, like HTTP/localhost; not ${JSON.stringify(service)}`);
    const servers = [...services, `krbtgt/${realm}`].map((name) => account(name, toHex(random(32)), realm));
    const people = users.map(({ username, password }) => account(username, password, realm));
    const state = { realm, keys: new Map([...people, ...servers].map((one) => [one.name, one])), lifetimeMs, okAsDelegate, now, random };
    const keytab = encodeKeytab(
      servers.slice(0, -1).map(({ name, key }) => ({ principal: { realm, name: { nameType: NAME_TYPE.srvInst, nameString: name.split('/') } }, kvno: 1, key, timestamp: now() })),
    );
    const requests: KdcLogEntry[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      void serve(socket, (message) => answer(message, state, requests)).catch(() => socket.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(new TransportError(`Cannot listen on 127.0.0.1:${port}: ${cause.message}`, { cause })));
      server.listen(port, '127.0.0.1', resolve);
    });
    return new SimulatedKdc(realm, (server.address() as AddressInfo).port, keytab, requests, () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    });
  }

  /** Frees the port; tickets that were given stay good. */
  close(): Promise<void> {
    return this.#stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The default salt is the realm and the name, one after the other (RFC 4120 §4). */
function account(name: string, password: string, realm: string): KdcAccount {
  if (name === '') throw new UsageError('users: a user has no name');
  const salt = realm + name.replaceAll('/', '');
  return { name, salt, key: { etype: ETYPE.number, value: ETYPE.stringToKey(password, salt, null) } };
}

function answer(message: Uint8Array, realm: KdcRealm, log: KdcLogEntry[]): Uint8Array | null {
  const reply = answerKdcReq(message, realm);
  if (reply === null) return null;
  const { msgType, body } = decodeKdcReq(message);
  const error = isKrbError(reply) ? decodeKrbError(reply).code : null;
  log.push({ type: msgType === 10 ? 'AS' : 'TGS', client: body.cname === null ? null : formatName(body.cname), server: formatName(body.sname), error });
  return reply;
}

/** Messages over TCP, each behind its length (RFC 4120 §7.2.2). */
async function serve(socket: Socket, answerTo: (message: Uint8Array) => Uint8Array | null): Promise<void> {
  let received: Uint8Array = new Uint8Array();
  for await (const part of socket as AsyncIterable<Uint8Array>) {
    received = concat(received, part);
    for (;;) {
      const length = received.length < 4 ? null : dataView(received).getUint32(0);
      if (length !== null && length > LARGEST_REQUEST) return void socket.destroy();
      if (length === null || received.length < 4 + length) break;
      const reply = answerTo(received.subarray(4, 4 + length));
      if (reply === null) return void socket.destroy();
      socket.write(concat(uint32be(reply.length), reply));
      received = received.slice(4 + length);
    }
  }
}
