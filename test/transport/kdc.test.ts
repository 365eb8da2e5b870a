import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { KdcExchange } from '../../src/auth/kerberos/kdc-exchange.js';
import { encodeKrbError } from '../../src/auth/kerberos/messages/krb-error.js';
import { concat, dataView, utf8 } from '../../src/bytes.js';
import { AuthError, TransportError } from '../../src/errors.js';
import { runKdcExchange } from '../../src/transport/kdc.js';
import type { KdcAddress } from '../../src/transport/kdc-locator.js';

const quiet = new AbortController().signal;
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Listens on loopback; `serve` gets each connection. */
async function listen(serve: (socket: Socket) => void): Promise<KdcAddress> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** A port of loopback where nobody listens. */
async function closedPort(): Promise<KdcAddress> {
  const address = await listen(() => undefined);
  await new Promise((resolve) => servers.pop()!.close(resolve));
  return address;
}

const framed = (message: Uint8Array, length = message.length): Uint8Array => {
  const head = new Uint8Array(4);
  dataView(head).setUint32(0, length);
  return concat(head, message);
};

/** A KDC that answers every message; the messages go to `heard`. */
const answering = (answer: (message: string) => Uint8Array, heard: string[] = []): Promise<KdcAddress> =>
  listen((socket) => {
    let received: Uint8Array = new Uint8Array();
    socket.on('data', (part) => {
      received = concat(received, part);
      const length = received.length < 4 ? Infinity : dataView(received).getUint32(0);
      if (received.length < 4 + length) return;
      heard.push(new TextDecoder().decode(received.subarray(4)));
      socket.write(answer(heard.at(-1)!));
    });
  });

const saying = (text: string, heard?: string[]): Promise<KdcAddress> => answering(() => framed(utf8(text)), heard);

const UNAVAILABLE = encodeKrbError({
  code: 29, stime: new Date(0), susec: 0, realm: 'A', sname: { nameType: 2, nameString: ['krbtgt', 'A'] }, crealm: null, cname: null, eText: null, eData: null,
});

/** One message to realm A for each text; gives the answers. */
function* talk(...texts: readonly string[]): KdcExchange<readonly string[]> {
  const answers: string[] = [];
  for (const text of texts) answers.push(new TextDecoder().decode(yield { realm: 'A', message: utf8(text) }));
  return answers;
}

const run = <T>(exchange: KdcExchange<T>, kdcs: readonly KdcAddress[], timeoutMs = 60_000, signal: AbortSignal = quiet): Promise<T> =>
  runKdcExchange(exchange, { locate: () => Promise.resolve(kdcs), timeoutMs }, signal);

