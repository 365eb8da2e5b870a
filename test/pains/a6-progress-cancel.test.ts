import { describe, expect, it } from 'vitest';
import { type JobStatus, UsageError } from '../../src/index.js';
import { OFTEN, books, jumpingClock, logOn, startCentre } from './world.js';

describe('A6: no progress is shown, and nothing can be stopped', () => {
  it('the percentage only rises, to the end', async () => {
    const centre = await startCentre({ migrationMs: 1000 });
    const job = await logOn(centre, 'hv01').migrations.start(centre.addMachine('hv01', { name: 'web01' }), { to: 'hv02' });
    const seen: JobStatus[] = [];
    for await (const status of job.watch(OFTEN)) seen.push(status);
    const percents = seen.map(({ percent }) => percent!);
    expect(percents).toEqual(percents.toSorted((left, right) => left - right));
    expect(percents.filter((percent) => percent > 0 && percent < 100)).not.toEqual([]);
    expect(seen.at(-1)).toMatchObject({ phase: 'succeeded', state: 'Completed', percent: 100 });
    expect(seen.slice(0, -1).every(({ phase }) => phase === 'running')).toBe(true);
  });

  it('a migration is cancelled, and the machine stays; the host ended it, not this program alone', async () => {
    const centre = await startCentre({ migrationMs: 10_000 });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const job = await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' });
    const outcome = job.wait(OFTEN);
    await job.cancel(OFTEN);
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: 'cancelled' }]);
    expect([(await outcome).kind, centre.whereIs(id)]).toEqual(['cancelled', 'hv01']);
    await expect(logOn(centre, 'hv02').virtualMachine(id)).rejects.toBeInstanceOf(UsageError);
    expect(centre.host('hv02').query('SELECT * FROM Msvm_PlannedComputerSystem')).toEqual([]);
  });

  it('the answer to the request to cancel is lost: it is cancelled all the same', async () => {
    const centre = await startCentre({ migrationMs: 10_000 });
    const id = centre.addMachine('hv01', { name: 'web01' });
    const job = await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' });
    const host = centre.host('hv01');
    // The first answer is that to the question how the job stands.
    host.trouble({ when: 'response', kind: 'delay', ms: 0 });
    host.trouble({ when: 'response', kind: 'drop' });
    await job.cancel(OFTEN);
    expect(host.requests.filter(({ method }) => method === 'RequestStateChange')).toHaveLength(1);
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: 'cancelled' }]);
  });

  it('near its end it cannot be cancelled any more: that is said, and it completes', async () => {
    const centre = await startCentre({ migrationMs: 40_000 });
    const { jump } = jumpingClock();
    const id = centre.addMachine('hv01', { name: 'web01' });
    const job = await logOn(centre, 'hv01').migrations.start(id, { to: 'hv02' });
    jump(36_000);
    for await (const { cancellable, percent } of job.watch(OFTEN)) if (cancellable === false && percent! >= 90) break;
    await expect(job.cancel(OFTEN)).rejects.toThrow(/cannot be cancelled/);
    jump(4000);
    expect((await job.wait(OFTEN)).kind).toBe('succeeded');
    expect(centre.whereIs(id)).toBe('hv02');
    await expect(job.cancel(OFTEN)).rejects.toThrow(/ended already: Completed/);
    expect(books(centre)).toEqual([{ machine: id, from: 'hv01', to: 'hv02', end: 'completed' }]);
  });
});
