import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInstance } from '../../../src/cim/instance.js';
import { UsageError } from '../../../src/errors.js';
import { MigrationQueue } from '../../../src/hyperv/queue/migration-queue.js';
import type { QueueSnapshot } from '../../../src/hyperv/queue/snapshot.js';
import { FakeHost, calm, guidFor, limits } from './fake-host.js';

let hv01: FakeHost;
let hv02: FakeHost;
const queues: MigrationQueue[] = [];
beforeEach(() => {
  hv01 = new FakeHost('hv01', ['web01', 'web02', 'web03']);
  hv02 = new FakeHost('hv02');
  hv01.load = { ...hv01.load, maximumMigrations: 1 };
});
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
});

const OPTIONS = { limits, retryDelayMs: 0, refreshMs: 60_000 };
const queueOf = (options = {}) => {
  const queue = new MigrationQueue({ ...OPTIONS, ...options });
  queues.push(queue);
  return queue;
};
const restored = (snapshot: QueueSnapshot) => {
  const queue = MigrationQueue.restore(JSON.parse(JSON.stringify(snapshot)) as QueueSnapshot, { ...OPTIONS, hosts: [hv01, hv02] });
  queues.push(queue);
  return queue;
};
const SAVED = { machine: guidFor('web01'), from: 'hv01:5985', to: 'hv02:5985', options: {}, attempts: 0, intent: null, reference: null, cancelled: false };

describe('a snapshot', () => {
  it('holds what waits and what runs, and nothing that has ended', async () => {
    const queue = queueOf();
    const [done] = ['web01', 'web02', 'web03'].map((machine) => queue.add({ machine, from: hv01, to: hv02 }));
    await calm();
    hv01.jobOf('web01').succeed();
    await done!.outcome;
    await calm();
    expect(queue.snapshot()).toEqual({
      version: 1,
      migrations: [
        { ...SAVED, machine: guidFor('web02'), attempts: 1, intent: hv01.intents[1], reference: hv01.jobOf('web02').reference },
        { ...SAVED, machine: guidFor('web03') },
      ],
    });
  });

  it('is handed over before a migration is asked for, and holds its intent', async () => {
    const saved: { snapshot: QueueSnapshot; started: number }[] = [];
    queueOf({ beforeStart: (snapshot: QueueSnapshot) => void saved.push({ snapshot, started: hv01.started.length }) }).add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    expect(saved).toEqual([{ snapshot: { version: 1, migrations: [{ ...SAVED, attempts: 1, intent: hv01.intents[0] }] }, started: 0 }]);
  });

  it('that cannot be stored keeps the migration from being asked for', async () => {
    const error = new Error('disk full');
    const { outcome } = queueOf({ beforeStart: () => Promise.reject(error) }).add({ machine: 'web01', from: hv01, to: hv02 });
    expect(await outcome).toMatchObject({ kind: 'failed', error });
    expect(hv01.started).toEqual([]);
  });
});

describe('snapshots that are stored', () => {
  const STORING_MS = 20;
  /** A store that is slow at first. */
  const storeOf = () => {
    const written: QueueSnapshot[] = [];
    let times = 0;
    const write = async (snapshot: QueueSnapshot): Promise<void> => {
      if (times++ === 0) await new Promise((resolve) => setTimeout(resolve, STORING_MS));
      written.push(snapshot);
    };
    return { written, write };
  };
  const intended = (snapshot: QueueSnapshot | undefined) => snapshot?.migrations.map(({ machine, intent }) => `${machine} ${intent !== null}`);

  it('come one after the other, the newest last', async () => {
    hv01.load = { ...hv01.load, maximumMigrations: 2 };
    const { written, write } = storeOf();
    const queue = queueOf({ beforeStart: write });
    for (const machine of ['web01', 'web02']) queue.add({ machine, from: hv01, to: hv02 });
    await expect.poll(() => hv01.started).toEqual(['web01', 'web02']);
    expect(intended(written.at(-1))).toEqual([`${guidFor('web01')} true`, `${guidFor('web02')} true`]);
  });

  it('hold the job of what runs, and no more what has ended', async () => {
    const { written, write } = storeOf();
    const queue = queueOf({ beforeStart: write, onSnapshot: write });
    const migration = queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await expect.poll(() => written.at(-1)?.migrations[0]?.reference ?? null).toEqual(hv01.jobs.get('web01')?.reference ?? expect.anything());
    hv01.jobOf('web01').failAt(60, { MessageID: '21024', Message: 'It failed.' });
    await migration.outcome;
    await queue.close();
    expect(written.at(-1)).toEqual({ version: 1, migrations: [] });
  });

  it('hold in the end what a queue leaves that is closed', async () => {
    const { written, write } = storeOf();
    const queue = queueOf({ onSnapshot: write });
    for (const machine of ['web01', 'web02']) queue.add({ machine, from: hv01, to: hv02 });
    await expect.poll(() => hv01.started).toEqual(['web01']);
    await queue.close();
    const left = [{ machine: guidFor('web01'), reference: hv01.jobOf('web01').reference }, { reference: null, intent: null }];
    expect(written.at(-1)!.migrations).toMatchObject(left);
    expect(queue.snapshot()).toEqual(written.at(-1));
  });

  it('that onSnapshot cannot store keep nothing from going on', async () => {
    const queue = queueOf({ onSnapshot: () => Promise.reject(new Error('disk full')) });
    const { outcome } = queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    hv01.jobOf('web01').succeed();
    expect(await outcome).toMatchObject({ kind: 'succeeded' });
  });

  it('do not hold the intent of what was not asked for when the queue was closed', async () => {
    let go!: () => void;
    const queue = queueOf({ beforeStart: () => new Promise<void>((resolve) => (go = resolve)) });
    queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    const closing = queue.close();
    go();
    await closing;
    expect([hv01.started, queue.snapshot().migrations]).toMatchObject([[], [{ intent: null }]]);
  });
});

