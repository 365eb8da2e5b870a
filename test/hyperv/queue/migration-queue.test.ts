import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { beforeEach, describe, expect, it } from 'vitest';
import { FaultError, OutcomeUnknownError, ReturnValueError, TimeoutError, TransportError, UsageError } from '../../../src/errors.js';
import { MigrationQueue } from '../../../src/hyperv/queue/migration-queue.js';
import type { QueueFinding } from '../../../src/hyperv/queue/queue-host.js';
import type { QueueEvent } from '../../../src/hyperv/queue/queue-outcome.js';
import { FakeHost, calm, guidFor } from './fake-host.js';
import { queueOf, threeHosts } from './queue-of.js';

let hv01: FakeHost;
let hv02: FakeHost;
let hv03: FakeHost;
beforeEach(() => {
  [hv01, hv02, hv03] = threeHosts();
});

const LIMIT = { MessageID: '21501', Message: 'The limit "2" of migrations was reached.' };
const NO_CREDENTIALS = { MessageID: '20413', Message: 'No credentials for hv02 (0x8009030E).' };
const LOST = new OutcomeUnknownError('the answer was lost');
const FAULT = new FaultError('The provider failed', {
  status: 500, soapCode: 'Receiver', subcode: 'InternalError', reason: '', lang: null, faultDetail: null, wsman: null, provider: null, wmi: null, hresult: null, machine: null, messages: [],
});
const SEEN = [{ at: '2026-01-01T00:00:00.000Z', host: 'hv01:5985', seen: 'It was looked at' }];
const finding = (kind: 'moved' | 'unknown') => (): QueueFinding => ({ kind, observations: SEEN });
const notMoved = (mayStart: boolean) => (): QueueFinding => ({ kind: 'notMoved', mayStart, observations: SEEN });

describe('the same machine', () => {
  it('is never in flight twice, by whatever name and between whatever hosts', async () => {
    const queue = queueOf();
    queue.add({ machine: guidFor('web01'), from: hv01, to: hv02 });
    queue.add({ machine: `{${guidFor('web01').toLowerCase()}}`, from: hv02, to: hv03 });
    await calm();
    queue.add({ machine: 'web01', from: hv01, to: hv03 });
    queue.add({ machine: 'app01', from: hv02, to: hv03 });
    await calm();
    expect([hv01.started, hv02.started]).toEqual([['web01'], ['app01']]);
    hv01.jobOf('web01').succeed();
    await calm();
    expect([hv01.started, hv02.started]).toEqual([['web01'], ['app01', 'web01']]);
  });

  it('goes in the order in which it was added, even when the first waits to be tried again', async () => {
    const queue = queueOf({ retryDelayMs: 60_000 });
    hv01.troubles.push(new TransportError('refused'));
    queue.add({ machine: guidFor('web01'), from: hv01, to: hv02 });
    queue.add({ machine: guidFor('web01'), from: hv02, to: hv03 });
    await calm();
    expect([hv01.started, hv02.started]).toEqual([['web01'], []]);
  });
});

