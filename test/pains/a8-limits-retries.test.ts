import { describe, expect, it } from 'vitest';
import { MigrationQueue, ReturnValueError, diagnose } from '../../src/index.js';
import type { MigrationRecord } from '../../src/testing/index.js';
import { OFTEN, books, logOn, startCentre } from './world.js';

const QUEUE = { retries: 5, retryDelayMs: 20, wait: OFTEN };

/** How many of them ran at a time, at most. */
function mostAtATime(records: readonly MigrationRecord[]): number {
  return Math.max(...records.map(({ startedAt }) => records.filter((one) => one.startedAt <= startedAt && (one.endedAt ?? Infinity) > startedAt).length));
}

describe('A8: limits, backups and busy machines need retries made by hand', () => {
  it('more machines than may move at a time: each is moved once, and none too early', async () => {
    const centre = await startCentre({ hosts: ['hv01', { name: 'hv02', maximumMigrations: 9 }], migrationMs: 1000 });
    const [from, to] = [logOn(centre, 'hv01'), logOn(centre, 'hv02')];
    const ids = ['web01', 'web02', 'web03', 'web04'].map((name) => centre.addMachine('hv01', { name }));
    await using queue = new MigrationQueue(QUEUE);
    const outcomes = await Promise.all(ids.map((machine) => queue.add({ machine, from, to }).outcome));
    expect(outcomes.map(({ kind, attempts }) => [kind, attempts])).toEqual(ids.map(() => ['succeeded', 1]));
    expect(books(centre)).toHaveLength(4);
    expect(new Set(centre.migrations.map(({ machine, end }) => `${machine} ${end}`))).toEqual(new Set(ids.map((id) => `${id} completed`)));
    expect(mostAtATime(centre.migrations)).toBe(2);
  });

  it('a backup runs (32775): it is a refusal that has a name, and the queue tries again until it is over', async () => {
    const centre = await startCentre();
    const [from, to] = [logOn(centre, 'hv01'), logOn(centre, 'hv02')];
    const id = centre.addMachine('hv01', { name: 'web01' });
    for (let refusals = 0; refusals < 3; refusals++) centre.failNext({ reject: 32775 });
    const refusal: unknown = await from.migrations.start(id, { to }).catch((error: unknown) => error);
    if (!(refusal instanceof ReturnValueError)) throw new Error('The start was not refused', { cause: refusal });
    expect(refusal).toMatchObject({ returnValue: 32775, returnValueName: 'Invalid state for this operation' });
    expect(diagnose(refusal)).toMatchObject({ retry: 'later', begun: false });

    await using queue = new MigrationQueue(QUEUE);
    expect(await queue.add({ machine: id, from, to }).outcome).toMatchObject({ kind: 'succeeded', attempts: 3, reason: null });
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: 'completed' }]);
  });

  it.each([
    ['a refusal that would come again', { reject: 32773 }, []],
    ['a failure in the middle', { code: 0x80072746, atPercent: 40 }, ['failed']],
    ['a failure of the delegation, before anything moved', { code: 0x8009030e, atPercent: 0 }, []],
  ])('%s is not tried again', async (_what, failure, ends) => {
    const centre = await startCentre();
    const [from, to] = [logOn(centre, 'hv01'), logOn(centre, 'hv02')];
    const id = centre.addMachine('hv01', { name: 'web01' });
    centre.failNext(failure);
    await using queue = new MigrationQueue(QUEUE);
    const outcome = await queue.add({ machine: id, from, to }).outcome;
    expect(outcome).toMatchObject({ kind: 'failed', attempts: 1 });
    expect(outcome.reason).not.toBeNull();
    expect([centre.migrations.map(({ end }) => end), centre.whereIs(id)]).toEqual([ends, 'hv01']);
  });

  it('answers are lost all the time: nothing is started twice', async () => {
    const centre = await startCentre();
    const [from, to] = [logOn(centre, 'hv01'), logOn(centre, 'hv02')];
    const ids = ['web01', 'web02', 'web03', 'web04'].map((name) => centre.addMachine('hv01', { name }));
    await using queue = new MigrationQueue({ ...QUEUE, beforeStart: () => centre.host('hv01').trouble({ when: 'response', kind: 'drop' }) });
    const outcomes = await Promise.all(ids.map((machine) => queue.add({ machine, from, to }).outcome));
    expect(outcomes.map(({ kind }) => kind)).toEqual(ids.map(() => 'succeeded'));
    expect(centre.migrations.map(({ machine, end }) => `${machine} ${end}`).toSorted()).toEqual(ids.map((id) => `${id} completed`).toSorted());
  });
});
