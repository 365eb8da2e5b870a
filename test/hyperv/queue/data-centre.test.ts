/** The queue on hosts that move machines: what it says at the end is what their books say. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HyperVHost } from '../../../src/hyperv/host.js';
import { MigrationQueue } from '../../../src/hyperv/queue/migration-queue.js';
import type { QueueSnapshot } from '../../../src/hyperv/queue/snapshot.js';
import { DEFAULT_USER, type MigrationRecord, SimulatedDataCentre } from '../../../src/testing/index.js';

const NAMES = ['hv01', 'hv02', 'hv03'];
const OPTIONS = { retries: 20, retryDelayMs: 20, refreshMs: 20, wait: { firstPollMs: 10, slowestPollMs: 50 } };

let centre: SimulatedDataCentre;
let hosts: HyperVHost[];
let hv01: HyperVHost;
let hv02: HyperVHost;
let hv03: HyperVHost;
beforeEach(async () => {
  centre = await SimulatedDataCentre.start({ hosts: NAMES, migrationMs: 100 });
  hosts = NAMES.map((name) => new HyperVHost({ url: centre.host(name).url, name, connections: 4, auth: { type: 'ntlm', ...DEFAULT_USER } }));
  [hv01, hv02, hv03] = hosts as [HyperVHost, HyperVHost, HyperVHost];
});
afterEach(async () => {
  await Promise.all(hosts.map((host) => host.close()));
  await centre.close();
});

const machines = (count: number, on = 'hv01') => Array.from({ length: count }, (_, index) => centre.addMachine(on, { name: `web${index}`, memoryMb: 1024 * (index + 1) }));

/** How many of them ran at a time, at most. */
function mostAtATime(records: readonly MigrationRecord[]): number {
  return Math.max(...records.map(({ startedAt }) => records.filter((one) => one.startedAt <= startedAt && (one.endedAt ?? Infinity) > startedAt).length));
}

