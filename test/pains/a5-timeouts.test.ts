import { describe, expect, it } from 'vitest';
import { TimeoutError, WatchTimeoutError } from '../../src/index.js';
import { OFTEN, books, jumpingClock, logOn, startCentre, until } from './world.js';

const HOUR_MS = 3_600_000;

describe('A5: a fixed timeout gives up a migration of hours, and none at all waits for ever', () => {
  it('six hours are followed to their end; slow is not the same as standing still', async () => {
    const centre = await startCentre();
    const host = centre.host('hv01');
    const reference = host.addJob({ JobState: 4, properties: { PercentComplete: 0 } });
    const { jump } = jumpingClock();
    const hours = (percent: number): void => {
      jump(HOUR_MS);
      host.addJob({ InstanceID: reference.keys.InstanceID, JobState: percent < 100 ? 4 : 7, properties: { PercentComplete: percent } });
    };
    const outcome = await logOn(centre, 'hv01').migrationJob(reference).wait({ ...OFTEN, stallMs: 2 * HOUR_MS, onStatus: ({ phase, percent }) => (phase === 'running' ? hours(percent! + 20) : undefined) });
    expect(outcome).toMatchObject({ kind: 'succeeded', evidence: { status: { percent: 100 } } });
  });

  it('a day is the end of patience, unless it is said otherwise', async () => {
    const centre = await startCentre();
    const reference = centre.host('hv01').addJob({ JobState: 4 });
    const { jump } = jumpingClock();
    await expect(logOn(centre, 'hv01').migrationJob(reference).wait({ ...OFTEN, onStatus: () => jump(25 * HOUR_MS) })).rejects.toMatchObject({ code: 'TIMEOUT', timeoutMs: 24 * HOUR_MS });
  });

  it('a deadline ends the waiting and tells how far it was; the migration goes on, and can be waited for again', async () => {
    const centre = await startCentre({ migrationMs: 4000 });
    const { jump } = jumpingClock();
    const id = centre.addMachine('hv01', { name: 'web01' });
    const job = await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' });
    const error: unknown = await job.wait({ ...OFTEN, timeoutMs: 2000, onStatus: () => jump(2000) }).catch((reason: unknown) => reason);
    if (!(error instanceof WatchTimeoutError)) throw new Error('The waiting did not end in time', { cause: error });
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.status?.percent).toBeLessThan(100);
    expect(error.message).toMatch(/ at \d+ %.*goes on on the host/);
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: null }]);
    jump(2000);
    expect((await job.wait(OFTEN)).kind).toBe('succeeded');
    expect(centre.whereIs(id)).toBe('hv02');
  });

  it('a job that stands still is given up, with the percentage where it stands', async () => {
    const centre = await startCentre();
    const { jump } = jumpingClock();
    const job = logOn(centre, 'hv01').migrationJob(centre.host('hv01').addJob({ JobState: 4, properties: { PercentComplete: 42 } }));
    await expect(job.wait({ ...OFTEN, stallMs: HOUR_MS, onStatus: () => jump(HOUR_MS) })).rejects.toThrow(/does not move.*42 %/);
  });

  it('a signal ends the waiting with its own reason, and not the migration', async () => {
    const centre = await startCentre({ migrationMs: 300 });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const job = await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' });
    const controller = new AbortController();
    const reason = new Error('the operator goes home');
    const waiting = job.wait({ firstPollMs: 60_000, slowestPollMs: 60_000, signal: controller.signal, onStatus: () => controller.abort(reason) });
    await expect(waiting).rejects.toBe(reason);
    await until(() => centre.migrations[0]!.end !== null);
    expect([centre.migrations[0]!.end, centre.whereIs(id)]).toEqual(['completed', 'hv02']);
  });
});