describe('a migration that did not begin', () => {
  it.each([
    ['the request could not be sent', new TransportError('refused')],
    ['the request had no time to be sent', new TimeoutError('too late', 1)],
    ['the machine is in no state for it', new ReturnValueError('MigrateVirtualSystemToHost', 32775, 'Invalid state for this operation')],
  ])('is tried again: %s', async (_name, error) => {
    const queue = queueOf();
    hv01.troubles.push(error, error);
    const migration = queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    hv01.jobOf('web01').succeed();
    expect(await migration.outcome).toMatchObject({ kind: 'succeeded', attempts: 3, reason: null, error: null });
    expect(hv01.started).toHaveLength(3);
  });

  it('is tried again when its job ends with the limit that another had reached, with a new intent', async () => {
    const queue = queueOf();
    const migration = queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    hv01.jobOf('web01').failAt(0, LIMIT);
    await calm();
    expect(hv01.intents).toHaveLength(2);
    expect(hv01.intents[1]).not.toBe(hv01.intents[0]);
    hv01.jobOf('web01').succeed();
    expect(await migration.outcome).toMatchObject({ kind: 'succeeded', attempts: 2, reference: hv01.jobOf('web01').reference });
  });

  it.each([
    ['in the middle', 7, [LIMIT]],
    ['with another reason beside', 0, [LIMIT, { MessageID: '20413', Message: 'The connection was reset (0x80072746).' }]],
    ['without the limit', 0, [{ MessageID: '21501', Message: "Live migration of 'web01' failed on node-12, 10.0.0.7 (0x12)." }]],
    ['with a number that is the machine', 0, [{ MessageID: '21501', Message: "Live migration of '42' failed." }], '42'],
  ])('is not taken for one when the same event comes %s', async (_name, percent, errors, machine = 'web01') => {
    hv01.machines = [{ name: machine }];
    const { outcome } = queueOf().add({ machine, from: hv01, to: hv02 });
    await calm();
    hv01.jobOf(machine).failAt(percent, ...errors);
    expect(await outcome).toMatchObject({ kind: 'failed', attempts: 1 });
  });

  it('is not tried more often than asked', async () => {
    const queue = queueOf({ retries: 1 });
    const error = new TransportError('refused');
    hv01.troubles.push(error, error);
    expect(await queue.add({ machine: 'web01', from: hv01, to: hv02 }).outcome).toMatchObject({ kind: 'failed', attempts: 2, error, reason: 'refused' });
  });

  it('waits before it is tried again, and lets others go', async () => {
    const queue = queueOf({ retryDelayMs: 60_000 });
    hv01.troubles.push(new TransportError('refused'));
    const migration = queue.add({ machine: 'web01', from: hv01, to: hv02 });
    queue.add({ machine: 'web02', from: hv01, to: hv02 });
    await calm();
    expect(migration.status()).toMatchObject({ state: 'waiting', attempts: 1, reason: 'refused' });
    expect(hv01.started).toEqual(['web01', 'web02']);
  });

  it('is tried again when its machine could not be looked up', async () => {
    const queue = queueOf();
    hv01.intentTroubles.push(new TransportError('refused'));
    queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    expect(hv01.started).toEqual(['web01']);
  });

  it.each([
    ['there is no such machine', 'nope', null],
    ['the machine is in a cluster', 'web01', new UsageError('it belongs to a cluster')],
  ])('ends when it was wrong: %s', async (_name, machine, error) => {
    const queue = queueOf();
    if (error !== null) hv01.intentTroubles.push(error);
    expect(await queue.add({ machine, from: hv01, to: hv02 }).outcome).toMatchObject({ kind: 'failed', error: expect.any(UsageError) as UsageError });
    expect(hv01.started).toEqual([]);
  });

  it('ends when the host refuses it for good', async () => {
    const error = new ReturnValueError('MigrateVirtualSystemToHost', 32773, 'Invalid parameter');
    hv01.troubles.push(error);
    expect(await queueOf().add({ machine: 'web01', from: hv01, to: hv02 }).outcome).toMatchObject({ kind: 'failed', attempts: 1, error, diagnosis: { begun: false } });
  });
});

