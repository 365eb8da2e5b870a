import { describe, expect, it } from 'vitest';
import { instancePath } from '../../src/cim/object-path.js';
import { OutcomeUnknownError, ProtocolError, TimeoutError, TransportError, UsageError } from '../../src/errors.js';
import { type SimulatedHost, type Trouble } from '../../src/testing/index.js';
import { BASIC, NTLM, clientOf, hyperVOf, startHost } from './support.js';

const LONG_MS = 60_000;
const TIMES_NEVER = [0, -1, 1.5, Number.NaN];

function failedJob(host: SimulatedHost): string {
  return host.addJob({ JobState: 10, errors: [{ MessageID: '21024', Message: 'Der Umzug von db02 ist gescheitert.' }] }).keys.InstanceID;
}

/** Asks for the error of a failed job, with `timeoutMs` for a call that never ends. */
function ask(host: SimulatedHost, timeoutMs = 10_000, options: Parameters<typeof hyperVOf>[1] = {}): Promise<string | null | undefined> {
  return hyperVOf(host, { timeoutMs, ...options }).migrationJob(failedJob(host)).getError().then((error) => error?.MessageID);
}

describe('before the request is carried out', () => {
  it.each(['handshake', 'request'] as const)('%s: drop cuts the connection; a read is asked again', async (when) => {
    const host = await startHost();
    host.trouble({ when, kind: 'drop' });
    await expect(ask(host)).resolves.toBe('21024');
    expect(host.connections).toBe(2);
    expect(host.requests).toHaveLength(when === 'request' ? 2 : 1);
  });

  it.each(['handshake', 'request'] as const)('%s: drop, as often as it is tried', async (when) => {
    const host = await startHost();
    host.trouble({ when, kind: 'drop', times: 2 });
    await expect(ask(host)).rejects.toBeInstanceOf(TransportError);
    await expect(ask(host)).resolves.toBe('21024');
  });

  it.each(['handshake', 'request'] as const)('%s: status, 503 unless told', async (when) => {
    const host = await startHost();
    host.trouble({ when, kind: 'status' });
    await expect(ask(host)).rejects.toMatchObject({ code: 'TRANSPORT', status: 503 });
    await expect(ask(host)).resolves.toBe('21024');
  });

  it.each(['handshake', 'request'] as const)('%s: delay', async (when) => {
    const host = await startHost();
    host.trouble({ when, kind: 'delay', ms: LONG_MS });
    await expect(ask(host, 200)).rejects.toBeInstanceOf(TimeoutError);
    await expect(ask(host)).resolves.toBe('21024');
  });

  it('a handshake trouble happens to Basic credentials, too', async () => {
    const host = await startHost();
    host.trouble({ when: 'handshake', kind: 'status', status: 500 });
    await expect(ask(host, 10_000, { secure: true, auth: BASIC })).rejects.toMatchObject({ code: 'PROTOCOL', status: 500 });
    expect(host.requests).toHaveLength(0);
  });

  it('a status of 401 is the host forgetting who is there: the client proves itself anew', async () => {
    const host = await startHost();
    host.trouble({ when: 'request', kind: 'status', status: 401 });
    await expect(ask(host)).resolves.toBe('21024');
    expect(host.handshakes).toBe(2);
  });

  it('a call that changes something is not repeated after the connection is cut', async () => {
    const host = await startHost();
    host.trouble({ when: 'request', kind: 'drop' });
    const path = instancePath('Msvm_MigrationJob', { InstanceID: failedJob(host) });
    await expect(clientOf(host).invoke(path, 'GetError', {}, { idempotent: false })).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(host.requests).toHaveLength(1);
  });
});

