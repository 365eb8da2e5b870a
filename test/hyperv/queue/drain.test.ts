import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import type { DrainPlan } from '../../../src/hyperv/queue/drain-plan.js';
import type { DrainProgress } from '../../../src/hyperv/queue/drain-run.js';
import { MigrationQueue } from '../../../src/hyperv/queue/migration-queue.js';
import { FakeHost, calm, guidFor, limits } from './fake-host.js';

let hv01: FakeHost;
let hv02: FakeHost;
let hv03: FakeHost;
let queue: MigrationQueue;
beforeEach(() => {
  hv01 = new FakeHost('hv01', [
    { name: 'web01', memoryMb: 2048 },
    { name: 'db01', memoryMb: 8192 },
    { name: 'app01', memoryMb: 4096 },
    { name: 'old01', state: 'off' },
  ]);
  hv02 = new FakeHost('hv02', ['log01', 'log02']);
  hv03 = new FakeHost('hv03');
  queue = new MigrationQueue({ limits, retryDelayMs: 0, refreshMs: 60_000 });
});
afterEach(() => queue.close());

const movesOf = ({ moves }: DrainPlan) => moves.map(({ machine, to }) => `${machine.name} > ${to}`);
const skippedOf = ({ skipped }: DrainPlan) => skipped.map(({ machine, reason }) => `${machine.name}: ${reason}`);

describe('a plan', () => {
  it('goes by the number of machines where free memory is not known', async () => {
    hv03.freeKilobytes = '33554432';
    const plan = await queue.planDrain(hv01, { to: [hv02, hv03] });
    expect(movesOf(plan)).toEqual(['db01 > hv03:5985', 'app01 > hv03:5985', 'web01 > hv02:5985', 'old01 > hv03:5985']);
  });

  it('goes by free memory where all hosts tell it, the largest machine first', async () => {
    hv02.freeKilobytes = String(12_000 * 1024);
    hv03.freeKilobytes = String(10_000 * 1024);
    const plan = await queue.planDrain(hv01, { to: [hv02, hv03] });
    expect(movesOf(plan)).toEqual(['db01 > hv02:5985', 'app01 > hv03:5985', 'web01 > hv03:5985', 'old01 > hv03:5985']);
    expect(plan.skipped).toEqual([]);
  });

  it('leaves what has room nowhere', async () => {
    hv02.freeKilobytes = String(5000 * 1024);
    const plan = await queue.planDrain(hv01, { to: [hv02] });
    expect(movesOf(plan)).toEqual(['app01 > hv02:5985', 'old01 > hv02:5985']);
    expect(skippedOf(plan)).toEqual(['db01: noRoom', 'web01: noRoom']);
  });

  it('says why a machine stays', async () => {
    hv01.machines = [...hv01.machines, { name: 'sql01', group: 'SQL' }];
    hv01.running = [guidFor('web01').toLowerCase()];
    const plan = await queue.planDrain(hv01, { to: [hv02], includeOff: false, exclude: ['APP01'] });
    expect(skippedOf(plan)).toEqual(['web01: migrating', 'app01: excluded', 'old01: off', 'sql01: clustered']);
    expect(plan.skipped.at(-1)!.why).toContain('SQL');
    expect(movesOf(plan)).toEqual(['db01 > hv02:5985']);
  });

  it('takes machines of a cluster when told to', async () => {
    hv01.machines = [{ name: 'sql01', group: 'SQL' }];
    const plan = await queue.planDrain(hv01, { to: [hv02], options: { clustered: 'allow' } });
    expect(movesOf(plan)).toEqual(['sql01 > hv02:5985']);
  });

  it('leaves what the hosts say cannot move', async () => {
    hv01.notMigratable = ['db01'];
    const plan = await queue.planDrain(hv01, { to: [hv02], precheck: true });
    expect(plan.skipped).toMatchObject([{ machine: { name: 'db01' }, reason: 'notMigratable', why: 'The processors differ.' }]);
    expect(plan.moves.map((move) => move.precheck)).toEqual(['migratable', 'migratable', 'migratable']);
  });

  it('shows the hosts, and is plain data', async () => {
    hv02.freeKilobytes = '1048576';
    const plan = await queue.planDrain(hv01, { to: [hv02], type: 'VirtualSystemAndStorage', options: { storage: { path: 'D:\\VMs' } } });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(plan).toMatchObject({ from: 'hv01:5985', options: { type: 'VirtualSystemAndStorage', storage: { path: 'D:\\VMs' } } });
    expect(plan.hosts).toEqual([
      { host: 'hv01:5985', name: 'hv01', machines: 4, running: 3, freeMemoryMb: null, load: hv01.load },
      { host: 'hv02:5985', name: 'hv02', machines: 2, running: 2, freeMemoryMb: 1024, load: hv02.load },
    ]);
  });

  it('cannot be made when an excluded machine is none of the host: it may be misspelt', async () => {
    const planning = queue.planDrain(hv01, { to: [hv02], exclude: ['app01', 'web-01'] });
    await expect(planning).rejects.toBeInstanceOf(UsageError);
    await expect(planning).rejects.toThrow('hv01:5985 has no virtual machine "web-01"');
  });

  it.each([
    ['no destination', () => []],
    ['the host itself', () => [hv02, hv01]],
    ['a destination twice', () => [hv02, new FakeHost('hv02')]],
  ])('cannot be made with %s', async (_name, to) => {
    await expect(queue.planDrain(hv01, { to: to() })).rejects.toThrow(UsageError);
  });
});