describe('a migration that began', () => {
  const followed = async (type: 'VirtualSystem' | 'Storage' | 'Staged' = 'VirtualSystem') => {
    const migration = queueOf().add({ machine: 'web01', from: hv01, ...(type === 'Storage' ? {} : { to: hv02 }), options: { type } });
    await calm();
    return { migration, job: hv01.jobOf('web01') };
  };

  it('is followed with all that is needed to find its machine', async () => {
    const { job } = await followed();
    expect(job.waits).toMatchObject([{ destination: hv02, machine: guidFor('web01') }]);
  });

  it('tells how it ended', async () => {
    const { migration, job } = await followed();
    job.succeed();
    expect(await migration.outcome).toEqual({
      kind: 'succeeded', machine: { id: guidFor('web01'), name: 'web01' }, from: 'hv01:5985', to: 'hv02:5985', attempts: 1, reference: job.reference,
      job: expect.objectContaining({ kind: 'succeeded' }) as unknown, observations: [], error: null, diagnosis: null, reason: null,
    });
  });

  it('is not tried again when it fails in the middle', async () => {
    const { migration, job } = await followed();
    job.failAt(50, { MessageID: '21024', Message: "'web01' failed at 'hv01'." }, { MessageID: '20417', Message: 'The connection was reset (0x80072746).' });
    expect(await migration.outcome).toMatchObject({ kind: 'failed', attempts: 1, job: { kind: 'failed' }, diagnosis: { begun: true } });
    expect(hv01.started).toEqual(['web01']);
  });

  it.each([0, 60])('is not tried again when the destination refuses a connection at %i percent: there are several, one after the other', async (percent) => {
    const { migration, job } = await followed();
    job.failAt(percent, { MessageID: '20413', Message: 'The connection was refused (0x8007274D).' });
    expect(await migration.outcome).toMatchObject({ kind: 'failed', attempts: 1 });
    expect(hv01.started).toEqual(['web01']);
  });

  it.each([
    ['VirtualSystem', 'moved', 'succeeded'],
    ['VirtualSystem', 'notMoved', 'failed'],
    ['VirtualSystem', 'unknown', 'unknown'],
    ['Storage', 'notMoved', 'unknown'],
    ['Staged', 'notMoved', 'unknown'],
  ] as const)('as %s whose job is gone and machine %s has %s', async (type, machine, kind) => {
    const { migration, job } = await followed(type);
    job.goneWith(machine);
    expect(await migration.outcome).toMatchObject({ kind, attempts: 1, job: { kind: 'gone' } });
  });

  it('ends unknown when nobody can be asked any more', async () => {
    const { migration, job } = await followed();
    const cause = new TransportError('refused');
    job.loseSight(cause);
    expect(await migration.outcome).toMatchObject({ kind: 'unknown', error: cause, reference: job.reference });
  });

  it('ends unknown, with its reference, at the deadline of the following', async () => {
    const { migration, job } = await followed();
    const error = new TimeoutError('no progress', 5);
    job.giveUp(error);
    expect(await migration.outcome).toMatchObject({ kind: 'unknown', error, reference: job.reference });
  });
});

describe('a migration of which nobody knows whether it began', () => {
  const lost = async (found: (() => QueueFinding) | null, error: Error = LOST) => {
    hv01.troubles.push(error);
    if (found !== null) hv01.findings.push(found);
    const migration = queueOf().add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    return migration;
  };

  it('is followed by the job that was found', async () => {
    const job = hv01.addJob('web01');
    const migration = await lost(() => ({ kind: 'job', job, observations: SEEN }));
    expect(migration.state).toBe('running');
    job.succeed();
    expect(await migration.outcome).toMatchObject({ kind: 'succeeded', attempts: 1, reference: job.reference });
    expect(hv01.reconciled).toEqual([{ machine: 'web01', destination: 'hv02:5985' }]);
  });

  it('has succeeded when the machine was found moved', async () => {
    expect(await (await lost(finding('moved'))).outcome).toMatchObject({ kind: 'succeeded', job: null, observations: SEEN });
  });

  it('is tried again when it turns out not to have begun', async () => {
    const migration = await lost(notMoved(true));
    hv01.jobOf('web01').succeed();
    expect(await migration.outcome).toMatchObject({ kind: 'succeeded', attempts: 2 });
  });

  it('is not tried again when it may have begun, ended and been forgotten meanwhile', async () => {
    const migration = await lost(notMoved(false));
    expect(await migration.outcome).toMatchObject({ kind: 'failed', attempts: 1, error: LOST, observations: SEEN });
    expect(hv01.started).toEqual(['web01']);
  });

  it.each([
    [32771, 'Failed'],
    [32772, 'Timeout'],
  ])('is looked for when the host answers %i, and not simply taken as failed', async (returnValue, name) => {
    const job = hv01.addJob('web01');
    const migration = await lost(() => ({ kind: 'job', job, observations: SEEN }), new ReturnValueError('MigrateVirtualSystemToHost', returnValue, name));
    job.succeed();
    expect(await migration.outcome).toMatchObject({ kind: 'succeeded', attempts: 1 });
  });

  it('is never tried again when that cannot be told', async () => {
    const migration = await lost(finding('unknown'));
    expect(await migration.outcome).toMatchObject({ kind: 'unknown', attempts: 1, error: LOST, observations: SEEN });
    expect(hv01.started).toEqual(['web01']);
  });

  it('is unknown when finding out fails', async () => {
    expect(await (await lost(null)).outcome).toMatchObject({ kind: 'unknown', error: { message: 'no finding is planned' } });
  });

  it('has failed when a fault was the answer and it did not begin', async () => {
    expect(await (await lost(notMoved(true), FAULT)).outcome).toMatchObject({ kind: 'failed', attempts: 1, error: FAULT, observations: SEEN });
    expect(hv01.started).toEqual(['web01']);
  });
});