describe('a queue that is restored', () => {
  it('follows what ran by its job, and starts what waited', async () => {
    const before = queueOf();
    for (const machine of ['web01', 'web02']) before.add({ machine, from: hv01, to: hv02 });
    await calm();
    const snapshot = before.snapshot();
    await before.close();
    const after = restored(snapshot);
    await calm();
    expect(hv01.started).toEqual(['web01']);
    expect(after.migrations.map((migration) => migration.state)).toEqual(['running', 'waiting']);
    expect(hv01.jobOf('web01').waits.at(-1)).toMatchObject({ destination: hv02, machine: guidFor('web01') });
    const [first] = after.migrations;
    hv01.jobOf('web01').succeed();
    expect(await first!.outcome).toMatchObject({ kind: 'succeeded', attempts: 1 });
    await calm();
    expect(hv01.started).toEqual(['web01', 'web02']);
  });

  it('finds out what became of what was being asked for before it may ask again', async () => {
    const saved: QueueSnapshot[] = [];
    const before = queueOf({ beforeStart: (snapshot: QueueSnapshot) => void saved.push(snapshot) });
    before.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    await before.close();
    const job = hv01.jobOf('web01');
    hv01.findings.push(() => ({ kind: 'job', job, observations: [] }));
    const [migration] = restored(saved[0]!).migrations;
    await calm();
    expect([hv01.started, hv01.reconciled]).toEqual([['web01'], [{ machine: 'web01', destination: 'hv02:5985' }]]);
    job.succeed();
    expect(await migration!.outcome).toMatchObject({ kind: 'succeeded', attempts: 1 });
  });

  it('never asks again for what may have begun and ended long ago', async () => {
    const intent = await hv01.migrations.intend('web01', { to: hv02 });
    hv01.findings.push(() => ({ kind: 'notMoved', mayStart: false, observations: [] }));
    const [migration] = restored({ version: 1, migrations: [{ ...SAVED, attempts: 1, intent }] }).migrations;
    expect(await migration!.outcome).toMatchObject({ kind: 'failed', attempts: 1, reason: expect.stringContaining('still on the source') as string });
    await calm();
    expect(hv01.started).toEqual([]);
  });

  it('cancels what was to be cancelled, and does not ask for it', async () => {
    let go!: () => void;
    const before = queueOf({ beforeStart: () => new Promise<void>((resolve) => (go = resolve)) });
    const cancelling = before.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    const done = cancelling.cancel();
    const snapshot = before.snapshot();
    expect(snapshot.migrations).toMatchObject([{ cancelled: true }]);
    go();
    await done;
    const job = hv01.addJob('web01');
    hv01.findings.push(() => ({ kind: 'job', job, observations: [] }));
    const [found] = restored(snapshot).migrations;
    expect(await found!.outcome).toMatchObject({ kind: 'cancelled' });
    expect([job.cancels, hv01.started]).toEqual([1, []]);
    const early = restored({ version: 1, migrations: [{ ...SAVED, cancelled: true }] });
    await early.idle();
    expect([early.migrations, hv01.started]).toEqual([[], []]);
  });

  it('does nothing at all when a migration of it cannot be', async () => {
    const intent = await hv01.migrations.intend('web01', { to: hv02 });
    expect(() => restored({ version: 1, migrations: [{ ...SAVED, intent }, { ...SAVED, machine: guidFor('web02'), to: 'hv01:5985' }] })).toThrow('to itself');
    await calm();
    expect(hv01.reconciled).toEqual([]);
  });

  it('has the options back as they were', () => {
    const queue = queueOf();
    const disk = createInstance({ className: 'Msvm_StorageAllocationSettingData', properties: { InstanceID: 'Microsoft:1', HostResource: ['D:\\web01.vhdx'] } });
    const options = { type: 'VirtualSystemAndStorage' as const, settings: { EnableCompression: true }, newSystemSettings: { LowMmioGapSize: 128n }, newResourceSettings: [disk] };
    queue.add({ machine: guidFor('web01'), from: hv01, to: hv02, options });
    const snapshot = queue.snapshot();
    expect(snapshot.migrations[0]!.options).toMatchObject({ type: 'VirtualSystemAndStorage', settings: { EnableCompression: true }, newSystemSettings: { LowMmioGapSize: { $bigint: '128' } } });
    const again = restored(snapshot).snapshot();
    expect(again).toEqual(snapshot);
    const texts = (again.migrations[0]!.options as unknown as { newResourceSettings: { $instance: string }[] }).newResourceSettings;
    expect(texts[0]!.$instance).toContain('<VALUE>D:\\web01.vhdx</VALUE>');
  });

  it.each([
    ['another version', { version: 2, migrations: [] }, 'version 1'],
    ['a host that was not given', { version: 1, migrations: [{ ...SAVED, to: 'hv09:5985' }] }, 'hv09:5985'],
  ])('refuses %s', (_name, snapshot, message) => {
    const restore = () => restored(snapshot as QueueSnapshot);
    expect(restore).toThrow(UsageError);
    expect(restore).toThrow(message);
  });
});
