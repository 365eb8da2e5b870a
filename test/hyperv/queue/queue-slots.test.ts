import { beforeEach, describe, expect, it } from 'vitest';
import { AuthError, TransportError, UsageError } from '../../../src/errors.js';
import { FakeHost, calm, guidFor, limits } from './fake-host.js';
import { queueOf, threeHosts } from './queue-of.js';

let hv01: FakeHost;
let hv02: FakeHost;
let hv03: FakeHost;
beforeEach(() => {
  [hv01, hv02, hv03] = threeHosts();
});

describe('slots', () => {
  it('are as many as the source allows', async () => {
    const queue = queueOf();
    hv02.load = { ...hv02.load, maximumMigrations: 10 };
    for (const machine of ['web01', 'web02', 'web03']) queue.add({ machine, from: hv01, to: hv02 });
    await calm();
    expect(hv01.started).toEqual(['web01', 'web02']);
    hv01.jobOf('web02').succeed();
    await calm();
    expect(hv01.started).toEqual(['web01', 'web02', 'web03']);
  });

  it('are as many as the destination allows, whoever the source is', async () => {
    const queue = queueOf();
    hv02.load = { ...hv02.load, maximumMigrations: 1 };
    queue.add({ machine: 'web01', from: hv01, to: hv02 });
    queue.add({ machine: 'log01', from: hv03, to: hv02 });
    await calm();
    expect([hv01.started, hv03.started]).toEqual([['web01'], []]);
    hv01.jobOf('web01').failAt(0, { MessageID: '20413', Message: 'No credentials for hv02 (0x8009030E).' });
    await calm();
    expect(hv03.started).toEqual(['log01']);
  });

  it('of storage are apart from those of machines', async () => {
    const queue = queueOf();
    hv01.load = { ...hv01.load, maximumMigrations: 1, maximumStorageMigrations: 1 };
    queue.add({ machine: 'web01', from: hv01, to: hv02 });
    queue.add({ machine: 'web02', from: hv01, options: { type: 'Storage' } });
    queue.add({ machine: 'web03', from: hv01, to: hv02, options: { type: 'VirtualSystemAndStorage' } });
    await calm();
    const started = () => hv01.started.toSorted();
    expect(started()).toEqual(['web01', 'web02']);
    hv01.jobOf('web01').succeed();
    await calm();
    expect(started()).toEqual(['web01', 'web02']);
    hv01.jobOf('web02').succeed();
    await calm();
    expect(started()).toEqual(['web01', 'web02', 'web03']);
  });

  it('are taken by what others run on a host', async () => {
    const queue = queueOf({ refreshMs: 1 });
    hv01.load = { ...hv01.load, activeMigrations: 2 };
    queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    expect(hv01.started).toEqual([]);
    hv01.load = { ...hv01.load, activeMigrations: 1 };
    await expect.poll(() => hv01.started).toEqual(['web01']);
  });

  it('that one pair of hosts waits for do not hold up another', async () => {
    const queue = queueOf();
    hv02.load = { ...hv02.load, activeMigrations: 2 };
    queue.add({ machine: 'web01', from: hv01, to: hv02 });
    queue.add({ machine: 'web02', from: hv01, to: hv02 });
    queue.add({ machine: 'web03', from: hv01, to: hv03 });
    await calm();
    expect(hv01.started).toEqual(['web03']);
  });

  it('go to what was added first between the same hosts', async () => {
    const queue = queueOf();
    hv01.load = { ...hv01.load, activeStorageMigrations: 2 };
    queue.add({ machine: 'web01', from: hv01, to: hv02, options: { type: 'VirtualSystemAndStorage' } });
    queue.add({ machine: 'web02', from: hv01, to: hv02 });
    await calm();
    expect(hv01.started).toEqual([]);
  });

  it('are read anew after a stop', async () => {
    const queue = queueOf();
    hv02.load = { ...hv02.load, maximumMigrations: 1 };
    queue.add({ machine: 'web01', from: hv01, to: hv02 });
    queue.add({ machine: 'log01', from: hv03, to: hv02 });
    await calm();
    const stopped = queue.stop();
    hv01.jobOf('web01').succeed();
    await stopped;
    await calm();
    hv03.load = { ...hv03.load, activeMigrations: 2 };
    queue.resume();
    await calm();
    expect(hv03.started).toEqual([]);
  });

  it('are read anew before anything begins after a while', async () => {
    hv01.load = { ...hv01.load, maximumMigrations: 10 };
    hv02.load = { ...hv02.load, maximumMigrations: 1, activeMigrations: 1 };
    const queue = queueOf({ refreshMs: 20, limits: async (host) => (host === hv02 ? limits(host) : new Promise((resolve) => setTimeout(() => resolve(limits(host)), 10))) });
    queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await expect.poll(() => queue.migrations[0]!.status().machine.id).toBe(guidFor('web01'));
    // The source fills up just when the destination gets room.
    hv01.load = { ...hv01.load, activeMigrations: 10 };
    hv02.load = { ...hv02.load, activeMigrations: 0 };
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(hv01.started).toEqual([]);
  });

  it('that a host has none of fail what needs them, and nothing else', async () => {
    const queue = queueOf();
    hv02.load = { ...hv02.load, maximumStorageMigrations: 0 };
    const migration = queue.add({ machine: 'web01', from: hv01, to: hv02, options: { type: 'VirtualSystemAndStorage' } });
    queue.add({ machine: 'web02', from: hv01, to: hv02 });
    expect(await migration.outcome).toMatchObject({ kind: 'failed', attempts: 0, reason: expect.stringContaining('hv02:5985 allows no such migration') as string });
    await calm();
    expect(hv01.started).toEqual(['web02']);
  });

  it('are read through the newest object of a host', async () => {
    const closed = new Set<unknown>();
    const queue = queueOf({ limits: (host) => (closed.has(host) ? Promise.reject(new UsageError('the client is closed')) : limits(host)) });
    const first = queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await calm();
    hv01.jobOf('web01').succeed();
    await first.outcome;
    closed.add(hv01);
    const again = new FakeHost('hv01', ['web02']);
    queue.add({ machine: 'web02', from: again, to: hv02 });
    await calm();
    expect(again.started).toEqual(['web02']);
  });
});

describe('a host that does not answer', () => {
  it('is asked again', async () => {
    const answers = [() => Promise.reject(new TransportError('refused'))];
    const queue = queueOf({ refreshMs: 1, limits: (host) => answers.shift()?.() ?? limits(host) });
    queue.add({ machine: 'web01', from: hv01, to: hv02 });
    await expect.poll(() => hv01.started).toEqual(['web01']);
  });

  it('fails what waits for it when that lasts, and nothing else', async () => {
    const error = new TransportError('refused');
    const queue = queueOf({ wait: { unreachableMs: 0 }, limits: (host) => (host === hv02 ? Promise.reject(error) : limits(host)) });
    const migration = queue.add({ machine: 'web01', from: hv01, to: hv02 });
    queue.add({ machine: 'web02', from: hv01, to: hv03 });
    expect(await migration.outcome).toMatchObject({ kind: 'failed', attempts: 0, error, reason: 'refused', reference: null });
    await calm();
    expect(hv01.started).toEqual(['web02']);
  });

  it('fails what waits for it at once when it refuses', async () => {
    const error = new AuthError('wrong password');
    const queue = queueOf({ limits: () => Promise.reject(error) });
    expect(await queue.add({ machine: 'web01', from: hv01, to: hv02 }).outcome).toMatchObject({ kind: 'failed', error });
  });
});