describe('cancelling', () => {
  it('takes out what waits', async () => {
    const queue = queueOf();
    hv01.load = { ...hv01.load, activeMigrations: 2 };
    const migration = queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await migration.cancel();
    expect(await migration.outcome).toMatchObject({ kind: 'cancelled', attempts: 0, reference: null });
    await migration.cancel();
    expect(queue.migrations).toEqual([]);
  });

  it('cancels the job of what runs', async () => {
    const migration = queueOf().add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    await migration.cancel();
    expect(hv01.jobOf('web01').cancels).toBe(1);
    expect(migration.state).toBe('cancelled');
  });

  it('of what is being started cancels its job', async () => {
    const queue = queueOf();
    const migration = queue.add({ machine: guidFor('web01'), from: hv01, to: hv02 });
    for await (const { migration: seen } of queue.watch()) if (seen.state === 'starting') break;
    const cancelling = migration.cancel();
    await cancelling;
    expect(migration.state).toBe('cancelled');
    expect(hv01.started.length).toBe([...hv01.jobs.values()].reduce((sum, job) => sum + job.cancels, 0));
  });

  it('of what waits to be tried again tries no more', async () => {
    hv01.troubles.push(new TransportError('refused'));
    const migration = queueOf({ retryDelayMs: 60_000 }).add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    await migration.cancel();
    expect(await migration.outcome).toMatchObject({ kind: 'cancelled', attempts: 1 });
  });

  it('says so when the host does not let it', async () => {
    const migration = queueOf().add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    hv01.jobOf('web01').refusesCancel = new UsageError('it cannot be cancelled');
    await expect(migration.cancel()).rejects.toThrow('it cannot be cancelled');
    expect(migration.state).toBe('running');
  });
});

describe('stopping', () => {
  it('lets what runs finish, starts nothing, and goes on when told', async () => {
    const queue = queueOf();
    hv01.load = { ...hv01.load, maximumMigrations: 1 };
    for (const machine of ['web01', 'web02']) queue.add({ machine, from: hv01, to: hv02 });
    await calm();
    const stopped = queue.stop();
    hv01.jobOf('web01').succeed();
    await stopped;
    await queue.idle();
    expect(hv01.started).toEqual(['web01']);
    queue.resume();
    await calm();
    expect(hv01.started).toEqual(['web01', 'web02']);
  });

  it('keeps what did not begin', async () => {
    const queue = queueOf();
    const migration = queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    const stopped = queue.stop();
    hv01.jobOf('web01').failAt(0, LIMIT);
    await stopped;
    expect(migration.state).toBe('waiting');
    expect(hv01.started).toEqual(['web01']);
  });

  it('cancels what runs when asked, and waits for what its host does not let go', async () => {
    const queue = queueOf();
    const [one, two] = ['web01', 'web02'].map((machine) => queue.add({ machine, from: hv01, to: hv02 }));
    await calm();
    hv01.jobOf('web02').refusesCancel = new UsageError('too late');
    const stopped = queue.stop({ running: 'cancel' });
    await calm();
    expect([one!.state, two!.state]).toEqual(['cancelled', 'running']);
    hv01.jobOf('web02').succeed();
    await stopped;
    expect(two!.state).toBe('succeeded');
  });
});

