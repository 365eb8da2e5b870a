import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WsmanClientOptions } from '../../src/client/options.js';
import { WsmanClient } from '../../src/client/wsman-client.js';
import { jobPath } from '../../src/hyperv/job-reference.js';
import { type SignalName, type Signals, onSignal, publish } from '../../src/signals.js';
import { SimulatedHost } from '../../src/testing/index.js';

const USER = { username: 'operator', domain: 'LAB', password: 'Correct-Horse-7' };

/** The compiler holds this to the types: a channel or a field that is missing here, or is too much, does not compile. */
const FIELDS: { readonly [N in SignalName]: Readonly<Record<keyof Signals[N], true>> } = {
  'hyperv-wsman:call:start': { call: true },
  'hyperv-wsman:call:end': { call: true, durationMs: true, status: true, error: true },
  'hyperv-wsman:exchange': { host: true, status: true, bytesSent: true, bytesReceived: true },
  'hyperv-wsman:handshake': { host: true, scheme: true, mechanism: true, durationMs: true, notes: true, error: true },
  'hyperv-wsman:retry': { host: true, error: true },
  'hyperv-wsman:job': { host: true, className: true, instanceId: true, state: true, percent: true },
  'hyperv-wsman:migration': { host: true, machine: true, to: true, phase: true, instanceId: true, finding: true },
  'hyperv-wsman:queue': { host: true, machine: true, to: true, state: true },
};
const NAMES = Object.keys(FIELDS) as SignalName[];

/** A message, and what an AsyncLocalStorage held when it came. */
type Heard = { [N in SignalName]: { readonly name: N; readonly message: Signals[N]; readonly store: string | undefined } }[SignalName];

const caller = new AsyncLocalStorage<string>();
let heard: Heard[];
let stops: (() => void)[];
const messages = <N extends SignalName>(name: N): Signals[N][] => heard.filter((one) => one.name === name).map((one) => one.message as Signals[N]);
const names = (): string[] => heard.map(({ name }) => name.slice('hyperv-wsman:'.length));

beforeEach(() => {
  heard = [];
  stops = NAMES.map((name) => onSignal(name, (message) => void heard.push({ name, message, store: caller.getStore() } as Heard)));
});
afterEach(() => stops.forEach((stop) => stop()));