describe('on hosts that move machines', () => {
  it('a queue keeps their limits, and moves every machine once', async () => {
    const ids = machines(5);
    await using queue = new MigrationQueue(OPTIONS);
    const outcomes = await Promise.all(ids.map((machine) => queue.add({ machine, from: hv01, to: hv02 }).outcome));
    expect(outcomes.map(({ kind, attempts }) => [kind, attempts])).toEqual(ids.map(() => ['succeeded', 1]));
    expect(ids.map((id) => centre.whereIs(id))).toEqual(ids.map(() => 'hv02'));
    expect(centre.migrations.map(({ machine }) => machine).toSorted()).toEqual(ids.toSorted());
    expect(mostAtATime(centre.migrations)).toBe(2);
  });

  it('two queues that do not know each other move every machine once', async () => {
    const ids = [...machines(3), ...machines(3, 'hv03')];
    await using one = new MigrationQueue(OPTIONS);
    await using other = new MigrationQueue(OPTIONS);
    const outcomes = await Promise.all(ids.map((machine, index) => (index < 3 ? one.add({ machine, from: hv01, to: hv02 }) : other.add({ machine, from: hv03, to: hv02 })).outcome));
    expect(outcomes.map(({ kind, reason }) => [kind, reason])).toEqual(ids.map(() => ['succeeded', null]));
    expect(centre.migrations.filter(({ end }) => end === 'completed').map(({ machine }) => machine).toSorted()).toEqual(ids.toSorted());
    expect(mostAtATime(centre.migrations)).toBeLessThanOrEqual(2);
  });

  it('a limit that somebody else reached first is no failure', async () => {
    const [first, second] = machines(2) as [string, string];
    const limits = { maximumMigrations: 9, maximumStorageMigrations: 9, activeMigrations: 0, activeStorageMigrations: 0 };
    await hv01.migrations.modifySettings({ MaximumActiveVirtualSystemMigration: 0 });
    await using queue = new MigrationQueue({ ...OPTIONS, limits: () => Promise.resolve(limits) });
    const migrations = [first, second].map((machine) => queue.add({ machine, from: hv01, to: hv02 }));
    await expect.poll(() => migrations.every((migration) => migration.status().attempts > 1), { timeout: 10_000 }).toBe(true);
    await hv01.migrations.modifySettings({ MaximumActiveVirtualSystemMigration: 1 });
    for (const { outcome } of migrations) expect(await outcome).toMatchObject({ kind: 'succeeded' });
    expect(centre.migrations.filter(({ end }) => end === 'completed')).toHaveLength(2);
    expect(mostAtATime(centre.migrations)).toBe(1);
  });

  it('a lost answer to the request starts nothing twice', async () => {
    const [id] = machines(1) as [string];
    await using queue = new MigrationQueue({
      ...OPTIONS,
      beforeStart: () => centre.host('hv01').trouble({ when: 'response', kind: 'drop' }),
    });
    expect(await queue.add({ machine: id, from: hv01, to: hv02 }).outcome).toMatchObject({ kind: 'succeeded', attempts: 1 });
    expect(centre.migrations).toHaveLength(1);
  });

  it('a failure that is known to come before the beginning is tried again, one in the middle is not', async () => {
    const [refused, broken] = machines(2) as [string, string];
    centre.failNext({ machine: refused, reject: 32775 });
    centre.failNext({ machine: broken, code: 0x80072746, atPercent: 40 });
    await using queue = new MigrationQueue(OPTIONS);
    const outcomes = await Promise.all([refused, broken].map((machine) => queue.add({ machine, from: hv01, to: hv02 }).outcome));
    expect(outcomes).toMatchObject([
      { kind: 'succeeded', attempts: 2 },
      { kind: 'failed', attempts: 1, job: { kind: 'failed' } },
    ]);
    expect([refused, broken].map((id) => centre.whereIs(id))).toEqual(['hv02', 'hv01']);
  });

  it('a source that reboots in the middle leaves no doubt where the machine is', async () => {
    const [id] = machines(1) as [string];
    await using queue = new MigrationQueue({ ...OPTIONS, wait: { firstPollMs: 10, slowestPollMs: 10 } });
    const migration = queue.add({ machine: id, from: hv01, to: hv02 });
    for await (const { migration: seen } of queue.watch()) if (seen.state === 'running') break;
    await centre.reboot('hv01', { downMs: 50 });
    const { kind } = await migration.outcome;
    expect(kind).toBe(centre.whereIs(id) === 'hv02' ? 'succeeded' : 'failed');
    expect(centre.migrations).toHaveLength(1);
  });

  it('another process goes on with the queue of one that ended', async () => {
    const ids = machines(4);
    const saved: string[] = [];
    const first = new MigrationQueue({ ...OPTIONS, beforeStart: (snapshot) => void saved.push(JSON.stringify(snapshot)) });
    for (const machine of ids) first.add({ machine, from: hv01, to: hv02 });
    // As many as run at a time: what was asked for has begun, and the last word of the process does not say so.
    let running = 0;
    for await (const { migration } of first.watch()) if (migration.state === 'running' && ++running === 2) break;
    await first.close();
    await using second = MigrationQueue.restore(JSON.parse(saved.at(-1)!) as QueueSnapshot, { ...OPTIONS, hosts });
    const outcomes = await Promise.all(second.migrations.map((migration) => migration.outcome));
    expect(outcomes.map(({ kind }) => kind)).toEqual(ids.map(() => 'succeeded'));
    expect(ids.map((id) => centre.whereIs(id))).toEqual(ids.map(() => 'hv02'));
    expect(centre.migrations).toHaveLength(4);
  });

  it('a drain empties its host, and says what it left there', async () => {
    const ids = machines(4);
    const excluded = centre.addMachine('hv01', { name: 'lab01', state: 'off' });
    await using queue = new MigrationQueue(OPTIONS);
    const plan = await queue.planDrain(hv01, { to: [hv02, hv03], exclude: ['lab01'], precheck: true });
    expect(plan.moves.map(({ machine, to, precheck }) => [machine.name, to, precheck])).toEqual([
      ['web3', hv02.client.host, 'migratable'],
      ['web2', hv03.client.host, 'migratable'],
      ['web1', hv02.client.host, 'migratable'],
      ['web0', hv03.client.host, 'migratable'],
    ]);
    expect(plan.hosts.map(({ name, machines: count, running, load }) => [name, count, running, load.maximumMigrations])).toEqual([
      ['hv01', 5, 4, 2],
      ['hv02', 0, 0, 2],
      ['hv03', 0, 0, 2],
    ]);
    const report = await queue.drain(plan).done;
    expect(report.outcomes.map(({ kind }) => kind)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
    expect(report).toMatchObject({ isDrained: false, skipped: [{ reason: 'excluded' }] });
    expect(ids.map((id) => centre.whereIs(id))).toEqual(['hv03', 'hv02', 'hv03', 'hv02']);
    expect(centre.whereIs(excluded)).toBe('hv01');
  });
});