describe('the end of the queue', () => {
  it('is idle when nothing waits and nothing runs', async () => {
    const queue = queueOf();
    await queue.idle();
    queue.add({ machine: 'web01', from: hv01, to: hv02 });
    let isIdle = false;
    const idle = queue.idle().then(() => (isIdle = true));
    await calm();
    expect(isIdle).toBe(false);
    hv01.jobOf('web01').succeed();
    await idle;
  });

  it('leaves the jobs alone', async () => {
    const queue = queueOf();
    hv01.load = { ...hv01.load, maximumMigrations: 1 };
    const [running, waiting] = ['web01', 'web02'].map((machine) => queue.add({ machine, from: hv01, to: hv02 }));
    const events = queue.watch();
    await calm();
    await queue.close();
    expect(await running!.outcome).toMatchObject({ kind: 'unknown', reference: hv01.jobOf('web01').reference, error: expect.any(UsageError) as UsageError });
    expect(await waiting!.outcome).toMatchObject({ kind: 'cancelled', attempts: 0 });
    expect(hv01.jobOf('web01').cancels).toBe(0);
    expect(() => queue.add({ machine: 'db01', from: hv01, to: hv02 })).toThrow(UsageError);
    for await (const event of events) expect(event.kind).toBe('state');
    await queue.close();
  });
});

describe('what is told', () => {
  it('every state and percentage, as events', async () => {
    const queue = queueOf();
    const events: QueueEvent[] = [];
    const watching = (async () => {
      for await (const event of queue.watch()) events.push(event);
    })();
    const migration = queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    hv01.jobOf('web01').tell(40);
    await calm();
    expect(migration.status()).toEqual({
      number: 1, machine: { id: guidFor('web01'), name: 'web01' }, from: 'hv01:5985', to: 'hv02:5985', state: 'running', attempts: 1, percent: 40,
      reference: hv01.jobOf('web01').reference, reason: null,
    });
    hv01.jobOf('web01').failAt(0, NO_CREDENTIALS);
    await migration.outcome;
    await queue.close();
    await watching;
    expect(events.map(({ kind, migration: { state, percent } }) => [kind, state, percent])).toEqual([
      ['state', 'waiting', null],
      ['state', 'starting', null],
      ['state', 'running', null],
      ['progress', 'running', 40],
      ['state', 'failed', 40],
    ]);
  });

  it('every state on the channel', async () => {
    const seen: unknown[] = [];
    const listen = (message: unknown): void => void seen.push(message);
    subscribe('hyperv-wsman:queue', listen);
    try {
      const migration = queueOf().add({ machine: 'web01', from: hv01, to: hv02 });
      await calm();
      hv01.jobOf('web01').succeed();
      await migration.outcome;
    } finally {
      unsubscribe('hyperv-wsman:queue', listen);
    }
    const machine = guidFor('web01');
    expect(seen).toEqual([
      { host: 'hv01:5985', machine: 'web01', to: 'hv02:5985', state: 'waiting' },
      ...['starting', 'running', 'succeeded'].map((state) => ({ host: 'hv01:5985', machine, to: 'hv02:5985', state })),
    ]);
  });
});

describe('what cannot be', () => {
  it.each([
    ['no destination', () => ({ machine: 'web01', from: hv01 }), 'needs a destination'],
    ['a destination where there is none', () => ({ machine: 'web01', from: hv01, to: hv02, options: { type: 'Storage' } as const }), 'has no destination'],
    ['the source as destination', () => ({ machine: 'web01', from: hv01, to: new FakeHost('hv01') }), 'to itself'],
  ])('%s', (_name, request, message) => {
    expect(() => queueOf().add(request())).toThrow(message);
  });

  it.each([{ retries: -1 }, { retryDelayMs: 0.5 }, { refreshMs: 0 }])('%j', (options) => {
    expect(() => new MigrationQueue(options)).toThrow(UsageError);
  });
});