describe.each(['axios', 'undici'] as const)('the signals of a client over %s', (transport) => {
  let simulated: SimulatedHost;
  let client: WsmanClient;
  const opened: WsmanClient[] = [];
  const connect = (options: Partial<WsmanClientOptions> = {}) => {
    const made = new WsmanClient({ url: simulated.url, auth: { type: 'ntlm', username: 'LAB\\operator', password: USER.password }, transport, timeoutMs: 5_000, ...options });
    opened.push(made);
    return made;
  };
  const job = () => jobPath(simulated.addJob({ JobState: 10, errors: [{ Message: 'x' }] }));

  beforeAll(async () => {
    simulated = await SimulatedHost.start({ users: [USER] });
  });
  afterAll(() => simulated.close());
  beforeEach(() => {
    client = connect();
  });
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

  it('a first call: its start, the handshake, its exchange, its end; a second one has no handshake', async () => {
    await client.identify();
    expect(names()).toEqual(['call:start', 'exchange', 'exchange', 'handshake', 'exchange', 'call:end']);
    expect(messages('hyperv-wsman:exchange').map(({ status, bytesSent }) => [status, bytesSent > 0])).toEqual([[401, false], [200, false], [200, true]]);
    expect(messages('hyperv-wsman:handshake')).toEqual([{ host: client.host, scheme: 'Negotiate', mechanism: 'NTLM', durationMs: expect.any(Number) as number, notes: [], error: null }]);
    heard = [];
    await client.identify();
    expect(names()).toEqual(['call:start', 'exchange', 'call:end']);
  });

  it('a call tells what was asked, and start and end have the same object', async () => {
    await client.get(job());
    const [{ call } = {}] = messages('hyperv-wsman:call:start');
    const [end] = messages('hyperv-wsman:call:end');
    expect(call).toEqual({ asked: 'Get of Msvm_MigrationJob', host: client.host, changes: false });
    expect(end).toEqual({ call, durationMs: expect.any(Number) as number, status: 200, error: null });
    expect(end?.call).toBe(call);
  });

  it('a call that may change something says so', async () => {
    await client.invoke(job(), 'RequestStateChange', { RequestedState: 4 }).catch(() => undefined);
    expect(messages('hyperv-wsman:call:start')).toMatchObject([{ call: { asked: 'RequestStateChange of Msvm_MigrationJob', changes: true } }]);
  });

  it('the error of the end is what the call rejects with, and its status that of the answer', async () => {
    const failing = client.get({ ...job(), keys: { InstanceID: 'none' } });
    const error = await failing.then(() => null, (caught: unknown) => caught);
    const [end] = messages('hyperv-wsman:call:end');
    expect(end).toMatchObject({ status: 500, error: { code: 'FAULT' } });
    expect(end?.error).toBe(error);
  });

  it.each<[string, () => Promise<unknown>, object]>([
    ['options that cannot work', () => client.identify({ timeoutMs: 0 }), { code: 'USAGE' }],
    ['a closed client', () => client.close().then(() => client.identify()), { code: 'USAGE' }],
    ['a signal that was aborted before', () => client.identify({ signal: AbortSignal.abort(new Error('enough')) }), { message: 'enough' }],
  ])('a call that is refused before anything is sent has a start and an end: %s', async (_name, ask, error) => {
    await expect(ask()).rejects.toMatchObject(error);
    expect(names()).toEqual(['call:start', 'call:end']);
    expect(messages('hyperv-wsman:call:end')).toMatchObject([{ status: null, error }]);
  });

  it('a handshake that fails tells why', async () => {
    await expect(connect({ auth: { type: 'ntlm', username: 'LAB\\operator', password: 'wrong' } }).identify()).rejects.toThrow();
    const [end] = messages('hyperv-wsman:call:end');
    expect(messages('hyperv-wsman:handshake')).toMatchObject([{ host: client.host, error: { code: 'AUTH' } }]);
    expect(messages('hyperv-wsman:handshake')[0]?.error).toBe(end?.error);
    expect(end?.status).toBeNull();
  });

  it('bytes are those of the bodies; Basic has no handshake', async () => {
    const observed: { bytesSent: number; bytesReceived: number }[] = [];
    const plain = connect({
      url: simulated.httpsUrl,
      tls: { ca: simulated.certificate },
      auth: { type: 'basic', username: 'LAB\\operator', password: USER.password },
      observe: ({ request, response }) => void observed.push({ bytesSent: Buffer.byteLength(request), bytesReceived: Buffer.byteLength(response) }),
    });
    await plain.get(job());
    expect(observed).toHaveLength(1);
    expect(messages('hyperv-wsman:exchange')).toEqual([{ host: plain.host, status: 200, ...observed[0] }]);
    expect(messages('hyperv-wsman:handshake')).toEqual([]);
  });

  it('bytes of what is sealed are those that crossed the network', async () => {
    const observed: number[] = [];
    await connect({ observe: ({ request }) => void observed.push(Buffer.byteLength(request)) }).identify();
    // The preamble of 4 bytes and the signature of 16 (MS-NLMP 2.2.2.9), and the MIME around them (MS-WSMV 2.2.9.1).
    expect(messages('hyperv-wsman:exchange').at(-1)?.bytesSent).toBeGreaterThan(observed[0]! + 20);
  });

  it.each([
    ['a lost connection', { when: 'request', kind: 'drop' }, { code: 'TRANSPORT' }],
    ['an HTTP 401', { when: 'request', kind: 'status', status: 401 }, null],
  ] as const)('a request that is sent again: %s', async (_name, trouble, error) => {
    const path = job();
    await client.get(path);
    heard = [];
    simulated.trouble(trouble);
    await client.get(path);
    const [retry] = messages('hyperv-wsman:retry');
    expect(retry?.host).toBe(client.host);
    if (error === null) expect(retry?.error).toBeNull();
    else expect(retry?.error).toMatchObject(error);
    expect(names().filter((name) => name !== 'exchange')).toEqual(['call:start', 'retry', 'handshake', 'call:end']);
  });

  it('a change whose answer is lost is no retry', async () => {
    await client.identify();
    simulated.trouble({ when: 'response', kind: 'drop' });
    await expect(client.invoke(job(), 'RequestStateChange', { RequestedState: 4 })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(messages('hyperv-wsman:retry')).toEqual([]);
    expect(messages('hyperv-wsman:call:end').at(-1)).toMatchObject({ status: null, error: { code: 'OUTCOME_UNKNOWN' } });
  });

  it('come in the context of whoever made the call, also when another call had the connection', async () => {
    const path = job();
    simulated.trouble({ when: 'request', kind: 'drop' });
    await Promise.all(['red', 'green', 'blue'].map((name) => caller.run(name, () => client.get(path))));
    // All three begin before the one connection there is has carried anything.
    expect(heard.slice(0, 3).map(({ name, store }) => [name, store])).toEqual([
      ['hyperv-wsman:call:start', 'red'],
      ['hyperv-wsman:call:start', 'green'],
      ['hyperv-wsman:call:start', 'blue'],
    ]);
    const of = (store: string) => heard.filter((one) => one.store === store).map(({ name }) => name.slice('hyperv-wsman:'.length));
    expect(of('red')).toEqual(['call:start', 'exchange', 'exchange', 'handshake', 'retry', 'exchange', 'exchange', 'handshake', 'exchange', 'call:end']);
    expect(of('green')).toEqual(['call:start', 'exchange', 'call:end']);
    expect(of('blue')).toEqual(['call:start', 'exchange', 'call:end']);
  });

  it('come in the context of the consumer, for pages that are fetched ahead too', async () => {
    for (let index = 0; index < 8; index++) job();
    await caller.run('consumer', async () => {
      for await (const one of client.enumerate('Msvm_MigrationJob', { pageSize: 4 })) expect(one.JobState).toBe(10);
    });
    expect(messages('hyperv-wsman:call:start').map(({ call }) => call)).toContainEqual({ asked: 'Pull of Enumerate of Msvm_MigrationJob', host: client.host, changes: false });
    expect(new Set(heard.map(({ store }) => store))).toEqual(new Set(['consumer']));
  });

  it('hold no password, no header and no envelope', async () => {
    const asked = client.invoke(job(), 'RequestStateChange', { RequestedState: 4711 });
    const failed = connect({ auth: { type: 'ntlm', username: 'LAB\\operator', password: 'Wrong-Horse-8' } }).identify();
    const basic = connect({ url: simulated.httpsUrl, tls: { ca: simulated.certificate }, auth: { type: 'basic', username: 'LAB\\operator', password: USER.password } });
    await Promise.allSettled([asked, failed, basic.identify()]);
    const told = inspect(heard, { depth: Infinity, showHidden: true });
    expect(messages('hyperv-wsman:call:end')).toHaveLength(3);
    const base64 = Buffer.from(`LAB\\operator:${USER.password}`).toString('base64');
    for (const secret of [USER.password, 'Wrong-Horse-8', base64, 'Authorization', 'Envelope', '4711']) expect(told).not.toContain(secret);
  });
});

describe('publish', () => {
  it('makes no message while nobody listens', () => {
    stops.forEach((stop) => stop());
    expect(NAMES.filter((name) => channel(name).hasSubscribers)).toEqual([]);
    let made = 0;
    const make = (): Signals['hyperv-wsman:retry'] => (made++, { host: 'hv01:5985', error: null });
    publish('hyperv-wsman:retry', make);
    expect(made).toBe(0);
    const stop = onSignal('hyperv-wsman:retry', () => undefined);
    publish('hyperv-wsman:retry', make);
    expect(made).toBe(1);
    stop();
    publish('hyperv-wsman:retry', make);
    expect(made).toBe(1);
  });

  it('goes on when a listener throws, and tells the others; Node makes it an uncaught exception', async () => {
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const reason = new Error('a listener failed');
    const stop = onSignal('hyperv-wsman:retry', () => {
      throw reason;
    });
    const after: unknown[] = [];
    stops.push(onSignal('hyperv-wsman:retry', (message) => void after.push(message)));
    try {
      const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve));
      publish('hyperv-wsman:retry', () => ({ host: 'hv01:5985', error: null }));
      expect(after).toEqual([{ host: 'hv01:5985', error: null }]);
      expect(await uncaught).toBe(reason);
    } finally {
      stop();
      for (const listener of others) process.on('uncaughtException', listener);
    }
  });
});

it('the guide has one row for each channel, with its fields', () => {
  const guide = readFileSync(new URL('../../docs/guides/signals.md', import.meta.url), 'utf8');
  const rows = [...guide.matchAll(/^\| `(hyperv-wsman:[^`]+)` \|[^|]+\| (.+) \|$/gm)].map(([, name, fields]) => [name, fields?.split(', ')]);
  expect(rows).toEqual(NAMES.map((name) => [name, Object.keys(FIELDS[name]).map((field) => `\`${field}\``)]));
});