describe('after the request was carried out', () => {
  it('drop', async () => {
    const host = await startHost();
    host.trouble({ when: 'response', kind: 'drop' });
    await expect(ask(host)).resolves.toBe('21024');
    expect([host.connections, host.requests.length]).toEqual([2, 2]);
  });

  it('status', async () => {
    const host = await startHost();
    host.trouble({ when: 'response', kind: 'status', status: 413 });
    await expect(ask(host)).rejects.toMatchObject({ code: 'LIMIT', status: 413 });
  });

  it('delay', async () => {
    const host = await startHost();
    host.trouble({ when: 'response', kind: 'delay', ms: LONG_MS });
    await expect(ask(host, 200)).rejects.toBeInstanceOf(TimeoutError);
  });

  it.each([
    ['plain', /unencrypted/],
    ['badSignature', /signature/i],
    ['badRelatesTo', /relates to/],
    ['truncate', /well-formed|unclosed|not closed|end of the document/i],
  ] as const)('%s', async (kind, message) => {
    const host = await startHost();
    host.trouble({ when: 'response', kind });
    const error: unknown = await ask(host).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProtocolError);
    expect((error as ProtocolError).message).toMatch(message);
    await expect(ask(host)).resolves.toBe('21024');
  });

  it.each(['badRelatesTo', 'truncate'] as const)('%s of an answer that is not sealed', async (kind) => {
    const host = await startHost();
    host.trouble({ when: 'response', kind });
    await expect(ask(host, 10_000, { secure: true })).rejects.toBeInstanceOf(ProtocolError);
  });

  it.each(['plain', 'badSignature'] as const)('%s waits for a sealed answer', async (kind) => {
    const host = await startHost();
    host.trouble({ when: 'response', kind });
    await expect(ask(host, 10_000, { secure: true })).resolves.toBe('21024');
    await expect(ask(host)).rejects.toBeInstanceOf(ProtocolError);
  });

  it('badRelatesTo waits for an answer that names a request', async () => {
    const host = await startHost();
    host.trouble({ when: 'response', kind: 'badRelatesTo' });
    await expect(clientOf(host).identify()).resolves.toMatchObject({ productVendor: 'Microsoft Corporation' });
    await expect(ask(host)).rejects.toBeInstanceOf(ProtocolError);
  });
});

it.each([
  ['request', 'JOB_GONE'],
  ['response', null],
] as const)('%s: what happens during the delay is seen by the request, or not', async (when, expected) => {
  const host = await startHost();
  host.trouble({ when, kind: 'delay', ms: 300 });
  const reference = host.addJob({ JobState: 4 });
  const asked = hyperVOf(host).migrationJob(reference).getError().catch((error: unknown) => (error as { code: string }).code);
  while (host.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  host.removeJob(reference);
  await expect(asked).resolves.toBe(expected);
});

it('troubles happen in their order, one at each point of a request', async () => {
  const host = await startHost();
  host.trouble({ when: 'response', kind: 'status', status: 502, times: 2 });
  host.trouble({ when: 'response', kind: 'status', status: 504 });
  const seen: unknown[] = [];
  for (let call = 0; call < 4; call++) seen.push(await ask(host).catch((error: unknown) => (error as ProtocolError).status));
  expect(seen).toEqual([502, 502, 504, '21024']);
});

it('Infinity is always', async () => {
  const host = await startHost();
  host.trouble({ when: 'request', kind: 'status', status: 502, times: Infinity });
  for (let call = 0; call < 5; call++) await expect(ask(host)).rejects.toMatchObject({ status: 502 });
});

describe('what cannot happen', () => {
  it.each<[string, Trouble]>([
    ...(['handshake', 'request'] as const).flatMap((when) =>
      (['plain', 'badSignature', 'badRelatesTo', 'truncate'] as const).map((kind): [string, Trouble] => [`${kind} of a ${when}`, { when, kind }]),
    ),
    ['a delay without ms', { when: 'request', kind: 'delay' }],
    ['a negative delay', { when: 'request', kind: 'delay', ms: -1 }],
    ['a delay too long for a timer', { when: 'request', kind: 'delay', ms: 2 ** 31 }],
    ['ms of something else', { when: 'request', kind: 'drop', ms: 5 }],
    ['a status of something else', { when: 'request', kind: 'drop', status: 503 }],
    ['an interim status', { when: 'request', kind: 'status', status: 100 }],
    ['a status beyond 599', { when: 'request', kind: 'status', status: 600 }],
    ...TIMES_NEVER.map((times): [string, Trouble] => [`${times} times`, { when: 'request', kind: 'drop', times }]),
    ['another when', { when: 'later' as 'request', kind: 'drop' }],
    ['another kind', { when: 'request', kind: 'fire' as 'drop' }],
  ])('%s', async (_what, trouble) => {
    const host = await startHost();
    expect(() => host.trouble(trouble)).toThrow(UsageError);
    await expect(ask(host, 10_000, { auth: NTLM })).resolves.toBe('21024');
  });
});