describe('a drain', () => {
  it('moves what the edited plan says, tells its progress, and reports', async () => {
    const plan = await queue.planDrain(hv01, { to: [hv02], exclude: ['old01'] });
    const run = queue.drain({ ...plan, moves: plan.moves.filter(({ machine }) => machine.name !== 'app01') });
    const progress: DrainProgress[] = [];
    const watching = (async () => {
      for await (const one of run) progress.push(one);
    })();
    await calm();
    expect(hv01.started).toEqual(['db01', 'web01']);
    hv01.jobOf('web01').succeed();
    hv01.jobOf('db01').failAt(0, { MessageID: '20413', Message: 'No credentials (0x8009030E).' });
    await watching;
    expect(progress[0]).toMatchObject({ migration: { machine: { id: guidFor('db01'), name: 'db01' }, state: 'waiting' }, ended: 0, total: 2 });
    expect(progress.map(({ ended }) => ended).at(-1)).toBe(2);
    const report = await run.done;
    expect(report.outcomes.map(({ machine, kind }) => `${machine.name} ${kind}`)).toEqual(['db01 failed', 'web01 succeeded']);
    expect(report).toMatchObject({ isDrained: false, skipped: [{ machine: { name: 'old01' } }] });
  });

  it('plans by itself when it is given a host', async () => {
    hv01.machines = [{ name: 'web01' }];
    const run = queue.drain(hv01, { to: [hv02, hv03] });
    await calm();
    hv01.jobOf('web01').succeed();
    expect(await run.done).toMatchObject({ isDrained: true, outcomes: [{ kind: 'succeeded', to: 'hv03:5985' }] });
  });

  it('is not complete when a machine was taken out of the plan', async () => {
    hv01.machines = [{ name: 'web01' }, { name: 'web02' }];
    const plan = await queue.planDrain(hv01, { to: [hv02] });
    expect(await queue.drain({ ...plan, moves: [] }).done).toMatchObject({ isDrained: false, outcomes: [] });
  });

  it.each<[string, (plan: DrainPlan) => DrainPlan, string]>([
    ['a move to the source', (plan) => ({ ...plan, moves: [plan.moves[0]!, { ...plan.moves[1]!, to: 'hv01:5985' }] }), 'to itself'],
    ['a host that is not known', (plan) => ({ ...plan, moves: [plan.moves[0]!, { ...plan.moves[1]!, to: 'hv09:5985' }] }), 'hv09:5985'],
    ['a machine twice', (plan) => ({ ...plan, moves: [plan.moves[0]!, { ...plan.moves[0]!, to: 'hv03:5985' }] }), 'is in the plan twice'],
    ['a type that moves no machine', (plan) => ({ ...plan, options: { type: 'Staged' } }), 'Staged leaves the machines'],
  ])('of a plan with %s moves nothing', async (_name, edit, message) => {
    const plan = await queue.planDrain(hv01, { to: [hv02, hv03] });
    await expect(queue.drain(edit(plan)).done).rejects.toThrow(message);
    await calm();
    expect(hv01.started).toEqual([]);
  });

  it('can be read after its end', async () => {
    hv01.machines = [{ name: 'web01' }];
    const run = queue.drain(hv01, { to: [hv02] });
    await calm();
    hv01.jobOf('web01').succeed();
    await run.done;
    const progress: DrainProgress[] = [];
    for await (const one of run) progress.push(one);
    expect(progress).toMatchObject([{ migration: { state: 'succeeded' }, ended: 1, total: 1 }]);
  });

  it('can be cancelled', async () => {
    hv01.load = { ...hv01.load, maximumMigrations: 1 };
    const run = queue.drain(hv01, { to: [hv02], exclude: ['old01'] });
    await calm();
    await run.cancel();
    // By name, also those that the queue never asked for.
    expect((await run.done).outcomes.map(({ machine, kind }) => `${machine.name} ${kind}`)).toEqual(['db01 cancelled', 'app01 cancelled', 'web01 cancelled']);
    expect(hv01.started).toEqual(['db01']);
  });

  it('of an empty host is done at once', async () => {
    const run = queue.drain(hv03, { to: [hv02] });
    expect(await run.done).toMatchObject({ isDrained: true, outcomes: [] });
    for await (const one of run) expect.unreachable(JSON.stringify(one));
  });

  it('of a plan out of a file takes the hosts it is given, and no others', async () => {
    const plan = JSON.parse(JSON.stringify(await queue.planDrain(hv01, { to: [hv02], exclude: ['old01', 'db01', 'app01'] }))) as DrainPlan;
    await using other = new MigrationQueue({ limits, refreshMs: 60_000 });
    await expect(other.drain(plan, { to: [hv02] }).done).rejects.toThrow('hv01:5985');
    const run = other.drain(plan, { from: hv01, to: [hv02] });
    await calm();
    hv01.jobOf('web01').succeed();
    expect(await run.done).toMatchObject({ outcomes: [{ kind: 'succeeded' }] });
  });
});