describe('runKdcExchange', () => {
  it('sends each message on a connection of its own and gives the answer back', async () => {
    const heard: string[] = [];
    const kdc = await saying('yes', heard);
    expect(await run(talk('one', 'two'), [kdc])).toEqual(['yes', 'yes']);
    expect(heard).toEqual(['one', 'two']);
    expect(sockets.size).toBeGreaterThanOrEqual(2);
  });

  it('takes an answer octet by octet, and what follows it for nothing', async () => {
    const kdc = await answering(() => new Uint8Array());
    servers[0]!.on('connection', (socket: Socket) => {
      void (async () => {
        for (const octet of concat(framed(utf8('slowly')), utf8('more'))) {
          socket.write(Uint8Array.of(octet));
          await new Promise(setImmediate);
        }
      })();
    });
    expect(await run(talk('x'), [kdc])).toEqual(['slowly']);
  });

  it('takes an answer of a megabyte', async () => {
    const kdc = await saying('x'.repeat(1024 * 1024));
    expect((await run(talk('x'), [kdc]))[0]).toHaveLength(1024 * 1024);
  });

  it.each<[string, () => Promise<KdcAddress>]>([
    ['cannot be reached', closedPort],
    ['closes at once', () => listen((socket) => socket.destroy())],
    ['closes within its answer', () => listen((socket) => socket.end(framed(utf8('half'), 8)))],
    ['announces more than a megabyte', () => listen((socket) => socket.write(framed(new Uint8Array(), 1024 * 1024 + 1)))],
    ['speaks HTTP', () => listen((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
    ['is not at work (KDC_ERR_SVC_UNAVAILABLE)', () => answering(() => framed(UNAVAILABLE))],
    ['breaks a KRB-ERROR off', () => answering(() => framed(UNAVAILABLE.subarray(0, 9)))],
  ])('asks the next KDC when the first %s', async (_, first) => {
    expect(await run(talk('x'), [await first(), await saying('yes')])).toEqual(['yes']);
  });

  it('gives each KDC its own time', async () => {
    const silent = [await listen(() => undefined), await listen(() => undefined)];
    await expect(run(talk('x'), silent, 20)).rejects.toThrow(
      new TransportError(`No KDC of realm A answered: 127.0.0.1:${silent[0]!.port}: No answer within 20 ms; 127.0.0.1:${silent[1]!.port}: No answer within 20 ms`),
    );
  });

  it('stays with the KDC that answered', async () => {
    const heardFirst: string[] = [];
    const heardSecond: string[] = [];
    const first = await answering(() => framed(UNAVAILABLE), heardFirst);
    const second = await saying('yes', heardSecond);
    await run(talk('one', 'two'), [first, second]);
    expect([heardFirst, heardSecond]).toEqual([['one'], ['one', 'two']]);
  });

  it('asks the others when the KDC that answered goes away', async () => {
    const first = await saying('first');
    let served = 0;
    const second = await listen((socket) => (served++ === 0 ? socket.write(framed(utf8('second'))) : socket.destroy()));
    const away = await closedPort();
    expect(await run(talk('one', 'two'), [away, second, first])).toEqual(['second', 'first']);
  });

  it('finds the KDCs of each realm once', async () => {
    const kdc = await saying('yes');
    const asked: string[] = [];
    const locate = (realm: string): Promise<readonly KdcAddress[]> => {
      asked.push(realm);
      return Promise.resolve([kdc]);
    };
    function* twoRealms(): KdcExchange<void> {
      for (const realm of ['A', 'B', 'A', 'B']) yield { realm, message: utf8('x') };
    }
    await runKdcExchange(twoRealms(), { locate, timeoutMs: 60_000 }, quiet);
    expect(asked).toEqual(['A', 'B']);
  });

  it('gives the refusal to the exchange when every KDC is not at work', async () => {
    const kdc = await answering(() => framed(UNAVAILABLE));
    expect(await run(talk('x'), [kdc, await closedPort()])).toHaveLength(1);
  });

  it('tells what was wrong with each KDC', async () => {
    const away = await closedPort();
    const closing = await listen((socket) => socket.destroy());
    const error: unknown = await run(talk('x'), [away, closing]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransportError);
    const { message, cause } = error as TransportError;
    expect(message).toMatch(new RegExp(`^No KDC of realm A answered: 127\\.0\\.0\\.1:${away.port}: .*ECONNREFUSED.*; 127\\.0\\.0\\.1:${closing.port}: `));
    expect((cause as AggregateError).errors).toHaveLength(2);
  });

  it('says how a KDC can be made known when there is none', async () => {
    const error: unknown = await run(talk('x'), []).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthError);
    expect(error).toMatchObject({ message: expect.stringContaining('_kerberos._tcp.A') as string });
  });

  it('gives up with the signal, and asks no other KDC', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const heard: string[] = [];
    const silent = await listen((socket) => socket.once('data', () => controller.abort(reason)));
    await expect(run(talk('x'), [silent, await saying('yes', heard)], 60_000, controller.signal)).rejects.toBe(reason);
    expect(heard).toEqual([]);
  });

  it('asks nobody with a signal that was aborted before', async () => {
    const reason = new Error('enough');
    const heard: string[] = [];
    await expect(run(talk('x'), [await saying('yes', heard)], 60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(heard).toEqual([]);
  });

  it('rejects with the error that ends the exchange', async () => {
    const refusal = new AuthError('no');
    function* refused(): KdcExchange<void> {
      yield { realm: 'A', message: utf8('x') };
      throw refusal;
    }
    await expect(run(refused(), [await saying('yes')])).rejects.toBe(refusal);
  });
});
